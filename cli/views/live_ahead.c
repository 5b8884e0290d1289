/* Which events get a line, and which two share one. Both depend on the trace alone and never on
 * when it is read: an event whose meaning is not clear yet waits until the trace has grown past the
 * time in which it could change. */
#include <stdlib.h>

#include "cli/views/live_priv.h"

enum {
    AT_ONCE_NS = 1000000,       /* a step or callback this short is one line */
    BLOCK_AT_ONCE_NS = 5000000, /* and a blocking call */
    WORTH_TELLING_NS = 1000000, /* a shorter sleep of the loop is no line at LEVEL_TASKS */
    AHEAD_AT_MOST = 20000,      /* events looked through */
};

/* --- looking ahead ---------------------------------------------------------------------------- */

/* Does event `end` close what event i has opened on the same thread? */
static bool closes(const struct event *event, const struct event *end)
{
    switch ((enum event_kind)event->kind) {
    case EVENT_RESUME:
        return (end->kind == EVENT_SUSPEND || end->kind == EVENT_END) &&
               end->subject == event->subject;
    case EVENT_POLL:
    case EVENT_BLOCK:
    case EVENT_CALL:
        return end->kind == event->kind + 1u && end->subject == event->subject;
    default:
        return false;
    }
}

static uint64_t patience(const struct event *event)
{
    switch ((enum event_kind)event->kind) {
    case EVENT_RESUME:
    case EVENT_CALL:
        return AT_ONCE_NS;
    case EVENT_BLOCK:
        return BLOCK_AT_ONCE_NS;
    default: /* a sleeping loop is told when it wakes: until then nothing else happens */
        return UINT64_MAX;
    }
}

/* Locks and joins that did not have to wait are no news among tasks. */
static bool is_waiting_for_others(const struct event *event)
{
    return event->object == BLOCK_LOCK || event->object == BLOCK_CONDITION ||
           event->object == BLOCK_JOIN;
}

static enum ahead when_closed(const struct event *event, const struct event *end, bool disturbed,
                              enum event_level level)
{
    uint64_t length = end->time > event->time ? end->time - event->time : 0;

    if (event->kind == EVENT_POLL && level == LEVEL_TASKS && length < WORTH_TELLING_NS)
        return AHEAD_HIDE;
    if (event->kind == EVENT_BLOCK && length < AT_ONCE_NS)
        return level == LEVEL_TASKS && is_waiting_for_others(event) ? AHEAD_HIDE : AHEAD_FOLDED;
    if (disturbed || length > patience(event))
        return AHEAD_ALONE;
    return AHEAD_FOLDED;
}

static enum ahead at_the_edge(const struct live *live, const struct event *event)
{
    uint64_t until = trace_until(live->trace), wait = patience(event);

    if (until == UINT64_MAX || trace_stands(live->trace) ||
        (wait != UINT64_MAX && until > event->time + wait))
        return AHEAD_ALONE;
    return AHEAD_WAIT;
}

static bool can_be_short(const struct event *event)
{
    return event->kind == EVENT_POLL || event->kind == EVENT_BLOCK;
}

/* Other things told within a poll or a blocking call leave open how long it takes; a millisecond
 * without its end makes it worth two lines. */
static bool is_clear(const struct live *live, const struct event *event)
{
    return !can_be_short(event) || trace_stands(live->trace) ||
           trace_until(live->trace) > event->time + WORTH_TELLING_NS;
}

enum ahead live_ahead(const struct live *live, size_t i, enum event_level level, size_t *ret_end)
{
    const struct event *event = trace_event(live->trace, i);
    uint32_t lane = trace_lane(live->trace, i);
    bool disturbed = false;

    *ret_end = SIZE_MAX;
    if (event->kind != EVENT_RESUME && event->kind != EVENT_POLL && event->kind != EVENT_BLOCK &&
        event->kind != EVENT_CALL)
        return AHEAD_ALONE;
    for (size_t k = i + 1; k < trace_count(live->trace) && k - i < AHEAD_AT_MOST; k++) {
        const struct event *other = trace_event(live->trace, k);

        if (trace_lane(live->trace, k) == lane && closes(event, other)) {
            enum ahead ahead = when_closed(event, other, disturbed, level);

            if (ahead == AHEAD_FOLDED)
                *ret_end = k;
            return ahead;
        }
        disturbed = disturbed || words_told(live->trace, k, level);
        if (disturbed && (!can_be_short(event) || other->time > event->time + WORTH_TELLING_NS))
            return AHEAD_ALONE;
    }
    if (disturbed)
        return is_clear(live, event) ? AHEAD_ALONE : AHEAD_WAIT;
    return at_the_edge(live, event);
}
