/* Virtual time: between virtual_begin() and virtual_end(), on the calling thread, CLOCK_MONOTONIC
 * stands still while the program works and jumps ahead when its loop would sleep. A test of a
 * timeout of an hour takes no time and always ends the same way. */
#ifndef ASYNCTUT_VIRTUAL_H
#define ASYNCTUT_VIRTUAL_H

#include <stdint.h>

void virtual_begin(void);
void virtual_end(void);
uint64_t virtual_now(void);     /* ms since virtual_begin() */
void virtual_work(uint64_t ms); /* what a step that computes for so long does to the clock */

#endif
