/* An event: a flag, and the list of those who wait for it. */
#include "engine/task/task_priv.h"

static uint32_t object(struct task_event *event, const void *where)
{
    return task_object(&event->traced, ENTITY_EVENT, where);
}

int task_event_wait(struct task_event *event)
{
    const void *where = __builtin_return_address(0);
    uint32_t id = object(event, where);
    int error = task_checkpoint(where);

    if (error == 0 && !event->is_set)
        error = task_waiters_wait(&event->waiters, WAIT_EVENT, id, where);
    task_did(DO_WAIT, id, error, where);
    return error;
}

void task_event_set(struct task_event *event)
{
    const void *where = __builtin_return_address(0);
    int64_t woken = 0;

    event->is_set = true;
    while (task_waiters_wake(&event->waiters, 0))
        woken++;
    task_did(DO_SET, object(event, where), woken, where);
}

void task_event_clear(struct task_event *event)
{
    const void *where = __builtin_return_address(0);

    event->is_set = false;
    task_did(DO_CLEAR, object(event, where), 0, where);
}
