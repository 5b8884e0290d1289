/* Two tasks on one loop. "tick" wants to be woken after 10 ms. "work"
 * computes for about 100 ms: in one go, or in twenty pieces, after each
 * of which it lets others go first. */
#include <uv.h>

#include "chapters/04-async/acts.h"
#include "chapters/onloop.h"
#include "chapters/queens.h"
#include "engine/event/stage.h"
#include "engine/task/task.h"

enum { WORK_MS = 100, PIECES = 20, TICK_MS = 10 };

struct work {
    unsigned long rounds; /* of queens_search() */
    int pieces;
};

/* region tasks */
static int tick(void *unused)
{
    (void)unused;
    task_set_name(NULL, "tick");
    task_sleep(TICK_MS);
    stage_say("tick");
    return 0;
}

static int work(void *arg)
{
    struct work *self = arg;
    task_set_name(NULL, "work");
    for (int piece = 0; piece < self->pieces; piece++) {
        queens_search(self->rounds / (unsigned long)self->pieces);
        if (self->pieces > 1)
            task_yield(); /* let others go first */
    }
    return 0;
}
/* end */

static int both(void *arg)
{
    struct task *first = task_spawn(tick, NULL);
    struct task *second = task_spawn(work, arg);
    int r = first ? task_await(first) : UV_ENOMEM;
    int s = second ? task_await(second) : UV_ENOMEM;
    return r < 0 ? r : s;
}

int cooperative_greedy(void)
{
    struct work all = {queens_rounds(WORK_MS), 1};
    return on_a_loop(both, &all);
}

int cooperative_split(void)
{
    struct work all = {queens_rounds(WORK_MS), PIECES};
    return on_a_loop(both, &all);
}
