/* Another way: poll is a byte that arrives on a pipe, all are stopped
 * first and closed together. */
#include <stdio.h>
#include <unistd.h>
#include <uv.h>

static void say(const char *word)
{
    printf("%s\n", word);
}

struct sentence {
    uv_idle_t idle;
    uv_prepare_t prepare;
    uv_poll_t poll;
    uv_check_t check;
    int ends[2], closed;
};

static void on_closed(uv_handle_t *handle)
{
    struct sentence *sentence = handle->data;
    if (sentence->closed++ == 0)
        say("phases");
    if (sentence->closed == 4) {
        close(sentence->ends[0]);
        close(sentence->ends[1]);
    }
}

static void on_check(uv_check_t *check)
{
    struct sentence *sentence = check->data;
    say("the");
    uv_close((uv_handle_t *)&sentence->poll, on_closed);
    uv_close((uv_handle_t *)&sentence->check, on_closed);
    uv_close((uv_handle_t *)&sentence->prepare, on_closed);
    uv_close((uv_handle_t *)&sentence->idle, on_closed);
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    say("of");
    uv_poll_stop(poll);
}

static void on_prepare(uv_prepare_t *prepare)
{
    say("order");
    uv_prepare_stop(prepare);
}

static void on_idle(uv_idle_t *idle)
{
    struct sentence *sentence = idle->data;
    say("the");
    uv_idle_stop(idle);
    if (write(sentence->ends[1], "!", 1) != 1)
        perror("write");
}

static void start(uv_loop_t *loop)
{
    static struct sentence it;
    if (pipe(it.ends) != 0)
        return;
    uv_poll_init(loop, &it.poll, it.ends[0]);
    uv_check_init(loop, &it.check);
    uv_prepare_init(loop, &it.prepare);
    uv_idle_init(loop, &it.idle);
    it.poll.data = it.check.data = it.prepare.data = it.idle.data = &it;
    uv_poll_start(&it.poll, UV_READABLE, on_readable);
    uv_check_start(&it.check, on_check);
    uv_prepare_start(&it.prepare, on_prepare);
    uv_idle_start(&it.idle, on_idle);
}

int main(void)
{
    uv_loop_t loop;
    uv_loop_init(&loop);
    start(&loop);
    uv_run(&loop, UV_RUN_DEFAULT);
    return uv_loop_close(&loop) != 0;
}
