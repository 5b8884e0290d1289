/* Selectors: which events of a trace a check is about. */
#include <string.h>

#include "engine/exercise/judge_priv.h"
#include "engine/trace/query.h"

/* A selector that names no kind means the one that its other words belong to. */
static int implied_kind(const struct selector *selector)
{
    if (selector->kind >= 0)
        return selector->kind;
    if (selector->callback >= 0)
        return EVENT_CALL;
    if (selector->block >= 0)
        return EVENT_BLOCK;
    if (selector->wait >= 0)
        return EVENT_SUSPEND;
    if (selector->operation >= 0)
        return EVENT_DO;
    return EVENT_BORN;
}

/* An operation is known by what it is done to: whoever does it is a task nearly always. */
static bool is_of_type(const struct trace *trace, const struct event *event, int type)
{
    uint32_t id = event->kind == EVENT_DO ? event->object : event->subject;
    const struct entity *entity = trace_entity(trace, id);

    return entity && (int)entity->type == type;
}

static bool text_begins(const struct trace *trace, size_t i, const char *text)
{
    char buffer[4 * EVENT_TEXT_MAX + 1];

    trace_text(trace, i, buffer, sizeof buffer);
    return strncmp(buffer, text, strlen(text)) == 0;
}

bool selector_matches(const struct selector *selector, const struct trace *trace, size_t i)
{
    const struct event *event = trace_event(trace, i);

    if (event->kind != implied_kind(selector))
        return false;
    if (selector->entity >= 0 && !is_of_type(trace, event, selector->entity))
        return false;
    if (selector->callback >= 0 && (int)event->object != selector->callback)
        return false;
    if (selector->block >= 0 && (int)event->object != selector->block)
        return false;
    if (selector->wait >= 0 && (int)event_wait(event) != selector->wait)
        return false;
    if (selector->operation >= 0 && (int)event_do(event) != selector->operation)
        return false;
    if (selector->phase >= 0 && (int)query_phase(trace, i) != selector->phase)
        return false;
    if (selector->inside >= 0 && (query_turn(trace, i) > 0) != (selector->inside > 0))
        return false;
    return !selector->text || (event->kind == EVENT_TEXT && text_begins(trace, i, selector->text));
}

size_t selector_find(const struct selector *selector, const struct trace *trace)
{
    int left = selector->nth;

    for (size_t i = 0; i < trace_count(trace); i++)
        if (selector_matches(selector, trace, i) && --left == 0)
            return i;
    return SIZE_MAX;
}

const char *selector_noun(const struct selector *selector)
{
    if (selector->callback >= 0)
        return callback_name((unsigned)selector->callback);
    if (selector->block >= 0)
        return block_name((unsigned)selector->block);
    if (selector->wait >= 0)
        return wait_name((unsigned)selector->wait);
    if (selector->operation >= 0)
        return operation_name((unsigned)selector->operation);
    if (selector->entity >= 0)
        return entity_type_name((unsigned)selector->entity);
    return event_kind_name((unsigned)implied_kind(selector));
}
