/* Spawning with options. An eager task starts at once, and its spawner goes on when it first parks:
 * the two line up in front of all others. */
#include "engine/task/task_priv.h"

static struct task *spawn(struct runtime *runtime, const struct task_options *options,
                          int (*body)(void *), void *arg, const void *where)
{
    struct stacks *stacks = task_stacks_for(runtime, options->stack_size);
    struct task *task = stacks ? task_spawn_at(runtime, stacks, body, arg, where) : NULL;

    if (!task)
        task_did(DO_SPAWN, 0, UV_ENOMEM, where);
    else if (options->name)
        task_set_name(task, options->name);
    return task;
}

/* The queue is put aside, so that the new task becomes the only one in it. */
static struct task *spawn_in_front(struct runtime *runtime, const struct task_options *options,
                                   int (*body)(void *), void *arg, const void *where)
{
    struct task *first = runtime->first, *last = runtime->last, *self = runtime->current, *task;

    runtime->first = NULL;
    task = spawn(runtime, options, body, arg, where);
    if (!task) {
        runtime->first = first;
        return NULL;
    }
    task->next = self;
    self->next = first;
    runtime->last = first ? last : self;
    return task;
}

struct task *task_spawn_with(const struct task_options *options, int (*body)(void *arg), void *arg)
{
    struct runtime *runtime = task_runtime;
    struct task *self = runtime->current, *task;
    const void *where = __builtin_return_address(0);

    if (!options->eager || self == &runtime->loop)
        return spawn(runtime, options, body, arg, where);
    task = spawn_in_front(runtime, options, body, arg, where);
    if (task) {
        self->where = where;
        task_trace(runtime, EVENT_SUSPEND, self->id, 0, WAIT_READY, where);
        runtime->budget++;
        task_give_way(runtime);
    }
    return task;
}
