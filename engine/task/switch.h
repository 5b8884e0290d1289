/* The context switch: leave one stack, go on on another. Nothing else in the library knows how.
 *
 * Where a task goes on is three numbers: the stack pointer, the address of the next instruction,
 * and the frame pointer. To switch is to store three and load three. Everything else that the
 * processor holds, the compiler is told to be lost (the list at the end of the asm), so it keeps
 * on the stack whatever the function still needs, and nothing that it does not.
 *
 * That there is no call and no `ret` matters more than the few stores it saves: the processor
 * predicts returns from a small stack of its own, and a `ret` onto another stack, or a call that
 * is left by a jump, makes it guess wrong, here and at the returns that follow.
 *
 * Kept over a switch: what the ABI calls callee-saved. Not kept: errno, the rounding mode, the
 * signal mask. TASK_SWITCH_PORTABLE (meson -Dswitch=portable, and every processor but x86-64)
 * chooses ucontext and _setjmp instead. */
#ifndef ASYNCTUT_SWITCH_H
#define ASYNCTUT_SWITCH_H

#include <stddef.h>
#include <stdint.h>

#if !defined(__x86_64__) && !defined(TASK_SWITCH_PORTABLE)
#define TASK_SWITCH_PORTABLE 1
#endif

#ifndef TASK_SWITCH_PORTABLE

/* region switch */
struct switch_context {
    void *sp, *pc, *fp;
};

/* Saves where we are in `from`, goes on where `to` was saved. Returns `from` when someone switches
 * back: that is the `to` of whoever does, which is at hand in a register, while what we knew of
 * ourselves would have to be loaded from the stack. The two may be the same. */
static inline __attribute__((always_inline)) struct switch_context *
task_switch(struct switch_context *from, struct switch_context *to)
{
    __asm__ volatile("leaq 1f(%%rip), %%rax\n\t"
                     "movq %%rsp, 0(%%rdi)\n\t"
                     "movq %%rax, 8(%%rdi)\n\t"
                     "movq %%rbp, 16(%%rdi)\n\t"
                     "movq 0(%%rsi), %%rsp\n\t" /* from here on the other stack */
                     "movq 16(%%rsi), %%rbp\n\t"
                     "jmpq *8(%%rsi)\n"
                     "1:\n\t" /* and here we are again */
                     : "+D"(from), "+S"(to)
                     :
                     : "rax", "rbx", "rcx", "rdx", "r8", "r9", "r10", "r11", "r12", "r13", "r14",
                       "r15", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7",
                       "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15",
                       "memory", "cc");
    return to;
}

/* Prepares `context` so that the first switch to it calls entry() on the stack of `size` bytes from
 * `stack` up. `entry` must never return. It finds the stack as after a call (System V ABI for
 * x86-64, section 3.2.2): 8 bytes below a multiple of 16, a return address on top; that is 0, where
 * a debugger's walk ends. */
static inline void task_switch_make(struct switch_context *context, void *stack, size_t size,
                                    void (*entry)(void))
{
    uintptr_t *top = (uintptr_t *)(((uintptr_t)stack + size) & ~(uintptr_t)15);

    top[-1] = 0;
    *context = (struct switch_context){.sp = top - 1, .pc = (void *)entry, .fp = NULL};
}
/* end */

#else

#include <setjmp.h>

struct switch_context {
    jmp_buf jump;
    void (*entry)(void); /* NULL once it has been entered */
    char *stack;
    size_t size;
};

struct switch_context *task_switch(struct switch_context *from, struct switch_context *to);
void task_switch_make(struct switch_context *context, void *stack, size_t size,
                      void (*entry)(void));

#endif
#endif
