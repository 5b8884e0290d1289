/* Many tasks at once: what a parked one costs in memory, and what timers cost beside raw libuv. The
 * number is an argument; by default it is small enough for a busy machine. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "engine/task/task.h"
#include "engine/task/task_scope.h"
#include "engine/task/task_sync.h"
#include "tests/bench/task/bench.h"

static int count = 100000;
static struct task **tasks;

static long kilobytes(const char *key)
{
    FILE *file = fopen("/proc/self/status", "r");
    char line[256];
    long value = 0;

    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, key, strlen(key)) == 0)
            value = strtol(line + strlen(key), NULL, 10);
    if (file)
        fclose(file);
    return value;
}

static long memory(void)
{
    return kilobytes("VmRSS:") + kilobytes("VmPTE:");
}

static int waits(void *arg)
{
    return task_event_wait(arg);
}

static int sleeps(void *arg)
{
    (void)arg;
    return task_sleep(3600000);
}

static void spawn_all(int (*body)(void *), void *arg)
{
    for (int i = 0; i < count; i++)
        if (!(tasks[i] = task_spawn(body, arg)))
            abort();
    for (int i = 0; i < 10; i++)
        task_yield();
}

static int parked(void *arg)
{
    struct task_event event = {0};
    long before = memory();
    uint64_t start = bench_now();

    (void)arg;
    spawn_all(waits, &event);
    task_sleep(1);
    printf("%d tasks parked: %.0f bytes each, page tables included; %.0f ns each to start"
           "   target 4403 bytes\n",
           count, (double)(memory() - before) * 1024 / count,
           (double)(bench_now() - start) / count);
    task_event_set(&event);
    return task_gather(tasks, (size_t)count, NULL);
}

static int sleeping(void *arg)
{
    long before = memory();
    uint64_t start = bench_now(), slept;

    (void)arg;
    spawn_all(sleeps, NULL);
    task_sleep(1);
    printf("%d tasks sleeping: %.0f bytes each   target 4403 bytes\n", count,
           (double)(memory() - before) * 1024 / count);
    slept = bench_now();
    for (int i = 0; i < count; i++)
        task_cancel(tasks[i]);
    task_gather(tasks, (size_t)count, NULL);
    printf("  %.0f ns each to start, %.0f to cancel, end and await\n",
           (double)(slept - start) / count, (double)(bench_now() - slept) / count);
    return 0;
}

/* Timers alone: the same heap of `count` timers, start and stop; by task and by hand. */
static void ignore(uv_timer_t *timer)
{
    (void)timer;
}

static uv_timer_t *timers;

static double raw_timers(uv_loop_t *loop)
{
    uint64_t start;

    for (int i = 0; i < count; i++)
        uv_timer_init(loop, &timers[i]);
    start = bench_now();
    for (int i = 0; i < count; i++)
        uv_timer_start(&timers[i], ignore, (uint64_t)(3600000 + i * 7919 % count), 0);
    for (int i = 0; i < count; i++)
        uv_timer_stop(&timers[i]);
    start = bench_now() - start;
    for (int i = 0; i < count; i++)
        uv_close((uv_handle_t *)&timers[i], NULL);
    uv_run(loop, UV_RUN_DEFAULT);
    return (double)start / count;
}

static struct task_scope *scopes;

static int scoped(void *arg)
{
    int i = (int)((char *)arg - (char *)NULL);

    task_scope_enter(&scopes[i], 3600000 + i * 7919 % count);
    return task_scope_leave(&scopes[i], task_yield());
}

/* A deadline is a timer, started in one step of each task and stopped in the next; what the same
 * tasks cost without deadlines is taken off. That is more than what is left: so both are measured
 * several times, one after the other, and the median is told. */
static int unscoped(void *arg)
{
    (void)arg;
    return task_yield();
}

static double yields_of(int (*body)(void *))
{
    uint64_t start;

    for (int i = 0; i < count; i++)
        if (!(tasks[i] = task_spawn(body, (char *)NULL + i)))
            abort();
    start = bench_now();
    task_gather(tasks, (size_t)count, NULL);
    return (double)(bench_now() - start) / count;
}

enum { TURNS = 7 };
static double by_task[TURNS], raw[TURNS];

static int deadlines(void *arg)
{
    yields_of(scoped); /* stacks and timers are made */
    for (int i = 0; i < TURNS; i++) {
        double without = yields_of(unscoped);
        by_task[i] = yields_of(scoped) - without;
        raw[i] = raw_timers(arg);
    }
    return 0;
}

static double middle(double *turns)
{
    qsort(turns, TURNS, sizeof *turns, by_value);
    return turns[TURNS / 2];
}

int main(int argc, char **argv)
{
    uv_loop_t loop;
    uv_loop_t timed;
    double mine, libuvs;

    if (argc > 1)
        count = atoi(argv[1]);
    tasks = calloc((size_t)count, sizeof *tasks);
    timers = calloc((size_t)count, sizeof *timers);
    scopes = calloc((size_t)count, sizeof *scopes);
    if (!tasks || !timers || !scopes)
        return 1;
    uv_loop_init(&loop);
    setvbuf(stdout, NULL, _IOLBF, 0);
    task_run(&loop, parked, NULL);
    task_run(&loop, sleeping, NULL);
    uv_loop_init(&timed);
    task_run(&loop, deadlines, &timed);
    mine = middle(by_task);
    libuvs = middle(raw);
    printf("%d timers, start and stop: raw libuv %.0f ns each, as deadlines of tasks %.0f: %.2f "
           "times   target 1.2\n",
           count, libuvs, mine, mine / libuvs);
    free(tasks);
    free(timers);
    free(scopes);
    return uv_loop_close(&loop) != 0 || uv_loop_close(&timed) != 0;
}
