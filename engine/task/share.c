/* The tasks' share of a turn of the loop. The loop comes to the tasks through one idle handle,
 * which is active exactly while the queue has tasks in it, so that the loop then neither ends nor
 * sleeps.
 *
 * How long is a share? Tasks that only yield must not keep the loop from its polls, and a poll
 * costs a hundred yields. So tasks run in rounds of 1, 2, 4 … 256 steps until a millisecond has
 * passed: slow steps get a poll after each, fast ones hardly notice.
 *
 * One poll may find hundreds of connections ready. Were all read before the first task runs, what
 * the kernel and libuv had in hand for that one would be out of the cache when it answers. So after
 * each BATCH of such wakes the tasks get a small share at once. */
#include "engine/task/task_priv.h"

enum { ROUND_MAX = 256, BATCH = 64, SHARE_NS = 1000 * 1000 };

/* The loop's cached clock, from which it computes how long it may poll, is as old as the tasks
 * took: without the update, timers would come late by that much. */
static void give_back(struct runtime *runtime)
{
    uv_update_time(runtime->uv);
    if (!runtime->first) {
        uv_idle_stop(&runtime->idle);
        runtime->scheduled = false;
    }
    if (runtime->uv->stop_flag) /* a task called uv_stop() */
        runtime->stopped = true;
    runtime->over = task_live(runtime) == 0;
    if (runtime->over)
        uv_stop(runtime->uv);
}

/* A task that runs the loop itself: its siblings must not run on top of it, and must not keep that
 * uv_run() from ending. */
static void leave_to_nested(struct runtime *runtime)
{
    uv_idle_stop(&runtime->idle);
    if (!runtime->nested_told)
        task_report("%s called uv_run(): no other task can run until that returns",
                    task_name(runtime->current));
    runtime->nested_told = true;
}

/* When it has ended, those who are ready need the handle again. */
static void take_back(struct runtime *runtime)
{
    if (uv_is_active((uv_handle_t *)&runtime->idle))
        return;
    runtime->scheduled = false;
    if (runtime->first)
        task_share_ask(runtime);
}

/* Until nobody is ready or time is up, in rounds that grow to `most` steps. */
static void share(struct runtime *runtime, int most, bool once)
{
    uint64_t start = uv_hrtime();

    runtime->batch = 0;
    for (int round = 1; runtime->first; round = round < most ? 2 * round : round) {
        runtime->budget = runtime->perturb ? task_perturb(runtime) : round;
        task_give_way(runtime);
        if (uv_hrtime() - start > SHARE_NS || (once && round == most))
            break;
    }
    take_back(runtime);
}

void task_share_batch(struct runtime *runtime)
{
    if (++runtime->batch >= BATCH && runtime->current == &runtime->loop && !runtime->perturb)
        share(runtime, BATCH, true);
}

static void drain(uv_idle_t *idle)
{
    struct runtime *runtime = idle->data;

    if (runtime->current != &runtime->loop) {
        leave_to_nested(runtime);
        return;
    }
    share(runtime, ROUND_MAX, false);
    give_back(runtime);
}

void task_share_ask(struct runtime *runtime)
{
    runtime->scheduled = true;
    uv_idle_start(&runtime->idle, drain);
}
