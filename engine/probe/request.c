/* Requests: what is handed to libuv and ends with a callback, as rows of tables.
 *
 * SUBMIT is recorded before the call, since a worker may begin before it returns. Functions that
 * are synchronous without a callback (files, look-ups, random) are recorded as blocking then. */
#include <uv.h>

#include "engine/probe/call.h"
#include "engine/probe/gate.h"
#include "engine/probe/perturb.h"
#include "engine/probe/pool.h"
#include "engine/probe/real.h"

/* What libuv's workers do by themselves. Whether that can be seen or not, it is under way. */
static bool is_outside(enum entity_type type)
{
    return type == ENTITY_FS || type == ENTITY_GETADDRINFO || type == ENTITY_GETNAMEINFO ||
           type == ENTITY_RANDOM;
}

/* A request is in flight from here until request_done(). */
static OFTEN struct known *request_begin(void *req, enum entity_type type, uv_loop_t *loop,
                                         const void *handle, int64_t arg, void *callback,
                                         const void *where)
{
    struct known *known = known_new(req, type, known_loop(loop, where), where);

    if (!known)
        return NULL;
    known->callback[KNOWN_MAIN] = callback;
    if (is_outside(type))
        instant_outside(1);
    event_emit_more(EVENT_SUBMIT, known->id, handle ? known_id(known_find(handle)) : 0, arg, where);
    return known;
}

static OFTEN void request_done(struct known *known)
{
    if (is_outside(known->type)) {
        instant_outside(-1);
        pool_forget(known);
    }
    known_forget(known);
}

/* libuv did not take it: there will be no callback. */
static int request_refused(struct known *known, int result, const void *where)
{
    if (result) {
        event_emit(EVENT_GONE, known->id, 0, result, where);
        request_done(known);
    }
    return result;
}

static int64_t total_length(const uv_buf_t *buffers, unsigned count)
{
    int64_t total = 0;

    for (unsigned i = 0; i < count; i++)
        total += (int64_t)buffers[i].len;
    return total;
}

REQUEST_CALL(on_write, uv_write_cb, status, (uv_write_t * req, int status), (req, status))
REQUEST_CALL(on_connect, uv_connect_cb, status, (uv_connect_t * req, int status), (req, status))
REQUEST_CALL(on_shutdown, uv_shutdown_cb, status, (uv_shutdown_t * req, int status), (req, status))
REQUEST_CALL(on_udp_send, uv_udp_send_cb, status, (uv_udp_send_t * req, int status), (req, status))
REQUEST_CALL(on_fs, uv_fs_cb, req->result, (uv_fs_t * req), (req))
REQUEST_CALL(on_getaddrinfo, uv_getaddrinfo_cb, status,
             (uv_getaddrinfo_t * req, int status, struct addrinfo *found), (req, status, found))
REQUEST_CALL(on_getnameinfo, uv_getnameinfo_cb, status,
             (uv_getnameinfo_t * req, int status, const char *host, const char *service),
             (req, status, host, service))
REQUEST_CALL(on_random, uv_random_cb, status,
             (uv_random_t * req, int status, void *buffer, size_t length),
             (req, status, buffer, length))

/* --- on handles: ON_HANDLE(return, function, type, trampoline, arg, parameters, arguments) ---- */

