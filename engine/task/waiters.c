/* The list in which tasks wait for each other: first come, first served, and whoever is cancelled
 * steps out of the middle. Every primitive of task_sync.h and task_queue.h is this list and a few
 * words of state. What is handed over is handed to a waiter before it is woken, and the waiter is
 * then out of the list: so a cancellation that comes later finds nothing to take back. */
#include "engine/task/task_priv.h"

static void leave(struct task_waiters *waiters, struct park *park)
{
    if (waiters->first == park)
        waiters->first = park->next;
    else
        park->previous->next = park->next;
    if (waiters->last == park)
        waiters->last = park->previous;
    else
        park->next->previous = park->previous;
}

bool task_waiters_wake(struct task_waiters *waiters, int result)
{
    struct park *first = task_waiters_take(waiters);

    if (first)
        task_wake(first, result);
    return first != NULL;
}

void task_waiters_cancel(struct park *park)
{
    leave(park->in, park);
    task_wake(park, UV_ECANCELED);
}

int task_waiters_wait(struct task_waiters *waiters, enum wait why, uint32_t object,
                      const void *where)
{
    struct park park;

    park_init(&park, why, task_waiters_cancel, where);
    park.object = object;
    task_waiters_add(waiters, &park);
    return task_park(&park);
}
