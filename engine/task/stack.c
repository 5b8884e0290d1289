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
 *     guard | usable stack, grows down <- | control block | colour
 *     page  |            a power of two in all
 *
 * Caches find a line by the middle bits of its address. Were all control blocks equally far from a
 * page's end, a thousand tasks would push each other out of a few sets of the cache while the rest
 * of it is idle. So each begins up to 2 KiB lower, by its `colour`; and the guard, which comes on
 * top of the power of two, does the same for the translations of addresses. (A yield among 1000
 * tasks takes half the time.) Neighbours are more lines apart than a control block has: a load is
 * first compared with the stores under way by the low 12 bits of the address, and a false match
 * makes it wait. (Spawn and await takes a tenth less.) */
#include <inttypes.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "engine/task/task_priv.h"

#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#endif

enum { SLAB_SIZE = 64 * 1024 * 1024, LINE = 64, COLOURS = 32, APART = 13 };

/* Under a limit on address space (ulimit -v) a smaller slab may still fit. */
static struct slab *slab_create(size_t stride)
{
    struct slab *slab = malloc(sizeof *slab);
    size_t count = stride < SLAB_SIZE ? SLAB_SIZE / stride : 1;

    if (!slab)
        return NULL;
    for (; count; count /= 2) {
        void *base = mmap(NULL, count * stride, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
        if (base == MAP_FAILED)
            continue;
        *slab = (struct slab){NULL, base, stride, count, 0};
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

struct task *task_stack_block(const struct slab *slab, size_t i)
{
    uintptr_t end = (uintptr_t)slab->base + (i + 1) * slab->stride - i * APART % COLOURS * LINE;

    return (struct task *)((end - sizeof(struct task)) & ~(uintptr_t)(LINE - 1));
}

static bool carve(struct runtime *runtime, struct stacks *stacks)
{
    struct slab *slab = stacks->slabs;
    char *stack = slab->base + slab->carved * slab->stride;
    struct task *task = task_stack_block(slab, slab->carved);

    if (guard(runtime, stack))
        return false;
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
    task_stack_give(task);
    return true;
}

static bool add_slab(struct runtime *runtime, struct stacks *stacks)
{
    struct slab *slab = slab_create(stacks->size + runtime->page);

    if (!slab)
        return false;
    slab->next = stacks->slabs;
    stacks->slabs = slab;
    return true;
}

bool task_stack_make(struct runtime *runtime, struct stacks *stacks)
{
    bool full = !stacks->slabs || stacks->slabs->carved == stacks->slabs->count;

    if (runtime->closing)
        return false;
    if ((!full || add_slab(runtime, stacks)) && carve(runtime, stacks))
        return true;
    if (!runtime->limit_told)
        task_report("no more stacks after %" PRIu64
                    " tasks: out of memory, of address space, or at "
                    "the kernel's limit on mappings (vm.max_map_count)",
                    runtime->born);
    runtime->limit_told = true;
    return false;
}
