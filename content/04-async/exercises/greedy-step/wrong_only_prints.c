/* caught by: polite. Waits for the clock first, and computes nothing.
 */
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <uv.h>

#include "engine/task/task.h"

enum { NUMBERS = 100, TICKS = 3, TICK_MS = 2 };

/* Computes for a quarter of a millisecond. */
static int slow_number(int i)
{
    struct timespec begin, now;
    int64_t spent;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
    do {
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
        spent = (now.tv_sec - begin.tv_sec) * 1000000000LL +
                now.tv_nsec - begin.tv_nsec;
    } while (spent < 250000);
    return i;
}

static int clock_task(void *arg)
{
    (void)arg;
    task_set_name(NULL, "clock");
    for (int i = 1; i <= TICKS; i++) {
        task_sleep(TICK_MS);
        printf("tick %d\n", i);
    }
    return 0;
}

static int adder_task(void *arg)
{
    (void)arg;
    task_sleep(50);
    printf("the sum is %d\n", 4950);
    return 0;
}
static int (*const unused)(int) __attribute__((unused)) = slow_number;

static int both(void *arg)
{
    (void)arg;
    struct task *tasks[] = {task_spawn(clock_task, NULL),
                            task_spawn(adder_task, NULL)};
    return task_gather(tasks, 2, NULL);
}

int main(void)
{
    uv_loop_t loop;
    uv_loop_init(&loop);
    int r = task_run(&loop, both, NULL);
    uv_loop_close(&loop);
    return r < 0;
}
