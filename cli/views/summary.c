/* Figures as short tables, a heading each. A part with nothing to say is left out, so that a
 * healthy run fits a screen. */
#include "cli/views/summary.h"

#include <inttypes.h>
#include <string.h>

#include "cli/views/words.h"
#include "engine/trace/query.h"
#include "engine/trace/symbols.h"

enum { CALLS = 5, KEEPERS = 12, FINDINGS = 12, LOOPS = 8, UNDER_WAY = 8, INDENT = 4 };

struct page {
    const struct trace *trace;
    struct symbols *symbols;
    const struct look *look;
    struct str *out;
};

static int line_width(const struct look *look)
{
    return look->width > 100 ? 100 : look->width < 40 ? 40 : look->width;
}

static void heading(const struct page *page, const char *text)
{
    str_puts(page->out, "\n ");
    look_text(page->look, STYLE_HEADING, text, page->out);
    str_putc(page->out, '\n');
}

/* Words over as many lines as they need, the first after `indent` columns, the others after `hang`.
 */
static void paragraph(const struct page *page, enum style style, int indent, int hang,
                      const char *text)
{
    size_t left = strlen(text);

    while (left) {
        size_t length = text_fit(text, left, line_width(page->look) - indent);

        if (length < left)
            for (size_t at = length; at > length / 2; at--)
                if (text[at] == ' ') {
                    length = at;
                    break;
                }
        length = length ? length : left;
        str_repeat(page->out, " ", indent);
        look_begin(page->look, style, page->out);
        str_add(page->out, text, length);
        look_end(page->look, style, page->out);
        str_putc(page->out, '\n');
        for (text += length, left -= length; left && *text == ' '; left--)
            text++;
        indent = hang;
    }
}

void summary_paragraph(const struct look *look, const char *text, struct str *out)
{
    struct page page = {.look = look, .out = out};

    paragraph(&page, STYLE_TEXT, 1, 1, text);
}

static void paragraph_str(const struct page *page, enum style style, int indent, int hang,
                          struct str *text)
{
    paragraph(page, style, indent, hang, str_text(text));
    str_free(text);
}

/* --- loops ------------------------------------------------------------------------------------ */

static void view_loop(const struct page *page, const struct loop_share *share)
{
    struct str text = {0};
    double total = share->total ? (double)share->total : 1;

    words_actor(page->trace, share->loop, &text);
    str_printf(&text, ": busy %.0f%%, in poll %.0f%%, %" PRIu64 " turn%s, busy at most ",
               100 * (double)share->busy / total, 100 * (double)share->asleep / total, share->turns,
               share->turns == 1 ? "" : "s");
    words_duration(share->longest_busy, &text);
    str_puts(&text, " without a poll");
    paragraph_str(page, STYLE_TEXT, 1, 1, &text);
}

/* The first ones, and of how many. */
static void view_loops(const struct page *page)
{
    struct loop_share loops[LOOPS];
    size_t count = query_loops(page->trace, loops, LOOPS), all = 0;

    for (size_t i = 0; i < count; i++)
        view_loop(page, &loops[i]);
    for (uint32_t id = 1; id < trace_entities(page->trace); id++) {
        const struct entity *entity = trace_entity(page->trace, id);

        all += entity && entity->type == ENTITY_LOOP;
    }
    if (count == LOOPS && all > LOOPS)
        str_printf(page->out, " and %zu more loops\n", all - LOOPS);
}

/* --- callbacks -------------------------------------------------------------------------------- */

/* "timer callback tick (a.c:7)", "task step after nap (a.c:9)": `event` begins it. */
static void add_call(const struct page *page, size_t event, struct str *out)
{
    const struct event *begin = trace_event(page->trace, event);
    bool step = begin->kind == EVENT_RESUME;
    struct str place = {0};

    words_place(page->trace, page->symbols, event, true, &place);
    str_printf(out, "%s%s", step ? "task step" : callback_name(begin->object),
               step ? "" : " callback");
    if (place.length)
        str_printf(out, "%s %s", step ? " after" : "", str_text(&place));
    str_free(&place);
}

