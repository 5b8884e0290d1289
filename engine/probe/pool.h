/* What libuv's own pool threads do with the requests that libuv works on itself: files, names,
 * random bytes. (The work of uv_queue_work() is a function of the program, which request.c wraps.)
 *
 * A worker of libuv takes a request while it holds the pool's mutex, lets go of the mutex, works,
 * and then locks the loop's `wq_mutex` to hand the request back. Those locks are calls to libc, so
 * they pass through the probe in every build of libuv that is a library of its own, also where
 * libuv's calls to its own functions do not. A request that was taken and is being worked on is the
 * one whose place in the queue points to itself, which is how libuv tells uv_cancel() so. */
#ifndef ASYNCTUT_PROBE_POOL_H
#define ASYNCTUT_PROBE_POOL_H

#include <stdbool.h>
#include <uv.h>

#include "engine/probe/known.h"

/* True if this libuv is one whose pool is known to work like that. */
bool pool_is_understood(void);

/* The request is about to be handed to libuv by the calling thread, which is traced; and was.
 * `taken`: libuv took it; then it is told if it is not for the pool but for the kernel (io_uring).
 */
void pool_submit(struct known *known, struct uv__work *work);
void pool_submitted(struct known *known, struct uv__work *work, bool taken, const void *where);

/* It is done, or libuv did not take it: its memory is the program's again. True: it was not seen to
 * be taken by a worker. */
bool pool_forget(struct known *known);

/* Nothing is under way: a program begins; this is a forked child. */
void pool_reset(void);
void pool_leave_child_alone(void);
void pool_quit(void); /* it exits, perhaps from a signal handler: never waits */

/* libuv locks a mutex; is about to unlock one. True: a request was taken, and pool_begun() wants to
 * be called as soon as the mutex is free. */
void pool_locks(pthread_mutex_t *mutex);
bool pool_unlocks(pthread_mutex_t *mutex);
void pool_begun(void);

#endif
