/* A timer is due in 30 ms. Meanwhile a callback holds the thread for 50
 * ms. When does the timer run? It depends on which callback it was: the
 * loop decides how long to sleep by the time on its slate, and copies
 * the clock to the slate only once or twice a turn. */
#include <errno.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "chapters/05-event-loop/acts.h"
#include "engine/event/stage.h"

enum { DUE_MS = 30, HOLD_MS = 50, EVERY_MS = 15, CALLS = 3 };

struct oversleep {
    uv_loop_t loop;
    uv_timer_t tick, blocker;
    uv_poll_t reader;
    uint64_t begin; /* ns */
    bool cure;
    int calls; /* of a tick that repeats */
};

/* region hold */
/* Whatever a callback may do for 50 ms. */
static void hold_the_thread(void)
{
    uint64_t until = uv_hrtime() + HOLD_MS * 1000000ull;
    while (uv_hrtime() < until)
        ;
}

/* In the timer phase. */
static void on_blocker(uv_timer_t *timer)
{
    struct oversleep *self = timer->data;
    hold_the_thread();
    if (self->cure)
        uv_update_time(&self->loop); /* look at the clock, now */
}

/* In the poll phase. */
static void on_readable(uv_poll_t *reader, int status, int events)
{
    (void)status, (void)events;
    hold_the_thread();
    uv_poll_stop(reader);
}

static void on_tick(uv_timer_t *timer)
{
    struct oversleep *self = timer->data;
    stage_say("tick: due after %d ms, runs after %.0f ms", DUE_MS,
              (double)(uv_hrtime() - self->begin) / 1e6);
}
/* end */

static void on_repeat(uv_timer_t *timer)
{
    struct oversleep *self = timer->data;
    stage_say("tick %d, after %.0f ms", ++self->calls,
              (double)(uv_hrtime() - self->begin) / 1e6);
    if (self->calls == CALLS)
        uv_timer_stop(timer);
}

static void close_all(uv_handle_t *handle, void *unused)
{
    (void)unused;
    uv_close(handle, NULL);
}

/* region start */
static int start(struct oversleep *self, int readable, bool repeats)
{
    int r = uv_loop_init(&self->loop);
    if (r < 0)
        return r;
    uv_timer_init(&self->loop, &self->tick);
    self->tick.data = self;
    self->begin = uv_hrtime();
    if (repeats)
        uv_timer_start(&self->tick, on_repeat, EVERY_MS, EVERY_MS);
    else
        uv_timer_start(&self->tick, on_tick, DUE_MS, 0);
    if (readable >= 0) { /* something to read, at once */
        uv_poll_init(&self->loop, &self->reader, readable);
        uv_poll_start(&self->reader, UV_READABLE, on_readable);
        stage_name(&self->reader, "blocker");
    } else { /* or a timer that is due at once */
        uv_timer_init(&self->loop, &self->blocker);
        self->blocker.data = self;
        uv_timer_start(&self->blocker, on_blocker, 0, 0);
        stage_name(&self->blocker, "blocker");
    }
    stage_name(&self->tick, "tick");
    uv_run(&self->loop, UV_RUN_DEFAULT);
    uv_walk(&self->loop, close_all, NULL);
    uv_run(&self->loop, UV_RUN_DEFAULT); /* the closings */
    return uv_loop_close(&self->loop);
}
/* end */

int oversleep_in_timer(void)
{
    struct oversleep self = {.cure = false};
    return start(&self, -1, false);
}

int oversleep_cured(void)
{
    struct oversleep self = {.cure = true};
    return start(&self, -1, false);
}

static int with_a_reader(bool repeats)
{
    struct oversleep self = {.cure = false};
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return -errno;
    send(ends[1], "!", 1, MSG_NOSIGNAL);
    int r = start(&self, ends[0], repeats);
    close(ends[0]);
    close(ends[1]);
    return r;
}

int oversleep_in_poll(void)
{
    return with_a_reader(false);
}

int oversleep_repeat(void)
{
    return with_a_reader(true);
}
