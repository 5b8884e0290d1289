/* The switch when somebody wants to know of it: a tracer, whoever looks for slow steps, a
 * sanitizer, valgrind. Who watches is known when the runtime starts, so that the plain switch asks
 * only once. */
#include "engine/task/task_priv.h"

void task_switch_watched(struct runtime *runtime, struct task *self, struct task *next)
{
    if (runtime->slow_step_ns)
        task_step_ended(runtime, self);
    runtime->current = next;
    if (next != &runtime->loop)
        task_trace(runtime, EVENT_RESUME, next->id, 0, 0, next->where);
    if (next == self) /* it was the only one that is ready: there is nothing to leave */
        return;
    if (runtime->annotate)
        task_sanitize_switch(&self->context, &self->sanitize, &next->context, &next->sanitize);
    else
        task_switch(&self->context, &next->context);
}
