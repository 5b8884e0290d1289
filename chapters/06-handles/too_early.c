/* A handle on a stack that is gone. This program is wrong on purpose
 * and crashes, so it is no act of a demo but a program of its own, to
 * be looked at with `asynctut trace -- build/chapters/too-early`. */
#include <stddef.h>
#include <uv.h>

static void on_timer(uv_timer_t *timer)
{
    (void)timer;
}

static void start(uv_loop_t *loop)
{
    uv_timer_t timer; /* lives until start() returns */
    uv_timer_init(loop, &timer);
    uv_timer_start(&timer, on_timer, 20, 0);
} /* its memory is free for others now, and the loop still has it */

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
    if (uv_loop_init(&loop) < 0)
        return 1;
    start(&loop);
    use_the_stack();
    return uv_run(&loop, UV_RUN_DEFAULT);
}
