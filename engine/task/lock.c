/* A lock is the task that holds it. Release does not free it while somebody waits: it makes the
 * first waiter the owner, so nobody can come in between and waiting ends in order. */
#include <assert.h>

#include "engine/task/task_priv.h"

static int wait_for(struct task_lock *lock, bool cancellable, const void *where)
{
    struct park park = {.where = where,
                        .why = WAIT_LOCK,
                        .object = lock->owner->id,
                        .on = &lock->owner,
                        .cancel = cancellable ? task_waiters_cancel : NULL};

    task_waiters_add(&lock->waiters, &park);
    return task_park(&park);
}

static inline int acquire(struct task_lock *lock, const void *where)
{
    int error = task_checkpoint(where);

    if (error)
        return error;
    if (lock->owner)
        return wait_for(lock, true, where);
    lock->owner = task_self();
    return 0;
}

int task_lock_acquire(struct task_lock *lock)
{
    return acquire(lock, __builtin_return_address(0));
}

int task_lock_acquire_at(struct task_lock *lock, const void *where)
{
    return acquire(lock, where);
}

void task_lock_retake(struct task_lock *lock, const void *where)
{
    if (lock->owner)
        wait_for(lock, false, where);
    else
        lock->owner = task_self();
}

bool task_lock_try(struct task_lock *lock)
{
    if (lock->owner)
        return false;
    lock->owner = task_self();
    return true;
}

void task_lock_release(struct task_lock *lock)
{
    struct park *next = task_waiters_take(&lock->waiters);

    assert(lock->owner);
    lock->owner = next ? next->task : NULL;
    if (next)
        task_wake(next, 0);
}
