/* The first failed check is told in full, the others in a line each: one thing to mend at a time.
 * Everything that comes from the program or its compiler is shown-safe by now, or made so here. */
#include "cli/views/verdict.h"

#include <stdio.h>
#include <string.h>

#include "cli/views/lanes.h"
#include "cli/views/page.h"
#include "cli/views/verdict_report.h"
#include "engine/exercise/supervise.h"

enum { OUTPUT_LINES = 12 };

#define DELETED \
    "while this ran its source was deleted, by the program itself it seems; it is there again."

struct telling {
    const struct exercise *exercise;
    const struct verdict *verdict;
    const char *source;
    const struct look *look;
    bool whole;
    struct page page;
    struct str *out;
};

static void labelled(struct telling *telling, const char *label, const char *text)
{
    page_labelled(&telling->page, label, text, telling->out);
}

/* The line of a place "chess.c:27" that lies in the learner's file. */
static void quote_place(struct telling *telling, const char *place)
{
    struct str line = {0};
    int number = verdict_source_line(telling->source, place, strlen(place), &line);

    if (number)
        page_code(&telling->page, "", str_text(&line), number, true, telling->out);
    str_free(&line);
}

/* --- what else there is to see ---------------------------------------------------------------- */

static void tell_alive(struct telling *telling)
{
    const struct verdict *verdict = telling->verdict;

    if (!verdict->alive_count)
        return;
    str_puts(telling->out, "\n");
    page_text(&telling->page, STYLE_HEADING, 0, "What kept it from ending:", telling->out);
    for (size_t i = 0; i < verdict->alive_count; i++) {
        struct str line = {0};
        str_printf(&line, "%s %s", verdict->alive[i].name, verdict->alive[i].what);
        if (verdict->alive_places[i][1][0])
            str_printf(&line, " at %s", verdict->alive_places[i][1]);
        if (verdict->alive_places[i][0][0])
            str_printf(&line, ", made at %s", verdict->alive_places[i][0]);
        page_text(&telling->page, STYLE_TEXT, 2, str_text(&line), telling->out);
        str_free(&line);
    }
}

static void add_lines(struct telling *telling, const char *title, const struct outcome_text *text)
{
    size_t length = text->length < OUTCOME_TEXT_MAX ? text->length : OUTCOME_TEXT_MAX, at = 0;

    if (!length)
        return;
    str_puts(telling->out, "\n");
    page_text(&telling->page, STYLE_HEADING, 0, title, telling->out);
    for (int line = 0; at < length && line < OUTPUT_LINES; line++) {
        const char *begin = text->bytes + at, *end = memchr(begin, '\n', length - at);
        size_t size = end ? (size_t)(end - begin) : length - at, kept = size < 200 ? size : 200;
        str_puts(telling->out, "   ");
        str_add_shown(telling->out, begin, kept, false);
        str_puts(telling->out, kept < size ? " ...\n" : "\n");
        at += size + 1;
    }
    if (at < length)
        str_puts(telling->out, "   ...\n");
}

static void tell_lanes(struct telling *telling)
{
    struct actors actors = {0};

    if (!telling->verdict->trace || query_actors(telling->verdict->trace, &actors))
        return;
    if (actors.count) {
        str_puts(telling->out, "\n");
        lanes_view(telling->verdict->trace, &actors, telling->look, telling->exercise->id,
                   telling->out);
    }
    query_actors_free(&actors);
}

static void tell_others(struct telling *telling, const struct finding *first)
{
    const struct verdict *verdict = telling->verdict;
    bool headed = false;

    for (size_t i = 0; i < verdict->finding_count; i++) {
        const struct finding *finding = &verdict->findings[i];
        if (finding == first || (finding->passed && !telling->whole))
            continue;
        if (!headed)
            str_puts(telling->out, "\n");
        headed = true;
        labelled(telling,
                 finding->skipped || finding->unknown ? " not judged  "
                 : finding->passed                    ? " holds       "
                                                      : " also not    ",
                 finding->say);
    }
}

/* Which runs failed, and how to see this one again. */
static void tell_runs(struct telling *telling)
{
    const struct verdict *verdict = telling->verdict;
    struct str line = {0};

    str_puts(telling->out, "\n");
    if (verdict->failed && verdict->runs > 1) {
        str_printf(&line, "%d of %d runs failed: ", verdict->failed, verdict->runs);
        for (int i = 0; i < verdict->failed && i < SEEDS_TOLD; i++)
            str_printf(&line, "%sseed %d", i ? ", " : "", verdict->failed_seeds[i]);
        page_text(&telling->page, STYLE_TEXT, 0, str_text(&line), telling->out);
        str_clear(&line);
    }
    str_printf(&line, "asynctut exercise check %s", telling->exercise->id);
    if (verdict->seed)
        str_printf(&line, " --seed %d", verdict->seed);
    labelled(telling, "Again: ", str_text(&line));
    if (verdict->seed && verdict->failed && !verdict->repeats)
        labelled(telling, "       ",
                 "not each time, though: that seed passed when it was run again. What goes wrong "
                 "also depends on how busy the machine is.");
    str_free(&line);
}

