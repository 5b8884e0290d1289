/* The wrappers. Each stands for a failure that is really possible: memory that is not there, or
 * libuv's answer in that case. What libuv has initialised in spite of failing must be as it says,
 * so there a call is changed into one that really fails. */
#include "tests/task/faults.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static _Thread_local int until_fault; /* 0: none comes any more */
static _Thread_local const char *came;

struct wrapped *faults_wrapped;
bool faults_old_kernel, faults_udp_full;
uv_connection_cb faults_on_connection;
uv_stream_t *faults_listener;

void faults_arm(int n)
{
    came = NULL;
    until_fault = n;
}

const char *faults_disarm(void)
{
    until_fault = 0;
    return came;
}

static bool fault(struct wrapped *wrapped)
{
    if (until_fault == 0 || --until_fault > 0)
        return false;
    came = wrapped->name;
    wrapped->failed++;
    return true;
}

#define CAN_FAIL(name)                                             \
    static struct wrapped wrapped_##name = {#name, 0, NULL};       \
    __attribute__((constructor)) static void register_##name(void) \
    {                                                              \
        wrapped_##name.next = faults_wrapped;                      \
        faults_wrapped = &wrapped_##name;                          \
    }

#define WRAP(type, failure, name, parameters, arguments) \
    CAN_FAIL(name)                                       \
    type __real_##name parameters;                       \
    type __wrap_##name parameters;                       \
    type __wrap_##name parameters                        \
    {                                                    \
        if (fault(&wrapped_##name))                      \
            return failure;                              \
        return __real_##name arguments;                  \
    }
#define WRAP_UV(name, parameters, arguments) WRAP(int, UV_ENOMEM, name, parameters, arguments)

WRAP(void *, NULL, malloc, (size_t a), (a))
WRAP(void *, NULL, calloc, (size_t a, size_t b), (a, b))
WRAP(void *, NULL, realloc, (void *a, size_t b), (a, b))
WRAP(void *, MAP_FAILED, mmap, (void *a, size_t b, int c, int d, int e, off_t f),
     (a, b, c, d, e, f))
WRAP(void *, MAP_FAILED, mmap64, (void *a, size_t b, int c, int d, int e, off_t f),
     (a, b, c, d, e, f))
WRAP(int, -1, mprotect, (void *a, size_t b, int c), (a, b, c))

CAN_FAIL(madvise)
int __real_madvise(void *address, size_t size, int advice);
int __wrap_madvise(void *address, size_t size, int advice);
int __wrap_madvise(void *address, size_t size, int advice)
{
    return faults_old_kernel || fault(&wrapped_madvise) ? -1
                                                        : __real_madvise(address, size, advice);
}

/* libuv's own memory. Not its realloc: libuv itself aborts if it cannot enlarge its table of
 * watchers (maybe_resize() in src/unix/core.c). */
CAN_FAIL(libuv_malloc)
static void *malloc_of_libuv(size_t size)
{
    return fault(&wrapped_libuv_malloc) ? NULL : __real_malloc(size);
}

static void *calloc_of_libuv(size_t n, size_t size)
{
    return fault(&wrapped_libuv_malloc) ? NULL : __real_calloc(n, size);
}

void faults_open(void)
{
    uv_replace_allocator(malloc_of_libuv, __real_realloc, calloc_of_libuv, free);
}

WRAP_UV(uv_idle_init, (uv_loop_t * a, uv_idle_t *b), (a, b))
WRAP_UV(uv_tcp_init, (uv_loop_t * a, uv_tcp_t *b), (a, b))
WRAP_UV(uv_tcp_bind, (uv_tcp_t * a, const struct sockaddr *b, unsigned c), (a, b, c))
WRAP_UV(uv_tcp_getsockname, (const uv_tcp_t *a, struct sockaddr *b, int *c), (a, b, c))
WRAP_UV(uv_tcp_connect, (uv_connect_t * a, uv_tcp_t *b, const struct sockaddr *c, uv_connect_cb d),
        (a, b, c, d))
WRAP_UV(uv_pipe_init, (uv_loop_t * a, uv_pipe_t *b, int c), (a, b, c))
WRAP_UV(uv_pipe_open, (uv_pipe_t * a, uv_file b), (a, b))
WRAP_UV(uv_pipe_bind, (uv_pipe_t * a, const char *b), (a, b))
WRAP_UV(uv_tty_init, (uv_loop_t * a, uv_tty_t *b, uv_file c, int d), (a, b, c, d))
WRAP_UV(uv_read_start, (uv_stream_t * a, uv_alloc_cb b, uv_read_cb c), (a, b, c))
WRAP_UV(uv_try_write, (uv_stream_t * a, const uv_buf_t b[], unsigned c), (a, b, c))
WRAP_UV(uv_write, (uv_write_t * a, uv_stream_t *b, const uv_buf_t c[], unsigned d, uv_write_cb e),
        (a, b, c, d, e))
WRAP_UV(uv_shutdown, (uv_shutdown_t * a, uv_stream_t *b, uv_shutdown_cb c), (a, b, c))
WRAP_UV(uv_queue_work, (uv_loop_t * a, uv_work_t *b, uv_work_cb c, uv_after_work_cb d),
        (a, b, c, d))
WRAP_UV(uv_async_init, (uv_loop_t * a, uv_async_t *b, uv_async_cb c), (a, b, c))
WRAP_UV(uv_mutex_init, (uv_mutex_t * a), (a))
WRAP_UV(uv_signal_init, (uv_loop_t * a, uv_signal_t *b), (a, b))
WRAP_UV(uv_signal_start, (uv_signal_t * a, uv_signal_cb b, int c), (a, b, c))
WRAP_UV(uv_fs_event_init, (uv_loop_t * a, uv_fs_event_t *b), (a, b))
WRAP_UV(uv_fs_event_start, (uv_fs_event_t * a, uv_fs_event_cb b, const char *c, unsigned d),
        (a, b, c, d))
WRAP_UV(uv_udp_init, (uv_loop_t * a, uv_udp_t *b), (a, b))
WRAP_UV(uv_udp_bind, (uv_udp_t * a, const struct sockaddr *b, unsigned c), (a, b, c))
WRAP_UV(uv_udp_recv_start, (uv_udp_t * a, uv_alloc_cb b, uv_udp_recv_cb c), (a, b, c))
WRAP_UV(uv_udp_getsockname, (const uv_udp_t *a, struct sockaddr *b, int *c), (a, b, c))
WRAP_UV(uv_getaddrinfo,
        (uv_loop_t * a, uv_getaddrinfo_t *b, uv_getaddrinfo_cb c, const char *d, const char *e,
         const struct addrinfo *f),
        (a, b, c, d, e, f))
WRAP_UV(uv_getnameinfo,
        (uv_loop_t * a, uv_getnameinfo_t *b, uv_getnameinfo_cb c, const struct sockaddr *d, int e),
        (a, b, c, d, e))
WRAP_UV(uv_fs_open, (uv_loop_t * a, uv_fs_t *b, const char *c, int d, int e, uv_fs_cb f),
        (a, b, c, d, e, f))
WRAP_UV(uv_fs_close, (uv_loop_t * a, uv_fs_t *b, uv_file c, uv_fs_cb d), (a, b, c, d))
WRAP_UV(uv_fs_read,
        (uv_loop_t * a, uv_fs_t *b, uv_file c, const uv_buf_t d[], unsigned e, int64_t f,
         uv_fs_cb g),
        (a, b, c, d, e, f, g))
WRAP_UV(uv_fs_write,
        (uv_loop_t * a, uv_fs_t *b, uv_file c, const uv_buf_t d[], unsigned e, int64_t f,
         uv_fs_cb g),
        (a, b, c, d, e, f, g))
WRAP_UV(uv_fs_fsync, (uv_loop_t * a, uv_fs_t *b, uv_file c, uv_fs_cb d), (a, b, c, d))
WRAP_UV(uv_fs_stat, (uv_loop_t * a, uv_fs_t *b, const char *c, uv_fs_cb d), (a, b, c, d))
WRAP_UV(uv_fs_rename, (uv_loop_t * a, uv_fs_t *b, const char *c, const char *d, uv_fs_cb e),
        (a, b, c, d, e))
WRAP_UV(uv_fs_unlink, (uv_loop_t * a, uv_fs_t *b, const char *c, uv_fs_cb d), (a, b, c, d))
WRAP_UV(uv_fs_mkdir, (uv_loop_t * a, uv_fs_t *b, const char *c, int d, uv_fs_cb e), (a, b, c, d, e))
WRAP_UV(uv_fs_rmdir, (uv_loop_t * a, uv_fs_t *b, const char *c, uv_fs_cb d), (a, b, c, d))
WRAP_UV(uv_fs_scandir, (uv_loop_t * a, uv_fs_t *b, const char *c, int d, uv_fs_cb e),
        (a, b, c, d, e))

CAN_FAIL(uv_accept)
int __real_uv_accept(uv_stream_t *server, uv_stream_t *client);
int __wrap_uv_accept(uv_stream_t *server, uv_stream_t *client);

/* The connection is gone then, as when the real one fails. */
static void lose_connection(uv_stream_t *server)
{
    uv_tcp_t *lost = __real_malloc(sizeof *lost);

    if (server->type != UV_TCP || !lost)
        abort();
    __real_uv_tcp_init(server->loop, lost);
    __real_uv_accept(server, (uv_stream_t *)lost);
    uv_close((uv_handle_t *)lost, (uv_close_cb)free);
}

int __wrap_uv_accept(uv_stream_t *server, uv_stream_t *client)
{
    if (!fault(&wrapped_uv_accept))
        return __real_uv_accept(server, client);
    lose_connection(server);
    return UV_ENOMEM;
}

CAN_FAIL(uv_listen)
int __real_uv_listen(uv_stream_t *stream, int backlog, uv_connection_cb cb);
int __wrap_uv_listen(uv_stream_t *stream, int backlog, uv_connection_cb cb);
int __wrap_uv_listen(uv_stream_t *stream, int backlog, uv_connection_cb cb)
{
    faults_listener = stream;
    faults_on_connection = cb;
    return fault(&wrapped_uv_listen) ? UV_ENOMEM : __real_uv_listen(stream, backlog, cb);
}

CAN_FAIL(uv_pipe_connect)
void __real_uv_pipe_connect(uv_connect_t *a, uv_pipe_t *b, const char *path, uv_connect_cb c);
void __wrap_uv_pipe_connect(uv_connect_t *a, uv_pipe_t *b, const char *path, uv_connect_cb c);
void __wrap_uv_pipe_connect(uv_connect_t *a, uv_pipe_t *b, const char *path, uv_connect_cb c)
{
    __real_uv_pipe_connect(a, b, fault(&wrapped_uv_pipe_connect) ? "/nonexistent" : path, c);
}

CAN_FAIL(uv_spawn)
int __real_uv_spawn(uv_loop_t *loop, uv_process_t *process, const uv_process_options_t *options);
int __wrap_uv_spawn(uv_loop_t *loop, uv_process_t *process, const uv_process_options_t *options);
int __wrap_uv_spawn(uv_loop_t *loop, uv_process_t *process, const uv_process_options_t *options)
{
    uv_process_options_t changed = *options;

    if (fault(&wrapped_uv_spawn))
        changed.file = "/nonexistent";
    return __real_uv_spawn(loop, process, &changed);
}

/* A datagram that waits: what libuv was given, to be given to it later. */
static struct held {
    uv_udp_send_t *request;
    uv_udp_t *udp;
    uv_buf_t buf;
    struct sockaddr_storage address;
    uv_udp_send_cb cb;
} held;

CAN_FAIL(uv_udp_send)
int __real_uv_udp_send(uv_udp_send_t *a, uv_udp_t *b, const uv_buf_t c[], unsigned d,
                       const struct sockaddr *e, uv_udp_send_cb f);
int __wrap_uv_udp_send(uv_udp_send_t *a, uv_udp_t *b, const uv_buf_t c[], unsigned d,
                       const struct sockaddr *e, uv_udp_send_cb f);
int __wrap_uv_udp_send(uv_udp_send_t *a, uv_udp_t *b, const uv_buf_t c[], unsigned d,
                       const struct sockaddr *e, uv_udp_send_cb f)
{
    if (fault(&wrapped_uv_udp_send))
        return UV_ENOMEM;
    if (!faults_udp_full)
        return __real_uv_udp_send(a, b, c, d, e, f);
    held = (struct held){.request = a, .udp = b, .buf = c[0], .cb = f};
    memcpy(&held.address, e, sizeof(struct sockaddr_in));
    return 0;
}

void faults_let_go(void)
{
    faults_udp_full = false;
    if (held.request)
        __real_uv_udp_send(held.request, held.udp, &held.buf, 1, (struct sockaddr *)&held.address,
                           held.cb);
    held.request = NULL;
}

CAN_FAIL(uv_udp_try_send)
int __real_uv_udp_try_send(uv_udp_t *a, const uv_buf_t b[], unsigned c, const struct sockaddr *d);
int __wrap_uv_udp_try_send(uv_udp_t *a, const uv_buf_t b[], unsigned c, const struct sockaddr *d);
int __wrap_uv_udp_try_send(uv_udp_t *a, const uv_buf_t b[], unsigned c, const struct sockaddr *d)
{
    if (fault(&wrapped_uv_udp_try_send))
        return UV_ENOMEM;
    return faults_udp_full ? UV_EAGAIN : __real_uv_udp_try_send(a, b, c, d);
}
