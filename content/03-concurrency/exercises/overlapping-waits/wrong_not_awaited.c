/* caught by: lines. Nobody waits for the letters before saying that all
 * are here. */
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
    (void)arg;
    for (int i = 0; i < LETTERS; i++)
        task_detach(task_spawn(fetch_letter, &letters[i]));
    printf("all are here\n");
    return 0;
}

int main(void)
{
    uv_loop_t loop;
    uv_loop_init(&loop);
    int r = task_run(&loop, fetch_all, NULL);
    uv_loop_close(&loop);
    return r < 0;
}
