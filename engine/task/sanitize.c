/* The annotations, in one place and out of the way of the fast path: a runtime that finds no tool
 * at its start never comes here. */
#include "engine/task/sanitize.h"

#include <errno.h>
#include <stdint.h>
#include <unistd.h>

#include "engine/task/switch.h"

#if defined(__has_include)
#if __has_include(<valgrind/valgrind.h>) && !defined(RUNNING_ON_VALGRIND)
#include <valgrind/valgrind.h>
#endif
#endif
#ifndef VALGRIND_STACK_REGISTER
#define VALGRIND_STACK_REGISTER(low, high) 0
#define VALGRIND_STACK_DEREGISTER(id) ((void)(id))
#define RUNNING_ON_VALGRIND 0
#endif

/* <sanitizer/common_interface_defs.h> and <sanitizer/tsan_interface.h>; weak here. */
#define weak __attribute__((weak))
extern weak void __sanitizer_start_switch_fiber(void **fake, const void *low, size_t size);
extern weak void __sanitizer_finish_switch_fiber(void *fake, const void **low, size_t *size);
extern weak void __asan_unpoison_memory_region(const volatile void *low, size_t size);
extern weak void *__tsan_get_current_fiber(void);
extern weak void *__tsan_create_fiber(unsigned flags);
extern weak void __tsan_destroy_fiber(void *fiber);
extern weak void __tsan_switch_to_fiber(void *fiber, unsigned flags);

bool task_sanitize_wanted(void)
{
    return __sanitizer_start_switch_fiber || __tsan_create_fiber || RUNNING_ON_VALGRIND;
}

void task_sanitize_loop(struct sanitize_stack *loop)
{
    *loop = (struct sanitize_stack){0};
    if (__tsan_get_current_fiber)
        loop->fiber = __tsan_get_current_fiber();
}

void task_sanitize_made(struct sanitize_stack *stack, void *low, size_t size)
{
    *stack = (struct sanitize_stack){.low = low, .size = size};
    if (__tsan_create_fiber)
        stack->fiber = __tsan_create_fiber(0);
    stack->valgrind = VALGRIND_STACK_REGISTER(low, (char *)low + size);
}

/* The frame in which a task ended is never returned from, so its red zones are still marked; the
 * next mapping at this address must not inherit them. */
void task_sanitize_gone(struct sanitize_stack *stack)
{
    if (__asan_unpoison_memory_region)
        __asan_unpoison_memory_region(stack->low, stack->size);
    if (__tsan_destroy_fiber)
        __tsan_destroy_fiber(stack->fiber);
    VALGRIND_STACK_DEREGISTER(stack->valgrind);
}

/* ThreadSanitizer keeps a signal that comes between two calls to libc, and has the handler called
 * at the end of the next one on the same fiber. The fiber that is left may make none for ever: a
 * SIGCHLD that came while a task ran was never heard. So it makes one, which does nothing. */
static void let_signals_in(void)
{
    int saved = errno;

    close(-1);
    errno = saved;
}

/* Between the announcement to ThreadSanitizer and the switch nothing instrumented may run. */
__attribute__((noinline, no_sanitize("thread"))) void
task_sanitize_switch(struct switch_context *from, struct sanitize_stack *from_stack,
                     struct switch_context *to, struct sanitize_stack *to_stack)
{
    if (__sanitizer_start_switch_fiber)
        __sanitizer_start_switch_fiber(&from_stack->fake, to_stack->low, to_stack->size);
    if (__tsan_switch_to_fiber) {
        let_signals_in();
        __tsan_switch_to_fiber(to_stack->fiber, 0);
    }
    task_switch(from, to);
    if (__sanitizer_finish_switch_fiber)
        __sanitizer_finish_switch_fiber(from_stack->fake, NULL, NULL);
}

__attribute__((no_sanitize("thread"))) void task_sanitize_entered(struct sanitize_stack *loop)
{
    const void *low = NULL;
    size_t size = 0;

    if (!__sanitizer_finish_switch_fiber)
        return;
    __sanitizer_finish_switch_fiber(NULL, &low, &size);
    if (!loop->low) {
        loop->low = (void *)(uintptr_t)low;
        loop->size = size;
    }
}
