/* Who and where, and an event by itself. A caller that follows the whole trace knows more than the
 * event says; for one that does not, words_event() looks at the events around. */
#include "cli/views/words.h"

#include <string.h>

#include "engine/trace/query.h"
#include "engine/trace/symbols.h"

enum { NS_PER_MS = 1000000, LOOK_AROUND = 20000 };

void words_duration(uint64_t ns, struct str *out)
{
    if (ns < UINT64_C(9999950000))
        str_printf(out, "%.1f ms", (double)ns / NS_PER_MS);
    else
        str_printf(out, "%.2f s", (double)ns / 1e9);
}

void words_actor(const struct trace *trace, uint32_t id, struct str *out)
{
    const struct entity *entity = trace_entity(trace, id);

    if (!id)
        str_puts(out, "asynctut");
    else if (entity && entity->type == ENTITY_LOOP && entity->number == 1 && !entity->name[0])
        str_puts(out, "loop");
    else if (entity && entity->type == ENTITY_THREAD && entity->number == 1 && !entity->name[0])
        str_puts(out, "main"); /* as it is called from its second event on */
    else
        query_name(trace, id, out);
}

/* --- an event by itself ----------------------------------------------------------------------- */

/* The nearest earlier event of that kind and subject, not far back; SIZE_MAX if there is none. */
static size_t earlier(const struct trace *trace, size_t i, unsigned kind, uint32_t subject)
{
    for (size_t k = i; k-- > 0 && i - k < LOOK_AROUND;)
        if (trace_event(trace, k)->kind == kind && trace_event(trace, k)->subject == subject)
            return k;
    return SIZE_MAX;
}

static size_t later(const struct trace *trace, size_t i, unsigned kind, uint32_t subject)
{
    for (size_t k = i + 1; k < trace_count(trace) && k - i < LOOK_AROUND; k++)
        if (trace_event(trace, k)->kind == kind && trace_event(trace, k)->subject == subject)
            return k;
    return SIZE_MAX;
}

static size_t beginning(const struct trace *trace, size_t i)
{
    const struct event *event = trace_event(trace, i);
    const struct entity *entity = trace_entity(trace, event->subject);

    switch ((enum event_kind)event->kind) {
    case EVENT_BLOCK_END:
    case EVENT_POLL_END:
    case EVENT_CALL_END:
    case EVENT_WORK_END:
        return earlier(trace, i, event->kind - 1u, event->subject);
    case EVENT_CALL:
        return event->object == CALLBACK_TIMER ? earlier(trace, i, EVENT_START, event->subject)
                                               : SIZE_MAX;
    case EVENT_END:
    case EVENT_GONE:
        return entity && entity->born < i ? entity->born : SIZE_MAX;
    default:
        return SIZE_MAX;
    }
}

/* A poll that does not sleep. */
static bool is_look(const struct event *event)
{
    return event->kind == EVENT_POLL && !event->arg;
}

void words_event(const struct trace *trace, size_t i, struct str *out)
{
    const struct event *event = trace_event(trace, i);
    struct words_known known = {.end = SIZE_MAX};
    size_t begun = beginning(trace, i);

    if (event->kind == EVENT_RESUME)
        known.first = earlier(trace, i, EVENT_RESUME, event->subject) == SIZE_MAX;
    if (event->kind == EVENT_POLL)
        known.end = later(trace, i, EVENT_POLL_END, event->subject);
    known.has_since = begun != SIZE_MAX && !is_look(trace_event(trace, begun));
    if (known.has_since)
        known.since = trace_event(trace, begun)->time;
    words_actor(trace, event->subject, out);
    str_putc(out, ' ');
    words_what(trace, i, &known, out);
}

/* --- places ----------------------------------------------------------------------------------- */

bool words_place(const struct trace *trace, struct symbols *symbols, size_t i, bool wait,
                 struct str *out)
{
    const struct event *event = trace_event(trace, i);
    struct place place;

    /* A loop's poll is libuv's own: where that is says nothing about the program. */
    if (!event->where || !symbols || event->kind == EVENT_POLL || event->kind == EVENT_POLL_END)
        return true;
    if (wait)
        symbols_wait(symbols, event->where, query_where_is_return(event), &place);
    else if (!symbols_find(symbols, event->where, query_where_is_return(event), &place))
        return false;
    if (!strcmp(place.function, "?"))
        return true;
    str_puts(out, place.function);
    if (place.line)
        str_printf(out, " (%s:%d)", place.file, place.line);
    return true;
}
