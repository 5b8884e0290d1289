/* caught by: ends. The idle handle is never stopped: it speaks in every
 * turn. */
#include <stdio.h>
#include <uv.h>

static void say(const char *word)
{
    printf("%s\n", word);
}

static uv_idle_t idle;
static uv_prepare_t prepare;
static uv_async_t async;
static uv_check_t check;

static void on_idle(uv_idle_t *handle)
{
    say("the");
    (void)handle;
}

static void on_prepare(uv_prepare_t *handle)
{
    say("order");
    uv_close((uv_handle_t *)handle, NULL);
}

static void on_async(uv_async_t *handle)
{
    say("of");
    uv_close((uv_handle_t *)handle, NULL);
}

static void on_closed(uv_handle_t *handle)
{
    (void)handle;
    say("phases");
}

static void on_check(uv_check_t *handle)
{
    say("the");
    uv_close((uv_handle_t *)handle, on_closed);
}

static void start(uv_loop_t *loop)
{
    uv_check_init(loop, &check);
    uv_prepare_init(loop, &prepare);
    uv_idle_init(loop, &idle);
    uv_async_init(loop, &async, on_async);
    uv_check_start(&check, on_check);
    uv_prepare_start(&prepare, on_prepare);
    uv_idle_start(&idle, on_idle);
    uv_async_send(&async);
}

int main(void)
{
    uv_loop_t loop;
    uv_loop_init(&loop);
    start(&loop);
    uv_run(&loop, UV_RUN_DEFAULT);
    return uv_loop_close(&loop) != 0;
}
