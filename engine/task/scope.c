/* Scopes form a tree: a scope within the one around it, and the root scope of a group's child
 * within the group's. A request spreads down from where it was made, stops at shields, and wakes
 * the tasks that wait in what it reaches. It is walked by pointers and not by recursion, because
 * the tree may be deep and the walker's stack is small. */
#include <assert.h>

#include "engine/task/task_priv.h"

void task_scope_add(struct task_scope *parent, struct task_scope *scope)
{
    scope->parent = parent;
    scope->next = parent->children;
    scope->at = &parent->children;
    if (scope->next)
        scope->next->at = &scope->next;
    parent->children = scope;
    scope->cancelled = parent->cancelled && !scope->shielded;
    if (scope->task->scope == scope)
        scope->task->cancelled = scope->cancelled;
}

void task_scope_remove(struct task_scope *scope)
{
    *scope->at = scope->next;
    if (scope->next)
        scope->next->at = scope->at;
    scope->parent = NULL;
}

/* region spread */
static void reach(struct task_scope *scope)
{
    struct task *task = scope->task;
    struct runtime *runtime = task->runtime;

    scope->cancelled = true;
    if (task->scope != scope) /* it is in an inner scope: the walk will come to it */
        return;
    task->cancelled = true;
    task_trace(runtime, EVENT_TASK_CANCEL, task->id, runtime->current->id, 0, task->where);
    if (task->park && task->park->cancel)
        task->park->cancel(task->park);
}

static struct task_scope *after(struct task_scope *scope, const struct task_scope *top)
{
    while (scope != top && !scope->next)
        scope = scope->parent;
    return scope == top ? NULL : scope->next;
}

static void spread(struct task_scope *top, bool force)
{
    struct task_scope *scope = top;

    while (scope) {
        bool enter = force || scope == top || (!scope->shielded && !scope->cancelled);
        if (enter && !scope->cancelled)
            reach(scope);
        scope = enter && scope->children ? scope->children : after(scope, top);
    }
}
/* end */

static void ask(struct task_scope *scope, int why)
{
    if (scope->asked)
        return;
    scope->asked = why;
    if (!scope->cancelled)
        spread(scope, false);
}

void task_scope_cancel(struct task_scope *scope)
{
    ask(scope, UV_ECANCELED);
}

void task_scope_force(struct task_scope *scope)
{
    spread(scope, true);
}

void task_cancel(struct task *task)
{
    if (task->state == TASK_LIVE)
        ask(&task->root, UV_ECANCELED);
}

bool task_is_cancelled(void)
{
    return task_self()->cancelled;
}

static void time_is_up(struct task_alarm *alarm)
{
    ask((struct task_scope *)((char *)alarm - offsetof(struct task_scope, alarm)), UV_ETIMEDOUT);
}

static void enter(struct task_scope *scope, int64_t ms, bool shielded)
{
    struct task *self = task_self();

    *scope = (struct task_scope){.task = self, .shielded = shielded};
    task_scope_add(self->scope, scope);
    self->scope = scope;
    self->cancelled = scope->cancelled;
    if (ms < 0)
        return;
    scope->alarm.ring = time_is_up;
    if (task_alarm_set(self->runtime, &scope->alarm, (uint64_t)ms))
        ask(scope, UV_ENOMEM); /* without its deadline it must not run */
}

void task_scope_enter(struct task_scope *scope, int64_t ms)
{
    enter(scope, ms, false);
}

void task_shield_enter(struct task_scope *scope, int64_t ms)
{
    enter(scope, ms, true);
}

void task_scope_defer(struct task_scope *scope, struct task_defer *defer, void (*run)(void *arg),
                      void *arg)
{
    assert(scope->task == task_self());
    *defer = (struct task_defer){run, arg, scope->defers};
    scope->defers = defer;
}

static void run_defers(struct task_scope *scope)
{
    struct task_scope shield;

    enter(&shield, TASK_FOREVER, true);
    while (scope->defers) {
        struct task_defer *defer = scope->defers;
        scope->defers = defer->next; /* before the call, which may add another */
        defer->run(defer->arg);
    }
    task_scope_leave(&shield, 0);
}

int task_scope_leave(struct task_scope *scope, int result)
{
    struct task *self = task_self();
    struct task_scope *parent = scope->parent;

    assert(self->scope == scope && !scope->children); /* the innermost first */
    if (scope->defers)
        run_defers(scope);
    if (scope->alarm.ring)
        task_alarm_drop(self->runtime, &scope->alarm);
    task_scope_remove(scope);
    self->scope = parent;
    self->cancelled = parent->cancelled;
    if (result != UV_ECANCELED || !scope->asked || parent->cancelled)
        return result;
    return scope->asked == UV_ECANCELED ? 0 : scope->asked;
}

int task_timeout(uint64_t ms, int (*body)(void *arg), void *arg)
{
    struct task_scope scope;

    task_scope_enter(&scope, ms > INT64_MAX ? INT64_MAX : (int64_t)ms);
    return task_scope_leave(&scope, body(arg));
}

int task_shield(int (*body)(void *arg), void *arg)
{
    struct task_scope scope;

    task_shield_enter(&scope, TASK_FOREVER);
    return task_scope_leave(&scope, body(arg));
}