static void view_call(const struct page *page, const struct tally_call *call)
{
    struct str text = {0}, longest = {0};

    words_duration(call->longest, &longest);
    str_printf(&text, "%10s  ", str_text(&longest));
    add_call(page, call->longest_event, &text);
    str_printf(&text, ", %" PRIu64 " time%s, ", call->count, call->count == 1 ? "" : "s");
    words_duration(call->total, &text);
    str_puts(&text, " in all");
    paragraph_str(page, STYLE_TEXT, INDENT, INDENT + 12, &text);
    str_free(&longest);
}

static void view_calls(const struct page *page, const struct tally *tally)
{
    if (!tally->call_count)
        return;
    heading(page, "Longest callbacks");
    for (size_t i = 0; i < tally->call_count && i < CALLS; i++)
        view_call(page, &tally->calls[i]);
}

/* --- the pool --------------------------------------------------------------------------------- */

static void view_pool(const struct page *page, const struct tally_pool *pool)
{
    struct str text = {0};

    if (!pool->works && !pool->by_kernel)
        return;
    heading(page, "Thread pool");
    if (pool->works)
        str_printf(&text, "%" PRIu64 " request%s, %" PRIu64 " finished", pool->works,
                   pool->works == 1 ? "" : "s", pool->delivered);
    if (pool->begun) {
        str_puts(&text, ". In the queue: ");
        words_duration(pool->waited / pool->begun, &text);
        str_puts(&text, " on average, ");
        words_duration(pool->waited_longest, &text);
        str_puts(&text, " at most");
    }
    if (pool->ended) {
        str_puts(&text, ". On a thread: ");
        words_duration(pool->ran / pool->ended, &text);
        str_puts(&text, " on average, ");
        words_duration(pool->ran_longest, &text);
        str_puts(&text, " at most");
    }
    if (pool->by_kernel)
        str_printf(&text, "%s%" PRIu64 " %s did not go to it: the kernel itself did %s (io_uring)",
                   pool->works ? ". " : "", pool->by_kernel,
                   pool->works            ? "more"
                   : pool->by_kernel == 1 ? "request"
                                          : "requests",
                   pool->by_kernel == 1 ? "it" : "them");
    paragraph_str(page, STYLE_TEXT, INDENT, INDENT, &text);
}

/* --- handles ---------------------------------------------------------------------------------- */

static void view_handles(const struct page *page, const struct tally *tally)
{
    bool any = false;

    for (unsigned type = ENTITY_TIMER; type < ENTITY_TYPES; type++) {
        const struct tally_type *row = &tally->types[type];

        if (!row->made)
            continue;
        if (!any) {
            heading(page, "Handles and requests");
            str_puts(page->out, "                  made   gone  active\n");
        }
        any = true;
        str_printf(page->out, "    %-12s %5" PRIu32 "  %5" PRIu32 "  %6" PRIu32 "\n",
                   entity_type_name(type), row->made, row->gone, row->active);
    }
}

/* --- what keeps the loop alive ---------------------------------------------------------------- */

static void view_keeper(const struct page *page, uint32_t id)
{
    const struct entity *entity = trace_entity(page->trace, id);
    struct str text = {0}, place = {0};

    words_actor(page->trace, id, &text);
    if (entity && entity->name[0])
        str_printf(&text, " (%s)", entity_type_name(entity->type));
    if (entity && entity->born != ENTITY_NEVER)
        words_place(page->trace, page->symbols, entity->born, true, &place);
    if (place.length)
        str_printf(&text, ", made in %s", str_text(&place));
    paragraph_str(page, STYLE_TEXT, INDENT, INDENT, &text);
    str_free(&place);
}

