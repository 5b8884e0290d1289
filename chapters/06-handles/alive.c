/* Eight loops, each with one thing on it. Does uv_run() return by
 * itself? A doorman stands by: a timer of 200 ms that does not count as
 * a reason to stay, and ends the loop if something else does. He can be
 * seen in the trace when he has to act. */
#include <errno.h>
#include <sys/socket.h>
#include <uv.h>

#include "chapters/06-handles/acts.h"
#include "engine/event/stage.h"

enum { DOORMAN_MS = 200, TIMER_MS = 50 };

struct stay {
    uv_loop_t loop;
    uv_timer_t doorman, timer;
    uv_async_t async;
    uv_pipe_t near, far;
    uv_work_t job;
};

/* region doorman */
static void close_the_door(uv_timer_t *doorman)
{
    stage_say("200 ms have passed: the doorman ends the loop");
    uv_stop(doorman->loop);
}

static void post_a_doorman(struct stay *stay)
{
    uv_timer_init(&stay->loop, &stay->doorman);
    uv_timer_start(&stay->doorman, close_the_door, DOORMAN_MS, 0);
    /* He is no reason to stay. */
    uv_unref((uv_handle_t *)&stay->doorman);
    stage_name(&stay->doorman, "doorman");
}
/* end */

static void on_timer(uv_timer_t *timer)
{
    (void)timer;
}

static void on_async(uv_async_t *async)
{
    (void)async;
}

static void on_alloc(uv_handle_t *handle, size_t size, uv_buf_t *buffer)
{
    static char bytes[64];
    (void)handle, (void)size;
    *buffer = uv_buf_init(bytes, sizeof bytes);
}

static void on_read(uv_stream_t *stream, ssize_t n,
                    const uv_buf_t *buffer)
{
    (void)stream, (void)n, (void)buffer;
}

static void work(uv_work_t *request)
{
    (void)request;
    uv_sleep(TIMER_MS);
}

static void work_done(uv_work_t *request, int status)
{
    (void)request, (void)status;
}

/* Two ends of a connection, both on this loop. */
static int connect_ends(struct stay *stay)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return -errno;
    uv_pipe_init(&stay->loop, &stay->near, 0);
    uv_pipe_init(&stay->loop, &stay->far, 0);
    uv_pipe_open(&stay->near, ends[0]);
    return uv_pipe_open(&stay->far, ends[1]);
}

/* region cases */
static int nothing(struct stay *stay)
{
    (void)stay;
    return 0;
}

static int timer_not_started(struct stay *stay)
{
    return uv_timer_init(&stay->loop, &stay->timer);
}

static int timer_started(struct stay *stay)
{
    uv_timer_init(&stay->loop, &stay->timer);
    return uv_timer_start(&stay->timer, on_timer, TIMER_MS, 0);
}

static int timer_unref(struct stay *stay)
{
    timer_started(stay);
    uv_unref((uv_handle_t *)&stay->timer);
    return 0;
}

static int async(struct stay *stay)
{
    return uv_async_init(&stay->loop, &stay->async, on_async);
}

static int open_socket(struct stay *stay)
{
    return connect_ends(stay);
}

static int reading_socket(struct stay *stay)
{
    int r = connect_ends(stay);
    if (r < 0)
        return r;
    uv_stream_t *near = (uv_stream_t *)&stay->near;
    return uv_read_start(near, on_alloc, on_read);
}

static int pool_job(struct stay *stay)
{
    /* It takes 50 ms. */
    return uv_queue_work(&stay->loop, &stay->job, work, work_done);
}
/* end */

/* What was put there has a loop; the rest is as it was, all zero. */
static void name_what_is_there(struct stay *stay)
{
    if (stay->timer.loop)
        stage_name(&stay->timer, "timer");
    if (stay->async.loop)
        stage_name(&stay->async, "async");
    if (stay->near.loop) {
        stage_name(&stay->near, "near end");
        stage_name(&stay->far, "far end");
    }
    if (stay->job.loop)
        stage_name(&stay->job, "job");
}

static void close_handle(uv_handle_t *handle, void *unused)
{
    (void)unused;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

/* region run */
static int run(int (*put)(struct stay *stay))
{
    struct stay stay = {0};
    int r = uv_loop_init(&stay.loop);
    if (r < 0)
        return r;
    post_a_doorman(&stay);
    r = put(&stay);
    name_what_is_there(&stay);

    uint64_t begin = uv_hrtime();
    int alive = uv_run(&stay.loop, UV_RUN_DEFAULT);
    double ms = (double)(uv_hrtime() - begin) / 1e6;
    uv_close((uv_handle_t *)&stay.doorman, NULL); /* he goes home */
    uv_run(&stay.loop, UV_RUN_NOWAIT);

    int closed = uv_loop_close(&stay.loop);
    stage_say("uv_run: %d after %.0f ms. uv_loop_close: %s", alive, ms,
              closed == 0 ? "0" : uv_err_name(closed));
    if (closed == UV_EBUSY) { /* not clean yet: see clean_end.c */
        uv_walk(&stay.loop, close_handle, NULL);
        uv_run(&stay.loop, UV_RUN_DEFAULT);
        closed = uv_loop_close(&stay.loop);
    }
    return r < 0 ? r : closed;
}
/* end */

int alive_nothing(void)
{
    return run(nothing);
}

int alive_timer_not_started(void)
{
    return run(timer_not_started);
}

int alive_timer_started(void)
{
    return run(timer_started);
}

int alive_timer_unref(void)
{
    return run(timer_unref);
}

int alive_async(void)
{
    return run(async);
}

int alive_open_socket(void)
{
    return run(open_socket);
}

int alive_reading_socket(void)
{
    return run(reading_socket);
}

int alive_pool_job(void)
{
    return run(pool_job);
}
