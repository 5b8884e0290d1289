/* Task groups: tasks that end together (asyncio.TaskGroup, Trio's nursery).
 *
 * A group lives in a function of one task. task_group_close() waits until every child has ended, so
 * no child outlives the function that started it. A child that fails cancels its siblings and the
 * function's own body; the first error is the group's result. */
#ifndef ASYNCTUT_TASK_GROUP_H
#define ASYNCTUT_TASK_GROUP_H

#include "engine/task/task_scope.h"

#pragma GCC visibility push(default)
#ifdef __cplusplus
extern "C" {
#endif

/* Lies on the stack of the task that opened it; its members are private. */
struct task_group {
    struct task_scope scope;
    size_t running;
    int error;
    bool cut; /* a child ended early because the group was cancelled */
    void *waiter;
};

/* Opens the group, which is also a scope (task_scope.h): children and body are in it. Does not
 * park. */
void task_group_open(struct task_group *group);

/* Starts a child. The pointer is for naming and cancelling it and good until it ends; it must not
 * be awaited. `arg` is the caller's and must live as long as the body uses it. From any task in the
 * group. NULL: no memory, as for task_spawn(). Does not park. */
struct task *task_group_spawn(struct task_group *group, int (*body)(void *arg), void *arg);

/* Cancels body and children. From any task or callback on the loop's thread while the group is
 * open. Does not park. */
void task_group_cancel(struct task_group *group);

/* Waits for all children. `result` is what the body came to; if it is an error the children are
 * cancelled first. Returns the first error of body and children, else `result`; with what others
 * fail after it, only the trace tells. UV_ECANCELED if the cancellation came from outside. A child
 * that was cancelled on its own is no error; one that returns UV_ECANCELED unasked is one. Parks
 * while children run, also when cancelled: they are, too, and it waits for their cleanup. */
int task_group_close(struct task_group *group, int result);

#ifdef __cplusplus
}
#endif
#pragma GCC visibility pop

#endif
