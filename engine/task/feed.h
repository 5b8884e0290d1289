/* A feed: what a libuv callback tells again and again, told to tasks one by one. Signals, changes
 * of files and datagrams are feeds. Private to the library. */
#ifndef ASYNCTUT_FEED_H
#define ASYNCTUT_FEED_H

#include "engine/task/task_priv.h"

/* Lies in the struct of the primitive, whose libuv handle it refers to. */
struct feed {
    uv_handle_t *handle;
    struct task_waiters waiters;
    bool closing;
};

/* One that waits; `item` points to what the callback fills in before it wakes. */
struct feed_wait {
    struct park park;
    void *item;
};

/* The handle is initialised; from now on it keeps the loop alive only while somebody waits. */
void task_feed_init(struct feed *feed, void *handle);

/* Waits for the callback. `item`: what feed_take() will give it. */
int task_feed_wait(struct feed *feed, enum wait why, void *item, const void *where);

/* In the callback: the first who waits, taken out of the line, or NULL; then wake it. */
struct feed_wait *task_feed_take(struct feed *feed);

/* Wakes all with UV_EBADF and closes the handle; closed() may free. False: it was closing. */
bool task_feed_close(struct feed *feed, uv_close_cb closed);

#endif
