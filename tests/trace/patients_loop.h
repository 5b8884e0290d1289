/* What patients.c and well.c begin with: a loop of their own, and what is done to it. */
#ifndef ASYNCTUT_TEST_PATIENTS_LOOP_H
#define ASYNCTUT_TEST_PATIENTS_LOOP_H

#include <uv.h>

static uv_loop_t loop;

static void compute(uint64_t ms)
{
    uint64_t until = uv_hrtime() + ms * 1000000;

    while (uv_hrtime() < until)
        ;
}

static void close_one(uv_handle_t *handle, void *arg)
{
    (void)arg;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

/* Closes what is left, and the loop. */
static int finish(void)
{
    uv_walk(&loop, close_one, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    return uv_loop_close(&loop);
}

static int run(void)
{
    uv_run(&loop, UV_RUN_DEFAULT);
    return finish();
}

static void start(uv_timer_t *timer, uv_timer_cb callback, uint64_t ms)
{
    uv_timer_init(&loop, timer);
    uv_timer_start(timer, callback, ms, 0);
}

static void on_nothing(uv_timer_t *timer)
{
    (void)timer;
}

#endif
