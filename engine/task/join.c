/* Waiting for several tasks at once. The waiter leaves a `join` with every task it waits for; each
 * of them counts it down as it ends (life.c), and the one that makes it 0 wakes the waiter. A task
 * that has ended keeps its result, and its stack, until it is awaited. */
#include <assert.h>

#include "engine/task/task_priv.h"

static void cancel_wait(struct park *park)
{
    task_wake(park, UV_ECANCELED);
}

/* Leaves the join with all that have not ended; how many have. */
static size_t join_add(struct join *join)
{
    size_t ended = 0;

    for (size_t i = 0; i < join->n; i++) {
        struct task *task = join->tasks[i];
        assert(!task->awaiter && !task->detached && task != task_self());
        if (task->state == TASK_ENDED)
            ended++;
        else
            task->awaiter = task_self();
    }
    return ended;
}

static void join_remove(struct join *join)
{
    for (size_t i = 0; i < join->n; i++)
        join->tasks[i]->awaiter = NULL;
}

static int join_wait(struct join *join)
{
    int result = task_park(&join->park);

    join_remove(join);
    return result;
}

int task_gather_at(struct task *const *tasks, size_t n, int *ret_results, const void *where)
{
    struct join join = {
        .park = {.where = where, .why = WAIT_GROUP, .on = tasks, .cancel = task_pass_on},
        .tasks = tasks,
        .n = n};
    int first = 0;

    for (size_t i = 0; i < n && task_is_cancelled(); i++)
        task_ask(tasks[i]);
    join.left = n - join_add(&join);
    if (join.left)
        join_wait(&join);
    for (size_t i = 0; i < n; i++) {
        int result = tasks[i]->result;
        if (ret_results)
            ret_results[i] = result;
        if (first == 0 && result < 0)
            first = result;
        task_did(DO_AWAIT, tasks[i]->id, result, where);
        task_release(tasks[i]);
    }
    return first;
}

int task_gather(struct task *const *tasks, size_t n, int *ret_results)
{
    return task_gather_at(tasks, n, ret_results, __builtin_return_address(0));
}

static bool has_failed(const struct join *join)
{
    for (size_t i = 0; i < join->n; i++)
        if (join->tasks[i]->state == TASK_ENDED && join->tasks[i]->result < 0)
            return true;
    return false;
}

static int wait_until(struct task *const *tasks, size_t n, enum task_until until, const void *where)
{
    struct join join = {
        .park = {.where = where, .why = WAIT_GROUP, .on = tasks, .cancel = cancel_wait},
        .tasks = tasks,
        .n = n,
        .until_error = until == TASK_FIRST_ERROR};
    size_t ended;
    int error = task_checkpoint(where);

    if (error)
        return error;
    ended = join_add(&join);
    join.left = until == TASK_FIRST_ENDED ? 1 : n - ended;
    if (ended == n || (ended && until == TASK_FIRST_ENDED) ||
        (until == TASK_FIRST_ERROR && has_failed(&join))) {
        join_remove(&join);
        return 0;
    }
    return join_wait(&join);
}

static int count_ended(struct task *const *tasks, size_t n)
{
    int ended = 0;

    for (size_t i = 0; i < n; i++)
        ended += tasks[i]->state == TASK_ENDED;
    return ended;
}

static int wait_at(struct task *const *tasks, size_t n, enum task_until until, const void *where)
{
    int error = wait_until(tasks, n, until, where);

    if (task_is_traced())
        task_did(DO_WAIT, 0, error ? error : count_ended(tasks, n), where);
    return error;
}

int task_wait(struct task *const *tasks, size_t n, enum task_until until)
{
    return wait_at(tasks, n, until, __builtin_return_address(0));
}

bool task_has_ended(const struct task *task)
{
    return task->state == TASK_ENDED;
}

/* The rest moves to the front, so that the array holds what is left without gaps. */
int task_next_ended(struct task **tasks, size_t *n, struct task **ret_task)
{
    const void *where = __builtin_return_address(0);
    struct task **first = NULL;
    int error;

    if (*n == 0) {
        task_did(DO_WAIT, 0, UV_EOF, where);
        return UV_EOF;
    }
    error = wait_at(tasks, *n, TASK_FIRST_ENDED, where);
    if (error)
        return error;
    for (struct task **at = tasks; at < tasks + *n; at++)
        if ((*at)->state == TASK_ENDED && (!first || (*at)->ending < (*first)->ending))
            first = at;
    *ret_task = *first;
    *first = tasks[--*n];
    return 0;
}
