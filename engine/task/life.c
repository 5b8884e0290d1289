/* The life of a task: spawned on a stack from the pool, it runs, ends, and is gone when somebody
 * has awaited it. */
#include "engine/task/ready.h"

/* region life */
/* On a stack from the pool, which is not empty. */
static inline struct task *create(struct runtime *runtime, struct stacks *stacks,
                                  int (*body)(void *), void *arg, const void *where)
{
    struct task *task = stacks->pool;

    stacks->pool = task->next;
    task->body = body;
    task->arg = arg;
    task->where = where;
    task->awaiter = NULL;
    task->state = TASK_LIVE;
    task->detached = task->named = task->cancelled = false;
    task->number = ++runtime->born;
    task->parent = runtime->current->number;
    task->locals = runtime->current->locals;
    if (unlikely(task->locals))
        task->locals->users++;
    return task;
}

struct task *task_spawn_at(struct runtime *runtime, struct stacks *stacks, int (*body)(void *),
                           void *arg, const void *where)
{
    struct task *task;

    if (unlikely(!stacks->pool) && !task_stack_make(runtime, stacks))
        return NULL;
    task = create(runtime, stacks, body, arg, where);
    if (runtime->tracer)
        task->id = runtime->tracer->born(ENTITY_TASK, runtime->current->id, where);
    task_trace(runtime, EVENT_WAKE, task->id, runtime->current->id, 0, where);
    make_ready(runtime, task);
    return task;
}

/* One that is made is born in the trace; one that is not is told as a call is. */
struct task *task_spawn_told(int (*body)(void *), void *arg, const void *where)
{
    struct runtime *runtime = task_runtime;
    struct task *task = task_spawn_at(runtime, &runtime->stacks[STACK_DEFAULT], body, arg, where);

    if (!task)
        task_did(DO_SPAWN, 0, UV_ENOMEM, where);
    return task;
}

/* The same for the common case, in which nothing is called. */
struct task *task_spawn(int (*body)(void *arg), void *arg)
{
    struct runtime *runtime = task_runtime;
    const void *where = __builtin_return_address(0);
    struct stacks *stacks;
    struct task *task;

    assert(runtime); /* only inside task_run() */
    stacks = &runtime->stacks[STACK_DEFAULT];
    if (unlikely(runtime->watched || !runtime->scheduled || !stacks->pool))
        return task_spawn_told(body, arg, where);
    task = create(runtime, stacks, body, arg, where);
    append(runtime, task);
    return task;
}

/* Whom the end of `self` wakes. The awaiter may have been woken already, by an earlier end or by a
 * cancellation. */
static inline struct task *awaiter_of(struct runtime *runtime, struct task *self)
{
    struct task *awaiter = self->awaiter;
    struct join *join = awaiter ? (struct join *)awaiter->park : NULL;

    if (!join || (--join->left > 0 && !(join->until_error && self->result < 0)))
        return NULL;
    end_wait(runtime, &join->park, awaiter, 0);
    return awaiter;
}

static inline struct task *ended(struct runtime *runtime, struct task *self)
{
    task_trace(runtime, EVENT_END, self->id, 0, self->result, NULL);
    self->state = TASK_ENDED;
    self->ending = ++runtime->endings;
    if (unlikely(self->locals))
        task_locals_drop(self);
    if (likely(!self->detached))
        return awaiter_of(runtime, self);
    task_let_go(self);
    return NULL;
}

/* A stack runs one task after the other without being built anew: it leaves in switch_to() when a
 * task has ended, and comes back from there when the next one starts. */
void task_run_on_stack(void)
{
    struct runtime *runtime = task_runtime;
    struct task *self = runtime->current;

    if (runtime->annotate)
        task_sanitize_entered(&runtime->loop.sanitize);
    for (;;) {
        self->result = self->body(self->arg);
        self = switch_to(runtime, self, pass_ready(runtime, ended(runtime, self)));
    }
}

static inline void release(struct runtime *runtime, struct task *task)
{
    task_trace(runtime, EVENT_GONE, task->id, 0, 0, NULL);
    task->state = TASK_FREE;
    if (unlikely(task->cancelled)) {
        task->root.cancelled = false;
        task->root.asked = 0;
    }
    task_stack_give(task);
}

void task_release(struct task *task)
{
    release(task_runtime, task);
}

/* Returns when `task` has ended. */
static inline void wait_for(struct runtime *runtime, struct task *task, const void *where)
{
    struct join join;

    park_init(&join.park, WAIT_TASK, task_pass_on, where);
    join.park.object = task->id;
    join.park.on = &task->root.task; /* the task itself */
    join.left = 1;
    join.until_error = false;
    task->awaiter = runtime->current;
    if (unlikely(runtime->current->cancelled))
        task_ask(task);
    park(runtime, &join.park);
}

int task_await(struct task *task)
{
    struct runtime *runtime = task_runtime;

    assert(!task->awaiter && !task->detached && task != runtime->current);
    if (likely(task->state != TASK_ENDED))
        wait_for(runtime, task, __builtin_return_address(0));
    runtime = task_runtime;
    if (unlikely(runtime->tracer))
        task_did_told(DO_AWAIT, task->id, task->result, __builtin_return_address(0));
    release(runtime, task);
    return task->result;
}
/* end */
