/* Handles: init, start, stop, close, and their callbacks, as rows of tables.
 *
 * A start installs a trampoline in place of the program's callback, which is kept in the handle's
 * entry. Whether a second start replaces the callback of an active handle differs: timers, polls
 * and signals take the new one; idle, prepare, check and fs_poll return 0 and keep the old; streams
 * return an error. So the entry changes only when libuv has changed its mind too. */
#include <string.h>
#include <uv.h>

#include "engine/probe/call.h"
#include "engine/probe/gate.h"
#include "engine/probe/perturb.h"
#include "engine/probe/real.h"

static enum entity_type type_of(const uv_handle_t *handle)
{
    static const enum entity_type types[UV_HANDLE_TYPE_MAX] = {
        [UV_ASYNC] = ENTITY_ASYNC,       [UV_CHECK] = ENTITY_CHECK,
        [UV_FS_EVENT] = ENTITY_FS_EVENT, [UV_FS_POLL] = ENTITY_FS_POLL,
        [UV_IDLE] = ENTITY_IDLE,         [UV_NAMED_PIPE] = ENTITY_PIPE,
        [UV_POLL] = ENTITY_POLL,         [UV_PREPARE] = ENTITY_PREPARE,
        [UV_PROCESS] = ENTITY_PROCESS,   [UV_TCP] = ENTITY_TCP,
        [UV_TIMER] = ENTITY_TIMER,       [UV_TTY] = ENTITY_TTY,
        [UV_UDP] = ENTITY_UDP,           [UV_SIGNAL] = ENTITY_SIGNAL,
    };
    unsigned type = (unsigned)handle->type;

    return type < UV_HANDLE_TYPE_MAX ? types[type] : ENTITY_UNKNOWN;
}

static struct known *known_handle(const void *address, const void *where)
{
    const uv_handle_t *handle = address;
    struct known *known = known_find(handle);

    if (known && known->serial == thread_serial)
        return known;
    return known_get(handle, type_of(handle), known_loop(handle->loop, where), where);
}

/* --- init: INIT(function, parameters, arguments) ---------------------------------------------- */

/* uv_tcp_init() may end with a jump to uv_tcp_init_ex(), which then seems to be called from here
 * and not from libuv: the handle would be born twice. */
static _Thread_local bool initialising __attribute__((tls_model("initial-exec")));

#define INIT(name, params, args)                                                               \
    REAL(name);                                                                                \
    int name params                                                                            \
    {                                                                                          \
        const void *where = WHERE;                                                             \
        bool inner = initialising;                                                             \
        int result;                                                                            \
                                                                                               \
        initialising = true;                                                                   \
        result = real_##name args;                                                             \
        initialising = inner;                                                                  \
        if (!result && !inner && TRACED(where))                                                \
            known_new(handle, type_of((uv_handle_t *)handle), known_loop(loop, where), where); \
        return result;                                                                         \
    }

INIT(uv_timer_init, (uv_loop_t * loop, uv_timer_t *handle), (loop, handle))
INIT(uv_idle_init, (uv_loop_t * loop, uv_idle_t *handle), (loop, handle))
INIT(uv_prepare_init, (uv_loop_t * loop, uv_prepare_t *handle), (loop, handle))
INIT(uv_check_init, (uv_loop_t * loop, uv_check_t *handle), (loop, handle))
INIT(uv_signal_init, (uv_loop_t * loop, uv_signal_t *handle), (loop, handle))
INIT(uv_poll_init, (uv_loop_t * loop, uv_poll_t *handle, int fd), (loop, handle, fd))
INIT(uv_poll_init_socket, (uv_loop_t * loop, uv_poll_t *handle, uv_os_sock_t socket),
     (loop, handle, socket))
INIT(uv_tcp_init, (uv_loop_t * loop, uv_tcp_t *handle), (loop, handle))
INIT(uv_tcp_init_ex, (uv_loop_t * loop, uv_tcp_t *handle, unsigned int flags),
     (loop, handle, flags))
