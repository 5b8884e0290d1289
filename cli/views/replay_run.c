/* The loop that runs a replay on a terminal, and what is written where there is none. */
#include <stdio.h>
#include <uv.h>

#include "cli/views/lanes.h"
#include "cli/views/replay_priv.h"
#include "cli/views/words.h"

enum { LOOPS = 8 };

static void add_loop(const struct replay *replay, const struct loop_share *share, struct str *out)
{
    str_putc(out, ' ');
    words_actor(replay->trace, share->loop, out);
    str_printf(out, ": %llu turn%s, busy ", (unsigned long long)share->turns,
               share->turns == 1 ? "" : "s");
    words_duration(share->busy, out);
    str_puts(out, ", asleep ");
    words_duration(share->asleep, out);
    str_puts(out, ", longest without a poll ");
    words_duration(share->longest_busy, out);
    str_putc(out, '\n');
}

static void add_warning(const struct replay *replay, const struct replay_warning *warning,
                        struct str *out)
{
    str_puts(out, " warning: ");
    words_duration(trace_event(replay->trace, warning->event)->time, out);
    str_printf(out, "  %s\n", warning->text);
}

void replay_summary(struct replay *replay, const struct look *look, struct str *out)
{
    struct loop_share shares[LOOPS];
    size_t loops = query_loops(replay->trace, shares, LOOPS);

    lanes_view(replay->trace, &replay->actors, look, replay->options.title, out);
    str_printf(out, "\n %zu events", trace_count(replay->trace));
    if (trace_dropped(replay->trace))
        str_printf(out, ", %llu more did not fit into the record",
                   (unsigned long long)trace_dropped(replay->trace));
    str_putc(out, '\n');
    for (size_t i = 0; i < loops; i++)
        add_loop(replay, &shares[i], out);
    replay_warnings_find(&replay->warnings, replay->trace, &replay->actors);
    for (size_t i = 0; i < replay->warnings.count; i++)
        add_warning(replay, &replay->warnings.items[i], out);
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
