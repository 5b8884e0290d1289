/* Files through libuv's pool. The request lies on the stack of the task, which waits until libuv is
 * done with it; cancelling takes it out of the queue if it is still there. */
#include <fcntl.h>

#include "engine/task/task_fs.h"
#include "engine/task/task_priv.h"
#include "engine/task/whole.h"

struct call {
    struct park park;
    uv_fs_t request;
};

static void on_done(uv_fs_t *request)
{
    struct call *call = request->data;

    task_wake(&call->park, 0);
}

static void cancel_call(struct park *park)
{
    uv_cancel((uv_req_t *)&((struct call *)park)->request);
}

static void begin(struct call *call, const void *where)
{
    call->park = (struct park){.where = where, .why = WAIT_FS, .cancel = cancel_call};
    call->request = (uv_fs_t){.data = call}; /* so that it can be cleaned up if it never begins */
}

/* `error` is what libuv said to the request. The caller cleans it up. */
static ssize_t finish(struct call *call, int error)
{
    if (error < 0)
        return error;
    call->park.object = task_entity(&call->request);
    task_park(&call->park);
    return call->request.result;
}

#define HERE __builtin_return_address(0)

/* One call of libuv: `function` with its arguments between loop and callback, for a task that waits
 * at `place`. The value is its result; the request is cleaned up after `also`. For the trace it is
 * the operation that was done to that request, or to none if it did not come to it. */
#define fs_call(result, operation, place, also, function, ...)                                  \
    do {                                                                                        \
        struct call call;                                                                       \
        begin(&call, place);                                                                    \
        (result) = task_checkpoint(call.park.where);                                            \
        if ((result) == 0) {                                                                    \
            (result) =                                                                          \
                finish(&call, function(task_runtime->uv, &call.request, __VA_ARGS__, on_done)); \
            also;                                                                               \
            uv_fs_req_cleanup(&call.request);                                                   \
        }                                                                                       \
        task_did(operation, call.park.object, result, call.park.where);                         \
    } while (0)

static int open_at(const char *path, int flags, int mode, const void *where)
{
    ssize_t result;

    fs_call(result, DO_OPEN, where, (void)0, uv_fs_open, path, flags | O_CLOEXEC, mode);
    return (int)result;
}

int task_fs_open(const char *path, int flags, int mode)
{
    return open_at(path, flags, mode, HERE);
}

static int close_at(int fd, const void *where)
{
    struct task_scope shield; /* a descriptor is closed also when the task is cancelled */
    ssize_t result;

    task_scope_open(&shield, TASK_FOREVER, true);
    fs_call(result, DO_CLOSE, where, (void)0, uv_fs_close, fd);
    return task_scope_close(&shield, (int)result);
}

int task_fs_close(int fd)
{
    return close_at(fd, HERE);
}

static ssize_t read_at(int fd, void *buffer, size_t size, int64_t offset, const void *where)
{
    uv_buf_t buf = uv_buf_init(buffer, size < INT32_MAX ? (unsigned)size : INT32_MAX);
    ssize_t result;

    fs_call(result, DO_READ, where, (void)0, uv_fs_read, fd, &buf, 1, offset);
    return result;
}

ssize_t task_fs_read(int fd, void *buffer, size_t size, int64_t offset)
{
    return read_at(fd, buffer, size, offset, HERE);
}

ssize_t task_fs_write(int fd, const void *data, size_t size, int64_t offset)
{
    uv_buf_t buf = uv_buf_init((char *)data, size < INT32_MAX ? (unsigned)size : INT32_MAX);
    ssize_t result;

    fs_call(result, DO_WRITE, HERE, (void)0, uv_fs_write, fd, &buf, 1, offset);
    return result;
}

int task_fs_sync(int fd)
{
    ssize_t result;

    fs_call(result, DO_SYNC, HERE, (void)0, uv_fs_fsync, fd);
    return (int)result;
}

int task_fs_stat(const char *path, uv_stat_t *ret_stat)
{
    ssize_t result;

    fs_call(result, DO_STAT, HERE, if (result == 0) *ret_stat = call.request.statbuf, uv_fs_stat,
            path);
    return (int)result;
}

int task_fs_rename(const char *from, const char *to)
{
    ssize_t result;

    fs_call(result, DO_RENAME, HERE, (void)0, uv_fs_rename, from, to);
    return (int)result;
}

int task_fs_unlink(const char *path)
{
    ssize_t result;

    fs_call(result, DO_UNLINK, HERE, (void)0, uv_fs_unlink, path);
    return (int)result;
}

int task_fs_mkdir(const char *path, int mode)
{
    ssize_t result;

    fs_call(result, DO_MKDIR, HERE, (void)0, uv_fs_mkdir, path, mode);
    return (int)result;
}

int task_fs_rmdir(const char *path)
{
    ssize_t result;

    fs_call(result, DO_RMDIR, HERE, (void)0, uv_fs_rmdir, path);
    return (int)result;
}

/* All are taken also when nobody wants more: libuv 1.44 forgets to free the last one if reading
 * stops there. */
static int each_entry(uv_fs_t *request, int (*each)(const char *, uv_dirent_type_t, void *),
                      void *to)
{
    uv_dirent_t entry;
    int result = 0;

    while (uv_fs_scandir_next(request, &entry) == 0)
        if (result == 0)
            result = each(entry.name, entry.type, to);
    return result;
}

int task_fs_list(const char *path, int (*each)(const char *name, uv_dirent_type_t type, void *to),
                 void *to)
{
    ssize_t result;

    fs_call(result, DO_LIST, HERE, if (result >= 0) result = each_entry(&call.request, each, to),
            uv_fs_scandir, path, 0);
    return (int)result;
}

static ssize_t read_on(const struct whole *whole, void *buffer, size_t size)
{
    return read_at(whole->fd, buffer, size, -1, whole->where);
}

int task_fs_read_file(const char *path, size_t limit, char **ret_data, size_t *ret_size)
{
    struct whole whole = {.read = read_on, .limit = limit, .where = HERE};
    int error;

    whole.fd = open_at(path, O_RDONLY, 0, whole.where);
    if (whole.fd < 0)
        return whole.fd;
    error = task_read_whole(&whole, ret_data, ret_size);
    close_at(whole.fd, whole.where);
    return error;
}
