/* Signals as something to wait for. */
#ifndef ASYNCTUT_TASK_SIGNAL_H
#define ASYNCTUT_TASK_SIGNAL_H

#include "engine/task/task.h"

#pragma GCC visibility push(default)
#ifdef __cplusplus
extern "C" {
#endif

struct task_signals;

/* From now on the signal (SIGINT, SIGTERM …) no longer does what it does by default. Does not park.
 * The caller closes it; the default is then back, unless another is open. */
int task_signals_open(int signal, struct task_signals **ret_signals);

/* Waits for the next; those that came while nobody waited count, too, but the kernel may have made
 * one of several. 0, or UV_ECANCELED. Keeps the loop alive while it waits. */
int task_signals_next(struct task_signals *signals);

/* Who waits gets UV_EBADF. The pointer is dead afterwards. NULL is fine. */
void task_signals_close(struct task_signals *signals);

#ifdef __cplusplus
}
#endif
#pragma GCC visibility pop

#endif
