/* An event: a flag, and the list of those who wait for it. */
#include "engine/task/task_priv.h"

int task_event_wait(struct task_event *event)
{
    const void *where = __builtin_return_address(0);
    int error = task_checkpoint(where);

    if (error || event->is_set)
        return error;
    return task_waiters_wait(&event->waiters, WAIT_EVENT, where);
}

void task_event_set(struct task_event *event)
{
    event->is_set = true;
    while (task_waiters_wake(&event->waiters, 0))
        continue;
}

void task_event_clear(struct task_event *event)
{
    event->is_set = false;
}
