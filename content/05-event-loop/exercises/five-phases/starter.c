/* Five words, all from the timers phase. Give each a phase of its own.
 */
#include <stdio.h>
#include <uv.h>

static void say(const char *word)
{
    printf("%s\n", word);
}

/* --- yours -------------------------------------------------------- */

static const char *const words[] = {"the", "order", "of", "the",
                                    "phases"};
static uv_timer_t timers[5];

static void on_timer(uv_timer_t *timer)
{
    say(words[timer - timers]);
    uv_close((uv_handle_t *)timer, NULL);
}

static void start(uv_loop_t *loop)
{
    for (int i = 0; i < 5; i++) {
        uv_timer_init(loop, &timers[i]);
        uv_timer_start(&timers[i], on_timer, 0, 0);
    }
}

int main(void)
{
    uv_loop_t loop;
    uv_loop_init(&loop);
    start(&loop);
    uv_run(&loop, UV_RUN_DEFAULT);
    return uv_loop_close(&loop) != 0;
}
