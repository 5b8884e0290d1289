/* A semaphore counts what is free. Release hands its place to the first waiter, if there is one, so
 * nobody can come in between. */
#include "engine/task/task_priv.h"

static uint32_t object(struct task_semaphore *semaphore, const void *where)
{
    return task_object(&semaphore->traced, ENTITY_SEMAPHORE, where);
}

static int take(struct task_semaphore *semaphore, uint32_t id, const void *where)
{
    int error = task_checkpoint(where);

    if (error)
        return error;
    if (semaphore->free == 0)
        return task_waiters_wait(&semaphore->waiters, WAIT_SEMAPHORE, id, where);
    semaphore->free--;
    return 0;
}

SELDOM static int acquire(struct task_semaphore *semaphore, const void *where)
{
    uint32_t id = object(semaphore, where);
    size_t left = semaphore->free ? semaphore->free - 1 : 0;
    int error = take(semaphore, id, where);

    task_did(DO_ACQUIRE, id, error ? error : (int64_t)left, where);
    return error;
}

int task_semaphore_acquire(struct task_semaphore *semaphore)
{
    if (unlikely(semaphore->free == 0 || task_self()->cancelled || task_self_is_traced()))
        return acquire(semaphore, __builtin_return_address(0));
    semaphore->free--;
    return 0;
}

bool task_semaphore_try(struct task_semaphore *semaphore)
{
    const void *where = __builtin_return_address(0);
    bool any = semaphore->free > 0;

    if (any)
        semaphore->free--;
    task_did(DO_ACQUIRE, object(semaphore, where), any ? (int64_t)semaphore->free : UV_EAGAIN,
             where);
    return any;
}

static inline void release(struct task_semaphore *semaphore)
{
    struct park *first = task_waiters_take(&semaphore->waiters);

    if (first)
        task_wake(first, 0);
    else
        semaphore->free++;
}

SELDOM static void release_told(struct task_semaphore *semaphore, const void *where)
{
    release(semaphore);
    task_did(DO_RELEASE, object(semaphore, where), (int64_t)semaphore->free, where);
}

void task_semaphore_release(struct task_semaphore *semaphore)
{
    if (task_is_traced())
        release_told(semaphore, __builtin_return_address(0));
    else
        release(semaphore);
}
