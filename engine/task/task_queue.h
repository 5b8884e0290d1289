/* A bounded queue of pointers between tasks, first in first out, that can be closed.
 *
 * Lives in the caller's memory, with the caller's slots. The rules for waiting are those of
 * task_sync.h: first come first served, cancellation points, the loop is not kept alive. It is
 * asyncio's (docs.python.org, "Queues") with the end of a Go channel: after close what is in it can
 * still be taken (go.dev/ref/spec, "Close"). */
#ifndef ASYNCTUT_TASK_QUEUE_H
#define ASYNCTUT_TASK_QUEUE_H

#include "engine/task/task_sync.h"

#pragma GCC visibility push(default)
#ifdef __cplusplus
extern "C" {
#endif

struct task_queue { /* private */
    void **slots;
    size_t capacity, first, count;
    bool closed;
    struct task_waiters getters, putters;
    struct task_traced traced;
};

/* `slots` has room for `capacity` pointers, at least 1, and stays the caller's. Does not park. */
void task_queue_init(struct task_queue *queue, void **slots, size_t capacity);

/* Adds an item; parks while the queue is full. 0, UV_EPIPE: it is closed, or was while we waited;
 * or UV_ECANCELED. Only on 0 does the queue have the item. */
int task_queue_put(struct task_queue *queue, void *item);
int task_queue_try_put(struct task_queue *queue, void *item); /* UV_EAGAIN: full. Does not park */

/* Takes the oldest; parks while the queue is empty. 0, UV_EOF: it is closed and empty; or
 * UV_ECANCELED, and then has taken none. */
int task_queue_get(struct task_queue *queue, void **ret_item);
int task_queue_try_get(struct task_queue *queue,
                       void **ret_item); /* UV_EAGAIN: empty. Does not park */

/* No more puts; what is in it can still be taken. Does not park; a second time does nothing. */
void task_queue_close(struct task_queue *queue);

#ifdef __cplusplus
}
#endif
#pragma GCC visibility pop

#endif
