/* A condition: the lock is given up and the waiter in the list without anyone running in between,
 * so no notification is missed. */
#include <assert.h>

#include "engine/task/task_priv.h"

int task_condition_wait(struct task_condition *condition, struct task_lock *lock)
{
    const void *where = __builtin_return_address(0);
    int error = task_checkpoint(where);

    assert(lock->owner == task_self());
    if (error)
        return error;
    task_lock_release(lock);
    error = task_waiters_wait(&condition->waiters, WAIT_CONDITION, where);
    task_lock_retake(lock, where);
    return error;
}

void task_condition_notify(struct task_condition *condition, size_t n)
{
    while (n-- > 0 && task_waiters_wake(&condition->waiters, 0))
        continue;
}

void task_condition_notify_all(struct task_condition *condition)
{
    task_condition_notify(condition, SIZE_MAX);
}
