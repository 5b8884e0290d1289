/* The switch when somebody wants to know of it: a tracer, whoever looks for slow steps, a
 * sanitizer, valgrind, the C++ runtime. Who watches is known when the runtime starts, so that the
 * plain switch asks only once. */
#include "engine/task/task_priv.h"

/* Of exceptions that are thrown or handled the C++ runtime keeps a list for each thread (Itanium
 * C++ ABI, "Exception Handling", 2.2.2). A task may wait in a catch block or in a destructor, so
 * each has a list of its own. Weak: a program in C has no such runtime. */
extern __attribute__((weak)) struct exceptions *__cxa_get_globals(void);

struct exceptions *task_exceptions(void)
{
    return __cxa_get_globals ? __cxa_get_globals() : NULL;
}

/* Whoever goes on puts its own list back; a new stack begins with none. */
static struct exceptions take_exceptions(struct runtime *runtime)
{
    struct exceptions mine = {0};

    if (runtime->exceptions) {
        mine = *runtime->exceptions;
        *runtime->exceptions = (struct exceptions){0};
    }
    return mine;
}

void task_switch_watched(struct runtime *runtime, struct task *self, struct task *next)
{
    struct exceptions mine;

    if (runtime->slow_step_ns)
        task_step_ended(runtime, self);
    runtime->current = next;
    if (next != &runtime->loop)
        task_trace(runtime, EVENT_RESUME, next->id, 0, 0, next->where);
    if (next == self) /* it was the only one that is ready: there is nothing to leave */
        return;
    mine = take_exceptions(runtime);
    if (runtime->annotate)
        task_sanitize_switch(&self->context, &self->sanitize, &next->context, &next->sanitize);
    else
        task_switch(&self->context, &next->context);
    if (runtime->exceptions)
        *runtime->exceptions = mine;
}
