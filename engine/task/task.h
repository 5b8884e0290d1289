/* Tasks: functions that can pause, on a libuv loop.
 *
 * A task has a stack of its own. Every call here that waits parks the calling task until its libuv
 * callback has run, and other tasks and callbacks run meanwhile, all on the thread of the loop.
 * Woken tasks run in the order in which they were woken. Results are 0 or a negative UV_E*.
 *
 * Everything here belongs to the thread that called task_run(), unless it says otherwise. */
#ifndef ASYNCTUT_TASK_H
#define ASYNCTUT_TASK_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct uv_loop_s;
struct task;

/* Runs `main` as the first task on `loop`, then the loop, until every task has ended. Returns what
 * main returned, or UV_EDEADLK if the loop ended while tasks were parked: each is then reported
 * through task_set_report() with the place where it waits. The loop is the caller's: initialised
 * before, closed after. */
int task_run(struct uv_loop_s *loop, int (*main)(void *arg), void *arg);

/* Starts a task. It runs after the caller parks or returns, behind those already woken. The task
 * must be awaited or detached exactly once. NULL: no memory (as if UV_ENOMEM). */
struct task *task_spawn(int (*body)(void *arg), void *arg);

/* Waits until the task has ended; its result. Afterwards the task is gone. A cancellation point. */
int task_await(struct task *task);

/* Waits for all n, in order of the array into ret_results (may be NULL). The others go on if one
 * fails. Returns the first error in order of the array, or 0. */
int task_gather(struct task *const *tasks, size_t n, int *ret_results);

int task_sleep(uint64_t ms); /* a cancellation point */
int task_yield(void);        /* behind the tasks that are ready now */

struct task *task_current(void); /* NULL outside a task */
void task_set_name(struct task *task,
                   const char *name); /* NULL: the current one. Copied, 31 bytes */
const char *task_name(const struct task *task);

/* Where trouble is told (deadlock, unjoined tasks); by default to standard error. */
void task_set_report(void (*report)(const char *line, void *to), void *to);

/* Where events go; NULL, the default, costs nothing. The function and its kinds are those of
 * engine/event. Set before task_run(). new_id gives entity ids. */
struct task_tracer {
    uint32_t (*born)(uint32_t parent, const void *where);
    void (*emit)(unsigned kind, uint32_t subject, uint32_t object, int64_t arg, const void *where);
    void (*name)(uint32_t subject, const char *name);
};
void task_set_tracer(const struct task_tracer *tracer);

#ifdef __cplusplus
}
#endif

#endif
