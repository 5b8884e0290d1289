/* The switch itself. A function call already lets the callee spoil most registers, so a switch that
 * looks like a call has only six registers and the stack pointer left to keep (System V ABI for
 * x86-64, section 3.2.1). They are pushed on the old stack and popped from the new one; `ret` then
 * continues where that stack once called us. `ret` and not `jmp`, because with real frames on both
 * sides the processor predicts the returns that follow (6 ns against 21 measured).
 *
 * The portable twin enters a stack by setcontext() once and switches by _setjmp and _longjmp, which
 * unlike swapcontext() make no system call. ThreadSanitizer follows _longjmp and would take it for
 * a jump within one stack, so the two do not go together. */
#ifdef _FORTIFY_SOURCE
#undef _FORTIFY_SOURCE /* the checked longjmp refuses to jump "down" to another stack */
#endif
#include "engine/task/switch.h"

#include <stdint.h>

#ifndef TASK_SWITCH_PORTABLE

/* region switch */
__asm__(".text\n"
        ".p2align 4\n"
        ".globl task_switch\n"
        ".hidden task_switch\n"
        ".type task_switch, @function\n"
        "task_switch:\n" /* from in rdi, to in rsi */
        "    .cfi_startproc\n"
        "    pushq %rbp\n"
        "    pushq %rbx\n"
        "    pushq %r12\n"
        "    pushq %r13\n"
        "    pushq %r14\n"
        "    pushq %r15\n"
        "    .cfi_adjust_cfa_offset 48\n"
        "    movq %rsp, (%rdi)\n" /* from->sp */
        "    movq (%rsi), %rsp\n" /* to->sp: from here on the other stack */
        "    popq %r15\n"
        "    popq %r14\n"
        "    popq %r13\n"
        "    popq %r12\n"
        "    popq %rbx\n"
        "    popq %rbp\n"
        "    .cfi_adjust_cfa_offset -48\n"
        "    ret\n"
        "    .cfi_endproc\n"
        ".size task_switch, .-task_switch\n");

/* The first switch to a stack "returns" here, with the two registers that task_switch_make() put on
 * it. A debugger that walks the stack ends here. */
__asm__(".p2align 4\n"
        ".type task_switch_enter, @function\n"
        "task_switch_enter:\n"
        "    .cfi_startproc\n"
        "    .cfi_undefined rip\n"
        "    movq %r12, %rdi\n" /* arg */
        "    callq *%rbx\n"     /* entry */
        "    ud2\n"
        "    .cfi_endproc\n"
        ".size task_switch_enter, .-task_switch_enter\n");

void task_switch_enter(void) __attribute__((visibility("hidden")));

void task_switch_make(struct switch_context *context, void *stack, size_t size,
                      void (*entry)(void *arg), void *arg)
{
    uintptr_t *sp = (uintptr_t *)(((uintptr_t)stack + size) & ~(uintptr_t)15);

    *--sp = 0; /* two words, so that the stack is aligned at the call in task_switch_enter */
    *--sp = 0;
    *--sp = (uintptr_t)task_switch_enter; /* what `ret` pops */
    *--sp = 0;                            /* rbp: no frame above this one */
    *--sp = (uintptr_t)entry;             /* rbx */
    *--sp = (uintptr_t)arg;               /* r12 */
    *--sp = 0;                            /* r13 */
    *--sp = 0;                            /* r14 */
    *--sp = 0;                            /* r15 */
    context->sp = sp;
}
/* end */

#else

#include <ucontext.h>

void task_switch_make(struct switch_context *context, void *stack, size_t size,
                      void (*entry)(void *arg), void *arg)
{
    context->entry = entry;
    context->arg = arg;
    context->stack = stack;
    context->size = size;
}

/* makecontext() passes ints only, so the pointer goes in two halves. */
static void enter(unsigned low, unsigned high)
{
    struct switch_context *context =
        (struct switch_context *)((uintptr_t)low | (uintptr_t)((uint64_t)high << 32));
    void (*entry)(void *) = context->entry;

    context->entry = NULL;
    entry(context->arg);
}

static void prepare(struct switch_context *context, ucontext_t *ret_start)
{
    getcontext(ret_start);
    ret_start->uc_stack.ss_sp = context->stack;
    ret_start->uc_stack.ss_size = context->size;
    ret_start->uc_link = NULL;
    makecontext(ret_start, (void (*)(void))enter, 2, (unsigned)(uintptr_t)context,
                (unsigned)((uint64_t)(uintptr_t)context >> 32));
}

#if defined(__SANITIZE_THREAD__)
#error "the portable switch does not go together with ThreadSanitizer"
#endif

void task_switch(struct switch_context *from, struct switch_context *to)
{
    if (_setjmp(from->jump))
        return;
    if (to->entry) {
        ucontext_t start; /* read by setcontext() before anyone else runs on this stack */
        prepare(to, &start);
        setcontext(&start);
    }
    _longjmp(to->jump, 1);
}

#endif
