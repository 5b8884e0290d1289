/* A table of chapters in place of the real one, with a demo whose runs are not always as a quiz
 * promises: one keeps its promise, one breaks it, and one breaks it on a machine that is too busy,
 * since its threads want the same processor. Linked with the whole of asynctut. */
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <time.h>
#include <uv.h>

#include "chapters/chapter.h"
#include "engine/event/stage.h"

enum { CROWD = 4, BUSY_NS = 30000000 };

static int keeps(void)
{
    stage_say("once");
    return 0;
}

static int breaks(void)
{
    stage_say("once");
    stage_say("and twice");
    return 0;
}

/* 30 ms on a processor, by the thread's own clock. */
static void *compute(void *unused)
{
    struct timespec spent = {0};

    while (spent.tv_sec == 0 && spent.tv_nsec < BUSY_NS)
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent);
    return unused;
}

static int crowded(void)
{
    pthread_t threads[CROWD];
    cpu_set_t one;
    int started = 0;

    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    sched_setaffinity(0, sizeof one, &one); /* the threads that come have it from this one */
    while (started < CROWD && pthread_create(&threads[started], NULL, compute, NULL) == 0)
        started++;
    for (int i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    return breaks();
}

static const struct act acts[] = {{"keeps", "It says it once", keeps},
                                  {"breaks", "It says it twice", breaks},
                                  {"crowded", "Four threads on one processor", crowded},
                                  {NULL, NULL, NULL}};

static const struct demo demos[] = {{"crowd", "A promise", "tests/cli/crowd.c", acts},
                                    {NULL, NULL, NULL, NULL}};

const struct chapter chapters[] = {{42, "answer", demos}, {0, NULL, NULL}};

const struct chapter *chapter_by_number(int number)
{
    return number == 42 ? chapters : NULL;
}

const struct demo *chapter_demo(const struct chapter *chapter, const char *demo)
{
    return strcmp(demo, "crowd") == 0 ? chapter->demos : NULL;
}

const struct act *demo_act(const struct demo *demo, const char *act)
{
    for (const struct act *a = demo->acts; a->name; a++)
        if (strcmp(a->name, act) == 0)
            return a;
    return NULL;
}
