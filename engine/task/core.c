/* The heart: a queue of tasks that can go on, and the two moves, park and wake. A task that parks
 * switches straight to the next one in the queue; when there is none, or when tasks have had their
 * share of this turn, to the loop. The loop comes back through one idle handle, which is active
 * exactly while the queue has tasks in it, so that the loop then neither ends nor sleeps.
 *
 * How long is a share? Tasks that only yield must not keep the loop from its polls, and a poll
 * costs a hundred yields. So tasks run in rounds of 1, 2, 4 … 64 steps until a millisecond has
 * passed: slow steps get a poll after each, fast ones hardly notice. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/task/task_priv.h"

enum { ROUND_MAX = 64, SHARE_NS = 1000 * 1000 };

_Thread_local struct runtime *task_runtime;
static const struct task_tracer *tracer;

void task_set_tracer(const struct task_tracer *to)
{
    tracer = to;
}

/* region queue */
static void drain(uv_idle_t *idle);

static void make_ready(struct runtime *runtime, struct task *task)
{
    if (!runtime->scheduled) {
        runtime->scheduled = true;
        uv_idle_start(&runtime->idle, drain);
    }
    task->next = NULL;
    *runtime->tail = task;
    runtime->tail = &task->next;
}

static struct task *take_ready(struct runtime *runtime)
{
    struct task *task = runtime->head;

    if (!task || runtime->budget-- == 0)
        return &runtime->loop;
    runtime->head = task->next;
    if (!runtime->head)
        runtime->tail = &runtime->head;
    return task;
}

/* Gives the processor to whoever is next; returns when it is the turn of `self` again. */
static inline void switch_away(struct runtime *runtime, struct task *self)
{
    struct task *next = take_ready(runtime);

    runtime->current = next;
    if (next != &runtime->loop)
        task_trace(runtime, EVENT_RESUME, next->id, 0, 0, next->where);
    if (next == self) /* it was the only one that is ready: there is nothing to leave */
        return;
    if (runtime->annotate)
        task_sanitize_switch(&self->context, &self->sanitize, &next->context, &next->sanitize);
    else
        task_switch(&self->context, &next->context);
}

/* One turn's share. Afterwards the loop computes how long it may poll from its cached clock, which
 * is as old as the tasks took: without the update, timers would come late by that much. */
static void drain(uv_idle_t *idle)
{
    struct runtime *runtime = idle->data;
    uint64_t start = uv_hrtime();

    if (runtime->current != &runtime->loop)
        return; /* a task called uv_run(): its siblings must not run on top of it */
    for (int round = 1; runtime->head; round = round < ROUND_MAX ? 2 * round : round) {
        runtime->budget = round;
        switch_away(runtime, &runtime->loop);
        if (uv_hrtime() - start > SHARE_NS)
            break;
    }
    uv_update_time(runtime->uv);
    if (!runtime->head) {
        uv_idle_stop(idle);
        runtime->scheduled = false;
    }
    if (!runtime->live)
        uv_stop(runtime->uv);
}
/* end */

/* region park */
static inline int park(struct runtime *runtime, struct park *park)
{
    struct task *self = runtime->current;

    park->task = self;
    self->park = park;
    self->where = park->where;
    task_trace(runtime, EVENT_SUSPEND, self->id, park->object, park->why, park->where);
    switch_away(runtime, self);
    return park->result;
}

static inline void wake(struct runtime *runtime, struct park *park, int result)
{
    struct task *task = park->task;

    assert(task->park == park);
    park->result = result;
    task->park = NULL;
    task_trace(runtime, EVENT_WAKE, task->id, runtime->current->id, 0, park->where);
    make_ready(runtime, task);
}

int task_park(struct park *self)
{
    return park(task_runtime, self);
}

void task_wake(struct park *other, int result)
{
    wake(task_runtime, other, result);
}

int task_yield(void)
{
    struct runtime *runtime = task_runtime;
    struct task *self = runtime->current;

    self->where = __builtin_return_address(0);
    task_trace(runtime, EVENT_SUSPEND, self->id, 0, WAIT_READY, self->where);
    make_ready(runtime, self);
    switch_away(runtime, self);
    return 0;
}
/* end */

/* region life */
static inline void release(struct runtime *runtime, struct task *task)
{
    task_trace(runtime, EVENT_GONE, task->id, 0, 0, NULL);
    task->state = TASK_FREE;
    task_stack_give(task);
}

void task_release(struct task *task)
{
    release(task_runtime, task);
}

/* Nobody will ask for its result. Its stack goes back to the pool: nobody can take that before
 * whoever runs on it has left it. */
