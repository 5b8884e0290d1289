/* A semaphore counts what is free. Release hands its place to the first waiter, if there is one, so
 * nobody can come in between. */
#include "engine/task/task_priv.h"

static int acquire(struct task_semaphore *semaphore, const void *where)
{
    int error = task_checkpoint(where);

    if (error)
        return error;
    if (semaphore->free == 0)
        return task_waiters_wait(&semaphore->waiters, WAIT_SEMAPHORE, where);
    semaphore->free--;
    return 0;
}

int task_semaphore_acquire(struct task_semaphore *semaphore)
{
    if (unlikely(semaphore->free == 0 || task_self()->cancelled))
        return acquire(semaphore, __builtin_return_address(0));
    semaphore->free--;
    return 0;
}

bool task_semaphore_try(struct task_semaphore *semaphore)
{
    if (semaphore->free == 0)
        return false;
    semaphore->free--;
    return true;
}

void task_semaphore_release(struct task_semaphore *semaphore)
{
    struct park *first = task_waiters_take(&semaphore->waiters);

    if (first)
        task_wake(first, 0);
    else
        semaphore->free++;
}
