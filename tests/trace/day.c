/* The program of a busy day: a bit of everything that libuv has, with an end. */
#include "tests/trace/day.h"

#include <sys/socket.h>
#include <uv.h>

enum { WORKS = 8, FILES = 6, WRITES = 12, PIECE = 50000, TICKS = 5 };

static uv_loop_t loop;
static uv_timer_t tick;
static uv_async_t async;
static uv_work_t works[WORKS];
static uv_fs_t files[FILES];
static uv_pipe_t ours, theirs;
static uv_write_t writes[WRITES];
static char bytes[PIECE], room[4096];
static long arrived;
static int left; /* works and files */

static void close_all(void)
{
    if (left == 0 && arrived == (long)WRITES * PIECE && !uv_is_closing((uv_handle_t *)&async)) {
        uv_close((uv_handle_t *)&async, NULL);
        uv_close((uv_handle_t *)&ours, NULL);
        uv_close((uv_handle_t *)&theirs, NULL);
    }
}

static void on_tick(uv_timer_t *timer)
{
    static int ticks;

    if (++ticks % TICKS == 0)
        uv_close((uv_handle_t *)timer, NULL);
}

/* Sends from a thread of the pool. */
static void on_work(uv_work_t *request)
{
    uint64_t until = uv_hrtime() + 1000000;

    (void)request;
    while (uv_hrtime() < until)
        ;
    uv_async_send(&async);
}

static void on_worked(uv_work_t *request, int status)
{
    (void)request, (void)status;
    left--;
    close_all();
}

static void on_file(uv_fs_t *request)
{
    uv_fs_req_cleanup(request);
    left--;
    close_all();
}

static void on_wake(uv_async_t *handle)
{
    (void)handle;
}

static void give_room(uv_handle_t *handle, size_t size, uv_buf_t *ret_buffer)
{
    (void)handle, (void)size;
    *ret_buffer = uv_buf_init(room, sizeof room);
}

static void on_read(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
    (void)stream, (void)buffer;
    if (length > 0)
        arrived += length;
    close_all();
}

static int open_pipes(void)
{
    uv_buf_t buffer = uv_buf_init(bytes, PIECE);
    int pair[2], r = socketpair(AF_UNIX, SOCK_STREAM, 0, pair);

    if (r)
        return r;
    uv_pipe_init(&loop, &ours, 0);
    uv_pipe_init(&loop, &theirs, 0);
    uv_pipe_open(&ours, pair[0]);
    uv_pipe_open(&theirs, pair[1]);
    uv_read_start((uv_stream_t *)&theirs, give_room, on_read);
    for (int i = 0; i < WRITES; i++)
        uv_write(&writes[i], (uv_stream_t *)&ours, &buffer, 1, NULL);
    return 0;
}

int day(void)
{
    uv_loop_init(&loop);
    arrived = 0;
    left = WORKS + FILES;
    uv_async_init(&loop, &async, on_wake);
    uv_timer_init(&loop, &tick);
    uv_timer_start(&tick, on_tick, 1, 1);
    for (int i = 0; i < WORKS; i++)
        uv_queue_work(&loop, &works[i], on_work, on_worked);
    for (int i = 0; i < FILES; i++)
        uv_fs_stat(&loop, &files[i], "/", on_file);
    if (open_pipes())
        return 1;
    uv_run(&loop, UV_RUN_DEFAULT);
    return uv_loop_close(&loop);
}
