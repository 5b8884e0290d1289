/* One callback of each kind, in one turn of the loop. They are started
 * in an order that has nothing to do with the order in which they run:
 * that is the loop's. Each stops itself when it has run, so the loop
 * ends by itself. */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "chapters/05-event-loop/acts.h"
#include "engine/event/stage.h"

static void on_timer(uv_timer_t *handle)
{
    uv_close((uv_handle_t *)handle, NULL);
}

static void on_idle(uv_idle_t *handle)
{
    uv_close((uv_handle_t *)handle, NULL);
}

static void on_prepare(uv_prepare_t *handle)
{
    uv_close((uv_handle_t *)handle, NULL);
}

static void on_readable(uv_poll_t *handle, int status, int events)
{
    (void)status, (void)events;
    uv_close((uv_handle_t *)handle, NULL);
}

static void on_check(uv_check_t *handle)
{
    uv_close((uv_handle_t *)handle, NULL);
}

static void on_close(uv_handle_t *handle)
{
    (void)handle;
    stage_say("the close callback runs");
}

/* Names them for the trace. */
static void name_all(uv_timer_t *timer, uv_idle_t *idle,
                     uv_prepare_t *prepare, uv_poll_t *reader,
                     uv_check_t *check, uv_timer_t *closing)
{
    stage_name(timer, "timer");
    stage_name(idle, "idle");
    stage_name(prepare, "prepare");
    stage_name(reader, "readable");
    stage_name(check, "check");
    stage_name(closing, "close");
    stage_say("all are started; none has run");
}

/* region start */
static int in_one_turn(int readable)
{
    uv_loop_t loop;
    uv_timer_t timer, closing;
    uv_idle_t idle;
    uv_prepare_t prepare;
    uv_poll_t reader;
    uv_check_t check;
    int r = uv_loop_init(&loop);
    if (r < 0)
        return r;
    uv_check_init(&loop, &check);
    uv_check_start(&check, on_check);
    uv_timer_init(&loop, &closing);
    uv_timer_start(&closing, on_timer, 1000, 0);
    uv_close((uv_handle_t *)&closing, on_close); /* called later */
    uv_poll_init(&loop, &reader, readable);
    /* A byte lies there already. */
    uv_poll_start(&reader, UV_READABLE, on_readable);
    uv_prepare_init(&loop, &prepare);
    uv_prepare_start(&prepare, on_prepare);
    uv_idle_init(&loop, &idle);
    uv_idle_start(&idle, on_idle);
    uv_timer_init(&loop, &timer);
    uv_timer_start(&timer, on_timer, 0, 0); /* due at once */
    name_all(&timer, &idle, &prepare, &reader, &check, &closing);
    uv_run(&loop, UV_RUN_DEFAULT);
    return uv_loop_close(&loop);
}
/* end */

int phases_one_turn(void)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return -errno;
    send(ends[1], "!", 1, MSG_NOSIGNAL);
    int r = in_one_turn(ends[0]);
    close(ends[0]);
    close(ends[1]);
    return r;
}
