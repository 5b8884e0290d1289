/* Park, wake and yield for all who wait: what ready.h has, as functions. */
#include "engine/task/ready.h"

void task_give_way(struct runtime *runtime)
{
    switch_to(runtime, runtime->current, take_ready(runtime));
}

int task_park(struct park *self)
{
    return park(task_runtime, self);
}

void task_wake(struct park *other, int result)
{
    struct runtime *runtime = task_runtime;
    struct task *task = other->task;

    end_wait(runtime, other, task, result);
    make_ready(runtime, task);
}

/* A task runs, so the queue is being drained already. */
int task_yield_at(const void *where)
{
    struct runtime *runtime = task_runtime;
    struct task *self = runtime->current;

    self->where = where;
    task_trace(runtime, EVENT_SUSPEND, self->id, 0, WAIT_READY, where);
    append(runtime, self);
    self = switch_to(runtime, self, take_ready(runtime));
    return self->cancelled ? UV_ECANCELED : 0;
}

__attribute__((flatten)) int task_yield(void) /* that call is inlined */
{
    return task_yield_at(__builtin_return_address(0));
}
