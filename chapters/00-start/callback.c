/* The four habits of C code on libuv, in one small program: a callback
 * and its data, memory that the caller owns, errors that are negative
 * numbers, and the loop between start and end. */
#include <uv.h>

#include "chapters/00-start/acts.h"
#include "engine/event/stage.h"

/* region callback */
struct tea {
    uv_timer_t timer; /* libuv uses this memory, but it is ours */
    int minutes;
};

static void ready(uv_timer_t *timer) /* libuv calls this, on the loop */
{
    struct tea *tea = timer->data;
    stage_say("The tea has drawn for %d minutes (of 20 ms each).",
              tea->minutes);
    uv_close((uv_handle_t *)timer, NULL);
}

int callback_timer(void)
{
    struct tea tea = {.minutes = 4}; /* lives until we return */
    uv_loop_t loop;
    int r = uv_loop_init(&loop);
    if (r < 0)
        return r; /* an error is a negative number: UV_ENOMEM, ... */
    uv_timer_init(&loop, &tea.timer);
    tea.timer.data = &tea;
    uv_timer_start(&tea.timer, ready, 80, 0); /* returns at once */
    uv_run(&loop, UV_RUN_DEFAULT); /* waits, calls ready(), ends */
    return uv_loop_close(&loop);
}
/* end */
