/* Seeded disturbance of a program, only such as the kernel or libuv could cause by themselves:
 *
 *   wakeups      a poll returns up to 3 ms late, so timers fire late
 *   order        ready descriptors are reported in another order, some only by the next poll
 *   reads        a stream's read gives fewer bytes than there are
 *   writes       a write to a socket or pipe takes fewer bytes than it could
 *   completions  a worker returns up to 3 ms late, so work completes late or in another order
 *
 * Never the bytes of a stream, never the order of timers, never an error. The same seed asks the
 * same questions in the same order, but threads may still come in another one. */
#ifndef ASYNCTUT_PERTURB_H
#define ASYNCTUT_PERTURB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum perturb {
    PERTURB_WAKEUPS = 1,
    PERTURB_ORDER = 2,
    PERTURB_READS = 4,
    PERTURB_WRITES = 8,
    PERTURB_COMPLETIONS = 16,
    PERTURB_ALL = 31,
};

/* Reads "SEED" or "SEED:KIND,KIND…". False, and nothing changed, if it is neither. */
bool perturb_parse(const char *text, uint64_t *ret_seed, unsigned *ret_kinds);
void perturb_begin(const char *text); /* NULL, or not understood: undisturbed */

extern unsigned perturb_kinds; /* enum perturb; 0: none. Set before any thread is traced */

/* A number below `limit`, which is not 0. Any thread. */
uint32_t perturb_below(uint32_t limit);

/* One time in three, waits for up to 3 ms of program time. The calling thread is traced. */
void perturb_delay(void);

struct epoll_event;
/* Shuffles the events and leaves out some of the last, but not all; how many remain. */
int perturb_events(struct epoll_event *events, int count);

/* How many of `length` bytes a read may take or a write may give: 1 to length. 0 stays 0. */
size_t perturb_length(size_t length);

/* True if a read there could legally give less than there is: not where messages are kept apart. */
bool perturb_may_split(int fd);

/* True if a write of that many bytes could legally be cut short there. */
bool perturb_may_shorten(int fd, size_t length);

#endif
