/* What a switch costs, and a task's whole life; each beside its floor in the same run. */
#include <time.h>

#include "engine/event/record.h"
#include "engine/task/recorded.h"
#include "engine/task/task.h"
#include "engine/task/task_queue.h"
#include "engine/task/task_sync.h"
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
    start = bench_now();
    for (int i = 0; i < n; i += 2)
        task_switch(&floor_main, &floor_other);
    return bench_now() - start;
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
    start = bench_now();
    mini_run();
    return bench_now() - start;
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
    start = bench_now();
    task_gather(tasks, (size_t)work->tasks, NULL);
    work->ns = bench_now() - start;
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
    uint64_t start = bench_now();

    for (int i = 0; i < work->n; i++)
        mini_await(mini_spawn(nothing, NULL));
    work->ns = bench_now() - start;
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
    start = bench_now();
    for (int i = 0; i < work->n; i++)
        task_await(task_spawn(nothing, NULL));
    work->ns = bench_now() - start;
    return 0;
}

static uint64_t spawn_await(int n)
{
    return run(spawns_and_awaits, n, 1);
}

static struct task_queue there, back;

static int echoes(void *arg)
{
    void *item;

    (void)arg;
    while (task_queue_get(&there, &item) == 0)
        task_queue_put(&back, item);
    return 0;
}

/* One message is one put and one get, of which each way has one. */
static int ping_pong(void *arg)
{
    struct work *work = arg;
    struct task *task = task_spawn(echoes, NULL);
    void *slots[2], *item = NULL;
    uint64_t start;

    task_queue_init(&there, &slots[0], 1);
    task_queue_init(&back, &slots[1], 1);
    start = bench_now();
    for (int i = 0; i < work->n; i += 2) {
        task_queue_put(&there, item);
        task_queue_get(&back, &item);
    }
    work->ns = bench_now() - start;
    task_queue_close(&there);
    return task_await(task);
}

static uint64_t queue(int n)
{
    return run(ping_pong, n, 1);
}

static int locks(void *arg)
{
    struct work *work = arg;
    struct task_lock lock = {0};
    uint64_t start = bench_now();

    for (int i = 0; i < work->n; i++) {
        task_lock_acquire(&lock);
        task_lock_release(&lock);
    }
    work->ns = bench_now() - start;
    return 0;
}

static uint64_t lock(int n)
{
    return run(locks, n, 1);
}

static int acquires(void *arg)
{
    struct work *work = arg;
    struct task_semaphore semaphore = {.free = 1};
    uint64_t start = bench_now();

    for (int i = 0; i < work->n; i++) {
        task_semaphore_acquire(&semaphore);
        task_semaphore_release(&semaphore);
    }
    work->ns = bench_now() - start;
    return 0;
}

static uint64_t semaphore(int n)
{
    return run(acquires, n, 1);
}

/* The same yields into a real record: two events each, and a look at the clock for each event. */
static uint64_t yield_recorded(int n)
{
    struct writer writer = {0};
    struct recorder *recorder;
    uint64_t ns;

    if (record_create((size_t)256 << 20, &writer.record, NULL) ||
        recorder_start(writer.record, NULL, NULL, &recorder))
        abort();
    writer.thread = record_new_id(writer.record);
    event_writer = &writer;
    task_set_tracer(task_recorder());
    ns = run(yielders, n, 2);
    task_set_tracer(NULL);
    event_writer = NULL;
    recorder_stop(recorder);
    record_destroy(writer.record);
    return ns;
}

static uint64_t clock_alone(int n)
{
    uint64_t start = bench_now();
    struct timespec now;

    for (int i = 0; i < n; i++)
        clock_gettime(CLOCK_MONOTONIC, &now);
    return bench_now() - start;
}

/* A yield is two events, and each looks at the clock. */
static void tell_event(struct row *yield, struct row *clock, struct row *recorded)
{
    printf("%-42s %6.1f ns   target 8\n", "an event, besides clock_gettime",
           (median(recorded) - median(yield)) / 2 - median(clock));
}

int main(void)
{
    struct row rows[] = {
        {"bare switch between two stacks", bare_switch, 200000},
        {"yield, 2 tasks: floor", mini_yield_2, 200000, .is_floor = true},
        {"yield, 2 tasks", yield_2, 200000, 6},
        {"yield, 1000 tasks: floor", mini_yield_1000, 1000000, .is_floor = true},
        {"yield, 1000 tasks", yield_1000, 1000000, 10},
        {"spawn and await, pooled: floor", mini_spawn_await, 200000, .is_floor = true},
        {"spawn and await, pooled", spawn_await, 200000, 15},
        {"ping-pong over a queue, a message", queue, 200000, 25},
        {"lock and release, nobody waits", lock, 200000, 5},
        {"semaphore, nobody waits", semaphore, 200000, 5},
        {"clock_gettime", clock_alone, 200000},
        {"yield, 2 tasks, recorded (two events)", yield_recorded, 200000},
    };

    size_t count = sizeof rows / sizeof rows[0];

    uv_loop_init(&loop);
    bench(rows, count);
    tell_event(&rows[2], &rows[count - 2], &rows[count - 1]);
    return uv_loop_close(&loop) != 0;
}
