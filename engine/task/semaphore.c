/* A semaphore counts what is free. Release hands its place to the first waiter, if there is one, so
 * nobody can come in between. */
#include "engine/task/task_priv.h"

int task_semaphore_acquire(struct task_semaphore *semaphore)
{
    const void *where = __builtin_return_address(0);
    int error = task_checkpoint(where);

    if (error)
        return error;
    if (semaphore->free == 0)
        return task_waiters_wait(&semaphore->waiters, WAIT_SEMAPHORE, where);
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
    if (!task_waiters_wake(&semaphore->waiters, 0))
        semaphore->free++;
}
