/* Tells when a file's content has changed, however it is saved: written in place, replaced by a
 * rename, removed and made again, with its folder or without. The system's notices are followed
 * where there are any (uv_fs_event on the folder), and the file is looked at twice a second all the
 * same, for file systems that give none. */
#ifndef ASYNCTUT_WATCH_H
#define ASYNCTUT_WATCH_H

#include <stdbool.h>

#include "engine/base/error.h"

struct watch;

/* A change is told at once. What is written in several steps may be told several times; whoever
 * listens waits for quiet (round.h). A file that is gone is no change until it is back, one that is
 * empty only when it stays so for WATCH_EMPTY_MS: editors empty a file before they write it. */
enum { WATCH_EMPTY_MS = 200, WATCH_POLL_MS = 500 };

/* Calls `changed` on a thread of the watch's own; it may only do what is safe there. */
int watch_start(const char *path, void (*changed)(void *to), void *to, struct watch **ret_watch,
                struct error *error);
void watch_stop(struct watch *watch); /* joins the thread; NULL is fine */

/* Takes what is in the file now for known: no change is told that was there by this call. Any
 * thread. */
void watch_seen(struct watch *watch);

/* For tests of the fallback: notices of the system are not followed, and the file is looked at ten
 * times as often. Before watch_start(). */
extern bool watch_only_polls;

#endif