INIT(uv_pipe_init, (uv_loop_t * loop, uv_pipe_t *handle, int ipc), (loop, handle, ipc))
INIT(uv_tty_init, (uv_loop_t * loop, uv_tty_t *handle, uv_file fd, int unused),
     (loop, handle, fd, unused))
INIT(uv_udp_init, (uv_loop_t * loop, uv_udp_t *handle), (loop, handle))
INIT(uv_udp_init_ex, (uv_loop_t * loop, uv_udp_t *handle, unsigned int flags),
     (loop, handle, flags))
INIT(uv_fs_event_init, (uv_loop_t * loop, uv_fs_event_t *handle), (loop, handle))
INIT(uv_fs_poll_init, (uv_loop_t * loop, uv_fs_poll_t *handle), (loop, handle))

/* --- callbacks -------------------------------------------------------------------------------- */

HANDLE_CALL(on_timer, uv_timer_cb, KNOWN_MAIN, CALLBACK_TIMER, 0, (uv_timer_t * handle), (handle))
HANDLE_CALL(on_idle, uv_idle_cb, KNOWN_MAIN, CALLBACK_IDLE, 0, (uv_idle_t * handle), (handle))
HANDLE_CALL(on_prepare, uv_prepare_cb, KNOWN_MAIN, CALLBACK_PREPARE, 0, (uv_prepare_t * handle),
            (handle))
HANDLE_CALL(on_check, uv_check_cb, KNOWN_MAIN, CALLBACK_CHECK, 0, (uv_check_t * handle), (handle))
HANDLE_CALL(on_async, uv_async_cb, KNOWN_MAIN, CALLBACK_ASYNC, 0, (uv_async_t * handle), (handle))
HANDLE_CALL(on_signal, uv_signal_cb, KNOWN_MAIN, CALLBACK_SIGNAL, number,
            (uv_signal_t * handle, int number), (handle, number))
HANDLE_CALL(on_poll, uv_poll_cb, KNOWN_MAIN, CALLBACK_POLL, status < 0 ? status : events,
            (uv_poll_t * handle, int status, int events), (handle, status, events))
HANDLE_CALL(on_connection, uv_connection_cb, KNOWN_MAIN, CALLBACK_CONNECTION, status,
            (uv_stream_t * handle, int status), (handle, status))

/* What the program gave for the read that is under way, where it is to be split. libuv calls back
 * at once after it, with what it was given itself. */
static _Thread_local uv_buf_t given;

static bool is_split(const uv_buf_t *buffer)
{
    return perturb_kinds & PERTURB_READS && buffer->base == given.base;
}

HANDLE_CALL(on_read, uv_read_cb, KNOWN_MAIN, CALLBACK_READ, length,
            (uv_stream_t * handle, ssize_t length, const uv_buf_t *buffer),
            (handle, length,
             is_split(buffer) ? &(uv_buf_t){.base = given.base, .len = given.len} : buffer))
HANDLE_CALL(on_receive, uv_udp_recv_cb, KNOWN_MAIN, CALLBACK_RECV, length,
            (uv_udp_t * handle, ssize_t length, const uv_buf_t *buffer,
             const struct sockaddr *address, unsigned flags),
            (handle, length, buffer, address, flags))
HANDLE_CALL(on_fs_event, uv_fs_event_cb, KNOWN_MAIN, CALLBACK_FS_EVENT, status,
            (uv_fs_event_t * handle, const char *name, int events, int status),
            (handle, name, events, status))
HANDLE_CALL(on_fs_poll, uv_fs_poll_cb, KNOWN_MAIN, CALLBACK_FS_POLL, status,
            (uv_fs_poll_t * handle, int status, const uv_stat_t *before, const uv_stat_t *now),
            (handle, status, before, now))

/* --- start: START(function, callback type, trampoline, keeps, arg, parameters, arguments) ----- */