static void view_keepers(const struct page *page, const struct tally *tally)
{
    if (!tally->keeper_count)
        return;
    heading(page, trace_dropped(page->trace) ? "Keeping a loop alive when the record was full"
                                             : "Still keeping a loop alive");
    for (size_t i = 0; i < tally->keeper_count && i < KEEPERS; i++)
        view_keeper(page, tally->keepers[i]);
    if (tally->keeper_count > KEEPERS)
        str_printf(page->out, "    and %zu more\n", tally->keeper_count - KEEPERS);
}

void summary_keepers(const struct trace *trace, const struct tally *tally, struct symbols *symbols,
                     const struct look *look, struct str *out)
{
    view_keepers(&(struct page){trace, symbols, look, out}, tally);
}

/* --- a program that was killed ------------------------------------------------------------------
 */

void summary_under_way(const struct trace *trace, struct symbols *symbols, const struct look *look,
                       struct str *out)
{
    const struct page page = {trace, symbols, look, out};
    size_t events[UNDER_WAY], count = query_under_way(trace, events, UNDER_WAY);

    if (count)
        heading(&page, "Under way when it was killed");
    for (size_t i = 0; i < count; i++) {
        struct str text = {0};

        words_actor(trace, trace_event(trace, events[i])->subject, &text);
        str_puts(&text, ": ");
        add_call(&page, events[i], &text);
        paragraph_str(&page, STYLE_TEXT, INDENT, INDENT + 2, &text);
    }
}

/* --- warnings --------------------------------------------------------------------------------- */

static void view_finding(const struct page *page, const struct finding *finding)
{
    struct str text = {0}, place = {0};

    str_printf(&text, "%s: ", check_name(finding->check));
    finding_say(page->trace, finding, &text);
    if (finding->event < trace_count(page->trace))
        words_place(page->trace, page->symbols, finding->event, true, &place);
    paragraph_str(page, STYLE_WARNING, INDENT, INDENT + 2, &text);
    paragraph_str(page, STYLE_DIM, INDENT + 2, INDENT + 2, &place);
}

static void view_findings(const struct page *page, const struct findings *findings)
{
    if (!findings->count)
        return;
    heading(page, "Warnings");
    for (size_t i = 0; i < findings->count && i < FINDINGS; i++)
        view_finding(page, &findings->items[i]);
    if (findings->count > FINDINGS)
        str_printf(page->out, "    and %zu more\n", findings->count - FINDINGS);
}

void summary_findings(const struct trace *trace, const struct findings *findings,
                      struct symbols *symbols, const struct look *look, struct str *out)
{
    view_findings(&(struct page){trace, symbols, look, out}, findings);
}

/* --- the whole -------------------------------------------------------------------------------- */

static void view_title(const struct page *page, const char *title)
{
    struct str text = {0};

    str_puts(page->out, " ");
    look_text(page->look, STYLE_STRONG, title, page->out);
    str_puts(page->out, "\n");
    words_duration(trace_end(page->trace), &text);
    str_printf(&text, " from its start to its end, %zu event%s on %" PRIu32 " thread%s",
               trace_count(page->trace), trace_count(page->trace) == 1 ? "" : "s",
               trace_lanes(page->trace), trace_lanes(page->trace) == 1 ? "" : "s");
    if (trace_dropped(page->trace))
        str_printf(&text, "; %" PRIu64 " more did not fit and are missing",
                   trace_dropped(page->trace));
    if (trace_damaged(page->trace))
        str_printf(&text, "; %" PRIu64 " could not be read", trace_damaged(page->trace));
    paragraph_str(page, STYLE_TEXT, 1, 1, &text);
}

void summary_view(const struct trace *trace, const struct tally *tally,
                  const struct findings *findings, struct symbols *symbols, const struct look *look,
                  const char *title, struct str *out)
{
    const struct page page = {trace, symbols, look, out};

    view_title(&page, title);
    view_loops(&page);
    view_calls(&page, tally);
    view_pool(&page, &tally->pool);
    view_handles(&page, tally);
    view_keepers(&page, tally);
    view_findings(&page, findings);
}
