/* How to end a loop with handles on it: walk over them, close each, run
 * until the close callbacks have run, close the loop. The act asks
 * uv_loop_close() after each step what it thinks. */
#include <stdlib.h>
#include <uv.h>

#include "chapters/06-handles/acts.h"
#include "engine/event/stage.h"

enum { GUESTS = 3 };

struct guest {
    uv_timer_t timer;
    int number;
};

/* region recipe */
/* From here on nobody else uses the memory. */
static void gone(uv_handle_t *handle)
{
    struct guest *guest = handle->data;
    stage_say("close callback of guest %d: free", guest->number);
    free(guest);
}

static void send_home(uv_handle_t *handle, void *unused)
{
    (void)unused;
    if (!uv_is_closing(handle)) /* to close twice is a mistake */
        uv_close(handle, gone);
}

static void end(uv_loop_t *loop)
{
    uv_walk(loop, send_home, NULL);
    uv_run(loop, UV_RUN_DEFAULT); /* the close callbacks run here */
}
/* end */

static void on_timer(uv_timer_t *timer)
{
    struct guest *guest = timer->data;
    stage_say("guest %d has had enough, and stops the loop",
              guest->number);
    uv_stop(timer->loop); /* stops the run; closes nothing */
}

static int invite(uv_loop_t *loop)
{
    for (int i = 1; i <= GUESTS; i++) {
        struct guest *guest = malloc(sizeof *guest);
        if (!guest)
            return UV_ENOMEM;
        guest->number = i;
        uv_timer_init(loop, &guest->timer);
        guest->timer.data = guest;
        uv_timer_start(&guest->timer, on_timer, 20 * (unsigned)i, 0);
    }
    return 0;
}

static int ask(uv_loop_t *loop, const char *when)
{
    int r = uv_loop_close(loop);
    stage_say("%s: uv_loop_close says %s", when,
              r == 0 ? "0" : uv_err_name(r));
    return r;
}

/* region steps */
int clean_end_recipe(void)
{
    uv_loop_t loop;
    int r = uv_loop_init(&loop);
    if (r < 0)
        return r;
    r = invite(&loop);
    uv_run(&loop, UV_RUN_DEFAULT);
    ask(&loop, "stopped");
    end(&loop);
    int closed = ask(&loop, "closed and run");
    return r < 0 ? r : closed;
}
/* end */
