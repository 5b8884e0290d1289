/* The eight queens by backtracking with bit sets: a row at a time,
 * three sets say which columns and diagonals are taken. It is small,
 * uses no memory beyond the stack, and its result is known, so neither
 * the compiler nor a reader can doubt that the work was done. */
#include "chapters/queens.h"

#include <time.h>

enum { ALL = 0xff }; /* eight columns */

static unsigned long place(unsigned columns, unsigned left,
                           unsigned right)
{
    if (columns == ALL)
        return 1;
    unsigned long found = 0;
    for (unsigned open = ALL & ~(columns | left | right); open;
         open &= open - 1) {
        unsigned queen = open & -open;
        found += place(columns | queen, (left | queen) << 1,
                       (right | queen) >> 1);
    }
    return found;
}

/* region search */
unsigned long queens_search(unsigned long rounds)
{
    unsigned long found = 0;
    for (unsigned long i = 0; i < rounds; i++)
        found += place(0, 0, 0);
    return found;
}
/* end */

/* region cpu-clock */
uint64_t thread_cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}
/* end */

unsigned long queens_rounds(unsigned ms)
{
    static double rounds_per_ns;
    for (unsigned long rounds = 16; rounds_per_ns <= 0; rounds *= 2) {
        uint64_t before = thread_cpu_ns();
        queens_search(rounds);
        uint64_t took = thread_cpu_ns() - before;
        if (took > 2500000)
            rounds_per_ns = (double)rounds / (double)took;
    }
    return (unsigned long)(rounds_per_ns * 1e6 * ms) + 1;
}
