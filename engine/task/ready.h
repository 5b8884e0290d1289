/* The heart: a queue of tasks that can go on, and the two moves, park and wake. A task that parks
 * switches straight to the next one in the queue; when there is none, or when tasks have had their
 * share of this turn (share.c), to the loop.
 *
 * Everything on this page runs millions of times a second: so it is a header, compiled into each
 * caller, and a check that can be made beforehand is: whether anybody wants to see switches is one
 * flag (watched.c). For core.c and life.c alone; all others call what task_priv.h declares. */
#ifndef ASYNCTUT_READY_H
#define ASYNCTUT_READY_H

#include <assert.h>

#include "engine/task/task_priv.h"

/* region queue */
/* Behind all others. */
static inline void append(struct runtime *runtime, struct task *task)
{
    if (runtime->first)
        runtime->last->next = task;
    else
        runtime->first = task;
    runtime->last = task;
}

/* append() comes last: where take_ready() follows, the compiler then knows who is first. */
static inline void make_ready(struct runtime *runtime, struct task *task)
{
    if (unlikely(!runtime->scheduled))
        task_share_ask(runtime);
    append(runtime, task);
}

/* Whose turn it is: the first in the queue, or the loop. */
static inline struct task *take_ready(struct runtime *runtime)
{
    struct task *first = runtime->first;

    if (!first || runtime->budget-- == 0)
        return &runtime->loop;
    runtime->first = first == runtime->last ? NULL : first->next;
    return first;
}

/* The same when `woken` is to go in behind all others, or nobody (NULL): alone it would go in and
 * come out again. */
static inline struct task *pass_ready(struct runtime *runtime, struct task *woken)
{
    if (woken && likely(!runtime->first && runtime->budget > 0)) {
        runtime->budget--;
        return woken;
    }
    if (woken)
        append(runtime, woken);
    return take_ready(runtime);
}

/* Gives the processor to `next`; returns when it is the turn of `self` again, which may be at once.
 */
static inline struct task *switch_to(struct runtime *runtime, struct task *self, struct task *next)
{
    if (unlikely(runtime->watched)) {
        task_switch_watched(runtime, self, next);
        return self;
    }
    runtime->current = next;
    return (struct task *)task_switch(&self->context, &next->context);
}
/* end */

/* region park */
static inline int park(struct runtime *runtime, struct park *park)
{
    struct task *self = runtime->current;

    park->task = self;
    self->park = park;
    self->where = park->where;
    task_trace(runtime, EVENT_SUSPEND, self->id, park->object, park->why, park->where);
    switch_to(runtime, self, take_ready(runtime));
    return park->result;
}

/* The task can go on; it is not in the queue yet. */
static inline void end_wait(struct runtime *runtime, struct park *park, struct task *task,
                            int result)
{
    assert(task->park == park);
    park->result = result;
    task->park = NULL;
    task_trace(runtime, EVENT_WAKE, task->id, runtime->current->id, 0, park->where);
}
/* end */

#endif
