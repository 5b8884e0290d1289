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
        struct str place = {0};
        uint64_t since;

        if (!frame || !act_in(act, FRAME_RUN) || act_top(act)->kind == FRAME_POLL)
            continue;
        since = trace_event(live->trace, frame->event)->time;
        if (now < since || now - since <= (uint64_t)BLOCKED_MS * NS_PER_MS)
            continue;
        words_place(live->trace, live->symbols, last_place(live, act, frame), false, &place);
        str_printf(out, "the loop is blocked");
        if (place.length)
            str_printf(out, " in %s", str_text(&place));
        str_puts(out, " for ");
        str_printf(out, "%llu ms", (unsigned long long)((now - since) / NS_PER_MS));
        str_free(&place);
        return true;
    }
    return false;
}
