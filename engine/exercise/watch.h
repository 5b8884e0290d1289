/* Tells when a file's content has changed, however it is saved: written in place, replaced by a
 * rename, removed and made again. The system's notices are followed where there are any
 * (uv_fs_event on the folder), and the file is looked at twice a second all the same, for file
 * systems that give none. */
#ifndef ASYNCTUT_WATCH_H
#define ASYNCTUT_WATCH_H

#include <stdbool.h>

#include "engine/base/error.h"

struct watch;

/* The first change of a burst is told after WATCH_SETTLE_MS, so that a save in several writes is
 * one; further ones at most every WATCH_DEBOUNCE_MS. */
enum { WATCH_SETTLE_MS = 20, WATCH_DEBOUNCE_MS = 200, WATCH_POLL_MS = 500 };

/* Calls `changed` on a thread of the watch's own; it may only do what is safe there. */
int watch_start(const char *path, void (*changed)(void *to), void *to, struct watch **ret_watch,
                struct error *error);
void watch_stop(struct watch *watch); /* joins the thread; NULL is fine */

/* Takes what is in the file now for known: no change is told that was there by this call. Any
 * thread. */
void watch_seen(struct watch *watch);

/* For tests of the fallback: notices of the system are not followed. Before watch_start(). */
extern bool watch_only_polls;

#endif
