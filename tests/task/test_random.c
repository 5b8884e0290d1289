/* Random programs against a simple reference.
 *
 * Each run makes a few tasks that do random things to shared primitives: lock, condition, event,
 * semaphore, barrier, limiter, queue, sleep, yield, timeouts, spawn and await, groups, cancelling
 * each other. The reference keeps, in plain variables, what must hold whatever the order: one task
 * at a time in the lock, no more than so many in the semaphore or through the limiter, no token
 * taken that was not given, nobody waiting for what is there (so no wake-up was lost), every item
 * that went into the queue comes out once, and to each getter in its sender's order, or is still
 * there, every task that was spawned ended, nobody waits at the end. Odd seeds also disturb the
 * order in which ready tasks run (task_set_perturb()). Time is virtual, so a run is its seed:
 * ASYNCTUT_SEED=N repeats one, and a failure prints it. */
#include <stdlib.h>

#include "engine/task/task_debug.h"
#include "engine/task/task_group.h"
#include "engine/task/task_queue.h"
#include "engine/task/task_scope.h"
#include "engine/task/task_sync.h"
#include "tests/task/support.h"

enum { RUNS = 3000, WORKERS = 6, STEPS = 12, CAPACITY = 2, PERMITS = 2, ITEMS = 4096 };

static uint64_t seed, state;

static unsigned pick(unsigned n)
{
    state ^= state << 13; /* xorshift64 (Marsaglia 2003) */
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)(state >> 33) % n;
}

