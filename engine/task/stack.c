/* Where tasks get their stacks. Making and unmapping a stack costs microseconds, switching to one
 * a few nanoseconds, so stacks are carved from large slabs, kept when their task has ended and
 * handed out again, the last used first because it is still in the cache. A slab only reserves
 * addresses: a task that waits costs the one page at the top of its stack, where the control block
 * lies too.
 *
 * Below each stack is a guard page that nobody can touch. Linux 6.13 has MADV_GUARD_INSTALL, which
 * leaves the slab one mapping; before, mprotect() splits it in two a stack, and the kernel's limit
 * on mappings (vm.max_map_count, 65530) ends it at about 32,700 tasks, with NULL for UV_ENOMEM.
 *
 *     guard | usable stack, grows down <- | control block      (stack_size in all) */
#include <inttypes.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "engine/task/task_priv.h"

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif

enum { SLAB_SIZE = 64 * 1024 * 1024 };

struct slab {
    struct slab *next;
    char *base;
    size_t stack_size, count, carved;
};

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

static struct task *control_block(char *stack, size_t stack_size)
{
    return (struct task *)(((uintptr_t)stack + stack_size - sizeof(struct task)) & ~(uintptr_t)63);
}

/* Under a limit on address space (ulimit -v) a smaller slab may still fit. */
static struct slab *slab_create(size_t stack_size)
{
    struct slab *slab = malloc(sizeof *slab);
    size_t size = stack_size > SLAB_SIZE ? stack_size : SLAB_SIZE;

    if (!slab)
        return NULL;
    for (; size >= stack_size; size /= 2) {
        void *base = mmap(NULL, size, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
        if (base == MAP_FAILED)
            continue;
        *slab = (struct slab){NULL, base, stack_size, size / stack_size, 0};
        return slab;
    }
    free(slab);
    return NULL;
}

static int guard(struct runtime *runtime, char *page)
{
    if (!runtime->plain_guards) {
        if (madvise(page, runtime->page, MADV_GUARD_INSTALL) == 0)
            return 0;
        runtime->plain_guards = true;
    }
    return mprotect(page, runtime->page, PROT_NONE) == 0 ? 0 : UV_ENOMEM;
}

static struct task *carve(struct runtime *runtime, struct stacks *stacks)
{
    struct slab *slab = stacks->slabs;
    char *stack = slab->base + slab->carved * slab->stack_size;
    struct task *task = control_block(stack, slab->stack_size);

    if (guard(runtime, stack))
        return NULL;
    slab->carved++;
    task->runtime = runtime;
    task->stacks = stacks;
    task->stack = stack;
    task->root.task = task;
    task->scope = &task->root;
    task_switch_make(&task->context, stack, (size_t)((char *)task - stack), task_run_on_stack);
    if (runtime->annotate)
        task_sanitize_made(&task->sanitize, stack + runtime->page,
                           (size_t)((char *)task - stack) - runtime->page);
    return task;
}

static struct task *fresh(struct runtime *runtime, struct stacks *stacks)
{
    if (!stacks->slabs || stacks->slabs->carved == stacks->slabs->count) {
        struct slab *slab = slab_create(stacks->size);
        if (!slab)
            return NULL;
        slab->next = stacks->slabs;
        stacks->slabs = slab;
    }
    return carve(runtime, stacks);
}

struct task *task_stack_make(struct runtime *runtime, struct stacks *stacks)
{
    struct task *task = fresh(runtime, stacks);

    if (!task && !runtime->limit_told) {
        runtime->limit_told = true;
        task_report("no more stacks after %" PRIu64
                    " tasks: out of memory, of address space, or at "
                    "the kernel's limit on mappings (vm.max_map_count)",
                    runtime->born);
    }
    return task;
}

void task_stacks_each(struct runtime *runtime, void (*visit)(struct task *task, void *to), void *to)
{
    for (size_t class = 0; class < STACK_CLASSES; class ++)
        for (struct slab *slab = runtime->stacks[class].slabs; slab; slab = slab->next)
            for (size_t i = 0; i < slab->carved; i++)
                visit(control_block(slab->base + i * slab->stack_size, slab->stack_size), to);
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
            munmap(slab->base, slab->count * slab->stack_size);
            free(slab);
            slab = next;
        }
    }
}
