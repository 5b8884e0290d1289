/* Signals as something to wait for. */
#ifndef ASYNCTUT_TASK_SIGNAL_H
#define ASYNCTUT_TASK_SIGNAL_H

#include "engine/task/task.h"

#pragma GCC visibility push(default)
#ifdef __cplusplus
extern "C" {
#endif

struct task_signals;

/* From now on the signal (SIGINT, SIGTERM …) no longer does what it does by default. The caller
 * closes it; the default is then back, unless another is open. 0, UV_ENOMEM, or UV_EINVAL for what
 * nobody may catch (SIGKILL, SIGSTOP). Other loops that watch the same signal get it, too
 * (docs.libuv.org, "Signal handle"). Does not park. */
int task_signals_open(int signal, struct task_signals **ret_signals);

/* Waits for the next; several tasks may, and are served in order. Those that came while nobody
 * waited count, too, but the kernel may have made one of several (signal(7), "Queueing and
 * delivery"). 0, UV_ECANCELED, and then has taken none, or UV_EBADF: it was closed meanwhile. Parks
 * unless one is there. A cancellation point. Keeps the loop alive while it waits. */
int task_signals_next(struct task_signals *signals);

/* Who waits gets UV_EBADF. The pointer is dead afterwards. NULL is fine. Does not park. */
void task_signals_close(struct task_signals *signals);

#ifdef __cplusplus
}
#endif
#pragma GCC visibility pop

#endif
