/* Work beside the calling thread: a function on a thread of its own, which hears no signals. Where
 * there are no threads to be had it is done at once. */
#ifndef ASYNCTUT_BESIDE_H
#define ASYNCTUT_BESIDE_H

#include <pthread.h>
#include <stdbool.h>

/* Zero-initialise. */
struct beside {
    pthread_t thread;
    bool runs; /* it has not been waited for */
};

/* Begins. What `to` points to must last until beside_end(). */
void beside_begin(struct beside *beside, void (*work)(void *to), void *to);

/* Waits until it is done; nothing if it was waited for, or never began. */
void beside_end(struct beside *beside);

#endif