/* libuv's own calls (uv_write() makes one of uv_write2()) are passed on and save no registers. */
#define ON_HANDLE(name, type, trampoline, arg, params, args)                                   \
    REAL(name);                                                                                \
    static OFTEN __attribute__((noinline)) int name##_recorded(BARE params, const void *where) \
    {                                                                                          \
        struct known *known =                                                                  \
            request_begin(req, type, handle->loop, handle, arg, (void *)callback, where);      \
                                                                                               \
        if (!known)                                                                            \
            return real_##name args;                                                           \
        callback = trampoline;                                                                 \
        return request_refused(known, real_##name args, where);                                \
    }                                                                                          \
    OFTEN int name params                                                                      \
    {                                                                                          \
        const void *where = WHERE;                                                             \
                                                                                               \
        if (TRACED(where) && callback != trampoline)                                           \
            return name##_recorded(BARE args, where);                                          \
        return real_##name args;                                                               \
    }

ON_HANDLE(uv_write, ENTITY_WRITE, on_write, total_length(buffers, count),
          (uv_write_t * req, uv_stream_t *handle, const uv_buf_t buffers[], unsigned count,
           uv_write_cb callback),
          (req, handle, buffers, count, callback))
ON_HANDLE(uv_write2, ENTITY_WRITE, on_write, total_length(buffers, count),
          (uv_write_t * req, uv_stream_t *handle, const uv_buf_t buffers[], unsigned count,
           uv_stream_t *sent, uv_write_cb callback),
          (req, handle, buffers, count, sent, callback))
ON_HANDLE(uv_tcp_connect, ENTITY_CONNECT, on_connect, 0,
          (uv_connect_t * req, uv_tcp_t *handle, const struct sockaddr *address,
           uv_connect_cb callback),
          (req, handle, address, callback))
ON_HANDLE(uv_shutdown, ENTITY_SHUTDOWN, on_shutdown, 0,
          (uv_shutdown_t * req, uv_stream_t *handle, uv_shutdown_cb callback),
          (req, handle, callback))
ON_HANDLE(uv_udp_send, ENTITY_UDP_SEND, on_udp_send, total_length(buffers, count),
          (uv_udp_send_t * req, uv_udp_t *handle, const uv_buf_t buffers[], unsigned count,
           const struct sockaddr *address, uv_udp_send_cb callback),
          (req, handle, buffers, count, address, callback))

/* Reports failure through its callback only. */
REAL(uv_pipe_connect);
void uv_pipe_connect(uv_connect_t *req, uv_pipe_t *handle, const char *name, uv_connect_cb callback)
{
    const void *where = WHERE;

    if (TRACED(where) && callback != on_connect &&
        request_begin(req, ENTITY_CONNECT, handle->loop, handle, 0, (void *)callback, where))
        callback = on_connect;
    real_uv_pipe_connect(req, handle, name, callback);
}

/* Since libuv 1.46; with an older one nobody can have called it. */
#if UV_VERSION_HEX < 0x012e00
int uv_pipe_connect2(uv_connect_t *req, uv_pipe_t *handle, const char *name, size_t length,
                     unsigned flags, uv_connect_cb callback);
#endif
ON_HANDLE(uv_pipe_connect2, ENTITY_CONNECT, on_connect, 0,
          (uv_connect_t * req, uv_pipe_t *handle, const char *name, size_t length, unsigned flags,
           uv_connect_cb callback),
          (req, handle, name, length, flags, callback))

/* --- through the pool: POOL(function, type, block, trampoline, parameters, arguments) --------- */

/* `callback` NULL: synchronous, and passed on so. */
#define POOL(name, type, block, trampoline, params, args)                            \
    REAL(name);                                                                      \
    int name params                                                                  \
    {                                                                                \
        const void *where = WHERE;                                                   \
        struct known *known = NULL;                                                  \
        int result;                                                                  \
                                                                                     \
        if (!TRACED(where) || callback == trampoline)                                \
            return real_##name args;                                                 \
        if (!callback) {                                                             \
            event_emit(EVENT_BLOCK, event_writer->thread, block, 0, where);          \
            gate_block();                                                            \
            result = real_##name args;                                               \
            gate_unblock();                                                          \
            event_emit(EVENT_BLOCK_END, event_writer->thread, block, result, where); \
            return result;                                                           \
        }                                                                            \
        known = request_begin(req, type, loop, NULL, 0, (void *)callback, where);    \
        if (!known)                                                                  \
            return real_##name args;                                                 \
        callback = trampoline;                                                       \
        pool_submit(known, &req->work_req);                                          \
        result = real_##name args;                                                   \
        pool_submitted(known, &req->work_req, !result, where);                       \
        return request_refused(known, result, where);                                \
    }

#define FS(name, params, args) POOL(name, ENTITY_FS, BLOCK_FS, on_fs, params, args)

FS(uv_fs_close, (uv_loop_t * loop, uv_fs_t *req, uv_file fd, uv_fs_cb callback),
   (loop, req, fd, callback))
FS(uv_fs_open,
   (uv_loop_t * loop, uv_fs_t *req, const char *path, int flags, int mode, uv_fs_cb callback),
   (loop, req, path, flags, mode, callback))
FS(uv_fs_read,
   (uv_loop_t * loop, uv_fs_t *req, uv_file fd, const uv_buf_t buffers[], unsigned count,
    int64_t offset, uv_fs_cb callback),
   (loop, req, fd, buffers, count, offset, callback))
FS(uv_fs_write,
   (uv_loop_t * loop, uv_fs_t *req, uv_file fd, const uv_buf_t buffers[], unsigned count,
    int64_t offset, uv_fs_cb callback),
   (loop, req, fd, buffers, count, offset, callback))
FS(uv_fs_unlink, (uv_loop_t * loop, uv_fs_t *req, const char *path, uv_fs_cb callback),
   (loop, req, path, callback))
FS(uv_fs_copyfile,
   (uv_loop_t * loop, uv_fs_t *req, const char *path, const char *to, int flags, uv_fs_cb callback),
   (loop, req, path, to, flags, callback))
FS(uv_fs_mkdir, (uv_loop_t * loop, uv_fs_t *req, const char *path, int mode, uv_fs_cb callback),
   (loop, req, path, mode, callback))
FS(uv_fs_mkdtemp, (uv_loop_t * loop, uv_fs_t *req, const char *path, uv_fs_cb callback),
   (loop, req, path, callback))
FS(uv_fs_mkstemp, (uv_loop_t * loop, uv_fs_t *req, const char *path, uv_fs_cb callback),
   (loop, req, path, callback))
FS(uv_fs_rmdir, (uv_loop_t * loop, uv_fs_t *req, const char *path, uv_fs_cb callback),
   (loop, req, path, callback))
FS(uv_fs_scandir, (uv_loop_t * loop, uv_fs_t *req, const char *path, int flags, uv_fs_cb callback),
   (loop, req, path, flags, callback))
FS(uv_fs_opendir, (uv_loop_t * loop, uv_fs_t *req, const char *path, uv_fs_cb callback),
   (loop, req, path, callback))
FS(uv_fs_readdir, (uv_loop_t * loop, uv_fs_t *req, uv_dir_t *folder, uv_fs_cb callback),
   (loop, req, folder, callback))
FS(uv_fs_closedir, (uv_loop_t * loop, uv_fs_t *req, uv_dir_t *folder, uv_fs_cb callback),
   (loop, req, folder, callback))
FS(uv_fs_stat, (uv_loop_t * loop, uv_fs_t *req, const char *path, uv_fs_cb callback),
   (loop, req, path, callback))
FS(uv_fs_fstat, (uv_loop_t * loop, uv_fs_t *req, uv_file fd, uv_fs_cb callback),
   (loop, req, fd, callback))
FS(uv_fs_lstat, (uv_loop_t * loop, uv_fs_t *req, const char *path, uv_fs_cb callback),
   (loop, req, path, callback))
FS(uv_fs_statfs, (uv_loop_t * loop, uv_fs_t *req, const char *path, uv_fs_cb callback),
   (loop, req, path, callback))
FS(uv_fs_rename,
   (uv_loop_t * loop, uv_fs_t *req, const char *path, const char *to, uv_fs_cb callback),
   (loop, req, path, to, callback))
FS(uv_fs_fsync, (uv_loop_t * loop, uv_fs_t *req, uv_file fd, uv_fs_cb callback),
   (loop, req, fd, callback))
FS(uv_fs_fdatasync, (uv_loop_t * loop, uv_fs_t *req, uv_file fd, uv_fs_cb callback),
   (loop, req, fd, callback))
FS(uv_fs_ftruncate, (uv_loop_t * loop, uv_fs_t *req, uv_file fd, int64_t length, uv_fs_cb callback),
   (loop, req, fd, length, callback))
FS(uv_fs_sendfile,
   (uv_loop_t * loop, uv_fs_t *req, uv_file to, uv_file from, int64_t offset, size_t length,
    uv_fs_cb callback),
   (loop, req, to, from, offset, length, callback))
FS(uv_fs_access, (uv_loop_t * loop, uv_fs_t *req, const char *path, int mode, uv_fs_cb callback),
   (loop, req, path, mode, callback))
FS(uv_fs_chmod, (uv_loop_t * loop, uv_fs_t *req, const char *path, int mode, uv_fs_cb callback),
   (loop, req, path, mode, callback))
FS(uv_fs_fchmod, (uv_loop_t * loop, uv_fs_t *req, uv_file fd, int mode, uv_fs_cb callback),
   (loop, req, fd, mode, callback))
FS(uv_fs_utime,
   (uv_loop_t * loop, uv_fs_t *req, const char *path, double accessed, double modified,
    uv_fs_cb callback),
   (loop, req, path, accessed, modified, callback))
FS(uv_fs_futime,
   (uv_loop_t * loop, uv_fs_t *req, uv_file fd, double accessed, double modified,
    uv_fs_cb callback),
   (loop, req, fd, accessed, modified, callback))
FS(uv_fs_lutime,
   (uv_loop_t * loop, uv_fs_t *req, const char *path, double accessed, double modified,
    uv_fs_cb callback),
   (loop, req, path, accessed, modified, callback))
FS(uv_fs_link,
   (uv_loop_t * loop, uv_fs_t *req, const char *path, const char *to, uv_fs_cb callback),
   (loop, req, path, to, callback))
FS(uv_fs_symlink,
   (uv_loop_t * loop, uv_fs_t *req, const char *path, const char *to, int flags, uv_fs_cb callback),
   (loop, req, path, to, flags, callback))
FS(uv_fs_readlink, (uv_loop_t * loop, uv_fs_t *req, const char *path, uv_fs_cb callback),
   (loop, req, path, callback))
FS(uv_fs_realpath, (uv_loop_t * loop, uv_fs_t *req, const char *path, uv_fs_cb callback),
   (loop, req, path, callback))
FS(uv_fs_chown,
   (uv_loop_t * loop, uv_fs_t *req, const char *path, uv_uid_t user, uv_gid_t group,
    uv_fs_cb callback),
   (loop, req, path, user, group, callback))
FS(uv_fs_fchown,
   (uv_loop_t * loop, uv_fs_t *req, uv_file fd, uv_uid_t user, uv_gid_t group, uv_fs_cb callback),
   (loop, req, fd, user, group, callback))
FS(uv_fs_lchown,
   (uv_loop_t * loop, uv_fs_t *req, const char *path, uv_uid_t user, uv_gid_t group,
    uv_fs_cb callback),
   (loop, req, path, user, group, callback))

POOL(uv_getaddrinfo, ENTITY_GETADDRINFO, BLOCK_DNS, on_getaddrinfo,
     (uv_loop_t * loop, uv_getaddrinfo_t *req, uv_getaddrinfo_cb callback, const char *node,
      const char *service, const struct addrinfo *hints),
     (loop, req, callback, node, service, hints))
POOL(uv_getnameinfo, ENTITY_GETNAMEINFO, BLOCK_DNS, on_getnameinfo,
     (uv_loop_t * loop, uv_getnameinfo_t *req, uv_getnameinfo_cb callback,
      const struct sockaddr *address, int flags),
     (loop, req, callback, address, flags))
POOL(uv_random, ENTITY_RANDOM, BLOCK_OTHER, on_random,
     (uv_loop_t * loop, uv_random_t *req, void *buffer, size_t length, unsigned flags,
      uv_random_cb callback),
     (loop, req, buffer, length, flags, callback))

/* --- queue_work, whose work function is the program's own ------------------------------------- */

/* On a pool thread, which belongs to the program until the work is done. */
static void on_work(uv_work_t *req)
{
    struct known *known = known_find(req);
    uv_work_cb function = (uv_work_cb)known->callback[KNOWN_WORK];
    uint32_t id = known_id(known);

    if (!id) { /* of a program that has ended */
        function(req);
        return;
    }
    thread_enter(0);
    instant_pool(POOL_BEGUN);
    event_emit(EVENT_WORK, id, 0, 0, (void *)function);
    function(req);
    if (perturb_kinds & PERTURB_COMPLETIONS)
        perturb_delay();
    event_emit(EVENT_WORK_END, id, 0, 0, (void *)function);
    instant_pool(POOL_ENDED);
    thread_leave();
}

static void on_after_work(uv_work_t *req, int status)
{
    struct known *known = known_find(req);
    uv_after_work_cb function = (uv_after_work_cb)known->callback[KNOWN_MAIN];
    uint32_t id = known_id(known);

    instant_pool(POOL_DELIVERED);
    known_forget(known);
    call_begin(id, CALLBACK_DONE, status, (void *)function);
    if (function)
        function(req, status);
    call_end(id, CALLBACK_DONE, (void *)function);
    event_emit_more(EVENT_GONE, id, 0, 0, NULL);
}

REAL(uv_queue_work);
int uv_queue_work(uv_loop_t *loop, uv_work_t *req, uv_work_cb work, uv_after_work_cb after)
{
    const void *where = WHERE;
    struct known *known;

    if (!TRACED(where) || !work)
        return real_uv_queue_work(loop, req, work, after);
    known = known_new(req, ENTITY_WORK, known_loop(loop, where), where);
    if (!known)
        return real_uv_queue_work(loop, req, work, after);
    known->callback[KNOWN_MAIN] = (void *)after;
    known->callback[KNOWN_WORK] = (void *)work;
    event_emit_more(EVENT_SUBMIT, known->id, 0, 0, where);
    instant_pool(POOL_SUBMITTED);
    return real_uv_queue_work(loop, req, on_work, on_after_work); /* fails only without `work` */
}

REAL(uv_cancel);
int uv_cancel(uv_req_t *req)
{
    const void *where = WHERE;
    struct known *known = TRACED(where) ? known_find(req) : NULL;
    int result = real_uv_cancel(req);

    if (known) {
        if (!result && known->type == ENTITY_WORK)
            instant_pool(POOL_CANCELLED);
        event_emit(EVENT_CANCEL, known_id(known), 0, result, where);
    }
    return result;
}
