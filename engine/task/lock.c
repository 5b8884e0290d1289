/* A lock is the task that holds it. Release does not free it while somebody waits: it makes the
 * first waiter the owner, so nobody can come in between and waiting ends in order. */
#include <assert.h>

#include "engine/task/task_priv.h"

static uint32_t object(struct task_lock *lock, const void *where)
{
    return task_object(&lock->traced, ENTITY_LOCK, where);
}

static int wait_for(struct task_lock *lock, uint32_t id, void (*cancel)(struct park *park),
                    const void *where)
{
    struct park park;

    park_init(&park, event_wait_arg(WAIT_LOCK, id), cancel, where);
    park.object = lock->owner->id;
    park.on = &lock->owner;
    task_waiters_add(&lock->waiters, &park);
    return task_park(&park);
}

int task_lock_take(struct task_lock *lock, uint32_t id, const void *where)
{
    int error = task_checkpoint(where);

    if (error)
        return error;
    if (lock->owner)
        return wait_for(lock, id, task_waiters_cancel, where);
    lock->owner = task_self();
    return 0;
}

SELDOM static int acquire(struct task_lock *lock, const void *where)
{
    uint32_t id = object(lock, where);
    int error = task_lock_take(lock, id, where);

    task_did(DO_ACQUIRE, id, error, where);
    return error;
}

int task_lock_acquire(struct task_lock *lock)
{
    struct task *self = task_self();

    if (unlikely(lock->owner || self->cancelled || task_self_is_traced()))
        return acquire(lock, __builtin_return_address(0));
    lock->owner = self;
    return 0;
}

void task_lock_retake(struct task_lock *lock, const void *where)
{
    uint32_t id = object(lock, where);

    if (lock->owner)
        wait_for(lock, id, NULL, where);
    else
        lock->owner = task_self();
    task_did(DO_ACQUIRE, id, 0, where);
}

bool task_lock_try(struct task_lock *lock)
{
    const void *where = __builtin_return_address(0);
    bool is_free = !lock->owner;

    if (is_free)
        lock->owner = task_self();
    task_did(DO_ACQUIRE, object(lock, where), is_free ? 0 : UV_EAGAIN, where);
    return is_free;
}

static inline void release(struct task_lock *lock)
{
    struct park *next = task_waiters_take(&lock->waiters);

    assert(lock->owner);
    lock->owner = next ? next->task : NULL;
    if (next)
        task_wake(next, 0);
}

void task_lock_give(struct task_lock *lock)
{
    release(lock);
}

SELDOM void task_lock_release_at(struct task_lock *lock, const void *where)
{
    release(lock);
    task_did(DO_RELEASE, object(lock, where), 0, where);
}

void task_lock_release(struct task_lock *lock)
{
    if (task_self_is_traced()) /* a task has it */
        task_lock_release_at(lock, __builtin_return_address(0));
    else
        release(lock);
}
