/* The heart: a queue of tasks that can go on, and the two moves, park and wake. A task that parks
 * switches straight to the next one in the queue; when there is none, or when tasks have had their
 * share of this turn, to the loop. The loop comes back through one idle handle, which is active
 * exactly while the queue has tasks in it, so that the loop then neither ends nor sleeps.
 *
 * How long is a share? Tasks that only yield must not keep the loop from its polls, and a poll
 * costs a hundred yields. So tasks run in rounds of 1, 2, 4 … 64 steps until a millisecond has
 * passed: slow steps get a poll after each, fast ones hardly notice. */
#include <assert.h>

#include "engine/task/task_priv.h"

enum { ROUND_MAX = 64, SHARE_NS = 1000 * 1000 };

/* region queue */
static void make_ready(struct runtime *runtime, struct task *task)
{
    if (!runtime->scheduled) {
        runtime->scheduled = true;
        uv_idle_start(&runtime->idle, task_drain);
    }
    task->next = NULL;
    *runtime->tail = task;
    runtime->tail = &task->next;
}

/* Before all others. `runtime->scheduled`: a task runs, so the queue is being drained. */
static void make_first(struct runtime *runtime, struct task *task)
{
    task->next = runtime->head;
    if (!runtime->head)
        runtime->tail = &task->next;
    runtime->head = task;
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

    if (runtime->slow_step_ns)
        task_step_ended(runtime, self);
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
void task_drain(uv_idle_t *idle)
{
    struct runtime *runtime = idle->data;
    uint64_t start = uv_hrtime();

    if (runtime->current != &runtime->loop) { /* its siblings must not run on top of it */
        if (!runtime->nested_told)
            task_report("%s called uv_run(): no other task can run until that returns",
                        task_name(runtime->current));
        runtime->nested_told = true;
        return;
    }
    for (int round = 1; runtime->head; round = round < ROUND_MAX ? 2 * round : round) {
        runtime->budget = runtime->perturb ? task_perturb(runtime) : round;
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

static inline int yield(const void *where)
{
    struct runtime *runtime = task_runtime;
    struct task *self = runtime->current;

    self->where = where;
    task_trace(runtime, EVENT_SUSPEND, self->id, 0, WAIT_READY, self->where);
    make_ready(runtime, self);
    switch_away(runtime, self);
    return self->cancelled ? UV_ECANCELED : 0;
}

int task_yield(void)
{
    return yield(__builtin_return_address(0));
}

int task_yield_at(const void *where)
{
    return yield(where);
}
/* end */

/* region life */
static inline void release(struct runtime *runtime, struct task *task)
{
    task_trace(runtime, EVENT_GONE, task->id, 0, 0, NULL);
    task->state = TASK_FREE;
    if (task->cancelled) {
        task->root.cancelled = false;
        task->root.asked = 0;
    }
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
    if (task->group)
        task_group_ended(task);
    else if (task->result < 0)
        task_report("%s, which nobody awaits, ended with %s", task_name(task),
                    uv_err_name(task->result));
    task_release(task);
}

/* It may have been woken already, by an earlier end or by a cancellation. */
static inline void join_ended(struct runtime *runtime, struct join *join)
{
    if (join->park.task->park == &join->park)
        wake(runtime, &join->park, 0);
}

static void ended(struct runtime *runtime, struct task *self)
{
    struct join *join = self->join;

    task_trace(runtime, EVENT_END, self->id, 0, self->result, NULL);
    self->state = TASK_ENDED;
    self->ending = ++runtime->endings;
    if (self->locals)
        task_locals_drop(self);
    runtime->live--;
    if (join && (--join->left == 0 || (join->until_error && self->result < 0)))
        join_ended(runtime, join);
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

/* A task that is not in the queue yet. */
static inline struct task *create(struct runtime *runtime, int (*body)(void *), void *arg,
                                  struct stacks *stacks, const void *where)
{
    struct task *task = task_stack_take(runtime, stacks);

    if (!task)
        return NULL;
    task->body = body;
    task->arg = arg;
    task->where = where;
    task->join = NULL;
    task->state = TASK_LIVE;
    task->detached = task->named = task->cancelled = false;
    task->number = ++runtime->born;
    task->parent = runtime->current->number;
    task->locals = runtime->current->locals;
    if (task->locals)
        task->locals->users++;
    runtime->live++;
    if (runtime->tracer)
        task->id = runtime->tracer->born(runtime->current->id, where);
    return task;
}

static inline struct task *spawn(struct runtime *runtime, int (*body)(void *), void *arg,
                                 struct stacks *stacks, const void *where)
{
    struct task *task = create(runtime, body, arg, stacks, where);

    if (!task)
        return NULL;
    task_trace(runtime, EVENT_WAKE, task->id, runtime->current->id, 0, where);
    make_ready(runtime, task);
    return task;
}

/* The new task comes first in the queue and its spawner second. */
static void start_at_once(struct runtime *runtime, struct task *task)
{
    struct task *self = runtime->current;

    task_trace(runtime, EVENT_WAKE, task->id, self->id, 0, task->where);
    task_trace(runtime, EVENT_SUSPEND, self->id, 0, WAIT_READY, task->where);
    self->where = task->where;
    make_first(runtime, self);
    make_first(runtime, task);
    runtime->budget++;
    switch_away(runtime, self);
}

struct task *task_spawn_with(const struct task_options *options, int (*body)(void *arg), void *arg)
{
    struct runtime *runtime = task_runtime;
    const void *where = __builtin_return_address(0);
    struct stacks *stacks = task_stacks_for(runtime, options->stack_size);
    struct task *task = stacks ? create(runtime, body, arg, stacks, where) : NULL;

    if (!task)
        return NULL;
    if (options->name)
        task_set_name(task, options->name);
    if (options->eager && runtime->current != &runtime->loop) {
        start_at_once(runtime, task);
        return task;
    }
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

struct task *task_spawn_at(int (*body)(void *), void *arg, size_t stack_class, const void *where)
{
    struct runtime *runtime = task_runtime;

    return spawn(runtime, body, arg, &runtime->stacks[stack_class], where);
}

/* A waiter that is cancelled passes that on, and still waits: nobody else would. */
static void cancel_awaited(struct park *park)
{
    task_cancel(*park->on);
}

int task_await(struct task *task)
{
    struct runtime *runtime = task_runtime;
    struct join join;
    int result;

    assert(!task->join && !task->detached && task != runtime->current);
    if (task->state != TASK_ENDED) {
        join.park = (struct park){.where = __builtin_return_address(0),
                                  .why = WAIT_TASK,
                                  .object = task->id,
                                  .on = &task,
                                  .cancel = cancel_awaited};
        join.left = 1;
        join.until_error = false;
        task->join = &join;
        if (runtime->current->cancelled)
            task_cancel(task);
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
