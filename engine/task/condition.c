/* A condition: the lock is given up and the waiter in the list without anyone running in between,
 * so no notification is missed. */
#include <assert.h>

#include "engine/task/task_priv.h"

static uint32_t object(struct task_condition *condition, const void *where)
{
    return task_object(&condition->traced, ENTITY_CONDITION, where);
}

int task_condition_wait(struct task_condition *condition, struct task_lock *lock)
{
    const void *where = __builtin_return_address(0);
    uint32_t id = object(condition, where);
    int error = task_checkpoint(where);

    assert(lock->owner == task_self());
    if (error == 0) {
        task_lock_release_at(lock, where);
        error = task_waiters_wait(&condition->waiters, WAIT_CONDITION, id, where);
        task_lock_retake(lock, where);
    }
    task_did(DO_WAIT, id, error, where);
    return error;
}

static void notify(struct task_condition *condition, size_t n, const void *where)
{
    size_t woken = 0;

    while (woken < n && task_waiters_wake(&condition->waiters, 0))
        woken++;
    task_did(DO_NOTIFY, object(condition, where), (int64_t)woken, where);
}

void task_condition_notify(struct task_condition *condition, size_t n)
{
    notify(condition, n, __builtin_return_address(0));
}

void task_condition_notify_all(struct task_condition *condition)
{
    notify(condition, SIZE_MAX, __builtin_return_address(0));
}
