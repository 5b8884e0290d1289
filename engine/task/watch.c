/* Changes of files, one by one. What comes while nobody waits is kept, up to a bound. */
#include <stdio.h>
#include <stdlib.h>

#include "engine/task/feed.h"
#include "engine/task/task_fs.h"

enum { KEPT = 64 };

struct change {
    int what; /* UV_RENAME, UV_CHANGE; or a negative UV_E* */
    char name[256];
};

struct task_watch {
    uv_fs_event_t uv;
    struct feed feed;
    size_t first, count;
    bool lost;
    struct change kept[KEPT];
};

static void on_change(uv_fs_event_t *handle, const char *name, int events, int status)
{
    struct task_watch *watch = handle->data;
    struct feed_wait *waiter = task_feed_take(&watch->feed);
    struct change *change;

    if (!waiter && watch->count == KEPT) {
        watch->lost = true;
        return;
    }
    change = waiter ? waiter->item : &watch->kept[(watch->first + watch->count++) % KEPT];
    change->what = status ? status : events;
    snprintf(change->name, sizeof change->name, "%s", name ? name : "");
    if (waiter)
        task_wake(&waiter->park, 0);
}

static void on_close(uv_handle_t *handle)
{
    free(handle->data);
}

static int open_watch(const char *path, struct task_watch **ret_watch)
{
    struct task_watch *watch = calloc(1, sizeof *watch);
    int error = watch ? uv_fs_event_init(task_runtime->uv, &watch->uv) : UV_ENOMEM;

    if (error) {
        free(watch);
        return error;
    }
    watch->uv.data = watch;
    error = uv_fs_event_start(&watch->uv, on_change, path, 0);
    task_feed_init(&watch->feed, &watch->uv);
    if (error)
        task_feed_close(&watch->feed, on_close);
    else
        *ret_watch = watch;
    return error;
}

int task_watch_open(const char *path, struct task_watch **ret_watch)
{
    const void *where = __builtin_return_address(0);
    int error = open_watch(path, ret_watch);

    task_did_to(DO_OPEN, error ? NULL : &(*ret_watch)->uv, error, where);
    return error;
}

static int next_at(struct task_watch *watch, char *ret_name, size_t size, const void *where)
{
    struct change change = {0};
    int error = task_checkpoint(where);

    if (error)
        return error;
    if (watch->lost) {
        watch->lost = false;
        return UV_ENOBUFS;
    }
    if (watch->count) {
        change = watch->kept[watch->first];
        watch->first = (watch->first + 1) % KEPT;
        watch->count--;
    } else {
        error = task_feed_wait(&watch->feed, WAIT_FS, &change, where);
    }
    if (error)
        return error;
    snprintf(ret_name, size, "%s", change.name);
    return change.what;
}

int task_watch_next(struct task_watch *watch, char *ret_name, size_t size)
{
    const void *where = __builtin_return_address(0);
    uint32_t id = task_entity(&watch->uv);
    int result = next_at(watch, ret_name, size, where);

    task_did(DO_NEXT, id, result, where);
    return result;
}

void task_watch_close(struct task_watch *watch)
{
    const void *where = __builtin_return_address(0);
    uint32_t id;

    if (!watch)
        return;
    id = task_handle_id(&watch->uv);
    task_feed_close(&watch->feed, on_close);
    task_did(DO_CLOSE, id, 0, where);
}
