/* After the run: its lanes, what is missing from the record, and what the machine did to it. What
 * is as it should be is not mentioned. */
#include <string.h>

#include "cli/views/lanes.h"
#include "cli/views/page.h"
#include "cli/views/stage_priv.h"
#include "cli/views/words.h"

/* Waiting for a processor is worth a word when it took this part of the run. */
enum { WAITED_PART = 10 };

enum { BEHIND_MAX = 20000, GO_ON_WITH = 500 };

static void add_missing(struct page *page, const struct trace *trace, struct str *out)
{
    struct str line = {0};

    if (trace_dropped(trace)) {
        str_printf(&line, "%llu events did not fit into the record and are missing.",
                   (unsigned long long)trace_dropped(trace));
        page_text(page, STYLE_WARNING, 0, str_text(&line), out);
        str_clear(&line);
    }
    if (trace_damaged(trace)) {
        str_printf(&line, "%llu events were damaged and are left out.",
                   (unsigned long long)trace_damaged(trace));
        page_text(page, STYLE_WARNING, 0, str_text(&line), out);
    }
    str_free(&line);
}

static void add_waited(struct page *page, const struct stage_run *run, struct str *out)
{
    struct str line = {0};

    if (!stage_was_busy(run))
        return;
    str_puts(&line, "The demo's threads waited ");
    words_duration((uint64_t)run->waited_for_cpu, &line);
    str_puts(&line, " in all for a processor.");
    page_text(page, STYLE_WARNING, 0, str_text(&line), out);
    str_free(&line);
}

/* A program that was killed says nothing more itself. */
static void add_end(struct page *page, const struct stage_run *run, struct str *out)
{
    struct str line = {0};

    if (run->signal)
        str_printf(&line,
                   "The program was killed by signal %d (%s). The trace shows it until then.",
                   run->signal, strsignal(run->signal));
    else if (run->status)
        str_printf(&line, "The %s ended with %d.", run->act->main ? "demo" : "program",
                   run->status);
    if (line.length)
        page_text(page, STYLE_WARNING, 0, str_text(&line), out);
    str_free(&line);
}

bool stage_was_busy(const struct stage_run *run)
{
    return run->waited_for_cpu > 0 &&
           (uint64_t)run->waited_for_cpu > trace_end(run->trace) / WAITED_PART;
}

void stage_summary(struct app *app, const struct stage_run *run, struct str *out)
{
    const struct look *look = term_look(app->term);
    struct page page;

    str_putc(out, '\n');
    lanes_view(run->trace, &run->actors, look, run->act->title, out);
    str_putc(out, '\n');
    page_init(&page, look);
    add_waited(&page, run, out);
    add_missing(&page, run->trace, out);
    add_end(&page, run, out);
    page_free(&page);
}

size_t stage_catch_up(const struct app *app, const struct trace *trace, struct live *live)
{
    size_t count = trace_count(trace), position = live_position(live);

    if (!term_interactive(app->term) || count - position <= BEHIND_MAX)
        return 0;
    live_seek(live, count - GO_ON_WITH);
    return count - GO_ON_WITH - position;
}

void stage_say_left_out(size_t count, struct str *out)
{
    if (count)
        str_printf(out, " (%zu events are left out here; the record has them)\n", count);
}
