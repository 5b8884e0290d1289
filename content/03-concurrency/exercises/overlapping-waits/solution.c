/* All three are begun before any is waited for. */
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
    struct task *tasks[LETTERS];
    for (int i = 0; i < LETTERS; i++)
        tasks[i] = task_spawn(fetch_letter, &letters[i]);
    task_gather(tasks, LETTERS, NULL);
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
