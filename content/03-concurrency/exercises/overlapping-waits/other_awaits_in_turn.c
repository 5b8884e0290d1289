/* Another way: begun last to first, and awaited one by one once all
 * have begun. */
#include <stdio.h>
#include <uv.h>

#include "engine/task/task.h"

enum { LETTERS = 3 };

struct letter {
    int number, takes_ms;
};

static struct letter letters[LETTERS] = {{1, 300}, {2, 200}, {3, 100}};

/* Waits for one letter, then says that it is here. */
static int fetch_letter(void *arg)
{
    struct letter *letter = arg;
    task_sleep(letter->takes_ms);
    printf("letter %d is here\n", letter->number);
    return 0;
}

static int fetch_all(void *arg)
{
    struct task *tasks[LETTERS];
    (void)arg;
    for (int i = LETTERS; i-- > 0;)
        tasks[i] = task_spawn(fetch_letter, letters + i);
    for (int i = 0; i < LETTERS; i++)
        task_await(tasks[i]);
    return puts("all are here") < 0;
}

int main(void)
{
    uv_loop_t loop;
    uv_loop_init(&loop);
    int r = task_run(&loop, fetch_all, NULL);
    uv_loop_close(&loop);
    return r < 0;
}
