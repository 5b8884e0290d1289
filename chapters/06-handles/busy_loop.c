/* An idle handle does one piece of work, and nobody stops it. While it
 * is started the loop does not sleep: it turns as fast as it can, until
 * a timer ends the demo after 5 ms. */
#include <uv.h>

#include "chapters/06-handles/acts.h"
#include "chapters/queens.h"
#include "engine/event/stage.h"

enum { DEMO_MS = 5 };

struct busy {
    uv_loop_t loop;
    uv_timer_t end;
    uv_idle_t idle;
    long turns;
    int stop; /* whether the idle handle stops when its work is done */
};

/* region idle */
static void on_idle(uv_idle_t *idle)
{
    struct busy *self = idle->data;
    self->turns++;
    if (self->turns == 1)
        queens_search(1); /* the work that it was started for */
    if (self->stop)
        uv_idle_stop(idle); /* the line that is easily forgotten */
}
/* end */

static void on_end(uv_timer_t *timer)
{
    struct busy *self = timer->data;
    uv_close((uv_handle_t *)&self->idle, NULL);
    uv_close((uv_handle_t *)timer, NULL);
}

static int run(int stop)
{
    struct busy self = {.stop = stop};
    int r = uv_loop_init(&self.loop);
    if (r < 0)
        return r;
    self.end.data = self.idle.data = &self;
    uv_timer_init(&self.loop, &self.end);
    stage_name(&self.end, "end");
    uv_timer_start(&self.end, on_end, DEMO_MS, 0);
    uv_idle_init(&self.loop, &self.idle);
    uv_idle_start(&self.idle, on_idle);
    uint64_t begin = uv_hrtime(), computing = thread_cpu_ns();
    uv_run(&self.loop, UV_RUN_DEFAULT);
    computing = thread_cpu_ns() - computing;
    stage_say("calls of idle: %ld; %.1f of %.1f ms on a processor",
              self.turns, (double)computing / 1e6,
              (double)(uv_hrtime() - begin) / 1e6);
    return uv_loop_close(&self.loop);
}

int busy_loop_idle_left_on(void)
{
    return run(0);
}

int busy_loop_idle_stopped(void)
{
    return run(1);
}