/* The repeat of a timer in ms; 0 for what does not repeat. */
static uint32_t repeat_of(const void *handle)
{
    bool is_timer = ((const uv_handle_t *)handle)->type == UV_TIMER;
    uint64_t repeat = is_timer ? uv_timer_get_repeat(handle) : 0;

    return repeat < UINT32_MAX ? (uint32_t)repeat : UINT32_MAX;
}

/* keeps: an active handle goes on with the callback it has. */
#define START(name, type, trampoline, keeps, arg, params, args)                           \
    REAL(name);                                                                           \
    int name params                                                                       \
    {                                                                                     \
        const void *where = WHERE;                                                        \
        struct known *known;                                                              \
        type function = callback;                                                         \
        bool kept;                                                                        \
        int result;                                                                       \
                                                                                          \
        if (!TRACED(where) || !callback || callback == trampoline)                        \
            return real_##name args;                                                      \
        known = known_handle(handle, where);                                              \
        if (!known)                                                                       \
            return real_##name args;                                                      \
        kept = keeps && uv_is_active((uv_handle_t *)handle);                              \
        callback = trampoline;                                                            \
        result = real_##name args;                                                        \
        if (!result && !kept) {                                                           \
            known->callback[KNOWN_MAIN] = (void *)function;                               \
            event_emit(EVENT_START, known->id, repeat_of(handle), (int64_t)(arg), where); \
        }                                                                                 \
        return result;                                                                    \
    }

/* Streams whose reads are to be split get their buffers through this. */
static void on_allocate(uv_handle_t *handle, size_t size, uv_buf_t *buffer)
{
    uv_alloc_cb function = (uv_alloc_cb)known_find(handle)->callback[KNOWN_ALLOC];

    function(handle, size, buffer);
    given = *buffer;
    if (perturb_kinds & PERTURB_READS) /* not in a forked child */
        buffer->len = perturb_length(buffer->len);
}

static uv_alloc_cb allocator(uv_stream_t *handle, uv_alloc_cb allocate)
{
    struct known *known = perturb_kinds & PERTURB_READS ? known_find(handle) : NULL;
    uv_os_fd_t fd;

    if (!known || !event_writer || allocate == on_allocate)
        return allocate;
    if (uv_fileno((uv_handle_t *)handle, &fd) || !perturb_may_split(fd))
        return allocate;
    known->callback[KNOWN_ALLOC] = (void *)allocate;
    return on_allocate;
}

START(uv_timer_start, uv_timer_cb, on_timer, false, timeout,
      (uv_timer_t * handle, uv_timer_cb callback, uint64_t timeout, uint64_t repeat),
      (handle, callback, timeout, repeat))
START(uv_idle_start, uv_idle_cb, on_idle, true, 0, (uv_idle_t * handle, uv_idle_cb callback),
      (handle, callback))
START(uv_prepare_start, uv_prepare_cb, on_prepare, true, 0,
      (uv_prepare_t * handle, uv_prepare_cb callback), (handle, callback))
START(uv_check_start, uv_check_cb, on_check, true, 0, (uv_check_t * handle, uv_check_cb callback),
      (handle, callback))
START(uv_signal_start, uv_signal_cb, on_signal, false, number,
      (uv_signal_t * handle, uv_signal_cb callback, int number), (handle, callback, number))
START(uv_signal_start_oneshot, uv_signal_cb, on_signal, false, number,
      (uv_signal_t * handle, uv_signal_cb callback, int number), (handle, callback, number))
START(uv_poll_start, uv_poll_cb, on_poll, false, events,
      (uv_poll_t * handle, int events, uv_poll_cb callback), (handle, events, callback))
START(uv_listen, uv_connection_cb, on_connection, false, backlog,
      (uv_stream_t * handle, int backlog, uv_connection_cb callback), (handle, backlog, callback))
START(uv_read_start, uv_read_cb, on_read, false, 0,
      (uv_stream_t * handle, uv_alloc_cb allocate, uv_read_cb callback),
      (handle, allocator(handle, allocate), callback))