/* --- verdicts --------------------------------------------------------------------------------- */

/* What AddressSanitizer writes before its report means nothing to a learner. */
static bool is_alarm(const struct outcome_text *text)
{
    static const char alarm[] = "AddressSanitizer:DEADLYSIGNAL\n";

    return text->length == sizeof alarm - 1 && !memcmp(text->bytes, alarm, sizeof alarm - 1);
}

static void tell_failed(struct telling *telling)
{
    const struct verdict *verdict = telling->verdict;
    const struct finding *first = verdict_first(verdict);
    const char *place;

    page_text(&telling->page, STYLE_WRONG, 0, "Not yet.", telling->out);
    str_puts(telling->out, "\n");
    if (!first)
        return;
    place = verdict->places[first - verdict->findings];
    labelled(telling, "Expected: ", first->say);
    labelled(telling, "Your run: ", first->got);
    if (*place) {
        labelled(telling, "Where:    ", place);
        quote_place(telling, place);
    }
    if (verdict->source_deleted)
        labelled(telling, "Note:     ", DELETED);
    tell_alive(telling);
    if (verdict->report.length)
        verdict_report(&telling->page, str_text(&verdict->report), telling->source, telling->whole,
                       telling->out);
    add_lines(telling, "Its output:", &verdict->outcome->out);
    if (!is_alarm(&verdict->outcome->err))
        add_lines(telling, "It wrote to standard error:", &verdict->outcome->err);
    tell_lanes(telling);
    tell_others(telling, first);
    tell_runs(telling);
}

/* Neither passed nor failed. */
static void tell_unknown(struct telling *telling)
{
    const struct finding *first = verdict_first(telling->verdict);

    page_text(&telling->page, STYLE_WARNING, 0, "Not judged.", telling->out);
    str_puts(telling->out, "\n");
    labelled(telling, "Expected: ", first->say);
    labelled(telling, "Your run: ", first->got);
    labelled(telling, "Likely:   ",
             "something is done again and again without a pause, where one wait would do. Nothing "
             "else was found wrong.");
    add_lines(telling, "Its output:", &telling->verdict->outcome->out);
    tell_others(telling, first);
    tell_runs(telling);
}

static void tell_passed(struct telling *telling)
{
    const struct verdict *verdict = telling->verdict;
    int last = verdict->first_seed + verdict->seeds - 1;
    struct str line = {0};

    page_text(&telling->page, STYLE_RIGHT, 0, "Passed.", telling->out);
    str_printf(&line, "%d run%s, every check held in each", verdict->runs,
               verdict->runs == 1 ? "" : "s");
    if (verdict->seeds > 1)
        str_printf(&line, "; disturbed by seeds %d to %d", verdict->first_seed, last);
    else if (verdict->seeds)
        str_printf(&line, "; disturbed by seed %d", last);
    str_putc(&line, '.');
    page_text(&telling->page, STYLE_TEXT, 0, str_text(&line), telling->out);
    if (verdict->source_deleted)
        labelled(telling, "Note: ", DELETED);
    tell_lanes(telling);
    tell_others(telling, NULL);
    str_free(&line);
}

static void tell_diagnostics(struct telling *telling, const char *title, enum style style)
{
    page_text(&telling->page, style, 0, title, telling->out);
    str_puts(telling->out, "\n");
    str_add(telling->out, str_text(&telling->verdict->diagnostics),
            telling->verdict->diagnostics.length);
}

void verdict_view(const struct exercise *exercise, const struct verdict *verdict,
                  const char *source, const struct look *look, bool whole, struct str *out)
{
    struct telling telling = {.exercise = exercise,
                              .verdict = verdict,
                              .source = source,
                              .look = look,
                              .whole = whole,
                              .out = out};

    page_init(&telling.page, look);
    if (verdict->kind == VERDICT_NOT_COMPILED) {
        tell_diagnostics(&telling, "It does not compile.", STYLE_WRONG);
    } else {
        if (verdict->diagnostics.length) {
            tell_diagnostics(&telling, "The compiler warns:", STYLE_WARNING);
            str_puts(out, "\n");
        }
        if (verdict->kind == VERDICT_PASSED)
            tell_passed(&telling);
        else if (verdict->kind == VERDICT_UNKNOWN)
            tell_unknown(&telling);
        else
            tell_failed(&telling);
    }
    page_free(&telling.page);
}
