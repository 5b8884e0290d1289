/* The programs are as short as their faults allow, and clean up after themselves where the fault is
 * not that they do not. */
#include "tests/trace/patients.h"

#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/trace/patients_loop.h"

static bool left; /* the loop was left with handles in it */

/* --- healthy ---------------------------------------------------------------------------------- */

static void on_stat(uv_fs_t *request)
{
    uv_fs_req_cleanup(request);
}

static void on_work(uv_work_t *request)
{
    (void)request;
    compute(2);
}

static void on_worked(uv_work_t *request, int status)
{
    uv_timer_t *timer = request->data;

    (void)status;
    compute(2);
    uv_timer_start(timer, on_nothing, 5, 0);
}

static void on_tick(uv_timer_t *timer)
{
    if (++*(int *)timer->data == 5)
        uv_close((uv_handle_t *)timer, NULL);
}

int patient_healthy(void)
{
    static uv_timer_t tick, later;
    static uv_work_t work;
    static uv_fs_t stat;
    int ticks = 0;

    uv_loop_init(&loop);
    uv_timer_init(&loop, &later);
    uv_timer_init(&loop, &tick);
    tick.data = &ticks;
    uv_timer_start(&tick, on_tick, 3, 3);
    work.data = &later;
    uv_queue_work(&loop, &work, on_work, on_worked);
    uv_fs_stat(&loop, &stat, "/", on_stat);
    return run();
}

/* --- slow callbacks --------------------------------------------------------------------------- */

static void on_slow(uv_timer_t *timer)
{
    compute((uint64_t)(uintptr_t)timer->data);
}

int patient_blocked_loop(void)
{
    static uv_timer_t timer;

    uv_loop_init(&loop);
    timer.data = (void *)120;
    start(&timer, on_slow, 1);
    return run();
}

int patient_slow_turn(void)
{
    static uv_timer_t timers[6];

    uv_loop_init(&loop);
    for (int i = 0; i < 6; i++) {
        timers[i].data = (void *)30;
        start(&timers[i], on_slow, 1);
    }
    return run();
}

static void on_short(uv_timer_t *timer)
{
    uint64_t until = uv_hrtime() + 150000;

    (void)timer;
    while (uv_hrtime() < until)
        ;
}

int patient_starved_phase(void)
{
    static uv_timer_t timers[600];

    uv_loop_init(&loop);
    for (int i = 0; i < 600; i++)
        start(&timers[i], on_short, 5);
    compute(10);
    return run();
}

/* --- clocks ----------------------------------------------------------------------------------- */

static void on_first(uv_timer_t *timer)
{
    compute(50);
    uv_timer_start(timer->data, on_nothing, 60, 0);
}

/* The ticks keep the loop from sleeping through: it would oversleep by as much as it was late. */
int patient_stale_clock(void)
{
    static uv_timer_t first, second, tick;
    int ticks = -15;

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
}

/* The timer is far off: a machine that stalls past it would leave nothing to sleep through. */
int patient_oversleep(void)
{
    static uv_prepare_t prepare;
    static uv_timer_t timer;

    uv_loop_init(&loop);
    start(&timer, on_nothing, 300);
    uv_prepare_init(&loop, &prepare);
    uv_prepare_start(&prepare, on_prepare);
    return run();
}

/* --- handles ---------------------------------------------------------------------------------- */

int patient_not_closed(void)
{
    static uv_timer_t timer;
    int r;

    uv_loop_init(&loop);
    start(&timer, on_nothing, 1);
    uv_run(&loop, UV_RUN_DEFAULT);
    r = uv_loop_close(&loop);
    left = r == UV_EBUSY;
    return left ? 0 : 1;
}

static void on_stop(uv_timer_t *timer)
{
    uv_stop(timer->loop);
}

int patient_work_left(void)
{
    static uv_timer_t stop, never;

    uv_loop_init(&loop);
    start(&stop, on_stop, 1);
    start(&never, on_nothing, 3600000);
    left = uv_run(&loop, UV_RUN_DEFAULT) != 0; /* and that was it */
    return left ? 0 : 1;
}

int patient_forgotten_tick(void)
{
    static uv_timer_t tick;

    uv_loop_init(&loop);
    uv_timer_init(&loop, &tick);
    uv_timer_start(&tick, on_stop, 1, 3600000);
    left = uv_run(&loop, UV_RUN_DEFAULT) != 0;
    return left ? 0 : 1;
}

void patients_clean_up(void)
{
    if (left)
        finish();
    left = false;
}

static void on_idle(uv_idle_t *idle)
{
    if (uv_hrtime() > *(uint64_t *)idle->data)
        uv_idle_stop(idle);
}

int patient_busy_idle(void)
{
    static uv_idle_t idle;
    uint64_t until = uv_hrtime() + 150000000;

    uv_loop_init(&loop);
    uv_idle_init(&loop, &idle);
    idle.data = &until;
    uv_idle_start(&idle, on_idle);
    return run();
}

/* --- requests --------------------------------------------------------------------------------- */

enum { WRITES = 32, PIECE = 64 * 1024 };

int patient_write_queue(void)
{
    static uv_write_t writes[WRITES];
    static char bytes[PIECE];
    static uv_pipe_t ours;
    uv_buf_t buffer = uv_buf_init(bytes, PIECE);
    int pair[2];

    uv_loop_init(&loop);
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
        return 1;
    uv_pipe_init(&loop, &ours, 0);
    uv_pipe_open(&ours, pair[0]);
    for (int i = 0; i < WRITES; i++)
        uv_write(&writes[i], (uv_stream_t *)&ours, &buffer, 1, NULL);
    uv_close((uv_handle_t *)&ours, NULL);
    int r = run();
    close(pair[1]);
    return r;
}

static void on_long_work(uv_work_t *request)
{
    (void)request;
    compute(30);
}

int patient_pool_saturated(void)
{
    static uv_work_t works[8];

    uv_loop_init(&loop);
    for (int i = 0; i < 8; i++)
        uv_queue_work(&loop, &works[i], on_long_work, NULL);
    return run();
}

static void on_read_files(uv_timer_t *timer)
{
    uv_fs_t request;

    for (int i = 0; i < 100; i++) {
        uv_fs_stat(timer->loop, &request, "/", NULL);
        uv_fs_req_cleanup(&request);
    }
}

int patient_sync_fs(void)
{
    static uv_timer_t timer;

    uv_loop_init(&loop);
    start(&timer, on_read_files, 1);
    return run();
}

/* --- threads ---------------------------------------------------------------------------------- */

static void on_thread(void *arg)
{
    uv_timer_stop(arg); /* of a timer that is not active: wrong, and harmless */
}

static void on_make_thread(uv_timer_t *timer)
{
    uv_thread_t thread;

    if (uv_thread_create(&thread, on_thread, timer->data) == 0)
        uv_thread_join(&thread);
}

int patient_wrong_thread(void)
{
    static uv_timer_t timer, other;

    uv_loop_init(&loop);
    uv_timer_init(&loop, &other);
    timer.data = &other;
    start(&timer, on_make_thread, 1);
    return run();
}
