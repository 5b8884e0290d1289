/* Tasks: functions that can pause, on a libuv loop.
 *
 * A task has a stack of its own. Every call here that waits parks the calling task until its libuv
 * callback has run, and other tasks and callbacks run meanwhile, all on the thread of the loop.
 * Woken tasks run in the order in which they were woken. Results are 0 or a negative UV_E*.
 *
 * Everything here belongs to the thread that called task_run(), unless it says otherwise, and what
 * parks or asks for the current task may be called only from a task. Every function says whether it
 * parks, that is, whether it may wait; what does not park never lets another task run. A
 * cancellation point (task_scope.h) returns UV_ECANCELED if the task is cancelled. What a call
 * changes of errno or of the rounding mode, other tasks see: neither is kept across a park. Times
 * are milliseconds of uv_now(), the monotonic clock of the loop. Names are those of asyncio
 * (docs.python.org, "Coroutines and Tasks") where the meaning is the same. */
#ifndef ASYNCTUT_TASK_H
#define ASYNCTUT_TASK_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(default)
#ifdef __cplusplus
extern "C" {
#endif

struct uv_loop_s;
struct task;

/* What the tracer calls a thing that tasks share, and in which task_run() it does so; private. */
struct task_traced {
    uint32_t id, run;
};

enum { TASK_EDEADLK = -EDEADLK }; /* libuv has no name for it */

/* Runs `main` as the first task on `loop`, then the loop, until every task has ended. Returns what
 * main returned, or TASK_EDEADLK if the loop ended while tasks were parked: each is then reported
 * through task_set_report() with the place where it waits, and all are cancelled, so that every one
 * returns from its function (but for tasks that await each other in a circle: that is told, and
 * they never go on). uv_stop() on the loop cancels them, too, without that error.
 * UV_ENOMEM: main did not run. UV_EBUSY: this thread is in task_run() already. The loop is the
 * caller's: initialised before, closed after; nothing of this library is left in it, except streams
 * and the like that the program itself did not close. Not for tasks, so it does not park: it
 * blocks, as uv_run() does. Any thread that has a loop of its own. */
int task_run(struct uv_loop_s *loop, int (*main)(void *arg), void *arg);

/* Starts a task. It runs when the caller next waits or returns, behind those already woken. The
 * task must be awaited or detached exactly once. `arg` is the caller's and must live as long as the
 * body uses it. NULL: no memory, or the kernel's limit on mappings (as if UV_ENOMEM); or, in a
 * callback of the loop, all tasks have ended and task_run() is about to return. Does not park. */
struct task *task_spawn(int (*body)(void *arg), void *arg);

/* The same with options; zero is the default of each. The stack is rounded up to a power of two of
 * at least 16 KiB (default 64 KiB, at most 1 GiB: else NULL); the task's control block and the gap
 * above it take up to 2.5 KiB of that. Eager: it starts at once and the caller goes on when it
 * first parks or ends (asyncio's eager tasks); then this call parks. */
struct task_options {
    const char *name;
    size_t stack_size;
    bool eager;
};
struct task *task_spawn_with(const struct task_options *options, int (*body)(void *arg), void *arg);

/* Waits until the task has ended; its result. Afterwards the task is gone. Parks, unless it has
 * ended already. If the caller is cancelled, so is the task, and its end is still waited for (as in
 * asyncio): no task is ever left without anyone who waits for it. */
int task_await(struct task *task);

/* Waits for all n, in order of the array into ret_results (may be NULL). The others go on if one
 * fails (as in asyncio.gather with return_exceptions). Returns the first error in order of the
 * array, or 0. Afterwards the tasks are gone. Parks unless all have ended. Cancellation is passed
 * on to all of them, as in task_await(). */
int task_gather(struct task *const *tasks, size_t n, int *ret_results);

/* Waits until one of the n tasks has ended, or one has failed (or all have ended), or all have. One
 * that was cancelled has failed (in asyncio it has not). Takes none: look with task_has_ended(),
 * await what you want, the others go on (asyncio.wait). A cancellation point, which unlike
 * task_await() does not cancel the tasks; so, with task_timeout() around it, it tells the done from
 * the pending. 0 or UV_ECANCELED. */
enum task_until { TASK_FIRST_ENDED, TASK_FIRST_ERROR, TASK_ALL_ENDED };
int task_wait(struct task *const *tasks, size_t n, enum task_until until);

bool task_has_ended(const struct task *task); /* awaiting it would not wait. Does not park */

/* Takes tasks in the order in which they end (asyncio.as_completed): waits until one of the *n has
 * ended, removes it from the array, whose order changes, and gives it to be awaited. UV_EOF: the
 * array is empty. A cancellation point like task_wait(). */
int task_next_ended(struct task **tasks, size_t *n, struct task **ret_task);

/* The other way to give a task away: nobody awaits it, and it is gone when it has ended. An error
 * that it returns is reported. Does not park. */
void task_detach(struct task *task);

/* Waits until so many milliseconds of the loop's clock have gone, counted from now; 0 is
 * task_yield(). The clock has whole ones, so beside busy tasks it may be up to one less. 0,
 * UV_ECANCELED, or UV_ENOMEM: it did not wait. Parks. A cancellation point. */
int task_sleep(uint64_t ms);

/* Waits until uv_now() of the loop is `time` or later; parks once even if it is past. Results as of
 * task_sleep(). A cancellation point. */
int task_sleep_until(uint64_t time);

/* Goes behind the tasks that are ready now. 0 or UV_ECANCELED. Always parks. A cancellation point.
 */
int task_yield(void);

struct task *task_current(void); /* NULL outside a task. Any thread. Does not park */

/* The name in traces and reports; copied and cut at 31 bytes. `task` NULL: the current one. The
 * name of a task that has none is "task 7", never NULL; good while the task is. Do not park. */
void task_set_name(struct task *task, const char *name);
const char *task_name(const struct task *task);

/* Tasks count from 1 in the order of spawning; the parent is the one that spawned it, 0: none. Do
 * not park. */
uint64_t task_number(const struct task *task);
uint64_t task_parent_number(const struct task *task);

/* Task-local values (contextvars in Python): a task starts with those of its spawner and changes
 * only its own. The key is any address that is yours, the value the caller's. Get: NULL if there is
 * none. Set: 0 or UV_ENOMEM. Do not park. */
void *task_local_get(const void *key);
int task_local_set(const void *key, void *value);

/* Where trouble is told (deadlock, unjoined tasks, lost errors, stack overflow); by default, and
 * with NULL, to standard error. For all threads: set it before task_run(). It is called on the
 * thread of the trouble with a line without newline, valid during the call, and for a stack
 * overflow from the signal handler, just before the program dies. Any thread. Does not park. */
void task_set_report(void (*report)(const char *line, void *to), void *to);

/* Where events go; NULL, the default, costs a look a call. A program that has set none when it
 * calls task_run() is offered one by `asynctut trace`. `kind` and `arg` are those of
 * engine/event/event.h (BORN through `born`; WAKE, RESUME, SUSPEND, END, GONE, TASK_CANCEL, DO),
 * `where` is a return address in the program or NULL. `born` gives a fresh entity id, of a task
 * when it is spawned, of a lock or the like when it is first used; `type` is an enum entity_type.
 * `find` gives the id of a libuv loop, handle or request, for NULL that of the calling thread, or
 * 0, and may be NULL. All are called on the thread of the run, but task_mailbox_post() calls `find`
 * and `emit` on any that posts. The struct is the caller's and must stay. For all threads: set it
 * before task_run(). Any thread. Does not park. */
struct task_tracer {
    uint32_t (*born)(unsigned type, uint32_t parent, const void *where);
    void (*emit)(unsigned kind, uint32_t subject, uint32_t object, int64_t arg, const void *where);
    void (*name)(uint32_t subject, const char *name);
    uint32_t (*find)(const void *actor);
};
void task_set_tracer(const struct task_tracer *tracer);

#ifdef __cplusplus
}
#endif
#pragma GCC visibility pop

#endif
