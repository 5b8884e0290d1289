/* Is a loop blocked now? The innermost callback, step or pool work of its thread says since when,
 * and the thread's last event where. */
#include "cli/views/live_priv.h"

enum { BLOCKED_MS = 100, NS_PER_MS = 1000000 };

/* The latest event of the thread within the frame that says where it is. */
static size_t last_place(const struct live *live, const struct act *act, const struct frame *frame)
{
    const struct frame *top = act_top(act);

    if (top->kind == FRAME_BLOCK && trace_event(live->trace, top->event)->where)
        return top->event;
    if (act->last > frame->event && trace_event(live->trace, act->last)->where &&
        trace_event(live->trace, act->last)->kind != EVENT_CALL_END)
        return act->last;
    return frame->event;
}

/* A task's first step bears the place that started the task, which is not the code that runs. */
static bool is_first_step(const struct live *live, size_t i)
{
    const struct event *event = trace_event(live->trace, i);
    const struct player *player = live_find(live, event->subject);

    return event->kind == EVENT_RESUME && player && player->resumed &&
           player->born + player->before == event->time;
}

/* " in crunch (spinners.c:31)", or " by search" where only that is known. */
static void add_where(const struct live *live, const struct act *act, const struct frame *frame,
                      struct str *out)
{
    size_t i = last_place(live, act, frame);
    struct str text = {0};
    bool first = is_first_step(live, i);

    if (first)
        words_actor(live->trace, frame->subject, &text);
    else
        words_place(live->trace, live->symbols, i, false, &text);
    if (text.length)
        str_printf(out, first ? " by %s" : " in %s", str_text(&text));
    str_free(&text);
}

/* What is known ends before the next event that was not followed yet. */
static uint64_t known_until(const struct live *live, uint64_t now)
{
    uint64_t until = live->seen < trace_count(live->trace)
                         ? trace_event(live->trace, live->seen)->time
                         : trace_until(live->trace);

    return until < now ? until : now;
}

bool live_blocked(const struct live *live, uint64_t now, struct str *out)
{
    now = known_until(live, now);
    for (size_t lane = 0; lane < live->acts.count; lane++) {
        const struct act *act = &live->acts.lanes[lane];
        const struct frame *frame = act_actor(act);
        uint64_t since;

        if (!frame || !act_in(act, FRAME_RUN) || act_top(act)->kind == FRAME_POLL)
            continue;
        since = trace_event(live->trace, frame->event)->time;
        if (now < since || now - since <= (uint64_t)BLOCKED_MS * NS_PER_MS)
            continue;
        str_puts(out, "the loop is blocked");
        add_where(live, act, frame, out);
        str_printf(out, " for %llu ms", (unsigned long long)((now - since) / NS_PER_MS));
        return true;
    }
    return false;
}
