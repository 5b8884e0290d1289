/* Rows: what tasks share, and the queue. Whoever is to wait finds it taken, unset, full or empty,
 * and the row's own task then gives it. */
#include "engine/task/task_queue.h"
#include "tests/task/rows.h"

#define ONLY_CANCELLED "it tells of nothing but its cancellation"

static struct task_lock lock;
static struct task_event event;
static struct task_condition condition;
static struct task_semaphore semaphore;
static struct task_barrier barrier;
static struct task_limiter limiter;
static struct task_queue queue;
static void *slots[1];

static int set_up(void)
{
    lock = (struct task_lock){0};
    event = (struct task_event){0};
    condition = (struct task_condition){0};
    semaphore = (struct task_semaphore){0};
    barrier = (struct task_barrier){.parties = 2};
    limiter = (struct task_limiter){.per_second = 1, .burst = 1};
    task_queue_init(&queue, slots, 1);
    return 0;
}

static int take_lock(void)
{
    set_up();
    return task_lock_try(&lock) ? 0 : UV_EBUSY;
}

static int take_pass(void)
{
    set_up();
    return task_limiter_acquire(&limiter);
}

static int fill_queue(void)
{
    set_up();
    return task_queue_try_put(&queue, "old");
}

static IN_ROWS int locks(void *arg)
{
    int error = task_lock_acquire(&lock);

    (void)arg;
    if (error == 0)
        task_lock_release(&lock);
    return error;
}

/* It has the lock afterwards, whatever the wait came to. */
static IN_ROWS int waits_for_condition(void *arg)
{
    int error = task_lock_acquire(&lock);

    (void)arg;
    if (error)
        return error;
    error = task_condition_wait(&condition, &lock);
    if (lock.owner != task_current())
        error = UV_EPERM;
    task_lock_release(&lock);
    return error;
}

static IN_ROWS int gets(void *arg)
{
    void *item = NULL;
    int error = task_queue_get(&queue, &item);

    (void)arg;
    return error ? error : *(char *)item;
}

CALL(waits_for_event, task_event_wait(&event))
CALL(waits_for_semaphore, task_semaphore_acquire(&semaphore))
CALL(comes_to_barrier, task_barrier_wait(&barrier))
CALL(waits_for_pass, task_limiter_acquire(&limiter))
CALL(puts_item, task_queue_put(&queue, "new"))

static int unlock(void)
{
    task_lock_release(&lock);
    return 0;
}

static int set_event(void)
{
    task_event_set(&event);
    return 0;
}

static int notify(void)
{
    task_condition_notify(&condition, 1);
    return 0;
}

static int release(void)
{
    task_semaphore_release(&semaphore);
    return 0;
}

static int come(void)
{
    int last = task_barrier_wait(&barrier);

    return last == 1 ? 0 : UV_EPROTO;
}

static int make_room(void)
{
    void *item;

    return task_queue_try_get(&queue, &item);
}

static int give(void)
{
    return task_queue_try_put(&queue, "x");
}

static int close_queue(void)
{
    task_queue_close(&queue);
    return 0;
}

const struct row rows_of_sync[] = {{.call = "task_lock_acquire",
                                    .set_up = take_lock,
                                    .body = locks,
                                    .happen = unlock,
                                    .without = {[FAILED] = ONLY_CANCELLED}},
                                   {.call = "task_event_wait",
                                    .set_up = set_up,
                                    .body = waits_for_event,
                                    .happen = set_event,
                                    .without = {[FAILED] = ONLY_CANCELLED}},
                                   {.call = "task_condition_wait",
                                    .set_up = set_up,
                                    .body = waits_for_condition,
                                    .happen = notify,
                                    .without = {[FAILED] = ONLY_CANCELLED}},
                                   {.call = "task_semaphore_acquire",
                                    .set_up = set_up,
                                    .body = waits_for_semaphore,
                                    .happen = release,
                                    .without = {[FAILED] = ONLY_CANCELLED}},
                                   {.call = "task_barrier_wait",
                                    .set_up = set_up,
                                    .body = comes_to_barrier,
                                    .happen = come,
                                    .without = {[FAILED] = ONLY_CANCELLED}},
                                   {.call = "task_limiter_acquire",
                                    .set_up = take_pass,
                                    .body = waits_for_pass,
                                    .ms = 1000,
                                    .alive = true,
                                    .without = {[FAILED] = ONLY_CANCELLED}},
                                   {.call = "task_queue_put",
                                    .set_up = fill_queue,
                                    .body = puts_item,
                                    .happen = make_room,
                                    .failures = {{close_queue, UV_EPIPE}}},
                                   {.call = "task_queue_get",
                                    .set_up = set_up,
                                    .body = gets,
                                    .happen = give,
                                    .result = 'x',
                                    .failures = {{close_queue, UV_EOF}}},
                                   {0}};
