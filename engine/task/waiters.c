/* The list in which tasks wait for each other: first come, first served, and whoever is cancelled
 * steps out of the middle. Every primitive of task_sync.h and task_queue.h is this list and a few
 * words of state. What is handed over is handed to a waiter before it is woken, and the waiter is
 * then out of the list: so a cancellation that comes later finds nothing to take back. */
#include "engine/task/task_priv.h"

void task_waiters_add(struct task_waiters *waiters, struct park *park)
{
    struct park *last = waiters->last;

    park->in = waiters;
    park->next = NULL;
    park->previous = last;
    if (last)
        last->next = park;
    else
        waiters->first = park;
    waiters->last = park;
}

void task_waiters_remove(struct park *park)
{
    struct task_waiters *waiters = park->in;

    if (park->previous)
        park->previous->next = park->next;
    else
        waiters->first = park->next;
    if (park->next)
        park->next->previous = park->previous;
    else
        waiters->last = park->previous;
}

struct park *task_waiters_take(struct task_waiters *waiters)
{
    struct park *first = waiters->first;

    if (first)
        task_waiters_remove(first);
    return first;
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
    task_waiters_remove(park);
    task_wake(park, UV_ECANCELED);
}

int task_waiters_wait(struct task_waiters *waiters, enum wait why, const void *where)
{
    struct park park = {.where = where, .why = why, .cancel = task_waiters_cancel};

    task_waiters_add(waiters, &park);
    return task_park(&park);
}