START(uv_udp_recv_start, uv_udp_recv_cb, on_receive, false, 0,
      (uv_udp_t * handle, uv_alloc_cb allocate, uv_udp_recv_cb callback),
      (handle, allocate, callback))
START(uv_fs_event_start, uv_fs_event_cb, on_fs_event, false, 0,
      (uv_fs_event_t * handle, uv_fs_event_cb callback, const char *path, unsigned flags),
      (handle, callback, path, flags))
START(uv_fs_poll_start, uv_fs_poll_cb, on_fs_poll, true, interval,
      (uv_fs_poll_t * handle, uv_fs_poll_cb callback, const char *path, unsigned interval),
      (handle, callback, path, interval))

REAL(uv_timer_again);
int uv_timer_again(uv_timer_t *handle)
{
    const void *where = WHERE;
    int result = real_uv_timer_again(handle);
    struct known *known = !result && TRACED(where) ? known_find(handle) : NULL;

    if (known)
        event_emit(EVENT_START, known_id(known), repeat_of(handle),
                   (int64_t)uv_timer_get_repeat(handle), where);
    return result;
}

/* A worker or another thread may send before uv_async_init() returns, so the entry comes first. */
REAL(uv_async_init);
int uv_async_init(uv_loop_t *loop, uv_async_t *handle, uv_async_cb callback)
{
    const void *where = WHERE;
    struct known *known = NULL;
    int result;

    if (TRACED(where) && callback)
        known = known_new(handle, ENTITY_ASYNC, known_loop(loop, where), where);
    if (!known)
        return real_uv_async_init(loop, handle, callback);
    known->callback[KNOWN_MAIN] = (void *)callback;
    result = real_uv_async_init(loop, handle, on_async);
    if (result) {
        event_emit(EVENT_GONE, known->id, 0, 0, where);
        known_forget(known);
    }
    return result;
}

/* Async-signal-safe, and called by libuv's workers: looks up without a lock, adds nothing. */
REAL(uv_async_send);
int uv_async_send(uv_async_t *handle)
{
    const void *where = WHERE;
    struct known *known = TRACED(where) ? known_find(handle) : NULL;

    if (known)
        event_emit(EVENT_SEND, known_id(known), 0, 0, where);
    return real_uv_async_send(handle);
}

/* --- stop, ref, unref: NOTE(kind, return type, function, parameters, arguments) --------------- */

#define STOP(name, params)                                               \
    REAL(name);                                                          \
    int name params                                                      \
    {                                                                    \
        const void *where = WHERE;                                       \
        struct known *known = TRACED(where) ? known_find(handle) : NULL; \
        int result = real_##name(handle);                                \
                                                                         \
        if (known)                                                       \
            event_emit(EVENT_STOP, known_id(known), 0, result, where);   \
        return result;                                                   \
    }

STOP(uv_timer_stop, (uv_timer_t * handle))
STOP(uv_idle_stop, (uv_idle_t * handle))
STOP(uv_prepare_stop, (uv_prepare_t * handle))
STOP(uv_check_stop, (uv_check_t * handle))
STOP(uv_signal_stop, (uv_signal_t * handle))
STOP(uv_poll_stop, (uv_poll_t * handle))
STOP(uv_read_stop, (uv_stream_t * handle))
STOP(uv_udp_recv_stop, (uv_udp_t * handle))
STOP(uv_fs_event_stop, (uv_fs_event_t * handle))
STOP(uv_fs_poll_stop, (uv_fs_poll_t * handle))

#define REFERENCE(name, kind)                                            \
    REAL(name);                                                          \
    void name(uv_handle_t *handle)                                       \
    {                                                                    \
        const void *where = WHERE;                                       \
        struct known *known = TRACED(where) ? known_find(handle) : NULL; \
                                                                         \
        real_##name(handle);                                             \
        if (known)                                                       \
            event_emit(kind, known_id(known), 0, 0, where);              \
    }

REFERENCE(uv_ref, EVENT_REF)
REFERENCE(uv_unref, EVENT_UNREF)

