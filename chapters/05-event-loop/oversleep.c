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
enum { DRIFT_MS = 50, OWN_MS = 17 }; /* of a tick that drifts */

struct oversleep {
    uv_loop_t loop;
    uv_timer_t tick, blocker;
    uv_poll_t reader;
    uint64_t begin; /* ns */
    int calls;      /* of a tick that repeats */
};

/* region hold */
/* Whatever a callback may do for so long. */
static void hold_the_thread(unsigned ms)
{
    uint64_t until = uv_hrtime() + ms * 1000000ull;
    while (uv_hrtime() < until)
        ;
}

/* In the timer phase. */
static void on_blocker(uv_timer_t *timer)
{
    (void)timer;
    hold_the_thread(HOLD_MS);
}

/* In the poll phase. */
static void on_readable(uv_poll_t *reader, int status, int events)
{
    (void)status, (void)events;
    hold_the_thread(HOLD_MS);
    uv_poll_stop(reader);
}

static void on_tick(uv_timer_t *timer)
{
    struct oversleep *self = timer->data;
    stage_say("tick: due after %d ms, runs after %.0f ms", DUE_MS,
              (double)(uv_hrtime() - self->begin) / 1e6);
}
/* end */

/* region cure */
static void on_cured(uv_timer_t *timer)
{
    hold_the_thread(HOLD_MS);
    uv_update_time(timer->loop); /* look at the clock, now */
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

/* Its own callback takes a part of the time until the next. */
static void on_drift(uv_timer_t *timer)
{
    struct oversleep *self = timer->data;
    uint64_t now = uv_hrtime();
    stage_say("tick %d, %.0f ms after %s", self->calls + 1,
              (double)(now - self->begin) / 1e6,
              self->calls == 0 ? "the start" : "the one before");
    self->begin = now;
    if (++self->calls == CALLS)
        uv_timer_stop(timer);
    else
        hold_the_thread(OWN_MS);
}

static void close_all(uv_handle_t *handle, void *unused)
{
    (void)unused;
    uv_close(handle, NULL);
}

static int run_and_close(uv_loop_t *loop)
{
    uv_run(loop, UV_RUN_DEFAULT);
    uv_walk(loop, close_all, NULL);
    uv_run(loop, UV_RUN_DEFAULT); /* the closings */
    return uv_loop_close(loop);
}

/* The thread is held by a reader's callback if there is something to
 * read, else by that of a timer. */
static int start(struct oversleep *self, int readable, bool repeats,
                 uv_timer_cb hold)
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
        uv_timer_start(&self->blocker, hold, 0, 0);
        stage_name(&self->blocker, "blocker");
    }
    stage_name(&self->tick, "tick");
    return run_and_close(&self->loop);
}

int oversleep_in_timer(void)
{
    struct oversleep self = {.calls = 0};
    return start(&self, -1, false, on_blocker);
}

int oversleep_cured(void)
{
    struct oversleep self = {.calls = 0};
    return start(&self, -1, false, on_cured);
}

static int with_a_reader(bool repeats)
{
    struct oversleep self = {.calls = 0};
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return -errno;
    send(ends[1], "!", 1, MSG_NOSIGNAL);
    int r = start(&self, ends[0], repeats, NULL);
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

int oversleep_drift(void)
{
    struct oversleep self = {.calls = 0};
    int r = uv_loop_init(&self.loop);
    if (r < 0)
        return r;
    uv_timer_init(&self.loop, &self.tick);
    self.tick.data = &self;
    self.begin = uv_hrtime();
    uv_timer_start(&self.tick, on_drift, DRIFT_MS, DRIFT_MS);
    stage_name(&self.tick, "tick");
    return run_and_close(&self.loop);
}
