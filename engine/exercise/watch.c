/* A loop of its own on a thread of its own, which never uses libuv's pool: what is asked of the
 * file system here takes microseconds. A notice only means "look": what counts is a hash of the
 * content, so that touching a file, or a notice that comes twice, tells nothing. A file that is
 * missing or empty is one in the middle of being saved. */
#include "engine/exercise/watch.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <uv.h>

#include "engine/base/str.h"
#include "engine/exercise/workspace.h"

bool watch_only_polls;

struct stamp {
    uint64_t inode, size;
    int64_t changed_ns;
};

struct watch {
    struct str path, folder;
    void (*changed)(void *to);
    void *to;
    uv_loop_t loop;
    uv_fs_event_t notices;
    uv_timer_t poll, settle;
    uv_async_t stop;
    uv_thread_t thread;
    struct stamp stamp;    /* as last looked at by polling */
    _Atomic uint32_t hash; /* of the content that is known */
    uint64_t told;         /* uv_now() of the last call; 0: none */
};

static void look(uv_timer_t *timer)
{
    struct watch *watch = timer->data;
    struct stat status;
    uint32_t hash;

    if (stat(str_text(&watch->path), &status) || status.st_size == 0) {
        uv_timer_start(timer, look, WATCH_SETTLE_MS, 0);
        return;
    }
    hash = workspace_hash(str_text(&watch->path));
    if (!hash || hash == atomic_exchange(&watch->hash, hash))
        return;
    watch->told = uv_now(&watch->loop);
    watch->changed(watch->to);
}

static void look_soon(struct watch *watch)
{
    uint64_t now, since, wait = WATCH_SETTLE_MS;

    if (uv_is_active((uv_handle_t *)&watch->settle))
        return;
    uv_update_time(&watch->loop);
    now = uv_now(&watch->loop);
    since = now - watch->told;
    if (watch->told && since + WATCH_SETTLE_MS < WATCH_DEBOUNCE_MS)
        wait = WATCH_DEBOUNCE_MS - since;
    uv_timer_start(&watch->settle, look, wait, 0);
}

/* The folder is watched, not the file: a rename gives the name to another file. */
static void on_notice(uv_fs_event_t *notices, const char *name, int events, int status)
{
    struct watch *watch = notices->data;
    const char *slash = strrchr(str_text(&watch->path), '/');

    (void)events;
    if (status == 0 && (!name || !strcmp(name, slash + 1)))
        look_soon(watch);
}

static void on_poll(uv_timer_t *timer)
{
    struct watch *watch = timer->data;
    struct stat status;
    struct stamp stamp;

    if (stat(str_text(&watch->path), &status))
        return;
    stamp = (struct stamp){status.st_ino, (uint64_t)status.st_size,
                           status.st_mtim.tv_sec * 1000000000LL + status.st_mtim.tv_nsec};
    if (stamp.inode == watch->stamp.inode && stamp.size == watch->stamp.size &&
        stamp.changed_ns == watch->stamp.changed_ns)
        return;
    watch->stamp = stamp;
    look_soon(watch);
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

static int open_loop(struct watch *watch)
{
    int code = uv_loop_init(&watch->loop);

    if (code)
        return code;
    uv_timer_init(&watch->loop, &watch->poll);
    uv_timer_init(&watch->loop, &watch->settle);
    uv_fs_event_init(&watch->loop, &watch->notices);
    code = uv_async_init(&watch->loop, &watch->stop, on_stop);
    watch->poll.data = watch->settle.data = watch->notices.data = watch;
    uv_timer_start(&watch->poll, on_poll, 0, WATCH_POLL_MS);
    if (!watch_only_polls) /* where it fails there is still the polling */
        uv_fs_event_start(&watch->notices, on_notice, str_text(&watch->folder), 0);
    return code;
}

static void close_loop(struct watch *watch)
{
    uv_walk(&watch->loop, close_handle, NULL);
    uv_run(&watch->loop, UV_RUN_DEFAULT);
    uv_loop_close(&watch->loop);
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
    str_free(&watch->path);
    str_free(&watch->folder);
    free(watch);
}

int watch_start(const char *path, void (*changed)(void *to), void *to, struct watch **ret_watch,
                struct error *error)
{
    struct watch *watch = calloc(1, sizeof *watch);
    const char *slash = strrchr(path, '/');

    if (!watch || !slash) {
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
    atomic_store(&watch->hash, workspace_hash(str_text(&watch->path)));
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
