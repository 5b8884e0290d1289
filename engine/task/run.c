/* The runtime of one thread from its first task to its last: set up on a loop, run, and leave
 * nothing behind in it. */
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine/task/task_priv.h"

_Thread_local struct runtime *task_runtime;
static const struct task_tracer *tracer;
static _Atomic uint32_t runs;

void task_set_tracer(const struct task_tracer *to)
{
    tracer = to;
}

/* A program that has set none may be traced all the same: by a probe that is preloaded. */
static const struct task_tracer *find_tracer(void)
{
    const struct task_tracer *(*offered)(void);

    if (tracer)
        return tracer;
    *(void **)&offered = dlsym(RTLD_DEFAULT, "asynctut_task_recorder");
    return offered ? offered() : NULL;
}

static int runtime_open(struct runtime *runtime, uv_loop_t *uv)
{
    int error = uv_idle_init(uv, &runtime->idle);

    if (error)
        return error;
    runtime->idle.data = runtime;
    runtime->alarms.timer.data = runtime;
    runtime->uv = uv;
    runtime->current = &runtime->loop;
    runtime->loop.runtime = runtime;
    runtime->tracer = find_tracer();
    runtime->run = ++runs;
    runtime->slow_step_ns = task_slow_step_ns();
    runtime->perturb = task_perturb_seed();
    task_stacks_init(runtime);
    runtime->page = (size_t)sysconf(_SC_PAGESIZE);
    runtime->annotate = task_sanitize_wanted();
    runtime->exceptions = task_exceptions();
    runtime->watched =
        runtime->annotate || runtime->tracer || runtime->slow_step_ns || runtime->exceptions;
    task_sanitize_loop(&runtime->loop.sanitize);
    task_overflow_watch();
    return 0;
}

/* libuv gives memory back in the turn after uv_close(): the handles die first, then their stacks.
 * Callbacks of the program run in that turn, too: nothing would be left to run a task of theirs. */
static void runtime_close(struct runtime *runtime)
{
    runtime->closing = true;
    for (size_t class = 0; class < STACK_CLASSES; class ++)
        runtime->stacks[class].pool = NULL; /* so that a spawn asks task_stack_make() */
    uv_close((uv_handle_t *)&runtime->idle, NULL);
    if (runtime->dumps)
        uv_close((uv_handle_t *)&runtime->dump, NULL);
    task_alarms_close(runtime);
    uv_run(runtime->uv, UV_RUN_NOWAIT);
    task_alarms_free(runtime);
    task_stacks_free(runtime);
    task_overflow_unwatch();
}

static void cancel_live(struct task *task, void *to)
{
    if (task->state != TASK_LIVE)
        return;
    if (*(bool *)to)
        task_scope_force(&task->root);
    else
        task_ask(task);
}

/* The loop has ended and tasks are still there. They wait for what will not come, or somebody
 * called uv_stop(). A stack is never thrown away: its tasks are cancelled, and run on until they
 * have returned; those behind a shield in a second round. Who stops the loop again meanwhile
 * hurries that up, and no more: a thread may still write to the stack of a task that waits for it.
 */
static int wind_up(struct runtime *runtime)
{
    int result = UV_ECANCELED;

    if (!uv_loop_alive(runtime->uv) && !runtime->stopped) {
        task_report_deadlock(runtime);
        result = TASK_EDEADLK;
    }
    for (int round = 0; round < 2 && task_live(runtime); round++) {
        bool force = round == 1;
        task_stacks_each(runtime, cancel_live, &force);
        uv_run(runtime->uv, UV_RUN_DEFAULT);
    }
    while (task_live(runtime) && uv_loop_alive(runtime->uv))
        uv_run(runtime->uv, UV_RUN_DEFAULT);
    if (task_live(runtime))
        task_report("%zu tasks did not end when they were cancelled", task_live(runtime));
    return result;
}

static int run(struct runtime *runtime, int (*main)(void *arg), void *arg, const void *where)
{
    struct task *first = task_spawn_at(runtime, &runtime->stacks[STACK_DEFAULT], main, arg, where);
    int result = 0;

    if (!first)
        return UV_ENOMEM;
    task_set_name(first, "main");
    do /* again: a callback spawned a task after the last had ended, in the same turn */
        uv_run(runtime->uv, UV_RUN_DEFAULT);
    while (runtime->over && task_live(runtime) && !runtime->stopped);
    if (task_live(runtime))
        result = wind_up(runtime);
    if (result != TASK_EDEADLK && first->state == TASK_ENDED)
        result = first->result;
    first->state = TASK_FREE; /* its result is ours */
    task_report_unjoined(runtime);
    return result;
}

int task_run(struct uv_loop_s *loop, int (*main)(void *arg), void *arg)
{
    struct runtime *runtime;
    int result;

    if (task_runtime)
        return UV_EBUSY;
    runtime = calloc(1, sizeof *runtime);
    if (!runtime)
        return UV_ENOMEM;
    result = runtime_open(runtime, loop);
    if (result == 0) {
        task_runtime = runtime;
        result = run(runtime, main, arg, __builtin_return_address(0));
        runtime_close(runtime);
        task_runtime = NULL;
    }
    free(runtime);
    return result;
}
