/* Signals are left to the thread that knows what to do with them. */
#include "engine/base/beside.h"

#include <signal.h>
#include <stdlib.h>

struct start {
    void (*work)(void *to);
    void *to;
};

static void *run(void *arg)
{
    struct start start = *(struct start *)arg;

    free(arg);
    start.work(start.to);
    return NULL;
}

static bool begin_thread(pthread_t *ret_thread, struct start *start)
{
    sigset_t all, saved;
    bool began;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &saved);
    began = pthread_create(ret_thread, NULL, run, start) == 0;
    pthread_sigmask(SIG_SETMASK, &saved, NULL);
    return began;
}

void beside_begin(struct beside *beside, void (*work)(void *to), void *to)
{
    struct start *start = malloc(sizeof *start);

    if (start)
        *start = (struct start){work, to};
    beside->runs = start && begin_thread(&beside->thread, start);
    if (beside->runs)
        return;
    free(start);
    work(to);
}

void beside_end(struct beside *beside)
{
    if (beside->runs)
        pthread_join(beside->thread, NULL);
    beside->runs = false;
}
