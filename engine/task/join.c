/* Awaiting tasks: one, or several at once. The waiter leaves a `join` with every task it waits for;
 * each of them counts it down as it ends (core.c), and the one that makes it 0 wakes the waiter. A
 * task that has ended keeps its result, and its stack, until its waiter has taken it. */
#include <assert.h>

#include "engine/task/task_priv.h"

static uint32_t only_id(const struct join *join)
{
    return join->n == 1 ? join->tasks[0]->id : 0;
}

/* Waits until `count` of the tasks, or all that are left, have ended. Takes nothing. */
static void join_wait(struct task *const *tasks, size_t n, const void *where)
{
    struct join join = {
        .park = {.where = where, .why = event_wait_arg(n == 1 ? WAIT_TASK : WAIT_GROUP, 0)},
        .tasks = tasks,
        .n = n};

    for (size_t i = 0; i < n; i++) {
        assert(!tasks[i]->join && !tasks[i]->detached && tasks[i] != task_self());
        if (tasks[i]->state == TASK_ENDED)
            continue;
        tasks[i]->join = &join;
        join.left++;
    }
    join.park.object = only_id(&join);
    if (join.left)
        task_park(&join.park);
}

static int take_result(struct task *task)
{
    int result = task->result;

    task_release(task);
    return result;
}

int task_gather(struct task *const *tasks, size_t n, int *ret_results)
{
    int first = 0;

    join_wait(tasks, n, __builtin_return_address(0));
    for (size_t i = 0; i < n; i++) {
        int result = take_result(tasks[i]);
        if (ret_results)
            ret_results[i] = result;
        if (first == 0 && result < 0)
            first = result;
    }
    return first;
}
