/* The recorder: the thread that keeps ready chunks in the mailbox, and once a millisecond lets its
 * owner do what must not wait for the screen. */
#include "engine/event/record.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

struct recorder {
    struct record *record;
    uint32_t chunks;
    void (*tick)(void *to);
    void *to;
    pthread_t thread;
    _Atomic bool stopping;
};

static void *recorder_main(void *arg)
{
    struct recorder *recorder = arg;
    const struct timespec pause = {0, 1000000};
    uint32_t target = RECORD_FIRST_TARGET;

    while (!atomic_load(&recorder->stopping)) {
        target = record_refill(recorder->record, recorder->chunks, target);
        if (recorder->tick)
            recorder->tick(recorder->to);
        nanosleep(&pause, NULL);
    }
    return NULL;
}

int recorder_start(struct record *record, void (*tick)(void *to), void *to,
                   struct recorder **ret_recorder)
{
    struct recorder *recorder = calloc(1, sizeof *recorder);
    sigset_t all, saved;
    int error;

    if (!recorder)
        return -ENOMEM;
    recorder->record = record;
    recorder->chunks = record->chunks;
    recorder->tick = tick;
    recorder->to = to;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &saved);
    error = pthread_create(&recorder->thread, NULL, recorder_main, recorder);
    pthread_sigmask(SIG_SETMASK, &saved, NULL);
    if (error) {
        free(recorder);
        return -error;
    }
    *ret_recorder = recorder;
    return 0;
}

void recorder_stop(struct recorder *recorder)
{
    if (!recorder)
        return;
    atomic_store(&recorder->stopping, true);
    pthread_join(recorder->thread, NULL);
    free(recorder);
}
