/* Real work for a processor: the eight queens puzzle.
 *
 * One round searches all 92 ways to place eight queens on a board so
 * that none attacks another. How long a round takes depends on the
 * machine, so demos ask once how many rounds fill a given time and then
 * do that fixed amount of work, wherever and however often it runs. */
#ifndef ASYNCTUT_QUEENS_H
#define ASYNCTUT_QUEENS_H

#include <stdint.h>

/* Does the work; returns the number of placements found, 92 a round. */
unsigned long queens_search(unsigned long rounds);

/* How many rounds this machine does in `ms` of processor time. Measured
 * at the first call, which computes for about 5 ms; the answer for one
 * `ms` is the same from then on. One thread at a time.
 */
unsigned long queens_rounds(unsigned ms);

/* Processor time that the calling thread has used, in ns. Waiting does
 * not count. */
uint64_t thread_cpu_ns(void);

#endif
