/* The rows of tests/task/test_operations.c: calls by which tasks act on each other, and the events
 * that they leave. In each, "main" runs alone or with a task "b". A line is an operation (who,
 * what, on what, and what came of it), a wait ("b waits semaphore"; of a lock, also who has it) or
 * a wake-up ("main wakes b"); spawning, sleeping and yielding are not written down. "handle" is any
 * handle or request of libuv, N a number that the kernel gave. */
#ifndef ASYNCTUT_OPERATIONS_H
#define ASYNCTUT_OPERATIONS_H

#include <uv.h>

#include "engine/task/task_queue.h"
#include "engine/task/task_scope.h"
#include "tests/support/test.h"

struct operation_row {
    const char *calls; /* what is tried here */
    int (*main)(void *arg);
    const char *events;
};
/* To a row without calls. */
extern const struct operation_row operations_sync[], operations_task[], operations_handle[],
    operations_iter[], operations_pool[];
extern const struct operation_row operations_resolver[]; /* leaks: glibc keeps its state */

/* Fresh for each row. */
struct things {
    struct task_lock lock;
    struct task_semaphore semaphore; /* one is free */
    struct task_condition condition;
    struct task_event event;
    struct task_barrier barrier; /* for two */
    struct task_limiter limiter; /* one at once */
    struct task_queue queue;     /* with room for one */
    void *slots[1];
};
extern struct things things;
extern uv_loop_t operations_loop;

/* Starts "b" and lets it come to where it waits. */
struct task *operation_begin(int (*body)(void *arg));

#endif
