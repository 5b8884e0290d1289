/* Deadlines by the hundred: each rings at its time, in order, however many are dropped meanwhile.
 */
#include <stdlib.h>

#include "engine/task/task_scope.h"
#include "engine/task/task_sync.h"
#include "tests/task/support.h"

enum { SLEEPERS = 1000, SPAN = 500 };

static unsigned state;

static unsigned pick(unsigned n)
{
    state = state * 1664525 + 1013904223; /* Numerical Recipes, section 7.1 */
    return (state >> 16) % n;
}

struct sleeper {
    uint64_t ms, again, woke, woke_again;
    int order, result;
};

static struct sleeper sleepers[SLEEPERS];
static int woken;

static int sleeps(void *arg)
{
    struct sleeper *self = arg;

    self->result = task_sleep(self->ms);
    self->woke = virtual_now();
    if (self->result)
        return 0;
    self->order = woken++;
    cr_assert_eq(task_sleep(self->again), 0); /* among those that still sleep */
    self->woke_again = virtual_now();
    return 0;
}

/* By deadline, then by who slept first. */
static int by_deadline(const void *a, const void *b)
{
    const struct sleeper *x = *(struct sleeper *const *)a, *y = *(struct sleeper *const *)b;

    return x->ms != y->ms ? (x->ms > y->ms) - (x->ms < y->ms) : (x > y) - (x < y);
}

static void check_order(void)
{
    static struct sleeper *sorted[SLEEPERS];
    int n = 0;

    for (int i = 0; i < SLEEPERS; i++)
        if (sleepers[i].result == 0)
            sorted[n++] = &sleepers[i];
    cr_assert_eq(n, woken);
    qsort(sorted, (size_t)n, sizeof *sorted, by_deadline);
    for (int i = 0; i < n; i++) {
        cr_assert_eq(sorted[i]->order, i);
        cr_assert_eq(sorted[i]->woke, sorted[i]->ms);
        cr_assert_eq(sorted[i]->woke_again, sorted[i]->ms + sorted[i]->again);
    }
}

static void start_all(struct task **tasks)
{
    woken = 0;
    for (int i = 0; i < SLEEPERS; i++) {
        sleepers[i] = (struct sleeper){.ms = 1 + pick(SPAN), .again = 1 + pick(SPAN), .result = 1};
        tasks[i] = task_spawn(sleeps, &sleepers[i]);
    }
    task_yield();
}

/* `of_ten` of ten are cancelled before any is due, in random order; the nearest may be one. */
static int drops(void *arg)
{
    static struct task *tasks[SLEEPERS];
    unsigned of_ten = *(unsigned *)arg;
    int dropped = 0;

    start_all(tasks);
    for (int i = 0; i < SLEEPERS; i++) {
        size_t one = pick(SLEEPERS);
        if (pick(10) < of_ten)
            task_cancel(tasks[one]);
    }
    task_gather(tasks, SLEEPERS, NULL);
    for (int i = 0; i < SLEEPERS; i++)
        dropped += sleepers[i].result == UV_ECANCELED;
    check_order();
    cr_assert_eq(woken + dropped, SLEEPERS);
    return dropped;
}

Test(alarm, sleepers_wake_in_order_whoever_is_dropped)
{
    for (unsigned of_ten = 0; of_ten <= 10; of_ten += 5) {
        state = of_ten;
        cr_assert_geq(run_in_virtual_time(drops, &of_ten), (int)of_ten * SLEEPERS / 20);
    }
}

/* The last goes first: each drop uncovers another top. */
static int drops_the_nearest(void *arg)
{
    static struct task *tasks[SLEEPERS];
    uint64_t start = virtual_now();

    (void)arg;
    for (int i = 0; i < SLEEPERS; i++) {
        sleepers[i] = (struct sleeper){.ms = 1 + (uint64_t)i, .again = 1};
        tasks[i] = task_spawn(sleeps, &sleepers[i]);
    }
    task_yield();
    for (int i = 0; i < SLEEPERS - 1; i++)
        task_cancel(tasks[i]);
    task_gather(tasks, SLEEPERS, NULL);
    return (int)(virtual_now() - start);
}

Test(alarm, the_loop_sleeps_until_the_nearest_that_is_left)
{
    cr_assert_eq(run_in_virtual_time(drops_the_nearest, NULL), SLEEPERS + 1);
}

static int drops_all_and_waits(void *arg)
{
    static struct task *tasks[SLEEPERS];
    struct task_event never = {0};

    (void)arg;
    start_all(tasks);
    for (int i = 0; i < SLEEPERS; i++)
        task_cancel(tasks[i]);
    task_gather(tasks, SLEEPERS, NULL);
    return task_event_wait(&never);
}

Test(alarm, without_any_left_nothing_keeps_the_loop)
{
    cr_assert_eq(run_in_virtual_time(drops_all_and_waits, NULL), TASK_EDEADLK);
    cr_assert_eq(virtual_now(), 0);
}
