/* Three tasks, each of which says on which thread every step of it
 * runs. */
#include <unistd.h>
#include <uv.h>

#include "chapters/04-async/acts.h"
#include "chapters/onloop.h"
#include "engine/event/stage.h"
#include "engine/task/task.h"

enum { TASKS = 3, STEPS = 3 };

/* region steps */
static int three_steps(void *arg)
{
    const char *name = arg;
    task_set_name(NULL, name);
    for (int step = 1; step <= STEPS; step++) {
        stage_say("%s, step %d: thread %d", name, step, (int)gettid());
        task_sleep(10);
    }
    return 0;
}
/* end */

static int all(void *unused)
{
    static char *const names[TASKS] = {"A", "B", "C"};
    struct task *tasks[TASKS];
    size_t n = 0;
    (void)unused;
    while (n < TASKS && (tasks[n] = task_spawn(three_steps, names[n])))
        n++;
    int r = task_gather(tasks, n, NULL);
    return n < TASKS ? UV_ENOMEM : r;
}

int not_parallel_thread_ids(void)
{
    return on_a_loop(all, NULL);
}
