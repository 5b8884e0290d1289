/* A barrier counts who has come; the last one opens it for all and starts the count anew. */
#include "engine/task/task_priv.h"

static void cancel_coming(struct park *park)
{
    struct task_barrier *barrier =
        (struct task_barrier *)((char *)park->in - offsetof(struct task_barrier, waiters));

    barrier->waiting--;
    task_waiters_cancel(park);
}

static int come(struct task_barrier *barrier, uint32_t id, const void *where)
{
    struct park park = {.where = where, .why = WAIT_BARRIER, .object = id, .cancel = cancel_coming};
    int error = task_checkpoint(where);

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

int task_barrier_wait(struct task_barrier *barrier)
{
    const void *where = __builtin_return_address(0);
    uint32_t id = task_object(&barrier->traced, ENTITY_BARRIER, where);
    int result = come(barrier, id, where);

    task_did(DO_WAIT, id, result, where);
    return result;
}
