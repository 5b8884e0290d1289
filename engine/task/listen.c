/* Listening and accepting. libuv holds one connection that nobody has accepted yet, and asks for no
 * other meanwhile; so what is not taken waits in the kernel's backlog. */
#include <netinet/in.h>
#include <stdlib.h>

#include "engine/task/stream_priv.h"

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
    int error =
        task_stream_create(listener->uv.handle.type == UV_TCP ? STREAM_TCP : STREAM_PIPE, &stream);

    if (error)
        return error; /* libuv holds it on */
    listener->pending = false;
    error = uv_accept(&listener->uv.stream, &stream->uv.stream);
    if (error)
        task_stream_end(stream);
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

static void end(struct task_listener *listener)
{
    listener->closing = true;
    while (task_waiters_wake(&listener->waiters, UV_EBADF))
        continue;
    uv_close(&listener->uv.handle, on_listener_close);
}

void task_listener_close(struct task_listener *listener)
{
    const void *where = __builtin_return_address(0);
    uint32_t id;

    if (!listener || listener->closing)
        return;
    id = task_handle_id(&listener->uv);
    end(listener);
    task_did(DO_CLOSE, id, 0, where);
}

/* The first who waits gets it; if there is no memory for a stream, the next one may still have
 * luck. If nobody takes it libuv holds it, and looks for no other. */
static void on_connection(uv_stream_t *handle, int status)
{
    struct task_listener *listener = handle->data;
    struct acceptor *acceptor;

    listener->pending = status == 0;
    listener->error = status;
    while ((listener->pending || listener->error) && listener->waiters.first) {
        acceptor = (struct acceptor *)task_waiters_take(&listener->waiters);
        listener->error = 0;
        task_wake(&acceptor->park, status ? status : take_connection(listener, &acceptor->stream));
    }
    leave_acceptor(listener);
}

static int listen_on(struct task_listener *listener, int backlog,
                     struct task_listener **ret_listener, int error)
{
    if (error == 0)
        error = uv_listen(&listener->uv.stream, backlog, on_connection);
    if (error)
        end(listener);
    else
        *ret_listener = listener;
    return error;
}

static int create_listener(enum stream_kind kind, struct task_listener **ret_listener)
{
    struct task_listener *listener = calloc(1, sizeof *listener);
    int error;

    if (!listener)
        return UV_ENOMEM;
    error = task_stream_init(&listener->uv, kind);
    if (error) {
        free(listener);
        return error;
    }
    listener->uv.handle.data = listener;
    uv_unref(&listener->uv.handle);
    *ret_listener = listener;
    return 0;
}

static int listen_tcp(const struct sockaddr *address, int backlog,
                      struct task_listener **ret_listener)
{
    struct task_listener *listener;
    int error = create_listener(STREAM_TCP, &listener);

    if (error)
        return error;
    return listen_on(listener, backlog, ret_listener, uv_tcp_bind(&listener->uv.tcp, address, 0));
}

static int listen_pipe(const char *path, int backlog, struct task_listener **ret_listener)
{
    struct task_listener *listener;
    int error = task_check_path(path);

    if (error == 0)
        error = create_listener(STREAM_PIPE, &listener);
    if (error)
        return error;
    return listen_on(listener, backlog, ret_listener, uv_pipe_bind(&listener->uv.pipe, path));
}

int task_tcp_listen(const struct sockaddr *address, int backlog,
                    struct task_listener **ret_listener)
{
    const void *where = __builtin_return_address(0);
    int error = listen_tcp(address, backlog, ret_listener);

    task_did_to(DO_LISTEN, error ? NULL : &(*ret_listener)->uv, error, where);
    return error;
}

int task_pipe_listen(const char *path, int backlog, struct task_listener **ret_listener)
{
    const void *where = __builtin_return_address(0);
    int error = listen_pipe(path, backlog, ret_listener);

    task_did_to(DO_LISTEN, error ? NULL : &(*ret_listener)->uv, error, where);
    return error;
}

int task_listener_port(const struct task_listener *listener)
{
    struct sockaddr_storage address;
    int size = sizeof address;
    int error = uv_tcp_getsockname(&listener->uv.tcp, (struct sockaddr *)&address, &size);

    if (error)
        return error;
    if (address.ss_family == AF_UNIX)
        return UV_EINVAL;
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

static int accept_at(struct task_listener *listener, struct task_stream **ret_stream,
                     const void *where)
{
    struct acceptor self = {.park = {.where = where, .why = WAIT_ACCEPT, .cancel = cancel_accept}};
    int error = task_checkpoint(where);

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

int task_accept(struct task_listener *listener, struct task_stream **ret_stream)
{
    const void *where = __builtin_return_address(0);
    uint32_t id = task_entity(&listener->uv);
    int error = accept_at(listener, ret_stream, where);

    task_did(DO_ACCEPT, id, error, where);
    return error;
}
/* end */
