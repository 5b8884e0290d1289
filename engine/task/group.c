/* A group is a scope with a count. Its children's root scopes hang in it, so cancelling the group
 * is cancelling a scope, and the wait for the children is one park. */
#include <assert.h>

#include "engine/task/task_priv.h"

void task_group_open(struct task_group *group)
{
    group->running = 0;
    group->error = 0;
    group->cut = false;
    group->waiter = NULL;
    task_scope_enter(&group->scope, TASK_FOREVER);
}

struct task *task_group_spawn(struct task_group *group, int (*body)(void *arg), void *arg)
{
    struct runtime *runtime = task_runtime;
    struct task *task = task_spawn_at(runtime, &runtime->stacks[STACK_DEFAULT], body, arg,
                                      __builtin_return_address(0));

    if (!task)
        return NULL;
    task->detached = true;
    task->group = group;
    task_scope_add(&group->scope, &task->root);
    group->running++;
    return task;
}

void task_group_cancel(struct task_group *group)
{
    task_scope_cancel(&group->scope);
}

/* Who returns UV_ECANCELED because it was told to does as it should. */
static void note(struct task_group *group, int result, bool told)
{
    if (result == UV_ECANCELED && group->scope.cancelled)
        group->cut = true;
    if (result >= 0 || (result == UV_ECANCELED && told))
        return;
    if (group->error == 0)
        group->error = result;
    task_scope_cancel(&group->scope);
}

void task_group_ended(struct task *task)
{
    struct task_group *group = task->group;

    note(group, task->result, task->root.cancelled);
    task_scope_remove(&task->root);
    task->group = NULL;
    if (--group->running == 0 && group->waiter)
        task_wake(group->waiter, 0);
}

int task_group_close(struct task_group *group, int result)
{
    struct park park = {.where = __builtin_return_address(0), .why = WAIT_GROUP, .in = group};

    note(group, result, group->scope.cancelled);
    if (group->running) {
        group->waiter = &park;
        task_park(&park);
    }
    if (group->cut && group->scope.parent->cancelled)
        result = UV_ECANCELED; /* also if the body itself came through */
    result = task_scope_leave(&group->scope, result);
    return group->error ? group->error : result;
}