/* --- close ------------------------------------------------------------------------------------ */

/* libuv is seldom built with the sanitizers, so AddressSanitizer does not see that it uses a handle
 * whose memory was freed before its close callback. It does see what memcmp(), which it replaces,
 * is given. Without it nothing is looked at: valgrind sees what libuv does, and would take a look
 * at fields that libuv never sets for a mistake. */
static int (*volatile look_at)(const void *a, const void *b, size_t size) = memcmp;
extern void *__asan_region_is_poisoned(void *begin, size_t size) __attribute__((weak));

static void on_close(uv_handle_t *handle)
{
    struct known *known = known_find(handle);
    uv_close_cb function = (uv_close_cb)known->callback[KNOWN_CLOSE];
    uint32_t id = known_id(known);

    if (__asan_region_is_poisoned)
        look_at(handle, handle, sizeof *handle);
    known_forget(known); /* the callback may free the handle, or use its memory anew */
    if (function) {
        call_begin(id, CALLBACK_CLOSE, 0, (void *)function);
        function(handle);
        call_end(id, CALLBACK_CLOSE, (void *)function);
    }
    event_emit(EVENT_GONE, id, 0, 0, NULL);
}

/* Prepares the entry of a handle that is about to be closed; NULL: pass the call on as it is. */
static struct known *closing(uv_handle_t *handle, uv_close_cb callback, const void *where)
{
    struct known *known;

    if (!TRACED(where))
        return NULL;
    known = known_handle(handle, where);
    if (!known)
        return NULL;
    event_emit(EVENT_CLOSE, known->id, 0, uv_is_closing(handle), where);
    known->callback[KNOWN_CLOSE] = (void *)callback;
    return known;
}

REAL(uv_close);
void uv_close(uv_handle_t *handle, uv_close_cb callback)
{
    if (callback != on_close && closing(handle, callback, WHERE))
        callback = on_close;
    real_uv_close(handle, callback);
}

REAL(uv_tcp_close_reset);
int uv_tcp_close_reset(uv_tcp_t *handle, uv_close_cb callback)
{
    if (callback != on_close && closing((uv_handle_t *)handle, callback, WHERE))
        callback = on_close;
    return real_uv_tcp_close_reset(handle, callback);
}

/* --- processes -------------------------------------------------------------------------------- */

static void on_exit_of_process(uv_process_t *handle, int64_t status, int signal)
{
    struct known *known = known_find(handle);
    uv_exit_cb function = (uv_exit_cb)known->callback[KNOWN_MAIN];
    uint32_t id = known_id(known);

    instant_outside(-1);
    call_begin(id, CALLBACK_EXIT, status ? status : signal, (void *)function);
    if (function)
        function(handle, status, signal);
    call_end(id, CALLBACK_EXIT, (void *)function);
}

REAL(uv_spawn);
int uv_spawn(uv_loop_t *loop, uv_process_t *handle, const uv_process_options_t *options)
{
    const void *where = WHERE;
    uv_process_options_t copy;
    struct known *known;
    int result;

    if (!TRACED(where) || !options)
        return real_uv_spawn(loop, handle, options);
    known = known_new(handle, ENTITY_PROCESS, known_loop(loop, where), where);
    if (!known)
        return real_uv_spawn(loop, handle, options);
    known->callback[KNOWN_MAIN] = (void *)options->exit_cb;
    copy = *options;
    copy.exit_cb = on_exit_of_process;
    instant_outside(1);
    result = real_uv_spawn(loop, handle, &copy);
    if (result)
        instant_outside(-1);
    event_emit(EVENT_START, known->id, 0, result ? result : handle->pid, where);
    return result;
}

/* --- for the stage ---------------------------------------------------------------------------- */

static uint32_t find_actor(const void *actor)
{
    return known_id(known_find(actor));
}

__attribute__((constructor(104))) static void open_stage(void)
{
    extern uint32_t (*stage_find)(const void *actor);

    stage_find = find_actor;
}
