/* Each is a neighbour of the one in patients.c, see there. */
#include "tests/trace/well.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/trace/patients_loop.h"

/* --- slow callbacks --------------------------------------------------------------------------- */

static void on_piece(uv_timer_t *timer)
{
    compute(2);
    if (--*(int *)timer->data)
        uv_timer_start(timer, on_piece, 1, 0);
}

int well_blocked_loop(void)
{
    static uv_timer_t timer;
    int pieces = 60;

    uv_loop_init(&loop);
    timer.data = &pieces;
    start(&timer, on_piece, 1);
    return run();
}

int well_starved_phase(void)
{
    static uv_timer_t timers[400];

    uv_loop_init(&loop);
    for (int i = 0; i < 400; i++)
        start(&timers[i], on_nothing, 5);
    compute(10);
    return run();
}

/* --- clocks ----------------------------------------------------------------------------------- */

static void on_first(uv_timer_t *timer)
{
    compute(50);
    uv_update_time(timer->loop);
    uv_timer_start(timer->data, on_nothing, 60, 0);
}

static void on_tick(uv_timer_t *timer)
{
    if (++*(int *)timer->data == 15)
        uv_timer_stop(timer);
}

int well_stale_clock(void)
{
    static uv_timer_t first, second, tick;
    int ticks = 0;

    uv_loop_init(&loop);
    uv_timer_init(&loop, &second);
    uv_timer_init(&loop, &tick);
    tick.data = &ticks;
    uv_timer_start(&tick, on_tick, 5, 5);
    first.data = &second;
    start(&first, on_first, 1);
    return run();
}

static void on_prepare(uv_prepare_t *prepare)
{
    uv_prepare_stop(prepare);
    compute(30);
    uv_update_time(prepare->loop);
}

int well_oversleep(void)
{
    static uv_prepare_t prepare;
    static uv_timer_t timer;

    uv_loop_init(&loop);
    start(&timer, on_nothing, 100);
    uv_prepare_init(&loop, &prepare);
    uv_prepare_start(&prepare, on_prepare);
    return run();
}

/* --- handles ---------------------------------------------------------------------------------- */

int well_closed(void)
{
    static uv_timer_t timer;

    uv_loop_init(&loop);
    start(&timer, on_nothing, 1);
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_close((uv_handle_t *)&timer, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    return uv_loop_close(&loop);
}

static void on_stop(uv_timer_t *timer)
{
    uv_stop(timer->loop);
}

int well_work_left(void)
{
    static uv_timer_t stop, never;

    uv_loop_init(&loop);
    start(&stop, on_stop, 1);
    start(&never, on_nothing, 3600000);
    if (uv_run(&loop, UV_RUN_DEFAULT) == 0)
        return 1;
    return finish();
}

static void on_idle(uv_idle_t *idle)
{
    if (--*(int *)idle->data == 0)
        uv_idle_stop(idle);
}

/* For 20 us of every turn, as a program that does its work in an idle callback. */
static void on_work_when_idle(uv_idle_t *idle)
{
    uint64_t begun = uv_hrtime();

    while (uv_hrtime() < begun + 20000)
        ;
    if (begun > *(uint64_t *)idle->data)
        uv_idle_stop(idle);
}

int well_working_idle(void)
{
    static uv_idle_t idle;
    uint64_t until = uv_hrtime() + 150000000;

    uv_loop_init(&loop);
    uv_idle_init(&loop, &idle);
    idle.data = &until;
    uv_idle_start(&idle, on_work_when_idle);
    return run();
}

int well_busy_idle(void)
{
    static uv_idle_t idle;
    static uv_timer_t timer;
    int calls = 100;

    uv_loop_init(&loop);
    start(&timer, on_nothing, 20);
    uv_idle_init(&loop, &idle);
    idle.data = &calls;
    uv_idle_start(&idle, on_idle);
    return run();
}

/* --- requests --------------------------------------------------------------------------------- */

enum { WRITES = 32, PIECE = 64 * 1024, WORKS = 8, FILES = 100 };

static uv_pipe_t ours, theirs;
static char bytes[PIECE], room[PIECE];
static int left;

static void on_written(uv_write_t *write, int status)
{
    uv_buf_t buffer = uv_buf_init(bytes, PIECE);

    if (status == 0 && --left)
        uv_write(write, (uv_stream_t *)&ours, &buffer, 1, on_written);
    else
        uv_close((uv_handle_t *)&ours, NULL);
}

static void give_room(uv_handle_t *handle, size_t size, uv_buf_t *ret_buffer)
{
    (void)handle;
    (void)size;
    *ret_buffer = uv_buf_init(room, sizeof room);
}

static void on_read(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
    (void)buffer;
    if (length < 0)
        uv_close((uv_handle_t *)stream, NULL);
}

int well_write_queue(void)
{
    static uv_write_t write;
    uv_buf_t buffer = uv_buf_init(bytes, PIECE);
    int pair[2];

    uv_loop_init(&loop);
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
        return 1;
    uv_pipe_init(&loop, &ours, 0);
    uv_pipe_init(&loop, &theirs, 0);
    uv_pipe_open(&ours, pair[0]);
    uv_pipe_open(&theirs, pair[1]);
    uv_read_start((uv_stream_t *)&theirs, give_room, on_read);
    left = WRITES;
    uv_write(&write, (uv_stream_t *)&ours, &buffer, 1, on_written);
    return run();
}

int well_written_at_once(void)
{
    static uv_write_t writes[WRITES];
    uv_buf_t buffer = uv_buf_init(bytes, PIECE);

    uv_loop_init(&loop);
    uv_pipe_init(&loop, &ours, 0);
    if (uv_pipe_open(&ours, open("/dev/null", O_WRONLY)))
        return 1;
    for (int i = 0; i < WRITES; i++)
        uv_write(&writes[i], (uv_stream_t *)&ours, &buffer, 1, NULL);
    return run();
}

static void on_work(uv_work_t *request)
{
    (void)request;
    compute(30);
}

static void on_worked(uv_work_t *request, int status)
{
    if (status == 0 && --left)
        uv_queue_work(request->loop, request, on_work, on_worked);
}

int well_pool_saturated(void)
{
    static uv_work_t work;

    uv_loop_init(&loop);
    left = WORKS;
    uv_queue_work(&loop, &work, on_work, on_worked);
    return run();
}

static void on_stat(uv_fs_t *request)
{
    uv_loop_t *on = request->loop;

    uv_fs_req_cleanup(request);
    if (--left)
        uv_fs_stat(on, request, "/", on_stat);
}

int well_sync_fs(void)
{
    static uv_fs_t request;

    uv_loop_init(&loop);
    left = FILES;
    uv_fs_stat(&loop, &request, "/", on_stat);
    return run();
}

/* --- threads ---------------------------------------------------------------------------------- */

static void on_thread(void *arg)
{
    uv_async_send(arg);
}

static void on_asked(uv_async_t *async)
{
    uv_timer_stop(async->data);
    uv_close((uv_handle_t *)async, NULL);
}

static void on_make_thread(uv_timer_t *timer)
{
    uv_thread_t thread;

    if (uv_thread_create(&thread, on_thread, timer->data) == 0)
        uv_thread_join(&thread);
}

int well_wrong_thread(void)
{
    static uv_timer_t timer, other;
    static uv_async_t async;

    uv_loop_init(&loop);
    uv_async_init(&loop, &async, on_asked);
    start(&other, on_nothing, 3600000);
    async.data = &other;
    timer.data = &async;
    start(&timer, on_make_thread, 1);
    return run();
}
