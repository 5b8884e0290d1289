/* The loop that runs a replay on a terminal, and what is written where there is none. */
#include <stdio.h>
#include <uv.h>

#include "cli/views/lanes.h"
#include "cli/views/replay_priv.h"
#include "cli/views/summary.h"
#include "cli/views/words.h"

/* The figures that `asynctut trace` ends with; nothing without memory. */
static void add_figures(struct replay *replay, const struct look *look, struct str *out)
{
    struct findings findings = {0};
    struct tally tally;

    if (tally_trace(replay->trace, &tally) < 0)
        return;
    if (diagnose(replay->trace, NULL, &findings) == 0)
        summary_view(replay->trace, &tally, &findings, replay->symbols, look, replay->options.title,
                     out);
    findings_free(&findings);
    tally_free(&tally);
}

/* Tasks that still wait are no fault that the diagnosis knows. */
static void add_waiting(struct replay *replay, struct str *out)
{
    struct str text = {0};
    size_t event;

    for (size_t i = 0; i < replay->actors.count; i++) {
        str_clear(&text);
        if (!replay_never_ended(&replay->actors.items[i], &event, &text))
            continue;
        str_putc(out, ' ');
        words_duration(trace_event(replay->trace, event)->time, out);
        str_printf(out, "  %s\n", str_text(&text));
    }
    str_free(&text);
}

void replay_summary(struct replay *replay, const struct look *look, struct str *out)
{
    lanes_view(replay->trace, &replay->actors, look, replay->options.title, out);
    str_putc(out, '\n');
    add_figures(replay, look, out);
    add_waiting(replay, out);
    if (trace_dropped(replay->trace))
        str_printf(out, " The record was full: %llu events were dropped.\n",
                   (unsigned long long)trace_dropped(replay->trace));
}

static enum term_event_type write_summary(struct replay *replay, struct term *term)
{
    struct str out = {0};

    replay_summary(replay, term_look(term), &out);
    term_write(term, str_text(&out), out.length);
    str_free(&out);
    return TERM_KEY;
}

/* True: leave. */
static bool handle(struct replay *replay, const struct term_event *event)
{
    switch (event->type) {
    case TERM_KEY:
        return replay_key(replay, &event->key);
    case TERM_INTERRUPT:
    case TERM_TERMINATE:
    case TERM_END:
        return true;
    default:
        return false;
    }
}

static enum term_event_type follow(struct replay *replay, struct term *term, struct screen *screen)
{
    struct term_event event;
    bool leave = false;
    uint64_t before = uv_hrtime();

    while (!leave && !term_broken(term)) {
        replay_draw(replay, screen);
        screen_show(screen);
        replay_warnings_begin(&replay->warnings, replay->trace, &replay->actors);
        term_wait(term, replay_timeout(replay), &event);
        screen_event(screen, &event);
        uint64_t now = uv_hrtime();
        replay_tick(replay, now - before);
        before = now;
        leave = handle(replay, &event);
    }
    return leave ? event.type : TERM_TERMINATE;
}

enum term_event_type replay_run(struct replay *replay, struct term *term)
{
    struct screen *screen;

    if (screen_open(term, &screen) < 0)
        return write_summary(replay, term);
    enum term_event_type ended = follow(replay, term, screen);
    screen_close(screen);
    return ended;
}
