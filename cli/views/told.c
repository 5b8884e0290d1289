/* Which events are told at a level: those of the level, and what actors with names do, whatever
 * they are. */
#include "cli/views/words.h"

/* A thread that the program made, and not libuv for its pool, nor the one it began with. */
static bool is_made_thread(const struct trace *trace, uint32_t id)
{
    const struct entity *entity = trace_entity(trace, id);

    return entity && entity->type == ENTITY_THREAD && entity->parent;
}

static bool is_named_actor(const struct trace *trace, uint32_t id)
{
    const struct entity *entity = trace_entity(trace, id);

    return entity && entity->type > ENTITY_TASK && entity->name[0];
}

/* What named handles and requests do is told like what tasks do. */
static bool is_act_of_named(const struct trace *trace, const struct event *event)
{
    switch ((enum event_kind)event->kind) {
    case EVENT_START:
    case EVENT_STOP:
    case EVENT_SUBMIT:
    case EVENT_WORK:
    case EVENT_WORK_END:
    case EVENT_CANCEL:
        return is_named_actor(trace, event->subject);
    case EVENT_CALL:
    case EVENT_CALL_END:
        return event->object != CALLBACK_CLOSE && event->object != CALLBACK_ALLOC &&
               event->object != CALLBACK_WALK && is_named_actor(trace, event->subject);
    default:
        return false;
    }
}

bool words_told(const struct trace *trace, size_t i, enum event_level level)
{
    const struct event *event = trace_event(trace, i);

    if (event->kind == EVENT_TEXT && event->object == TEXT_NAME)
        return false; /* everything is told by its name anyway */
    if (level >= LEVEL_TASKS && (event->kind == EVENT_BORN || event->kind == EVENT_GONE) &&
        is_made_thread(trace, event->subject))
        return true;
    if (level >= LEVEL_TASKS && is_act_of_named(trace, event))
        return true;
    return event_level((enum event_kind)event->kind) <= level;
}
