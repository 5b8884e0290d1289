/* What is waited for with others: locks and the like, and queues. */
#include "tests/task/operations.h"

/* --- lock ------------------------------------------------------------------------------------- */

static int lock_alone(void *arg)
{
    (void)arg;
    task_lock_acquire(&things.lock);
    task_lock_release(&things.lock);
    return 0;
}

static int lock_together(void *arg)
{
    struct task *b;

    (void)arg;
    task_lock_acquire(&things.lock);
    b = operation_begin(lock_alone);
    task_lock_release(&things.lock);
    return task_await(b);
}

static int lock_tried(void *arg)
{
    (void)arg;
    cr_assert(task_lock_try(&things.lock));
    cr_assert_not(task_lock_try(&things.lock));
    return 0;
}

static int lock_given_up(void *arg)
{
    (void)arg;
    cr_assert_eq(task_lock_acquire(&things.lock), UV_ECANCELED);
    return 0;
}

static int lock_cancelled(void *arg)
{
    struct task *b;

    (void)arg;
    task_lock_acquire(&things.lock);
    b = operation_begin(lock_given_up);
    task_cancel(b);
    return task_await(b);
}

/* --- semaphore, event, condition, barrier, limiter -------------------------------------------- */

static int semaphore_alone(void *arg)
{
    (void)arg;
    task_semaphore_acquire(&things.semaphore);
    cr_assert_not(task_semaphore_try(&things.semaphore));
    task_semaphore_release(&things.semaphore);
    cr_assert(task_semaphore_try(&things.semaphore));
    return 0;
}

static int semaphore_waits(void *arg)
{
    (void)arg;
    return task_semaphore_acquire(&things.semaphore);
}

static int semaphore_together(void *arg)
{
    struct task *b;

    (void)arg;
    task_semaphore_acquire(&things.semaphore);
    b = operation_begin(semaphore_waits);
    task_semaphore_release(&things.semaphore);
    return task_await(b);
}

static int event_alone(void *arg)
{
    (void)arg;
    task_event_set(&things.event);
    task_event_wait(&things.event);
    task_event_clear(&things.event);
    return 0;
}

static int event_waits(void *arg)
{
    (void)arg;
    return task_event_wait(&things.event);
}

static int event_together(void *arg)
{
    struct task *b = operation_begin(event_waits);

    (void)arg;
    task_event_set(&things.event);
    return task_await(b);
}

static int condition_alone(void *arg)
{
    (void)arg;
    task_condition_notify(&things.condition, 3);
    task_condition_notify_all(&things.condition);
    return 0;
}

static int condition_waits(void *arg)
{
    (void)arg;
    task_lock_acquire(&things.lock);
    return task_condition_wait(&things.condition, &things.lock);
}

static int condition_together(void *arg)
{
    struct task *b = operation_begin(condition_waits);

    (void)arg;
    task_condition_notify(&things.condition, 3);
    return task_await(b);
}

static int barrier_reached(void *arg)
{
    (void)arg;
    task_barrier_wait(&things.barrier);
    return 0;
}

static int barrier_together(void *arg)
{
    struct task *b = operation_begin(barrier_reached);

    (void)arg;
    task_barrier_wait(&things.barrier);
    return task_await(b);
}

static int limiter_twice(void *arg)
{
    (void)arg;
    task_limiter_acquire(&things.limiter);
    return task_limiter_acquire(&things.limiter);
}

static int limiter_once(void *arg)
{
    (void)arg;
    return task_limiter_acquire(&things.limiter);
}

static int limiter_together(void *arg)
{
    struct task *b;

    (void)arg;
    task_limiter_acquire(&things.limiter);
    b = operation_begin(limiter_once);
    task_limiter_acquire(&things.limiter);
    return task_await(b);
}

/* Whoever is woken by a condition waits for the lock again. */
static int condition_and_lock(void *arg)
{
    struct task *b = operation_begin(condition_waits);

    (void)arg;
    task_lock_acquire(&things.lock);
    task_condition_notify(&things.condition, 1);
    task_yield();
    task_lock_release(&things.lock);
    return task_await(b);
}

/* --- queue ------------------------------------------------------------------------------------ */

static int queue_alone(void *arg)
{
    void *got;

    (void)arg;
    task_queue_put(&things.queue, things.slots);
    cr_assert_eq(task_queue_try_put(&things.queue, things.slots), UV_EAGAIN);
    task_queue_get(&things.queue, &got);
    cr_assert_eq(task_queue_try_get(&things.queue, &got), UV_EAGAIN);
    cr_assert_eq(task_queue_try_put(&things.queue, things.slots), 0);
    cr_assert_eq(task_queue_try_get(&things.queue, &got), 0);
    task_queue_close(&things.queue);
    cr_assert_eq(task_queue_put(&things.queue, things.slots), UV_EPIPE);
    cr_assert_eq(task_queue_get(&things.queue, &got), UV_EOF);
    return 0;
}

static int queue_gets(void *arg)
{
    void *got;

    (void)arg;
    return task_queue_get(&things.queue, &got);
}