static void let_go(struct task *task)
{
    if (task->result < 0)
        task_report("%s, which nobody awaits, ended with %s", task_name(task),
                    uv_err_name(task->result));
    task_release(task);
}

static void ended(struct runtime *runtime, struct task *self)
{
    struct join *join = self->join;

    task_trace(runtime, EVENT_END, self->id, 0, self->result, NULL);
    self->state = TASK_ENDED;
    runtime->live--;
    if (join && --join->left == 0)
        wake(runtime, &join->park, 0);
    if (self->detached)
        let_go(self);
}

/* A stack runs one task after the other without being built anew: it leaves in switch_away() when a
 * task has ended, and comes back from there when the next one starts. */
void task_run_on_stack(void)
{
    struct runtime *runtime = task_runtime;
    struct task *self = runtime->current;

    if (runtime->annotate)
        task_sanitize_entered(&runtime->loop.sanitize);
    for (;;) {
        self->result = self->body(self->arg);
        ended(runtime, self);
        switch_away(runtime, self);
    }
}

static inline struct task *spawn(struct runtime *runtime, int (*body)(void *), void *arg,
                                 struct stacks *stacks, const void *where)
{
    struct task *task = task_stack_take(runtime, stacks);

    if (!task)
        return NULL;
    task->body = body;
    task->arg = arg;
    task->where = where;
    task->join = NULL;
    task->detached = false;
    task->name[0] = '\0';
    task->state = TASK_LIVE;
    task->number = ++runtime->born;
    task->parent = runtime->current->number;
    runtime->live++;
    if (runtime->tracer)
        task->id = runtime->tracer->born(runtime->current->id, where);
    task_trace(runtime, EVENT_WAKE, task->id, runtime->current->id, 0, where);
    make_ready(runtime, task);
    return task;
}

struct task *task_spawn(int (*body)(void *arg), void *arg)
{
    struct runtime *runtime = task_runtime;

    assert(runtime); /* only inside task_run() */
    return spawn(runtime, body, arg, &runtime->stacks[STACK_DEFAULT], __builtin_return_address(0));
}

int task_await(struct task *task)
{
    struct runtime *runtime = task_runtime;
    int result;

    assert(!task->join && !task->detached && task != runtime->current);
    if (task->state != TASK_ENDED) {
        struct join join = {.left = 1};
        join.park = (struct park){
            .where = __builtin_return_address(0), .why = WAIT_TASK, .object = task->id};
        task->join = &join;
        park(runtime, &join.park);
    }
    result = task->result;
    release(runtime, task);
    return result;
}

void task_detach(struct task *task)
{
    assert(!task->join && !task->detached);
    task->detached = true;
    if (task->state == TASK_ENDED)
        let_go(task);
}
/* end */

static int runtime_open(struct runtime *runtime, uv_loop_t *uv)
{
    int error = uv_idle_init(uv, &runtime->idle);

    if (error)
        return error;
    runtime->idle.data = runtime;
    runtime->uv = uv;
    runtime->tail = &runtime->head;
    runtime->current = &runtime->loop;
    runtime->loop.runtime = runtime;
    runtime->tracer = tracer;
    task_stacks_init(runtime);
    runtime->page = (size_t)sysconf(_SC_PAGESIZE);
    runtime->annotate = task_sanitize_wanted();
    task_sanitize_loop(&runtime->loop.sanitize);
    task_overflow_watch();
    return 0;
}

static void close_timer(struct task *task, void *to)
{
    (void)to;
    if (task->timer_made)
        uv_close((uv_handle_t *)&task->timer, NULL);
}

/* libuv gives memory back in the turn after uv_close(): the handles die first, then their stacks.
 */
static void runtime_close(struct runtime *runtime)
{
    uv_close((uv_handle_t *)&runtime->idle, NULL);
    task_stacks_each(runtime, close_timer, NULL);
    uv_run(runtime->uv, UV_RUN_NOWAIT);
    task_stacks_free(runtime);
    task_overflow_unwatch();
}

static int run(struct runtime *runtime, int (*main)(void *arg), void *arg, const void *where)
{
    struct task *first = spawn(runtime, main, arg, &runtime->stacks[STACK_DEFAULT], where);
    int result;

    if (!first)
        return UV_ENOMEM;
    task_set_name(first, "main");
    uv_run(runtime->uv, UV_RUN_DEFAULT);
    result = first->result;
    if (runtime->live) {
        task_report_deadlock(runtime);
        result = TASK_EDEADLK;
    }
    first->detached = true;
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
