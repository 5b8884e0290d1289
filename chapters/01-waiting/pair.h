/* Two ends of a connection on this machine, and a thread at the far end
 * that answers. */
#ifndef ASYNCTUT_PAIR_H
#define ASYNCTUT_PAIR_H

#include <stdbool.h>
#include <uv.h>

struct pair {
    int near, far;
    unsigned ocean_ms;
    uv_thread_t thread;
};

/* Connects the ends over TCP on the loopback address and starts the
 * thread. 0 or a negative UV_E*.
 */
int pair_open(struct pair *pair, unsigned ocean_ms);

/* Sends a byte and waits for its answer: at once for 'n', after
 * ocean_ms for 'o'. */
bool pair_ask(struct pair *pair, char what);

void pair_close(struct pair *pair); /* joins the thread */

#endif
