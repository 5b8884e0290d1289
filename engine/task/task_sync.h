/* How tasks share: lock, event, condition, semaphore, barrier, rate limiter.
 *
 * All of them live in the caller's memory, belong to one loop's thread, serve who waits first come
 * first served, and do not keep the loop alive (but for the limiter, which sleeps): if nobody can
 * come to wake the waiters any more, task_run() reports a deadlock. They are asyncio's
 * (docs.python.org, "Synchronization Primitives") but for the limiter. Every call that may wait
 * parks and is a cancellation point; it returns 0, or UV_ECANCELED and then has taken nothing: a
 * waiter that is cancelled never swallows what was meant for another. What says "does not park" may
 * also be called from a libuv callback on the loop's thread. Nothing has to be freed; nobody may
 * wait when the memory goes. */
#ifndef ASYNCTUT_TASK_SYNC_H
#define ASYNCTUT_TASK_SYNC_H

#include "engine/task/task.h"

#pragma GCC visibility push(default)
#ifdef __cplusplus
extern "C" {
#endif

struct task_waiters { /* private */
    void *first, *last;
};

/* Lock: one task at a time between acquire and release, across parks. Start with {0}. Who holds it
 * and acquires it again waits for itself: a deadlock, and reported as one. */
struct task_lock {
    struct task *owner; /* NULL: free */
    struct task_waiters waiters;
    struct task_traced traced;
};
int task_lock_acquire(struct task_lock *lock);  /* parks while another has it */
bool task_lock_try(struct task_lock *lock);     /* false: it is taken. Does not park */
void task_lock_release(struct task_lock *lock); /* hands over to the first waiter; does not park */

/* Event: a flag that can be waited for. Start with {0}: not set. */
struct task_event {
    bool is_set;
    struct task_waiters waiters;
    struct task_traced traced;
};
int task_event_wait(struct task_event *event);   /* parks, unless it is set */
void task_event_set(struct task_event *event);   /* wakes all that wait; does not park */
void task_event_clear(struct task_event *event); /* does not park */

/* Condition: wait, with a lock held, until somebody says that the state may have changed. Check the
 * state again in a loop afterwards. Start with {0}. */
struct task_condition {
    struct task_waiters waiters;
    struct task_traced traced;
};
/* Releases the lock, parks, and has it again on return, also on UV_ECANCELED. */
int task_condition_wait(struct task_condition *condition, struct task_lock *lock);
void task_condition_notify(struct task_condition *condition, size_t n); /* does not park */
void task_condition_notify_all(struct task_condition *condition);       /* does not park */

/* Semaphore: at most `free` at a time. Start with {.free = N}. */
struct task_semaphore {
    size_t free;
    struct task_waiters waiters;
    struct task_traced traced;
};
int task_semaphore_acquire(struct task_semaphore *semaphore);  /* parks while none is free */
bool task_semaphore_try(struct task_semaphore *semaphore);     /* false: none. Does not park */
void task_semaphore_release(struct task_semaphore *semaphore); /* does not park */

/* Barrier: `parties` tasks wait until all of them have come, again and again. Start with
 * {.parties = N}. A task that is cancelled while it waits has not come. */
struct task_barrier {
    size_t parties, waiting;
    struct task_waiters waiters;
    struct task_traced traced;
};
/* Parks, but for the last to come, who gets 1 and the others 0. */
int task_barrier_wait(struct task_barrier *barrier);

/* Rate limiter, a token bucket (ITU-T I.371, annex A): `per_second` passes on average, at most
 * `burst` at once. Start with {.per_second = R, .burst = B}, R above 0, B at least 1. UV_ENOMEM: no
 * memory to sleep, and no pass taken. While somebody waits the loop is kept alive, as by any sleep:
 * the next pass comes with time, not from another task. (A concurrency limit is a semaphore.) */
struct task_limiter {
    double per_second;
    unsigned burst;
    double next; /* private: when the bucket will be full again, in s of the loop's clock */
    struct task_lock lock;
    struct task_traced traced;
};
int task_limiter_acquire(struct task_limiter *limiter); /* parks until there is a pass */

#ifdef __cplusplus
}
#endif
#pragma GCC visibility pop

#endif
