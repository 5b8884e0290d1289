/* Calls of operations as events: one for each, whether it waited or not. Things live in the
 * caller's memory and begin as zeros, so the tracer hears of one when it is first used; a thing
 * that outlives its task_run() is a new one in the next, which may have another record. */
#include "engine/task/task_priv.h"

uint32_t task_object_made(struct task_traced *traced, enum entity_type type, const void *where)
{
    struct runtime *runtime = task_runtime;

    if (traced->run != runtime->run) {
        traced->id = runtime->tracer->born(type, runtime->current->id, where);
        traced->run = runtime->run;
    }
    return traced->id;
}

void task_did_anywhere(const struct task_tracer *tracer, enum operation operation, uint32_t object,
                       int64_t result, const void *where)
{
    if (task_is_traced())
        task_did_told(operation, object, result, where);
    else
        tracer->emit(EVENT_DO, tracer->find ? tracer->find(NULL) : 0, object,
                     event_do_arg(operation, result), where);
}

/* In a callback of the loop it is the loop that calls. */
void task_did_told(enum operation operation, uint32_t object, int64_t result, const void *where)
{
    struct runtime *runtime = task_runtime;
    uint32_t who = runtime->current->id ? runtime->current->id : task_entity(runtime->uv);

    task_trace(runtime, EVENT_DO, who, object, event_do_arg(operation, result), where);
}
