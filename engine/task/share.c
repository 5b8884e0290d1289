/* The tasks' share of a turn of the loop. The loop comes to the tasks through one idle handle,
 * which is active exactly while the queue has tasks in it, so that the loop then neither ends nor
 * sleeps.
 *
 * How long is a share? Tasks that only yield must not keep the loop from its polls, and a poll
 * costs a hundred yields. So tasks run in rounds of 1, 2, 4 … 256 steps until a millisecond has
 * passed: slow steps get a poll after each, fast ones hardly notice. */
#include "engine/task/task_priv.h"

enum { ROUND_MAX = 256, SHARE_NS = 1000 * 1000 };

/* The loop's cached clock, from which it computes how long it may poll, is as old as the tasks
 * took: without the update, timers would come late by that much. */
static void give_back(struct runtime *runtime)
{
    uv_update_time(runtime->uv);
    if (!runtime->first) {
        uv_idle_stop(&runtime->idle);
        runtime->scheduled = false;
    }
    if (task_live(runtime) == 0)
        uv_stop(runtime->uv);
}

/* A task that runs the loop itself: its siblings must not run on top of it. */
static void tell_nested(struct runtime *runtime)
{
    if (!runtime->nested_told)
        task_report("%s called uv_run(): no other task can run until that returns",
                    task_name(runtime->current));
    runtime->nested_told = true;
}

static void drain(uv_idle_t *idle)
{
    struct runtime *runtime = idle->data;
    uint64_t start = uv_hrtime();

    if (runtime->current != &runtime->loop) {
        tell_nested(runtime);
        return;
    }
    for (int round = 1; runtime->first; round = round < ROUND_MAX ? 2 * round : round) {
        runtime->budget = runtime->perturb ? task_perturb(runtime) : round;
        task_give_way(runtime);
        if (uv_hrtime() - start > SHARE_NS)
            break;
    }
    give_back(runtime);
}

void task_share_ask(struct runtime *runtime)
{
    runtime->scheduled = true;
    uv_idle_start(&runtime->idle, drain);
}
