/* The descendants of a process, as /proc tells them. Nothing here allocates. One thread asks. */
#ifndef ASYNCTUT_PROCESS_TREE_H
#define ASYNCTUT_PROCESS_TREE_H

#include <stdint.h>

enum { TREE_MOST = 128 }; /* more than a program may have; more are not looked for */

struct tree_use {
    uint32_t processes, alive; /* alive: not those that have ended and are not buried yet */
    uint32_t running;          /* or ready to */
    uint64_t bytes;            /* resident, summed */
    int64_t cpu_ns;            /* of those that live, and of those that they have waited for */
};

/* Of the descendants of `pid`, which itself does not count; of TREE_MOST of them at most. */
void tree_measure(int pid, struct tree_use *ret_use);

/* Sends SIGKILL to as many. A process that forks meanwhile may escape one call, not the next: call
 * until there are none. */
void tree_kill(int pid);

#endif
