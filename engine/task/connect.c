/* How streams come to be: connecting, opening descriptors. What is accepted comes from listen.c. */
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "engine/task/stream_priv.h"

int task_stream_init(union stream_handle *handle, enum stream_kind kind)
{
    uv_loop_t *uv = task_runtime->uv;

    return kind == STREAM_TCP ? uv_tcp_init(uv, &handle->tcp) : uv_pipe_init(uv, &handle->pipe, 0);
}

int task_stream_create(enum stream_kind kind, struct task_stream **ret_stream)
{
    struct task_stream *stream = task_stream_new();
    int error;

    if (!stream)
        return UV_ENOMEM;
    error = task_stream_init(&stream->uv, kind);
    if (error) {
        free(stream);
        return error;
    }
    stream->uv.handle.data = stream;
    uv_unref(&stream->uv.handle);
    *ret_stream = stream;
    return 0;
}

/* region connect */
static void on_connect(uv_connect_t *request, int status)
{
    struct task_stream *stream = request->handle->data;

    task_wake(stream->shutting, status);
    stream->shutting = NULL;
}

/* There is no other way to stop a connect than to close; libuv then calls back with UV_ECANCELED.
 */
static void cancel_connect(struct park *park)
{
    task_stream_end(park->in);
}

static int wait_for_connection(struct task_stream *stream, uint32_t id, const void *where)
{
    struct park park = {
        .where = where, .why = WAIT_CONNECT, .object = id, .in = stream, .cancel = cancel_connect};
    int error;

    stream->users++;
    stream->shutting = &park;
    error = task_park(&park);
    if (error)
        task_stream_end(stream);
    task_stream_out(stream);
    return error;
}

/* A stream to be connected; *ret_id is then its handle's. */
static int prepare(enum stream_kind kind, struct task_stream **ret_stream, uint32_t *ret_id,
                   const void *where)
{
    int error = task_checkpoint(where);

    if (error == 0)
        error = task_stream_create(kind, ret_stream);
    if (error == 0)
        *ret_id = task_entity(&(*ret_stream)->uv);
    return error;
}

static int connect_tcp(const struct sockaddr *address, struct task_stream **ret_stream,
                       uint32_t *ret_id, const void *where)
{
    struct task_stream *stream;
    int error = prepare(STREAM_TCP, &stream, ret_id, where);

    if (error)
        return error;
    error = uv_tcp_connect(&stream->connect, &stream->uv.tcp, address, on_connect);
    if (error)
        task_stream_end(stream);
    else
        error = wait_for_connection(stream, *ret_id, where);
    if (error == 0)
        *ret_stream = stream;
    return error;
}

int task_tcp_connect_at(const struct sockaddr *address, struct task_stream **ret_stream,
                        const void *where)
{
    uint32_t id = 0;
    int error = connect_tcp(address, ret_stream, &id, where);

    task_did(DO_CONNECT, id, error, where);
    return error;
}

int task_tcp_connect(const struct sockaddr *address, struct task_stream **ret_stream)
{
    return task_tcp_connect_at(address, ret_stream, __builtin_return_address(0));
}

/* libuv would cut a path that is too long, and go somewhere else. */
int task_check_path(const char *path)
{
    size_t length = strlen(path);

    if (length >= sizeof((struct sockaddr_un *)0)->sun_path)
        return UV_ENAMETOOLONG;
    return length ? 0 : UV_EINVAL;
}

static int connect_pipe(const char *path, struct task_stream **ret_stream, uint32_t *ret_id,
                        const void *where)
{
    struct task_stream *stream;
    int error = task_check_path(path);

    if (error == 0)
        error = prepare(STREAM_PIPE, &stream, ret_id, where);
    if (error)
        return error;
    uv_pipe_connect(&stream->connect, &stream->uv.pipe, path, on_connect);
    error = wait_for_connection(stream, *ret_id, where);
    if (error == 0)
        *ret_stream = stream;
    return error;
}

int task_pipe_connect(const char *path, struct task_stream **ret_stream)
{
    const void *where = __builtin_return_address(0);
    uint32_t id = 0;
    int error = connect_pipe(path, ret_stream, &id, where);

    task_did(DO_CONNECT, id, error, where);
    return error;
}
/* end */

/* The kernel has no way to wait for a file, and libuv would abort when it finds that out. */
static int open_pipe(int fd, struct task_stream **ret_stream)
{
    struct task_stream *stream;
    int error = uv_guess_handle(fd) == UV_FILE ? UV_EINVAL : 0;

    if (error == 0)
        error = task_stream_create(STREAM_PIPE, &stream);
    if (error)
        return error;
    error = uv_pipe_open(&stream->uv.pipe, fd);
    if (error)
        task_stream_end(stream);
    else
        *ret_stream = stream;
    return error;
}

int task_pipe_open(int fd, struct task_stream **ret_stream)
{
    const void *where = __builtin_return_address(0);
    int error = open_pipe(fd, ret_stream);

    task_did_to(DO_OPEN, error ? NULL : &(*ret_stream)->uv, error, where);
    return error;
}

/* libuv opens the terminal anew, so that what others do with theirs is not affected, and closes
 * only that one later; a descriptor of our own would be left. */
static void give_up(int fd, const union stream_handle *handle)
{
    uv_os_fd_t used = fd;

    uv_fileno(&handle->handle, &used);
    if (used != fd && fd > STDERR_FILENO)
        close(fd);
}

static int open_tty(int fd, struct task_stream **ret_stream)
{
    struct task_stream *stream = task_stream_new();
    int error;

    if (!stream)
        return UV_ENOMEM;
    error = uv_tty_init(task_runtime->uv, &stream->uv.tty, fd, 0);
    if (error) {
        free(stream);
        return error;
    }
    give_up(fd, &stream->uv);
    stream->uv.handle.data = stream;
    uv_unref(&stream->uv.handle);
    *ret_stream = stream;
    return 0;
}

int task_tty_open(int fd, struct task_stream **ret_stream)
{
    const void *where = __builtin_return_address(0);
    int error = open_tty(fd, ret_stream);

    task_did_to(DO_OPEN, error ? NULL : &(*ret_stream)->uv, error, where);
    return error;
}
