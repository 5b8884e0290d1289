/* The descendants of a process, as /proc tells them. Nothing here allocates. One thread asks. */
#ifndef ASYNCTUT_PROCESS_TREE_H
#define ASYNCTUT_PROCESS_TREE_H

#include <stdint.h>

struct tree_use {
    uint32_t processes, running; /* running: or ready to */
    uint64_t bytes;              /* resident, summed */
    int64_t cpu_ns;              /* of those that live, and of those that they have waited for */
};

/* Of all descendants of `pid`, which itself does not count. */
void tree_measure(int pid, struct tree_use *ret_use);

/* Sends SIGKILL to all of them; how many were alive. A process that forks meanwhile may escape one
 * call, not the next: call until there are none. */
uint32_t tree_kill(int pid);

#endif
