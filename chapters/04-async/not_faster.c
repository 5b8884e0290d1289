/* A wait of 100 ms that blocks its thread, and one that pauses its
 * task. One of each takes equally long. Ten of each do not. */
#include <stdio.h>
#include <uv.h>

#include "chapters/04-async/acts.h"
#include "chapters/onloop.h"
#include "engine/task/task.h"

enum { WAIT_MS = 100, TEN = 10 };

/* region waits */
static int blocking(void *name)
{
    task_set_name(NULL, name);
    uv_sleep(WAIT_MS); /* keeps the thread */
    return 0;
}

static int paused(void *name)
{
    task_set_name(NULL, name);
    task_sleep(WAIT_MS); /* gives the thread back */
    return 0;
}
/* end */

static int one_of_each(void *unused)
{
    (void)unused;
    struct task *task = task_spawn(blocking, "blocking");
    int r = task ? task_await(task) : UV_ENOMEM;
    task = r == 0 ? task_spawn(paused, "paused") : NULL;
    return task ? task_await(task) : UV_ENOMEM;
}

static char names[TEN][8];

/* region ten */
static int ten(int (*wait)(void *name))
{
    struct task *tasks[TEN];
    size_t n = 0;
    for (; n < TEN; n++) {
        snprintf(names[n], sizeof names[n], "W%zu", n + 1);
        if (!(tasks[n] = task_spawn(wait, names[n])))
            break;
    }
    int r = task_gather(tasks, n, NULL);
    return n < TEN ? UV_ENOMEM : r;
}
/* end */

static int ten_blocking(void *unused)
{
    (void)unused;
    return ten(blocking);
}

static int ten_paused(void *unused)
{
    (void)unused;
    return ten(paused);
}

int not_faster_one(void)
{
    return on_a_loop(one_of_each, NULL);
}

int not_faster_ten_blocking(void)
{
    return on_a_loop(ten_blocking, NULL);
}

int not_faster_ten_paused(void)
{
    return on_a_loop(ten_paused, NULL);
}
