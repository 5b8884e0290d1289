/* When nobody can wake anybody any more: who waits where is told, and in which cycles. Virtual
 * time.
 */
#include "engine/task/task_group.h"
#include "engine/task/task_queue.h"
#include "tests/task/support.h"

static struct task_lock locks[3];

static void fresh(void)
{
    memset(locks, 0, sizeof locks);
}

static struct task *named(const char *name, int (*body)(void *), void *arg)
{
    struct task_options options = {.name = name};

    return task_spawn_with(&options, body, arg);
}

static bool told(const char *line)
{
    char whole[256];

    snprintf(whole, sizeof whole, "  cycle: %s\n", line);
    return strstr(task_lines, whole);
}

static int cycles_told(void)
{
    int n = 0;

    for (const char *at = task_lines; (at = strstr(at, "cycle: ")); at++)
        n++;
    return n;
}

static int takes(void *arg)
{
    int error = task_lock_acquire(arg);

    if (error == 0)
        task_lock_release(arg);
    return error;
}

/* Takes its own lock and then that of its neighbour. */
static int philosopher(void *arg)
{
    struct task_lock *own = arg, *other = own == &locks[2] ? &locks[0] : own + 1;
    int error = task_lock_acquire(own);

    if (error)
        return error;
    task_yield();
    error = takes(other);
    task_lock_release(own);
    return error;
}

static int dinner(void *arg)
{
    struct task *tasks[] = {named("one", philosopher, &locks[0]),
                            named("two", philosopher, &locks[1]),
                            named("three", philosopher, &locks[2])};

    (void)arg;
    return task_gather(tasks, 3, NULL);
}

Test(deadlock, three_that_hold_what_another_wants_are_one_cycle, .init = fresh)
{
    cr_assert_eq(run_in_virtual_time(dinner, NULL), TASK_EDEADLK);
    cr_assert(told("one -> two -> three -> one"), "%s", task_lines);
    cr_assert_eq(cycles_told(), 1, "%s", task_lines);
}

static int takes_twice(void *arg)
{
    (void)arg;
    cr_assert_eq(task_lock_acquire(&locks[0]), 0);
    return task_lock_acquire(&locks[0]);
}

Test(deadlock, who_takes_its_own_lock_again_waits_for_itself, .init = fresh)
{
    cr_assert_eq(run_in_virtual_time(takes_twice, NULL), TASK_EDEADLK);
    cr_assert(told("main -> main"), "%s", task_lines);
}

static int gathers_with_lock(void *arg)
{
    struct task *tasks[2];

    (void)arg;
    task_lock_acquire(&locks[0]);
    tasks[0] = named("idle", takes, &locks[1]); /* it ends */
    tasks[1] = named("eager", takes, &locks[0]);
    return task_gather(tasks, 2, NULL);
}

Test(deadlock, a_cycle_through_gather_is_named, .init = fresh)
{
    cr_assert_eq(run_in_virtual_time(gathers_with_lock, NULL), TASK_EDEADLK);
    cr_assert(told("main -> eager -> main"), "%s", task_lines);
    cr_assert_eq(cycles_told(), 1, "%s", task_lines);
}

static int group_with_lock(void *arg)
{
    struct task_group group;

    (void)arg;
    task_lock_acquire(&locks[0]);
    task_group_open(&group);
    task_set_name(task_group_spawn(&group, takes, &locks[1]), "idle");
    task_set_name(task_group_spawn(&group, takes, &locks[0]), "child");
    return task_group_close(&group, 0);
}

Test(deadlock, a_cycle_through_a_group_is_named, .init = fresh)
{
    cr_assert_eq(run_in_virtual_time(group_with_lock, NULL), TASK_EDEADLK);
    cr_assert(told("main -> child -> main"), "%s", task_lines);
}

static int two_cycles(void *arg)
{
    struct task *tasks[3];

    (void)arg;
    task_lock_acquire(&locks[0]);
    tasks[0] = named("a", takes, &locks[0]);
    tasks[1] = named("b", takes, &locks[0]);
    tasks[2] = named("c", takes, &locks[1]);
    return task_gather(tasks, 3, NULL);
}

Test(deadlock, each_cycle_is_told, .init = fresh)
{
    cr_assert_eq(run_in_virtual_time(two_cycles, NULL), TASK_EDEADLK);
    cr_assert(told("main -> a -> main"), "%s", task_lines);
    cr_assert(told("main -> b -> main"), "%s", task_lines);
    cr_assert_eq(cycles_told(), 2, "%s", task_lines);
}

static int crowd(void *arg)
{
    static struct task *tasks[100];

    (void)arg;
    task_lock_acquire(&locks[0]);
    for (int i = 0; i < 100; i++)
        tasks[i] = task_spawn(takes, &locks[0]);
    return task_gather(tasks, 100, NULL);
}

Test(deadlock, very_many_cycles_are_not_all_told, .init = fresh)
{
    cr_assert_eq(run_in_virtual_time(crowd, NULL), TASK_EDEADLK);
    cr_assert_leq(cycles_told(), 10);
}

static struct task_queue queue;

static int gets(void *arg)
{
    void *item;

    (void)arg;
    return task_queue_get(&queue, &item);
}

static int waits_for_nobody(void *arg)
{
    void *slots[1];

    (void)arg;
    task_queue_init(&queue, slots, 1);
    return task_await(named("getter", gets, NULL));
}

Test(deadlock, a_wait_for_nobody_is_no_cycle, .init = fresh)
{
    cr_assert_eq(run_in_virtual_time(waits_for_nobody, NULL), TASK_EDEADLK);
    cr_assert_not_null(strstr(task_lines, "getter waits (queue) in"), "%s", task_lines);
    cr_assert_eq(cycles_told(), 0, "%s", task_lines);
}

/* A ring of a thousand: far too long for a line, and found all the same. */
enum { RING = 1000 };
static struct task_lock ring[RING];

static int takes_two(void *arg)
{
    size_t i = (size_t)((struct task_lock *)arg - ring);
    int error = task_lock_acquire(&ring[i]);

    if (error)
        return error;
    task_yield();
    error = takes(&ring[(i + 1) % RING]);
    task_lock_release(&ring[i]);
    return error;
}

static int long_ring(void *arg)
{
    static struct task *tasks[RING];

    (void)arg;
    memset(ring, 0, sizeof ring);
    for (int i = 0; i < RING; i++)
        tasks[i] = task_spawn(takes_two, &ring[i]);
    return task_gather(tasks, RING, NULL);
}

static int rings_told;

static void look_for_ring(const char *line, void *to)
{
    (void)to;
    rings_told += strncmp(line, "  cycle: task 2 -> task 3 -> ", 29) == 0 &&
                  strcmp(line + strlen(line) - 3, "...") == 0;
}

Test(deadlock, a_cycle_may_be_long, .init = fresh, .timeout = 30)
{
    uv_loop_t loop;

    virtual_begin();
    rings_told = 0;
    task_set_report(look_for_ring, NULL);
    cr_assert_eq(uv_loop_init(&loop), 0);
    cr_assert_eq(task_run(&loop, long_ring, NULL), TASK_EDEADLK);
    cr_assert_eq(uv_loop_close(&loop), 0);
    task_set_report(NULL, NULL);
    virtual_end();
    cr_assert_eq(rings_told, 1);
}
