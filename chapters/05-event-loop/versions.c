/* libuv 1.45 moved the timers from the beginning of a turn to its end.
 * With uv_run(UV_RUN_DEFAULT) nobody can tell, since turn follows upon
 * turn. With UV_RUN_ONCE, which is one turn, it shows. The act runs on
 * the libuv that is installed, and says what the other side is known to
 * do. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "chapters/05-event-loop/acts.h"
#include "engine/event/stage.h"

static char order[64]; /* of the callbacks in this run */

static void note(const char *word)
{
    size_t length = strlen(order);
    snprintf(order + length, sizeof order - length, "%s%s",
             length ? " " : "", word);
}

static void on_timer(uv_timer_t *handle)
{
    note("timer");
    uv_timer_stop(handle);
}

static void on_prepare(uv_prepare_t *handle)
{
    note("prepare");
    uv_prepare_stop(handle);
}

static void on_readable(uv_poll_t *handle, int status, int events)
{
    (void)status, (void)events;
    note("readable");
    uv_poll_stop(handle);
}

static void on_check(uv_check_t *handle)
{
    note("check");
    uv_check_stop(handle);
}

static void close_all(uv_handle_t *handle, void *unused)
{
    (void)unused;
    uv_close(handle, NULL);
}

static int once(int readable)
{
    uv_loop_t loop;
    uv_timer_t timer;
    uv_prepare_t prepare;
    uv_poll_t reader;
    uv_check_t check;
    int r = uv_loop_init(&loop);
    if (r < 0)
        return r;
    uv_timer_init(&loop, &timer);
    uv_timer_start(&timer, on_timer, 0, 0);
    uv_prepare_init(&loop, &prepare);
    uv_prepare_start(&prepare, on_prepare);
    uv_poll_init(&loop, &reader, readable);
    uv_poll_start(&reader, UV_READABLE, on_readable);
    uv_check_init(&loop, &check);
    uv_check_start(&check, on_check);
    uv_run(&loop, UV_RUN_ONCE); /* one turn */
    uv_walk(&loop, close_all, NULL);
    uv_run(&loop, UV_RUN_DEFAULT); /* until the handles are closed */
    return uv_loop_close(&loop);
}

int versions_once(void)
{
    bool newer = uv_version() >= (1 << 16 | 45 << 8);
    int ends[2];
    order[0] = '\0';
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return -errno;
    send(ends[1], "!", 1, MSG_NOSIGNAL);
    int r = once(ends[0]);
    close(ends[0]);
    close(ends[1]);
    stage_say("libuv %s, one turn of UV_RUN_ONCE: %s",
              uv_version_string(), order);
    stage_say("not run here: %s: %s",
              newer ? "before 1.45" : "1.45 and later",
              newer ? "timer prepare readable check"
                    : "prepare readable check timer");
    return r;
}
