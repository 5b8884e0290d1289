/* Stopping: cancellation, scopes with a deadline, shields, cleanup.
 *
 * To cancel is to ask. From then on every call in the scope that is a cancellation point returns
 * UV_ECANCELED, at once if the task is waiting, else when it next calls one, and again at every
 * further call: who swallows the error meets it again. The code passes the error up, cleaning up as
 * it goes, to the scope that asked, and only that one turns it into its own result. (The rules are
 * those of Trio's cancel scopes: trio.readthedocs.io, "Cancellation and timeouts".)
 *
 * A call that was done before the request came keeps its result. A call that meets a cancellation
 * lets other tasks run once, so that a loop which ignores the error does not block the rest. */
#ifndef ASYNCTUT_TASK_SCOPE_H
#define ASYNCTUT_TASK_SCOPE_H

#include <stdbool.h>

#include "engine/task/task.h"

#pragma GCC visibility push(default)
#ifdef __cplusplus
extern "C" {
#endif

/* One deadline; private. */
struct task_alarm {
    void (*ring)(struct task_alarm *alarm);
    uint32_t place; /* 0: it will not ring */
};

/* A piece of cleanup; the caller's memory until its scope is left. */
struct task_defer {
    void (*run)(void *arg);
    void *arg;
    struct task_defer *next;
};

/* A part of a task that can be cancelled on its own; lies on the task's stack. Its members are
 * private. Scopes nest: leave the inner one first, in the task that entered it. */
struct task_scope {
    struct task_scope *parent, *children, *next, **at;
    struct task *task;
    struct task_defer *defers;
    struct task_alarm alarm;
    int asked;      /* UV_ECANCELED, UV_ETIMEDOUT or UV_ENOMEM: what this scope itself was told */
    bool cancelled; /* by itself or by an outer one */
    bool shielded;
    struct task_traced traced;
};

enum { TASK_FOREVER = -1 };

/* Opens a scope that is cancelled by itself after `ms` milliseconds, or never with TASK_FOREVER. Of
 * nested deadlines the nearest wins. Does not park. Without memory for the deadline the scope is
 * cancelled from the start, and leaving it with UV_ECANCELED gives UV_ENOMEM. */
void task_scope_enter(struct task_scope *scope, int64_t ms);

/* The same, but cancellation from outside does not reach in while it is open. Does not park. */
void task_shield_enter(struct task_scope *scope, int64_t ms);

/* Runs the scope's cleanup, then closes it. `result` is what the work in it came to, and is
 * returned, except UV_ECANCELED that this very scope caused: then UV_ETIMEDOUT if its time was up,
 * 0 if task_scope_cancel() was called. Parks if the cleanup does; no cancellation point. */
int task_scope_leave(struct task_scope *scope, int result);

/* Cancels what runs in the scope. From any task or callback on the loop's thread while the scope is
 * open. Does not park; a second time does nothing. */
void task_scope_cancel(struct task_scope *scope);

/* Has run(arg) called when the scope is left: the last deferred first, also on cancellation and
 * shielded from it, so that it may park. The struct is the caller's and must stay until then. Only
 * in the task that entered the scope. This call itself does not park. */
void task_scope_defer(struct task_scope *scope, struct task_defer *defer, void (*run)(void *arg),
                      void *arg);

/* Calls body(arg) in a scope with a deadline in `ms` milliseconds. What the body returned, or
 * UV_ETIMEDOUT; also then the body has returned before (asyncio.timeout). UV_ENOMEM as for
 * task_scope_enter(). Parks if the body does; a cancellation point if the body has one. */
int task_timeout(uint64_t ms, int (*body)(void *arg), void *arg);

/* Calls body(arg) shielded from cancellation that comes from outside (asyncio.shield, but the
 * caller stays, too). What the body returned. Parks if the body does; no cancellation point. */
int task_shield(int (*body)(void *arg), void *arg);

/* Cancels a whole task, for ever: the caller still awaits it. One that has ended keeps its result.
 * From any task or callback on the loop's thread. Does not park. */
void task_cancel(struct task *task);

/* Is the current task cancelled where it is? For long computations; does not park. */
bool task_is_cancelled(void);

#ifdef __cplusplus
}
#endif
#pragma GCC visibility pop

#endif
