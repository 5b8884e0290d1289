/* A lock is the task that holds it. Release does not free it while somebody waits: it makes the
 * first waiter the owner, so nobody can come in between and waiting ends in order. */
#include <assert.h>

#include "engine/task/task_priv.h"

static int wait_for(struct task_lock *lock, void (*cancel)(struct park *park), const void *where)
{
    struct park park;

    park_init(&park, WAIT_LOCK, cancel, where);
    park.object = lock->owner->id;
    park.on = &lock->owner;
    task_waiters_add(&lock->waiters, &park);
    return task_park(&park);
}

int task_lock_acquire_at(struct task_lock *lock, const void *where)
{
    int error = task_checkpoint(where);

    if (error)
        return error;
    if (lock->owner)
        return wait_for(lock, task_waiters_cancel, where);
    lock->owner = task_self();
    return 0;
}

int task_lock_acquire(struct task_lock *lock)
{
    struct task *self = task_self();

    if (unlikely(lock->owner || self->cancelled))
        return task_lock_acquire_at(lock, __builtin_return_address(0));
    lock->owner = self;
    return 0;
}

void task_lock_retake(struct task_lock *lock, const void *where)
{
    if (lock->owner)
        wait_for(lock, NULL, where);
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
