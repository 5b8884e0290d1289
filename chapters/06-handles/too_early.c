/* A handle on a stack that is gone. This program is wrong on purpose,
 * and what it does is not defined, so it runs in a process of its own.
 * It is built twice: as it is, and with a sanitizer. */
#include <stdio.h>
#include <unistd.h>
#include <uv.h>

#include "engine/event/stage.h"

enum { DUE_MS = 20, LIMIT_S = 2 };

/* region too-early */
struct guest {
    uv_timer_t timer;
    int number;
};

static void on_timer(uv_timer_t *timer)
{
    struct guest *guest = timer->data;
    printf("guest %d wants coffee\n", guest->number);
}

static void invite(uv_loop_t *loop)
{
    struct guest guest = {.number = 7}; /* lives until we return */
    uv_timer_init(loop, &guest.timer);
    guest.timer.data = &guest;
    uv_timer_start(&guest.timer, on_timer, DUE_MS, 0);
    stage_name(&guest.timer, "guest");
}
/* end */

/* Whatever is called next uses the same memory. */
static void use_the_stack(void)
{
    volatile char page[4096];
    for (size_t i = 0; i < sizeof page; i++)
        page[i] = 0;
}

int main(void)
{
    uv_loop_t loop;
    alarm(LIMIT_S); /* ends it, should it hang */
    int r = uv_loop_init(&loop);
    if (r < 0)
        return 1;
    invite(&loop);
    use_the_stack();
    return uv_run(&loop, UV_RUN_DEFAULT);
}
