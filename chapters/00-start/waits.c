/* Three waits of 100, 200 and 300 ms. In the first act each is a pause
 * of its task, so all three go on side by side. In the second, A has
 * nothing to pause for when its wait is over and stops the thread
 * instead, and B and C find out what that means. The third act is the
 * first at a tenth of its pace, so that there is time to press keys. */
#include <uv.h>

#include "chapters/00-start/acts.h"
#include "chapters/onloop.h"
#include "engine/task/task.h"

/* region waits */
struct wait {
    const char *name;
    unsigned pause_ms, block_ms;
};

static int wait_for_it(void *arg)
{
    struct wait *wait = arg;
    task_set_name(NULL, wait->name);
    task_sleep(wait->pause_ms); /* the task pauses */
    if (wait->block_ms)
        uv_sleep(wait->block_ms); /* the thread stops */
    return 0;
}

static int start_all(void *arg)
{
    struct wait *waits = arg;
    struct task *tasks[3];
    size_t n = 0;
    while (n < 3 && (tasks[n] = task_spawn(wait_for_it, &waits[n])))
        n++;
    int r = task_gather(tasks, n, NULL);
    return n < 3 ? UV_ENOMEM : r;
}
/* end */

int waits_together(void)
{
    struct wait waits[] = {{"A", 100, 0}, {"B", 200, 0}, {"C", 300, 0}};
    return on_a_loop(start_all, waits);
}

/* region one-blocks */
int waits_one_blocks(void)
{
    struct wait waits[] = {
        {"A", 100, 300}, {"B", 200, 0}, {"C", 300, 0}};
    return on_a_loop(start_all, waits);
}
/* end */

int waits_slowly(void)
{
    struct wait waits[] = {
        {"A", 1000, 0}, {"B", 2000, 0}, {"C", 3000, 0}};
    return on_a_loop(start_all, waits);
}
