/* Another way: two of the letters in a group, the third by the task
 * itself. */
#include <stdio.h>
#include <uv.h>

#include "engine/task/task.h"
#include "engine/task/task_group.h"

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
    struct task_group group;
    (void)arg;
    task_group_open(&group);
    task_group_spawn(&group, fetch_letter, &letters[1]);
    task_group_spawn(&group, fetch_letter, &letters[2]);
    int r = task_group_close(&group, fetch_letter(&letters[0]));
    printf("all are here\n");
    return r;
}

int main(void)
{
    uv_loop_t loop;
    uv_loop_init(&loop);
    int r = task_run(&loop, fetch_all, NULL);
    uv_loop_close(&loop);
    return r < 0;
}
