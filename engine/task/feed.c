/* What signals, watches and datagrams have in common: a line of tasks before one libuv handle. */
#include "engine/task/feed.h"

void task_feed_init(struct feed *feed, void *handle)
{
    feed->handle = handle;
    uv_unref(feed->handle);
}

static void leave(struct feed *feed)
{
    if (!feed->waiters.first)
        uv_unref(feed->handle);
}

static void cancel_wait(struct park *park)
{
    struct feed *feed = (struct feed *)((char *)park->in - offsetof(struct feed, waiters));

    task_waiters_cancel(park);
    leave(feed);
}

int task_feed_wait(struct feed *feed, enum wait why, void *item, const void *where)
{
    struct feed_wait self = {.park = {.where = where, .why = why, .cancel = cancel_wait},
                             .item = item};

    if (feed->closing)
        return UV_EBADF;
    self.park.object = task_entity(feed->handle);
    uv_ref(feed->handle);
    task_waiters_add(&feed->waiters, &self.park);
    return task_park(&self.park);
}

struct feed_wait *task_feed_take(struct feed *feed)
{
    struct feed_wait *first = (struct feed_wait *)task_waiters_take(&feed->waiters);

    if (first)
        leave(feed);
    return first;
}

bool task_feed_close(struct feed *feed, uv_close_cb closed)
{
    if (feed->closing)
        return false;
    feed->closing = true;
    while (task_waiters_wake(&feed->waiters, UV_EBADF))
        continue;
    uv_close(feed->handle, closed);
    return true;
}
