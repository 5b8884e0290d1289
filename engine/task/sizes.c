/* The stacks of all sizes: which is asked for, a walk over every one that was ever made, their end.
 */
#include <stdlib.h>
#include <sys/mman.h>

#include "engine/task/task_priv.h"

void task_stacks_init(struct runtime *runtime)
{
    for (size_t class = 0; class < STACK_CLASSES; class ++)
        runtime->stacks[class].size = (size_t)STACK_MIN << class;
}

struct stacks *task_stacks_for(struct runtime *runtime, size_t size)
{
    struct stacks *stacks = &runtime->stacks[size ? 0 : STACK_DEFAULT];

    while (stacks->size < size)
        if (++stacks == runtime->stacks + STACK_CLASSES)
            return NULL;
    return stacks;
}

void task_stacks_each(struct runtime *runtime, void (*visit)(struct task *task, void *to), void *to)
{
    for (size_t class = 0; class < STACK_CLASSES; class ++)
        for (struct slab *slab = runtime->stacks[class].slabs; slab; slab = slab->next)
            for (size_t i = 0; i < slab->carved; i++)
                visit(task_stack_block(slab, i), to);
}

static void forget(struct task *task, void *to)
{
    (void)to;
    task_sanitize_gone(&task->sanitize);
}

void task_stacks_free(struct runtime *runtime)
{
    if (runtime->annotate)
        task_stacks_each(runtime, forget, NULL);
    for (size_t class = 0; class < STACK_CLASSES; class ++) {
        struct slab *slab = runtime->stacks[class].slabs;
        while (slab) {
            struct slab *next = slab->next;
            munmap(slab->base, slab->count * slab->stride);
            free(slab);
            slab = next;
        }
    }
}
