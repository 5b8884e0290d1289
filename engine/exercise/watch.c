/* A loop of its own on a thread of its own, which never uses libuv's pool: what is asked of the
 * file system here takes microseconds. A notice only means "look": what counts is a hash of the
 * content, so that touching a file, or a notice that comes twice, tells nothing. */
#include "engine/exercise/watch.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <uv.h>

#include "engine/base/str.h"
#include "engine/exercise/workspace.h"

bool watch_only_polls;

struct stamp {
    uint64_t device, inode, size;
    int64_t written_ns, changed_ns;
};

struct watch {
    struct str path, folder;
    void (*changed)(void *to);
    void *to;
    uv_loop_t loop;
    uv_fs_event_t notices;
    uv_timer_t poll, empty; /* empty: runs while the file is */
    uv_async_t stop;
    uv_thread_t thread;
    struct stamp stamp, heard; /* of the file, of the folder whose notices are followed */
    uv_mutex_t lock;           /* over the next, from the look to what is known by it */
    uint32_t hash;             /* of the content that is known */
};

static bool take_stamp(const char *path, struct stamp *ret_stamp)
{
    struct stat status;

    *ret_stamp = (struct stamp){0};
    if (stat(path, &status))
        return false;
    ret_stamp->device = status.st_dev;
    ret_stamp->inode = status.st_ino;
    ret_stamp->size = (uint64_t)status.st_size;
    ret_stamp->written_ns = status.st_mtim.tv_sec * 1000000000LL + status.st_mtim.tv_nsec;
    ret_stamp->changed_ns = status.st_ctim.tv_sec * 1000000000LL + status.st_ctim.tv_nsec;
    return true;
}

/* --- the file --------------------------------------------------------------------------------- */

static void take_content(struct watch *watch)
{
    uv_mutex_lock(&watch->lock);
    uint32_t hash = workspace_hash(str_text(&watch->path));
    bool is_new = hash && hash != watch->hash;
    if (is_new)
        watch->hash = hash;
    uv_mutex_unlock(&watch->lock);
    if (is_new)
        watch->changed(watch->to);
}

static void on_still_empty(uv_timer_t *timer)
{
    take_content(timer->data);
}

static void look(struct watch *watch)
{
    struct stamp stamp;
    bool there = take_stamp(str_text(&watch->path), &stamp);

    if (there && stamp.size == 0) {
        if (!uv_is_active((uv_handle_t *)&watch->empty))
            uv_timer_start(&watch->empty, on_still_empty, WATCH_EMPTY_MS, 0);
        return;
    }
    uv_timer_stop(&watch->empty);
    if (there)
        take_content(watch);
}

/* --- who says that it may have changed -------------------------------------------------------- */

/* The folder is watched, not the file: a rename gives the name to another file. */
static void on_notice(uv_fs_event_t *notices, const char *name, int events, int status)
{
    struct watch *watch = notices->data;
    const char *slash = strrchr(str_text(&watch->path), '/');

    (void)events;
    if (status == 0 && (!name || !strcmp(name, slash + 1)))
        look(watch);
}

/* A folder that was removed and made again is another one, of which nothing is heard yet. Where
 * this fails there is still the polling. */
static void follow_notices(struct watch *watch)
{
    struct stamp folder;
    bool there = take_stamp(str_text(&watch->folder), &folder);

    if (watch_only_polls ||
        (there && folder.device == watch->heard.device && folder.inode == watch->heard.inode))
        return;
    uv_fs_event_stop(&watch->notices);
    if (there && uv_fs_event_start(&watch->notices, on_notice, str_text(&watch->folder), 0) == 0)
        watch->heard = folder;
    else
        watch->heard = (struct stamp){0};
}

static void on_poll(uv_timer_t *timer)
{
    struct watch *watch = timer->data;
    struct stamp stamp;

    follow_notices(watch);
    if (!take_stamp(str_text(&watch->path), &stamp) || !memcmp(&stamp, &watch->stamp, sizeof stamp))
        return;
    watch->stamp = stamp;
    look(watch);
}

static void close_handle(uv_handle_t *handle, void *arg)
{
    (void)arg;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

static void on_stop(uv_async_t *stop)
{
    uv_walk(stop->loop, close_handle, NULL);
}

static void run(void *arg)
{
    struct watch *watch = arg;

    uv_run(&watch->loop, UV_RUN_DEFAULT);
}

static void close_loop(struct watch *watch)
{
    uv_walk(&watch->loop, close_handle, NULL);
    uv_run(&watch->loop, UV_RUN_DEFAULT);
    uv_loop_close(&watch->loop);
}

static int open_loop(struct watch *watch)
{
    int code = uv_loop_init(&watch->loop);

    if (code)
        return code;
    uv_timer_init(&watch->loop, &watch->poll);
    uv_timer_init(&watch->loop, &watch->empty);
    uv_fs_event_init(&watch->loop, &watch->notices);
    code = uv_async_init(&watch->loop, &watch->stop, on_stop);
    watch->poll.data = watch->empty.data = watch->notices.data = watch;
    uv_timer_start(&watch->poll, on_poll, 0, watch_only_polls ? WATCH_POLL_MS / 10 : WATCH_POLL_MS);
    follow_notices(watch);
    if (code)
        close_loop(watch);
    return code;
}

/* Signals belong to the thread of the terminal. */
static int start_thread(struct watch *watch)
{
    sigset_t all, before;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int code = uv_thread_create(&watch->thread, run, watch);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return code;
}

static void free_watch(struct watch *watch)
{
    uv_mutex_destroy(&watch->lock);
    str_free(&watch->path);
    str_free(&watch->folder);
    free(watch);
}

int watch_start(const char *path, void (*changed)(void *to), void *to, struct watch **ret_watch,
                struct error *error)
{
    struct watch *watch = calloc(1, sizeof *watch);
    const char *slash = strrchr(path, '/');

    if (!watch || !slash || uv_mutex_init(&watch->lock)) {
        free(watch);
        return error_set(error, slash ? -ENOMEM : -EINVAL, "cannot watch %s", path);
    }
    watch->changed = changed;
    watch->to = to;
    str_puts(&watch->path, path);
    str_add(&watch->folder, path, slash == path ? 1 : (size_t)(slash - path));
    watch_seen(watch);
    int code = open_loop(watch);
    if (code == 0) {
        code = start_thread(watch);
        if (code)
            close_loop(watch);
    }
    if (code) {
        free_watch(watch);
        return error_set(error, code, "cannot watch %s: %s", path, uv_strerror(code));
    }
    *ret_watch = watch;
    return 0;
}

void watch_seen(struct watch *watch)
{
    uv_mutex_lock(&watch->lock);
    watch->hash = workspace_hash(str_text(&watch->path));
    uv_mutex_unlock(&watch->lock);
}

void watch_stop(struct watch *watch)
{
    if (!watch)
        return;
    uv_async_send(&watch->stop);
    uv_thread_join(&watch->thread);
    close_loop(watch);
    free_watch(watch);
}
