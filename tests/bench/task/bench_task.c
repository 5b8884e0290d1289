/* What a switch costs, and a task's whole life; each beside its floor in the same run. */
#include "engine/task/task.h"
#include "tests/bench/task/bench.h"
#include "tests/bench/task/floor.h"

static uv_loop_t loop;

/* Floor: two stacks and the switch, no queue. */
static struct switch_context floor_main, floor_other;
static char floor_stack[64 * 1024];

static void floor_entry(void)
{
    for (;;)
        task_switch(&floor_other, &floor_main);
}

static uint64_t bare_switch(int n)
{
    uint64_t start;

    task_switch_make(&floor_other, floor_stack, sizeof floor_stack, floor_entry);
    start = uv_hrtime();
    for (int i = 0; i < n; i += 2)
        task_switch(&floor_main, &floor_other);
    return uv_hrtime() - start;
}

struct work {
    int n, tasks;
    uint64_t ns;
};

static int mini_yields(void *arg)
{
    for (int i = *(int *)arg; i > 0; i--)
        mini_yield();
    return 0;
}

static uint64_t mini_yielders(int n, int tasks)
{
    int each = n / tasks;
    uint64_t start;

    for (int i = 0; i < tasks; i++)
        mini_spawn(mini_yields, &each);
    start = uv_hrtime();
    mini_run();
    return uv_hrtime() - start;
}

static uint64_t mini_yield_2(int n)
{
    return mini_yielders(n, 2);
}

static uint64_t mini_yield_1000(int n)
{
    return mini_yielders(n, 1000);
}

static int yields(void *arg)
{
    for (int i = *(int *)arg; i > 0; i--)
        task_yield();
    return 0;
}

static int yielders(void *arg)
{
    static struct task *tasks[1000];
    struct work *work = arg;
    int each = work->n / work->tasks;
    uint64_t start;

    for (int i = 0; i < work->tasks; i++)
        tasks[i] = task_spawn(yields, &each);
    start = uv_hrtime();
    task_gather(tasks, (size_t)work->tasks, NULL);
    work->ns = uv_hrtime() - start;
    return 0;
}

static uint64_t run(int (*body)(void *), int n, int tasks)
{
    struct work work = {n, tasks, 0};

    task_run(&loop, body, &work);
    return work.ns;
}

static uint64_t yield_2(int n)
{
    return run(yielders, n, 2);
}

static uint64_t yield_1000(int n)
{
    return run(yielders, n, 1000);
}

static int nothing(void *arg)
{
    (void)arg;
    return 0;
}

static int mini_spawns_and_awaits(void *arg)
{
    struct work *work = arg;
    uint64_t start = uv_hrtime();

    for (int i = 0; i < work->n; i++)
        mini_await(mini_spawn(nothing, NULL));
    work->ns = uv_hrtime() - start;
    return 0;
}

static uint64_t mini_spawn_await(int n)
{
    struct work work = {n, 1, 0};

    mini_spawn(mini_spawns_and_awaits, &work);
    mini_run();
    return work.ns;
}

static int spawns_and_awaits(void *arg)
{
    struct work *work = arg;
    uint64_t start;

    task_await(task_spawn(nothing, NULL)); /* its stack is pooled now */
    start = uv_hrtime();
    for (int i = 0; i < work->n; i++)
        task_await(task_spawn(nothing, NULL));
    work->ns = uv_hrtime() - start;
    return 0;
}

static uint64_t spawn_await(int n)
{
    return run(spawns_and_awaits, n, 1);
}

int main(void)
{
    struct row rows[] = {
        {"bare switch between two stacks", bare_switch, 1000000, 0},
        {"yield, 2 tasks: floor", mini_yield_2, 1000000, 0},
        {"yield, 2 tasks", yield_2, 1000000, 6},
        {"yield, 1000 tasks: floor", mini_yield_1000, 1000000, 0},
        {"yield, 1000 tasks", yield_1000, 1000000, 10},
        {"spawn and await, pooled: floor", mini_spawn_await, 1000000, 0},
        {"spawn and await, pooled", spawn_await, 1000000, 15},
    };

    uv_loop_init(&loop);
    bench(rows, sizeof rows / sizeof rows[0]);
    return uv_loop_close(&loop) != 0;
}
