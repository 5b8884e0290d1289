/* The portable switch; the one for x86-64 is in switch.h. A stack is entered once by setcontext()
 * and from then on by _setjmp and _longjmp, which unlike swapcontext() make no system call.
 * ThreadSanitizer follows _longjmp and would take it for a jump within one stack, so the two do not
 * go together. */
#ifdef _FORTIFY_SOURCE
#undef _FORTIFY_SOURCE /* the checked longjmp refuses to jump "down" to another stack */
#endif
#include "engine/task/switch.h"

#ifdef TASK_SWITCH_PORTABLE

#ifdef __SANITIZE_THREAD__
#error "the portable switch does not go together with ThreadSanitizer"
#endif

#include <ucontext.h>

void task_switch_make(struct switch_context *context, void *stack, size_t size, void (*entry)(void))
{
    context->entry = entry;
    context->stack = stack;
    context->size = size;
}

/* This frame is left for good, so AddressSanitizer must not mark red zones in it. */
__attribute__((no_sanitize("address"))) static void enter(struct switch_context *context)
{
    ucontext_t start; /* read by setcontext() before anyone else runs on this stack */
    void (*entry)(void) = context->entry;

    context->entry = NULL;
    getcontext(&start);
    start.uc_stack.ss_sp = context->stack;
    start.uc_stack.ss_size = context->size;
    start.uc_link = NULL;
    makecontext(&start, entry, 0);
    setcontext(&start);
}

struct switch_context *task_switch(struct switch_context *from, struct switch_context *to)
{
    if (_setjmp(from->jump))
        return from;
    if (to->entry)
        enter(to);
    _longjmp(to->jump, 1);
}

#endif
