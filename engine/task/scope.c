/* Scopes form a tree: a scope within the one around it, and the root scope of a group's child
 * within the group's. A request spreads down from where it was made, stops at shields, and wakes
 * the tasks that wait in what it reaches. Who awaits a task passes the request on to that one. Both
 * are gone through by pointers and not by recursion, because a tree may be deep, a line of those
 * who await long, and the walker's stack is small. */
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

static int ask_one(struct task_scope *scope, int why)
{
    if (scope->asked)
        return UV_EALREADY;
    scope->asked = why;
    if (!scope->cancelled)
        spread(scope, false);
    return 0;
}

/* From those who await to those whom they await, who may await others in turn. */
static void pass_on(struct runtime *runtime)
{
    struct park *park;

    while ((park = task_waiters_take(&runtime->passing)))
        for (size_t i = 0; i < park_awaits(park); i++)
            if (park->on[i]->state == TASK_LIVE)
                ask_one(&park->on[i]->root, UV_ECANCELED);
}
/* end */

void task_pass_on(struct park *park)
{
    task_waiters_add(&park->task->runtime->passing, park);
}

static int ask(struct task_scope *scope, int why)
{
    int told = ask_one(scope, why);

    pass_on(scope->task->runtime);
    return told;
}

int task_scope_ask(struct task_scope *scope)
{
    return ask(scope, UV_ECANCELED);
}

void task_scope_force(struct task_scope *scope)
{
    spread(scope, true);
    pass_on(scope->task->runtime);
}

int task_ask(struct task *task)
{
    return task->state == TASK_LIVE ? ask(&task->root, UV_ECANCELED) : UV_ESRCH;
}

void task_cancel(struct task *task)
{
    int told = task_ask(task);

    task_did(DO_CANCEL, task->id, told, __builtin_return_address(0));
}

bool task_is_cancelled(void)
{
    return task_self()->cancelled;
}

static uint32_t object(struct task_scope *scope, const void *where)
{
    return task_object(&scope->traced, ENTITY_SCOPE, where);
}

void task_scope_cancel(struct task_scope *scope)
{
    const void *where = __builtin_return_address(0);
    int told = ask(scope, UV_ECANCELED);

    task_did(DO_CANCEL, object(scope, where), told, where);
}

static void time_is_up(struct task_alarm *alarm)
{
    struct task_scope *scope =
        (struct task_scope *)((char *)alarm - offsetof(struct task_scope, alarm));

    if (ask(scope, UV_ETIMEDOUT) == 0)
        task_did(DO_CANCEL, object(scope, NULL), UV_ETIMEDOUT, NULL);
}

int task_scope_open(struct task_scope *scope, int64_t ms, bool shielded)
{
    struct task *self = task_self();

    *scope = (struct task_scope){.task = self, .shielded = shielded};
    task_scope_add(self->scope, scope);
    self->scope = scope;
    self->cancelled = scope->cancelled;
    if (ms < 0)
        return 0;
    scope->alarm.ring = time_is_up;
    if (task_alarm_set(self->runtime, &scope->alarm, (uint64_t)ms) == 0)
        return 0;
    ask(scope, UV_ENOMEM); /* without its deadline it must not run */
    return UV_ENOMEM;
}

static void enter(struct task_scope *scope, int64_t ms, bool shielded, const void *where)
{
    int error = task_scope_open(scope, ms, shielded);

    task_did(shielded ? DO_SHIELD : DO_ENTER, object(scope, where),
             error    ? error
             : ms < 0 ? TASK_FOREVER
                      : ms,
             where);
}

void task_scope_enter(struct task_scope *scope, int64_t ms)
{
    enter(scope, ms, false, __builtin_return_address(0));
}

void task_shield_enter(struct task_scope *scope, int64_t ms)
{
    enter(scope, ms, true, __builtin_return_address(0));
}

void task_scope_defer(struct task_scope *scope, struct task_defer *defer, void (*run)(void *arg),
                      void *arg)
{
    const void *where = __builtin_return_address(0);

    assert(scope->task == task_self());
    *defer = (struct task_defer){run, arg, scope->defers};
    scope->defers = defer;
    task_did(DO_DEFER, object(scope, where), 0, where);
}

static void run_defers(struct task_scope *scope)
{
    struct task_scope shield;

    task_scope_open(&shield, TASK_FOREVER, true);
    while (scope->defers) {
        struct task_defer *defer = scope->defers;
        scope->defers = defer->next; /* before the call, which may add another */
        defer->run(defer->arg);
    }
    task_scope_close(&shield, 0);
}

int task_scope_close(struct task_scope *scope, int result)
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
    if (result != UV_ECANCELED || !scope->asked || (parent->cancelled && !scope->shielded))
        return result; /* or it came from further out */
    return scope->asked == UV_ECANCELED ? 0 : scope->asked;
}

static int leave(struct task_scope *scope, int result, const void *where)
{
    result = task_scope_close(scope, result);
    task_did(DO_LEAVE, object(scope, where), result, where);
    return result;
}

int task_scope_leave(struct task_scope *scope, int result)
{
    return leave(scope, result, __builtin_return_address(0));
}

int task_timeout(uint64_t ms, int (*body)(void *arg), void *arg)
{
    const void *where = __builtin_return_address(0);
    struct task_scope scope;

    enter(&scope, ms > INT64_MAX ? INT64_MAX : (int64_t)ms, false, where);
    return leave(&scope, body(arg), where);
}

int task_shield(int (*body)(void *arg), void *arg)
{
    const void *where = __builtin_return_address(0);
    struct task_scope scope;

    enter(&scope, TASK_FOREVER, true, where);
    return leave(&scope, body(arg), where);
}
