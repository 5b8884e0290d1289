/* Files through libuv's pool. The request lies on the stack of the task, which waits until libuv is
 * done with it; cancelling takes it out of the queue if it is still there. */
#include <fcntl.h>
#include <stdlib.h>

#include "engine/task/task_fs.h"
#include "engine/task/task_priv.h"

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

/* One call of libuv: `function` with its arguments between loop and callback. The value is its
 * result; the request is cleaned up after `also`. */
#define fs_call(result, also, function, ...)                                                    \
    do {                                                                                        \
        struct call call;                                                                       \
        begin(&call, __builtin_return_address(0));                                              \
        (result) = task_checkpoint(call.park.where);                                            \
        if ((result) == 0) {                                                                    \
            (result) =                                                                          \
                finish(&call, function(task_runtime->uv, &call.request, __VA_ARGS__, on_done)); \
            also;                                                                               \
            uv_fs_req_cleanup(&call.request);                                                   \
        }                                                                                       \
    } while (0)

int task_fs_open(const char *path, int flags, int mode)
{
    ssize_t result;

    fs_call(result, (void)0, uv_fs_open, path, flags | O_CLOEXEC, mode);
    return (int)result;
}

int task_fs_close(int fd)
{
    struct task_scope shield; /* a descriptor is closed also when the task is cancelled */
    ssize_t result;

    task_shield_enter(&shield, TASK_FOREVER);
    fs_call(result, (void)0, uv_fs_close, fd);
    return task_scope_leave(&shield, (int)result);
}

ssize_t task_fs_read(int fd, void *buffer, size_t size, int64_t offset)
{
    uv_buf_t buf = uv_buf_init(buffer, size < INT32_MAX ? (unsigned)size : INT32_MAX);
    ssize_t result;

    fs_call(result, (void)0, uv_fs_read, fd, &buf, 1, offset);
    return result;
}

ssize_t task_fs_write(int fd, const void *data, size_t size, int64_t offset)
{
    uv_buf_t buf = uv_buf_init((char *)data, size < INT32_MAX ? (unsigned)size : INT32_MAX);
    ssize_t result;

    fs_call(result, (void)0, uv_fs_write, fd, &buf, 1, offset);
    return result;
}

int task_fs_sync(int fd)
{
    ssize_t result;

    fs_call(result, (void)0, uv_fs_fsync, fd);
    return (int)result;
}

int task_fs_stat(const char *path, uv_stat_t *ret_stat)
{
    ssize_t result;

    fs_call(result, if (result == 0) *ret_stat = call.request.statbuf, uv_fs_stat, path);
    return (int)result;
}

int task_fs_rename(const char *from, const char *to)
{
    ssize_t result;

    fs_call(result, (void)0, uv_fs_rename, from, to);
    return (int)result;
}

int task_fs_unlink(const char *path)
{
    ssize_t result;

    fs_call(result, (void)0, uv_fs_unlink, path);
    return (int)result;
}

int task_fs_mkdir(const char *path, int mode)
{
    ssize_t result;

    fs_call(result, (void)0, uv_fs_mkdir, path, mode);
    return (int)result;
}

int task_fs_rmdir(const char *path)
{
    ssize_t result;

    fs_call(result, (void)0, uv_fs_rmdir, path);
    return (int)result;
}

static int each_entry(uv_fs_t *request, int (*each)(const char *, uv_dirent_type_t, void *),
                      void *to)
{
    uv_dirent_t entry;
    int result = 0;

    while (result == 0 && uv_fs_scandir_next(request, &entry) == 0)
        result = each(entry.name, entry.type, to);
    return result;
}

int task_fs_list(const char *path, int (*each)(const char *name, uv_dirent_type_t type, void *to),
                 void *to)
{
    ssize_t result;

    fs_call(result, if (result >= 0) result = each_entry(&call.request, each, to), uv_fs_scandir,
            path, 0);
    return (int)result;
}

/* Grows as it reads, because a file may be longer than its stat says. */
static int read_all(int fd, size_t limit, char **data, size_t *size)
{
    size_t room = 0;

    for (;;) {
        ssize_t got;
        if (*size + 1 >= room) {
            char *more = *size > limit ? NULL : realloc(*data, room = room ? 2 * room : 4096);
            if (!more)
                return *size > limit ? UV_EFBIG : UV_ENOMEM;
            *data = more;
        }
        got = task_fs_read(fd, *data + *size, room - *size - 1, -1);
        if (got <= 0)
            return got < 0 ? (int)got : *size > limit ? UV_EFBIG : 0;
        *size += (size_t)got;
    }
}

int task_fs_read_file(const char *path, size_t limit, char **ret_data, size_t *ret_size)
{
    int fd = task_fs_open(path, O_RDONLY, 0), error;
    char *data = NULL;
    size_t size = 0;

    if (fd < 0)
        return fd;
    error = read_all(fd, limit, &data, &size);
    task_fs_close(fd);
    if (error) {
        free(data);
        return error;
    }
    data[size] = '\0';
    *ret_data = data;
    *ret_size = size;
    return 0;
}
