/* The token bucket, kept as one number: the time at which it will be full again (the generic cell
 * rate algorithm, ITU-T I.371). Each pass moves that on by one interval, and a pass is there when
 * it is less than `burst` intervals away. Whoever sleeps for the next pass holds the lock, so the
 * others queue behind it in order, and if it is cancelled it leaves without having taken the pass.
 */
#include <assert.h>
#include <math.h>

#include "engine/task/task_priv.h"

static int wait_for_pass(struct task_limiter *limiter, const void *where)
{
    uv_loop_t *uv = task_self()->runtime->uv;
    double interval = 1 / limiter->per_second, now, ahead;
    int error = 0;

    for (;;) {
        uv_update_time(uv);
        now = (double)uv_now(uv) / 1000;
        ahead = fmax(limiter->next, now) + interval - now - limiter->burst * interval;
        if (error || ahead < 1e-9)
            break;
        error = task_sleep_at((uint64_t)ceil(ahead * 1000 - 1e-6), where);
    }
    if (error == 0)
        limiter->next = fmax(limiter->next, now) + interval;
    return error;
}

static int acquire(struct task_limiter *limiter, uint32_t id, const void *where)
{
    int error = task_lock_take(&limiter->lock, id, where);

    if (error)
        return error;
    error = wait_for_pass(limiter, where);
    task_lock_give(&limiter->lock);
    return error;
}

int task_limiter_acquire(struct task_limiter *limiter)
{
    const void *where = __builtin_return_address(0);
    uint32_t id = task_object(&limiter->traced, ENTITY_LIMITER, where);
    int error;

    assert(limiter->per_second > 0 && limiter->burst > 0);
    error = acquire(limiter, id, where);
    task_did(DO_ACQUIRE, id, error, where);
    return error;
}
