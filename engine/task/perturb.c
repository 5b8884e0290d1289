/* A disturbed order, for tests: which of the ready tasks runs next is drawn by lot. It steps in
 * where the loop gives tasks their share (share.c), moves one task to the front and lets only
 * that one run; so a program that is not disturbed pays one test a share, and nothing a switch. */
#include "engine/task/task_debug.h"
#include "engine/task/task_priv.h"

static uint64_t seed;

void task_set_perturb(uint64_t to)
{
    seed = to;
}

uint64_t task_perturb_seed(void)
{
    return seed * 0x9e3779b97f4a7c15u; /* small seeds are alike in all but a few bits */
}

static uint64_t draw(struct runtime *runtime, uint64_t n)
{
    runtime->perturb ^= runtime->perturb << 13; /* xorshift64 (Marsaglia 2003): never 0 */
    runtime->perturb ^= runtime->perturb >> 7;
    runtime->perturb ^= runtime->perturb << 17;
    return (runtime->perturb >> 11) % n;
}

/* The queue has at least one task in it. */
int task_perturb(struct runtime *runtime)
{
    struct task *before = NULL, *chosen = runtime->first;
    uint64_t n = 1;

    for (struct task *task = chosen; task != runtime->last; task = task->next)
        n++;
    for (uint64_t i = draw(runtime, n); i > 0; i--) {
        before = chosen;
        chosen = chosen->next;
    }
    if (!before)
        return 1;
    if (chosen == runtime->last)
        runtime->last = before;
    before->next = chosen->next;
    chosen->next = runtime->first;
    runtime->first = chosen;
    return 1;
}
