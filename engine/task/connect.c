/* How streams come to be: connecting, opening descriptors, listening and accepting. */
#include <netinet/in.h>
#include <stdlib.h>

#include "engine/task/stream_priv.h"

enum kind { TCP, PIPE };

static int init(union stream_handle *handle, enum kind kind)
{
    uv_loop_t *uv = task_runtime->uv;

    return kind == TCP ? uv_tcp_init(uv, &handle->tcp) : uv_pipe_init(uv, &handle->pipe, 0);
}

static int create(enum kind kind, struct task_stream **ret_stream)
{
    struct task_stream *stream = task_stream_new();
    int error;

    if (!stream)
        return UV_ENOMEM;
    error = init(&stream->uv, kind);
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
    task_stream_close(park->in);
}

static int wait_for_connection(struct task_stream *stream, const void *where)
{
    struct park park = {.where = where,
                        .why = WAIT_CONNECT,
                        .object = task_entity(&stream->uv),
                        .in = stream,
                        .cancel = cancel_connect};
    int error;

    stream->users++;
    stream->shutting = &park;
    error = task_park(&park);
    if (error)
        task_stream_close(stream);
    task_stream_out(stream);
    return error;
}

int task_tcp_connect(const struct sockaddr *address, struct task_stream **ret_stream)
{
    const void *where = __builtin_return_address(0);
    struct task_stream *stream;
    int error = task_checkpoint(where);

    if (error == 0)
        error = create(TCP, &stream);
    if (error)
        return error;
    error = uv_tcp_connect(&stream->connect, &stream->uv.tcp, address, on_connect);
    if (error)
        task_stream_close(stream);
    else
        error = wait_for_connection(stream, where);
    if (error == 0)
        *ret_stream = stream;
    return error;
}

int task_pipe_connect(const char *path, struct task_stream **ret_stream)
{
    const void *where = __builtin_return_address(0);
    struct task_stream *stream;
    int error = task_checkpoint(where);

    if (error == 0)
        error = create(PIPE, &stream);
    if (error)
        return error;
    uv_pipe_connect(&stream->connect, &stream->uv.pipe, path, on_connect);
    error = wait_for_connection(stream, where);
    if (error == 0)
        *ret_stream = stream;
    return error;
}
/* end */

int task_stream_new_pipe(struct task_stream **ret_stream)
{
    return create(PIPE, ret_stream);
}

int task_pipe_open(int fd, struct task_stream **ret_stream)
{
    struct task_stream *stream;
    int error = create(PIPE, &stream);

    if (error)
        return error;
    error = uv_pipe_open(&stream->uv.pipe, fd);
    if (error)
        task_stream_close(stream);
    else
        *ret_stream = stream;
    return error;
}

int task_tty_open(int fd, struct task_stream **ret_stream)
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
    stream->uv.handle.data = stream;
    uv_unref(&stream->uv.handle);
    *ret_stream = stream;
    return 0;
}

/* region accept */
struct acceptor {
    struct park park;
    struct task_stream *stream;
};

static void on_listener_close(uv_handle_t *handle)
{
    free(handle->data);
}

static int take_connection(struct task_listener *listener, struct task_stream **ret_stream)
{
    struct task_stream *stream;
    int error = create(listener->uv.handle.type == UV_TCP ? TCP : PIPE, &stream);

    if (error)
        return error; /* libuv holds it on */
    listener->pending = false;
    error = uv_accept(&listener->uv.stream, &stream->uv.stream);
    if (error)
        task_stream_close(stream);
    else
        *ret_stream = stream;
    return error;
}

/* Like a stream, a listener keeps the loop alive only while somebody accepts. */
static void leave_acceptor(struct task_listener *listener)
{
    if (!listener->waiters.first)
        uv_unref(&listener->uv.handle);
}

void task_listener_close(struct task_listener *listener)
{
    if (!listener || listener->closing)
        return;
    listener->closing = true;
    while (task_waiters_wake(&listener->waiters, UV_EBADF))
        continue;
    uv_close(&listener->uv.handle, on_listener_close);
}

/* The first who waits gets it. If nobody does libuv holds it, and looks for no other. */
static void on_connection(uv_stream_t *handle, int status)
{
    struct task_listener *listener = handle->data;
    struct acceptor *acceptor = (struct acceptor *)task_waiters_take(&listener->waiters);

    listener->pending = status == 0;
    listener->error = status;
    if (!acceptor)
        return;
    listener->error = 0;
    leave_acceptor(listener);
    task_wake(&acceptor->park, status ? status : take_connection(listener, &acceptor->stream));
}

static int listen_on(struct task_listener *listener, int backlog,
                     struct task_listener **ret_listener, int error)
{
    if (error == 0)
        error = uv_listen(&listener->uv.stream, backlog, on_connection);
    if (error)
        task_listener_close(listener);
    else
        *ret_listener = listener;
    return error;
}

static int create_listener(enum kind kind, struct task_listener **ret_listener)
{
    struct task_listener *listener = calloc(1, sizeof *listener);
    int error;

    if (!listener)
        return UV_ENOMEM;
    error = init(&listener->uv, kind);
    if (error) {
        free(listener);
        return error;
    }
    listener->uv.handle.data = listener;
    uv_unref(&listener->uv.handle);
    *ret_listener = listener;
    return 0;
}

int task_tcp_listen(const struct sockaddr *address, int backlog,
                    struct task_listener **ret_listener)
{
    struct task_listener *listener;
    int error = create_listener(TCP, &listener);

    if (error)
        return error;
    return listen_on(listener, backlog, ret_listener, uv_tcp_bind(&listener->uv.tcp, address, 0));
}

int task_pipe_listen(const char *path, int backlog, struct task_listener **ret_listener)
{
    struct task_listener *listener;
    int error = create_listener(PIPE, &listener);

    if (error)
        return error;
    return listen_on(listener, backlog, ret_listener, uv_pipe_bind(&listener->uv.pipe, path));
}

int task_listener_port(const struct task_listener *listener)
{
    struct sockaddr_storage address;
    int size = sizeof address;
    int error = uv_tcp_getsockname(&listener->uv.tcp, (struct sockaddr *)&address, &size);

    if (error)
        return error;
    return ntohs(address.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&address)->sin6_port
                                               : ((struct sockaddr_in *)&address)->sin_port);
}

static void cancel_accept(struct park *park)
{
    struct task_listener *listener =
        (struct task_listener *)((char *)park->in - offsetof(struct task_listener, waiters));

    task_waiters_cancel(park);
    leave_acceptor(listener);
}

int task_accept(struct task_listener *listener, struct task_stream **ret_stream)
{
    struct acceptor self = {.park = {.where = __builtin_return_address(0),
                                     .why = WAIT_ACCEPT,
                                     .cancel = cancel_accept}};
    int error = task_checkpoint(self.park.where);

    if (error == 0)
        error = listener->closing ? UV_EBADF : listener->error;
    listener->error = 0;
    if (error)
        return error;
    if (listener->pending)
        return take_connection(listener, ret_stream);
    self.park.object = task_entity(&listener->uv);
    uv_ref(&listener->uv.handle);
    task_waiters_add(&listener->waiters, &self.park);
    error = task_park(&self.park);
    if (error == 0)
        *ret_stream = self.stream;
    return error;
}
/* end */
