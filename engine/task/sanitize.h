/* What sanitizers and valgrind must be told about stacks and switches.
 *
 * AddressSanitizer keeps the bounds of the current stack, ThreadSanitizer a shadow stack a fiber,
 * valgrind a list of stacks. Their functions are weak symbols, so a library that was built without
 * them also works inside a program that was built with them. */
#ifndef ASYNCTUT_SANITIZE_H
#define ASYNCTUT_SANITIZE_H

#include <stdbool.h>
#include <stddef.h>

struct switch_context;

struct sanitize_stack {
    void *low; /* usable bytes: above the guard, below the control block */
    size_t size;
    void *fake;  /* AddressSanitizer's stack for use-after-return */
    void *fiber; /* ThreadSanitizer's */
    unsigned valgrind;
};

bool task_sanitize_wanted(void); /* does any of them run? Else the rest need not be called */

void task_sanitize_loop(struct sanitize_stack *loop); /* the stack that runs the loop */
void task_sanitize_made(struct sanitize_stack *stack, void *low, size_t size);
void task_sanitize_gone(struct sanitize_stack *stack);

/* task_switch() with everything that has to be said before and after. */
void task_sanitize_switch(struct switch_context *from, struct sanitize_stack *from_stack,
                          struct switch_context *to, struct sanitize_stack *to_stack);

/* First thing on a new stack; `loop` learns its bounds, because the first switch is from there. */
void task_sanitize_entered(struct sanitize_stack *loop);

#endif
