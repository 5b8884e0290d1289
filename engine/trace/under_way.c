/* What was under way when a trace ends, found backwards: a beginning whose end was not come across.
 */
#include <stdlib.h>

#include "engine/trace/inside.h"
#include "engine/trace/query.h"

static bool begins(const struct event *event)
{
    return event->kind == EVENT_CALL || event->kind == EVENT_RESUME;
}

static bool ends(const struct event *event)
{
    return event->kind == EVENT_CALL_END || event->kind == EVENT_SUSPEND ||
           event->kind == EVENT_END;
}

size_t query_under_way(const struct trace *trace, size_t *ret_events, size_t most)
{
    uint32_t lanes = trace_lanes(trace), entities = trace_entities(trace);
    uint32_t *ended = calloc((size_t)entities + 1, sizeof *ended);
    bool *found = calloc((size_t)lanes + 1, sizeof *found);
    size_t count = 0;

    for (size_t i = ended && found ? trace_count(trace) : 0; i-- > 0 && count < lanes;) {
        const struct event *event = event_at(trace, i);

        if (event->subject >= entities || found[lane_at(trace, i)])
            continue;
        if (ends(event))
            ended[event->subject]++;
        else if (begins(event) && ended[event->subject])
            ended[event->subject]--;
        else if (begins(event)) {
            found[lane_at(trace, i)] = true;
            if (count < most)
                ret_events[count] = i;
            count++;
        }
    }
    free(ended);
    free(found);
    return count < most ? count : most;
}