static int queue_puts(void *arg)
{
    (void)arg;
    return task_queue_put(&things.queue, things.slots);
}

static int queue_empty(void *arg)
{
    struct task *b = operation_begin(queue_gets);

    (void)arg;
    task_queue_put(&things.queue, things.slots);
    return task_await(b);
}

static int queue_full(void *arg)
{
    struct task *b;
    void *got;

    (void)arg;
    task_queue_put(&things.queue, things.slots);
    b = operation_begin(queue_puts);
    task_queue_get(&things.queue, &got);
    return task_await(b);
}

/* --- the rows --------------------------------------------------------------------------------- */

const struct operation_row operations_sync[] = {
    {"task_lock_acquire task_lock_release", lock_alone,
     "main acquire lock 0\n"
     "main release lock 0\n"},
    {"task_lock_acquire task_lock_release", lock_together,
     "main acquire lock 0\n"
     "b waits lock of main\n"
     "main wakes b\n"
     "main release lock 0\n"
     "main waits b\n"
     "b acquire lock 0\n"
     "b release lock 0\n"
     "b wakes main\n"
     "main await b 0\n"},
    {"task_lock_try", lock_tried,
     "main acquire lock 0\n"
     "main acquire lock EAGAIN\n"},
    {"task_lock_acquire task_cancel", lock_cancelled,
     "main acquire lock 0\n"
     "b waits lock of main\n"
     "main wakes b\n"
     "main cancel b 0\n"
     "main waits b\n"
     "b acquire lock ECANCELED\n"
     "b wakes main\n"
     "main await b 0\n"},
    {"task_semaphore_acquire task_semaphore_try task_semaphore_release", semaphore_alone,
     "main acquire semaphore 0\n"
     "main acquire semaphore EAGAIN\n"
     "main release semaphore 1\n"
     "main acquire semaphore 0\n"},
    {"task_semaphore_acquire", semaphore_together,
     "main acquire semaphore 0\n"
     "b waits semaphore\n"
     "main wakes b\n"
     "main release semaphore 0\n"
     "main waits b\n"
     "b acquire semaphore 0\n"
     "b wakes main\n"
     "main await b 0\n"},
    {"task_event_wait task_event_set task_event_clear", event_alone,
     "main set event 0\n"
     "main wait event 0\n"
     "main clear event 0\n"},
    {"task_event_wait", event_together,
     "b waits event\n"
     "main wakes b\n"
     "main set event 1\n"
     "main waits b\n"
     "b wait event 0\n"
     "b wakes main\n"
     "main await b 0\n"},
    {"task_condition_notify task_condition_notify_all", condition_alone,
     "main notify condition 0\n"
     "main notify condition 0\n"},
    {"task_condition_wait", condition_together,
     "b acquire lock 0\n"
     "b release lock 0\n"
     "b waits condition\n"
     "main wakes b\n"
     "main notify condition 1\n"
     "main waits b\n"
     "b acquire lock 0\n"
     "b wait condition 0\n"
     "b wakes main\n"
     "main await b 0\n"},
    {"task_barrier_wait", barrier_together,
     "b waits barrier\n"
     "main wakes b\n"
     "main wait barrier 1\n"
     "main waits b\n"
     "b wait barrier 0\n"
     "b wakes main\n"
     "main await b 0\n"},
    {"task_limiter_acquire", limiter_twice,
     "main acquire limiter 0\n"
     "main acquire limiter 0\n"},
    {"task_limiter_acquire", limiter_together,
     "main acquire limiter 0\n"
     "main waits limiter of b\n"
     "b wakes main\n"
     "b acquire limiter 0\n"
     "main acquire limiter 0\n"
     "main await b 0\n"},
    {"task_condition_wait", condition_and_lock,
     "b acquire lock 0\n"
     "b release lock 0\n"
     "b waits condition\n"
     "main acquire lock 0\n"
     "main wakes b\n"
     "main notify condition 1\n"
     "b waits lock of main\n"
     "main wakes b\n"
     "main release lock 0\n"
     "main waits b\n"
     "b acquire lock 0\n"
     "b wait condition 0\n"
     "b wakes main\n"
     "main await b 0\n"},
    {"task_queue_put task_queue_try_put task_queue_get task_queue_try_get task_queue_close",
     queue_alone,
     "main put queue 1\n"
     "main put queue EAGAIN\n"
     "main get queue 0\n"
     "main get queue EAGAIN\n"
     "main put queue 1\n"
     "main get queue 0\n"
     "main close queue 0\n"
     "main put queue EPIPE\n"
     "main get queue EOF\n"},
    {"task_queue_get", queue_empty,
     "b waits queue\n"
     "main wakes b\n"
     "main put queue 0\n"
     "main waits b\n"
     "b get queue 0\n"
     "b wakes main\n"
     "main await b 0\n"},
    {"task_queue_put", queue_full,
     "main put queue 1\n"
     "b waits queue\n"
     "main wakes b\n"
     "main get queue 1\n"
     "main waits b\n"
     "b put queue 1\n"
     "b wakes main\n"
     "main await b 0\n"},
    {NULL, NULL, NULL},
};
