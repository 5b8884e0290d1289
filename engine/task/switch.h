/* The context switch: leave one stack, go on on another. Nothing else in the library knows how.
 *
 * TASK_SWITCH_PORTABLE chooses ucontext and _setjmp instead of assembly (meson -Dswitch=portable,
 * and every processor but x86-64). Both keep the callee-saved registers of the ABI and nothing
 * more: not errno, not the rounding mode, not the signal mask. */
#ifndef ASYNCTUT_SWITCH_H
#define ASYNCTUT_SWITCH_H

#include <stddef.h>

#if !defined(__x86_64__) && !defined(TASK_SWITCH_PORTABLE)
#define TASK_SWITCH_PORTABLE 1
#endif

#ifdef TASK_SWITCH_PORTABLE
#include <setjmp.h>
struct switch_context {
    jmp_buf jump;
    void (*entry)(void *arg); /* NULL once it has been entered */
    void *arg;
    char *stack;
    size_t size;
};
#else
struct switch_context {
    void *sp; /* everything else lies on the stack it points to */
};
#endif

/* Prepares `context` so that the first switch to it calls entry(arg) on the stack of `size` bytes
 * from `stack` up. `entry` must never return. */
void task_switch_make(struct switch_context *context, void *stack, size_t size,
                      void (*entry)(void *arg), void *arg);

/* Saves where we are in `from`, goes on where `to` was saved. Returns when someone switches back.
 * The two must differ. */
void task_switch(struct switch_context *from, struct switch_context *to);

#endif
