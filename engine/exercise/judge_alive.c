/* What kept a run alive that had to be ended: handles, requests, and where tasks and threads stand.
 */
#include <stdio.h>
#include <string.h>

#include "engine/base/str.h"
#include "engine/exercise/judge_priv.h"
#include "engine/trace/query.h"

/* Where it stands: a task that was suspended and not resumed, a thread in a blocking call. */
static bool stands(const struct trace *trace, uint32_t id, struct alive *alive)
{
    size_t at = SIZE_MAX;

    for (size_t i = 0; i < trace_count(trace); i++) {
        const struct event *event = trace_event(trace, i);
        if (event->subject != id)
            continue;
        if (event->kind == EVENT_SUSPEND || event->kind == EVENT_BLOCK)
            at = i;
        else if (event->kind == EVENT_RESUME || event->kind == EVENT_BLOCK_END ||
                 event->kind == EVENT_END || event->kind == EVENT_WAKE)
            at = SIZE_MAX;
    }
    if (at == SIZE_MAX)
        return false;
    const struct event *event = trace_event(trace, at);
    alive->where = event->where;
    if (event->kind == EVENT_SUSPEND)
        snprintf(alive->what, sizeof alive->what, "waits (%s)", wait_name(event_wait(event)));
    else
        snprintf(alive->what, sizeof alive->what, "is blocked (%s)", block_name(event->object));
    return true;
}

static bool keeps_alive(const struct trace *trace, uint32_t id, struct alive *alive)
{
    const struct entity *entity = trace_entity(trace, id);

    if (!entity)
        return false;
    if (entity->type == ENTITY_TASK || entity->type == ENTITY_THREAD)
        return stands(trace, id, alive);
    if (entity->gone != ENTITY_NEVER)
        return false;
    if (entity_is_request(entity->type) && entity->active)
        snprintf(alive->what, sizeof alive->what, "is pending");
    else if (entity_is_handle(entity->type) && entity->active && entity->referenced)
        snprintf(alive->what, sizeof alive->what, "is active");
    else if (entity_is_handle(entity->type) && entity->type == ENTITY_ASYNC && !entity->closing &&
             entity->referenced)
        snprintf(alive->what, sizeof alive->what, "is open"); /* an async is active until closed */
    else
        return false;
    return true;
}

size_t judge_alive(const struct trace *trace, struct alive *ret_alive, size_t capacity)
{
    size_t count = 0;

    for (uint32_t id = 1; id < trace_entities(trace); id++) {
        struct alive alive = {{0}, {0}, 0, 0};
        struct str name = {0};
        if (!keeps_alive(trace, id, &alive))
            continue;
        query_name(trace, id, &name);
        snprintf(alive.name, sizeof alive.name, "%s", str_text(&name));
        str_free(&name);
        alive.created = trace_made_at(trace, trace_entity(trace, id));
        if (count < capacity)
            ret_alive[count] = alive;
        count++;
    }
    return count;
}
