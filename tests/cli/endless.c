/* A table of chapters in place of the real one, with demos that never end: one waits, one turns
 * without a pause, one computes, one is stuck in a system call. Linked with the whole of asynctut.
 */
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "chapters/chapter.h"

static void on_wake(uv_async_t *async)
{
    (void)async;
}

static int waits(void)
{
    uv_loop_t loop;
    uv_async_t async;

    uv_loop_init(&loop);
    uv_async_init(&loop, &async, on_wake);
    return uv_run(&loop, UV_RUN_DEFAULT);
}

static void on_idle(uv_idle_t *idle)
{
    (void)idle;
}

static int is_busy(void)
{
    uv_loop_t loop;
    uv_idle_t idle;

    uv_loop_init(&loop);
    uv_idle_init(&loop, &idle);
    uv_idle_start(&idle, on_idle);
    return uv_run(&loop, UV_RUN_DEFAULT);
}

static int computes(void)
{
    for (volatile unsigned i = 0;; i++)
        ;
    return 0;
}

static int is_stuck(void)
{
    int ends[2];
    char byte;

    return pipe(ends) < 0 ? 1 : (int)read(ends[0], &byte, 1);
}

static const struct act acts[] = {{"waits", "It waits for ever", waits},
                                  {"is-busy", "It turns for ever", is_busy},
                                  {"computes", "It computes for ever", computes},
                                  {"is-stuck", "It is stuck in read", is_stuck},
                                  {NULL, NULL, NULL}};

static const struct demo demos[] = {{"endless", "No end", "tests/cli/endless.c", acts},
                                    {NULL, NULL, NULL, NULL}};

const struct chapter chapters[] = {{42, "answer", demos}, {0, NULL, NULL}};

const struct chapter *chapter_by_number(int number)
{
    return number == 42 ? chapters : NULL;
}

const struct demo *chapter_demo(const struct chapter *chapter, const char *demo)
{
    return strcmp(demo, "endless") == 0 ? chapter->demos : NULL;
}

const struct act *demo_act(const struct demo *demo, const char *act)
{
    for (const struct act *a = demo->acts; a->name; a++)
        if (strcmp(a->name, act) == 0)
            return a;
    return NULL;
}
