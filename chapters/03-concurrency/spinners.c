/* Two spinners compute, and never wait for anything. On one loop they
 * are tasks that politely yield after each step; on two threads they
 * need not. The work is the same, so whatever differs in the two traces
 * comes from where it ran. */
#include <uv.h>

#include "chapters/03-concurrency/acts.h"
#include "chapters/onloop.h"
#include "chapters/queens.h"
#include "engine/event/stage.h"
#include "engine/task/task.h"

enum { STEPS = 4, STEP_MS = 25 };

struct spinner {
    const char *name;
    unsigned long work; /* of one step, in rounds of queens_search() */
    uint64_t cpu_ns;    /* processor time that it used */
};

/* region step */
static int spin(void *arg)
{
    struct spinner *spinner = arg;
    task_set_name(NULL, spinner->name);
    for (int step = 0; step < STEPS; step++) {
        uint64_t before = thread_cpu_ns();
        queens_search(spinner->work);
        spinner->cpu_ns += thread_cpu_ns() - before;
        task_yield(); /* let others go first */
    }
    return 0;
}
/* end */

/* region one-loop */
static int both_on_the_loop(void *arg)
{
    struct spinner *pair = arg;
    struct task *first = task_spawn(spin, &pair[0]);
    struct task *second = task_spawn(spin, &pair[1]);
    int r = first ? task_await(first) : UV_ENOMEM;
    int s = second ? task_await(second) : UV_ENOMEM;
    return r < 0 ? r : s;
}
/* end */

/* region two-threads */
static void spin_on_a_thread(void *arg)
{
    struct spinner *spinner = arg;
    stage_name(NULL, spinner->name);
    uint64_t before = thread_cpu_ns();
    for (int step = 0; step < STEPS; step++)
        queens_search(spinner->work);
    spinner->cpu_ns += thread_cpu_ns() - before;
}

static int both_on_threads(struct spinner *pair)
{
    uv_thread_t threads[2];
    int r = uv_thread_create(&threads[0], spin_on_a_thread, &pair[0]);
    if (r < 0)
        return r;
    r = uv_thread_create(&threads[1], spin_on_a_thread, &pair[1]);
    uv_thread_join(&threads[0]);
    if (r == 0)
        uv_thread_join(&threads[1]);
    return r;
}
/* end */

static int both_on_one_loop(struct spinner *pair)
{
    return on_a_loop(both_on_the_loop, pair);
}

static int measured(int (*run)(struct spinner *pair))
{
    unsigned long work = queens_rounds(STEP_MS);
    struct spinner pair[2] = {{"A", work, 0}, {"B", work, 0}};
    uint64_t begin = uv_hrtime();
    int r = run(pair);
    double took = (double)(uv_hrtime() - begin) / 1e6;
    double a = (double)pair[0].cpu_ns / 1e6,
           b = (double)pair[1].cpu_ns / 1e6;
    stage_say("A computed %.0f ms and B %.0f ms, in %.0f ms: %.1f "
              "processors were at work.",
              a, b, took, (a + b) / took);
    return r;
}

int spinners_one_loop(void)
{
    return measured(both_on_one_loop);
}

int spinners_two_threads(void)
{
    return measured(both_on_threads);
}