#define must(condition) \
    cr_assert(condition, "%s with ASYNCTUT_SEED=%llu", #condition, (unsigned long long)seed)

static struct task_lock lock;
static struct task_semaphore semaphore;
static struct task_condition condition;
static struct task_event event;
static struct task_barrier barrier;
static struct task_limiter limiter;
static struct task_queue queue;
static void *slots[CAPACITY];
static struct task *workers[WORKERS];
static bool awaited[WORKERS];

/* The reference. */
static struct task *inside;
static unsigned entered, spawned, ended;
static int sent[ITEMS], last_taken[WORKERS][WORKERS]; /* by getter and sender */
static int items, taken, refused, tokens, passes;

static void nobody_waits_in_vain(void)
{
    must(lock.owner || !lock.waiters.first);
    must(semaphore.free == 0 || !semaphore.waiters.first);
    must(!event.is_set || !event.waiters.first);
    must(barrier.waiting < barrier.parties);
    must((barrier.waiting == 0) == !barrier.waiters.first);
    must(queue.count == CAPACITY || !queue.putters.first);
    must(queue.count == 0 || !queue.getters.first);
}

static int lock_step(void *arg)
{
    int error = task_lock_acquire(&lock);

    (void)arg;
    if (error)
        return error;
    must(inside == NULL);
    inside = task_current();
    if (pick(2))
        error = pick(2) ? task_yield() : task_sleep(pick(4));
    must(inside == task_current());
    inside = NULL;
    task_lock_release(&lock);
    return error;
}

static int semaphore_step(void *arg)
{
    int error = task_semaphore_acquire(&semaphore);

    (void)arg;
    if (error)
        return error;
    must(++entered <= PERMITS);
    error = pick(2) ? task_yield() : task_sleep(pick(4));
    entered--;
    task_semaphore_release(&semaphore);
    return error;
}

static int put_step(void *arg)
{
    int *item = &sent[items], error;

    if (items == ITEMS)
        return 0;
    *item = *(int *)arg * ITEMS + items;
    items++;
    error = task_queue_put(&queue, item);
    if (error) {
        must(error == UV_ECANCELED || error == UV_EPIPE);
        *item = -1; /* must not come out */
        refused++;
    }
    return error;
}

static int get_step(void *arg)
{
    void *item;
    int error = task_queue_get(&queue, &item), sender, getter = *(int *)arg;

    if (error)
        return error;
    must(*(int *)item >= 0);
    sender = *(int *)item / ITEMS;
    must(*(int *)item > last_taken[getter][sender]);
    last_taken[getter][sender] = *(int *)item;
    taken++;
    return 0;
}

/* Takes a token that another gives, in the usual loop. */
static int condition_step(void *arg)
{
    int error = task_lock_acquire(&lock);

    (void)arg;
    if (error)
        return error;
    must(inside == NULL);
    if (pick(2)) {
        tokens++;
        task_condition_notify(&condition, 1 + pick(2));
    } else {
        while (tokens == 0 && error == 0)
            error = task_condition_wait(&condition, &lock);
        must(lock.owner == task_current() && inside == NULL);
        must(error || tokens > 0);
        tokens -= error == 0;
    }
    task_lock_release(&lock);
    return error;
}

static int event_step(void *arg)
{
    (void)arg;
    if (pick(2))
        return task_event_wait(&event);
    task_event_set(&event);
    if (pick(2))
        task_event_clear(&event);
    return 0;
}

static int barrier_step(void *arg)
{
    int last = task_barrier_wait(&barrier);

    (void)arg;
    return last < 0 ? last : 0;
}

static int limiter_step(void *arg)
{
    int error = task_limiter_acquire(&limiter);

    (void)arg;
    if (error)
        return error;
    passes++;
    must(passes <= limiter.burst + limiter.per_second * (double)virtual_now() / 1000 + 1e-6);
    return 0;
}

static int sleep_step(void *arg)
{
    (void)arg;
    return task_sleep(pick(5));
}

static int quick_step(void *arg)
{
    int error = pick(2) ? task_yield() : task_sleep(pick(3));

    (void)arg;
    ended++;
    return error ? error : pick(8) == 0 ? UV_EIO : 0;
}

static int spawn_step(void *arg)
{
    struct task *child = task_spawn(quick_step, NULL);

    (void)arg;
    must(child);
    spawned++;
    if (pick(4) == 0)
        task_cancel(child);
    return task_await(child) == UV_ECANCELED ? UV_ECANCELED : 0;
}

static int group_step(void *arg)
{
    struct task_group group;
    int body = 0;

    (void)arg;
    task_group_open(&group);
    for (unsigned n = 1 + pick(3); n > 0; n--) {
        must(task_group_spawn(&group, quick_step, NULL));
        spawned++;
    }
    if (pick(2))
        body = task_sleep(pick(3));
    if (pick(4) == 0)
        task_group_cancel(&group);
    return task_group_close(&group, body) == UV_ECANCELED ? UV_ECANCELED : 0;
}

static int any_step(void *arg);

static int timeout_step(void *arg)
{
    int error = task_timeout(pick(4), any_step, arg);

    return error == UV_ETIMEDOUT ? 0 : error;
}

static int shield_step(void *arg)
{
    return task_shield(sleep_step, arg);
}

static int cancel_step(void *arg)
{
    unsigned whom = pick(WORKERS);

    (void)arg;
    if (pick(3) == 0 && !awaited[whom])
        task_cancel(workers[whom]);
    return 0;
}

static int any_step(void *arg)
{
    static int (*const steps[])(void *) = {
        lock_step,      semaphore_step, put_step,     get_step,    sleep_step,
        spawn_step,     timeout_step,   shield_step,  cancel_step, group_step,
        condition_step, event_step,     barrier_step, limiter_step};
    int result = steps[pick(sizeof steps / sizeof steps[0])](arg);

    nobody_waits_in_vain();
    return result;
}

/* Steps that wait for others wait for ever when those are gone, so a worker's life is bounded. */
static int life(void *arg)
{
    for (int i = 0; i < STEPS; i++)
        if (any_step(arg) == UV_ECANCELED && task_is_cancelled())
            return UV_ECANCELED;
    return 0;
}

static int works(void *arg)
{
    int result = task_timeout(40, life, arg);

    ended++;
    must(inside != task_current());
    return result;
}

static int program(void *arg)
{
    static int names[WORKERS];
    void *item;

    (void)arg;
    for (int i = 0; i < WORKERS; i++) {
        names[i] = i;
        awaited[i] = false;
        workers[i] = task_spawn(works, &names[i]);
        must(workers[i]);
        spawned++;
    }
    for (int i = 0; i < WORKERS; i++) {
        int result = task_await(workers[i]);
        awaited[i] = true;
        must(result == 0 || result == UV_ECANCELED || result == UV_ETIMEDOUT);
    }
    while (task_queue_try_get(&queue, &item) == 0)
        taken++;
    return 0;
}

static void begin(uint64_t new_seed)
{
    seed = new_seed;
    state = seed * 0x9e3779b97f4a7c15u + 1;
    lock = (struct task_lock){0};
    semaphore = (struct task_semaphore){.free = PERMITS};
    task_queue_init(&queue, slots, CAPACITY);
    condition = (struct task_condition){0};
    event = (struct task_event){0};
    barrier = (struct task_barrier){.parties = 3};
    limiter = (struct task_limiter){.per_second = 200, .burst = 2};
    tokens = passes = 0;
    inside = NULL;
    entered = spawned = ended = 0;
    items = taken = refused = 0;
    memset(last_taken, -1, sizeof last_taken);
}

static void run_seed(uint64_t new_seed)
{
    begin(new_seed);
    task_set_perturb(seed % 2 ? seed : 0);
    must(run_in_virtual_time(program, NULL) == 0);
    task_set_perturb(0);
    must(task_lines[0] == '\0');
    must(spawned == ended);
    must(taken + refused == items);
    must(!lock.owner && !lock.waiters.first);
    must(semaphore.free == PERMITS && !semaphore.waiters.first);
    must(!condition.waiters.first && !event.waiters.first && !barrier.waiters.first);
    must(!queue.getters.first && !queue.putters.first && queue.count == 0);
}

Test(random, whatever_the_schedule_the_rules_hold, .timeout = 100)
{
    const char *wanted = getenv("ASYNCTUT_SEED");

    if (wanted) {
        run_seed(strtoull(wanted, NULL, 10));
        return;
    }
    for (uint64_t i = 0; i < (watched() ? RUNS / 30 : RUNS); i++)
        run_seed(i);
}
