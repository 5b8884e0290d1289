/* A barrier counts who has come; the last one opens it for all and starts the count anew. */
#include "engine/task/task_priv.h"

static void cancel_coming(struct park *park)
{
    struct task_barrier *barrier =
        (struct task_barrier *)((char *)park->in - offsetof(struct task_barrier, waiters));

    barrier->waiting--;
    task_waiters_cancel(park);
}

int task_barrier_wait(struct task_barrier *barrier)
{
    struct park park = {
        .where = __builtin_return_address(0), .why = WAIT_BARRIER, .cancel = cancel_coming};
    int error = task_checkpoint(park.where);

    if (error)
        return error;
    if (++barrier->waiting < barrier->parties) {
        task_waiters_add(&barrier->waiters, &park);
        return task_park(&park);
    }
    barrier->waiting = 0;
    while (task_waiters_wake(&barrier->waiters, 0))
        continue;
    return 1;
}
