/* A disturbed order, for tests: which of the ready tasks runs next is drawn by lot. It steps in
 * where the loop gives tasks their share (task_drain), moves one task to the front and lets only
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
    struct task **at = &runtime->head, *chosen;
    uint64_t n = 0;

    for (struct task *task = runtime->head; task; task = task->next)
        n++;
    for (uint64_t i = draw(runtime, n); i > 0; i--)
        at = &(*at)->next;
    chosen = *at;
    *at = chosen->next;
    if (!*at)
        runtime->tail = at;
    chosen->next = runtime->head;
    if (!runtime->head)
        runtime->tail = &chosen->next;
    runtime->head = chosen;
    return 1;
}
