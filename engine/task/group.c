/* A group is a scope with a count. Its children's root scopes hang in it, so cancelling the group
 * is cancelling a scope, and the wait for the children is one park. */
#include <assert.h>

#include "engine/task/task_priv.h"

static uint32_t object(struct task_group *group, const void *where)
{
    return task_object(&group->scope.traced, ENTITY_GROUP, where);
}

void task_group_open(struct task_group *group)
{
    const void *where = __builtin_return_address(0);

    group->running = 0;
    group->error = 0;
    group->cut = false;
    group->waiter = NULL;
    task_scope_open(&group->scope, TASK_FOREVER, false);
    task_did(DO_OPEN, object(group, where), 0, where);
}

static struct task *spawn(struct task_group *group, int (*body)(void *arg), void *arg,
                          const void *where)
{
    struct runtime *runtime = task_runtime;
    struct task *task = task_spawn_at(runtime, &runtime->stacks[STACK_DEFAULT], body, arg, where);

    if (!task)
        return NULL;
    task->detached = true;
    task->group = group;
    task_scope_add(&group->scope, &task->root);
    group->running++;
    return task;
}

struct task *task_group_spawn(struct task_group *group, int (*body)(void *arg), void *arg)
{
    const void *where = __builtin_return_address(0);
    struct task *task = spawn(group, body, arg, where);

    task_did(DO_SPAWN, object(group, where), task ? (int64_t)task->id : UV_ENOMEM, where);
    return task;
}

void task_group_cancel(struct task_group *group)
{
    const void *where = __builtin_return_address(0);
    int told = task_scope_ask(&group->scope);

    task_did(DO_CANCEL, object(group, where), told, where);
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
    task_scope_ask(&group->scope);
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

static int close_at(struct task_group *group, int result, uint32_t id, const void *where)
{
    struct park park = {.where = where, .why = WAIT_GROUP, .object = id, .in = group};

    note(group, result, group->scope.cancelled);
    if (group->running) {
        group->waiter = &park;
        task_park(&park);
    }
    if (group->cut && group->scope.parent->cancelled)
        result = UV_ECANCELED; /* also if the body itself came through */
    result = task_scope_close(&group->scope, result);
    return group->error ? group->error : result;
}

int task_group_close(struct task_group *group, int result)
{
    const void *where = __builtin_return_address(0);
    uint32_t id = object(group, where);

    result = close_at(group, result, id, where);
    task_did(DO_CLOSE, id, result, where);
    return result;
}
