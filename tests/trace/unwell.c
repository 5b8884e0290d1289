/* A libuv program in three modes: one closes a handle twice, which libuv ends by abort(); one waits
 * for an async that nobody sends; one does what they should have done. */
#include <string.h>
#include <unistd.h>
#include <uv.h>

static uv_async_t wake;

static void on_wake(uv_async_t *async)
{
    uv_close((uv_handle_t *)async, NULL);
}

static void on_timer(uv_timer_t *timer)
{
    uv_close((uv_handle_t *)timer, NULL);
    uv_close((uv_handle_t *)timer, NULL);
}

static void on_late(uv_timer_t *timer)
{
    uv_async_send(&wake);
    uv_close((uv_handle_t *)timer, NULL);
}

/* A second loop, which wakes the first one late. */
static void on_wait(void *arg)
{
    uv_loop_t second;
    uv_timer_t timer;

    (void)arg;
    uv_loop_init(&second);
    uv_timer_init(&second, &timer);
    uv_timer_start(&timer, on_late, 1200, 0);
    uv_run(&second, UV_RUN_DEFAULT);
    uv_loop_close(&second);
}

static int run(void)
{
    return uv_run(uv_default_loop(), UV_RUN_DEFAULT) || uv_loop_close(uv_default_loop());
}

static int close_twice(void)
{
    uv_timer_t timer;

    uv_timer_init(uv_default_loop(), &timer);
    uv_timer_start(&timer, on_timer, 1, 0);
    return run();
}

static int wait_for_ever(void)
{
    uv_async_init(uv_default_loop(), &wake, on_wake);
    return run();
}

/* Waits as long, for somebody who comes. */
static int wait_for_somebody(void)
{
    uv_thread_t thread;

    uv_async_init(uv_default_loop(), &wake, on_wake);
    if (uv_thread_create(&thread, on_wait, NULL))
        return 1;
    int r = run();
    uv_thread_join(&thread);
    return r;
}

int main(int count, char **words)
{
    const char *mode = count > 1 ? words[1] : "";

    if (!strcmp(mode, "closed-twice"))
        return close_twice();
    if (!strcmp(mode, "stuck"))
        return wait_for_ever();
    return wait_for_somebody();
}
