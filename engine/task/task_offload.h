/* Other threads: work that blocks or computes goes to libuv's thread pool, and threads of the
 * program's own send items to tasks. */
#ifndef ASYNCTUT_TASK_OFFLOAD_H
#define ASYNCTUT_TASK_OFFLOAD_H

#include "engine/task/task.h"

#pragma GCC visibility push(default)
#ifdef __cplusplus
extern "C" {
#endif

/* Calls work(arg) on a thread of libuv's pool (4 threads, or UV_THREADPOOL_SIZE) and waits for it;
 * what it returned (asyncio.to_thread). `work` must not call anything of this library but
 * task_mailbox_post(). Parks. If the task is cancelled while the work is still queued, the work
 * never runs and this returns UV_ECANCELED; once it runs it cannot be stopped, is waited for, and
 * its result is returned. (docs.libuv.org, "Thread pool work scheduling": uv_cancel().) */
int task_offload(int (*work)(void *arg), void *arg);

/* A mailbox: any thread posts, tasks of the loop's thread receive, in the order of posting. */
struct task_mailbox;

/* On the loop's thread. The mailbox is the caller's, who closes it. 0, UV_ENOMEM or what
 * uv_async_init() says. Does not park. */
int task_mailbox_open(struct task_mailbox **ret_mailbox);

/* Any thread. The item belongs to whoever receives it. 0 or UV_ENOMEM. Does not park. In the trace
 * it is the task that posts, or the thread, if that is traced. */
int task_mailbox_post(struct task_mailbox *mailbox, void *item);

/* Waits for an item; several tasks may, and are served in order. Parks unless one is there. A
 * cancellation point. Keeps the loop alive while it waits: another thread may yet post. 0,
 * UV_ECANCELED, and then has taken none, or UV_EBADF: it was closed meanwhile. */
int task_mailbox_receive(struct task_mailbox *mailbox, void **ret_item);

/* On the loop's thread, when no thread will post any more. Who waits gets UV_EBADF. Items that
 * nobody received are passed to drop(), if that is not NULL. The pointer is dead afterwards. NULL
 * is fine. Does not park. */
void task_mailbox_close(struct task_mailbox *mailbox, void (*drop)(void *item));

#ifdef __cplusplus
}
#endif
#pragma GCC visibility pop

#endif
