/* One round of watching: from a save to a verdict that may be told.
 *
 * A check begins with the save itself, but its verdict is held until ROUND_QUIET_MS have passed
 * without another one: editors save in several steps, and a person who saves twice wants to read of
 * the second. As compiling alone takes longer than that, holding costs nothing. A save while the
 * check runs, or while its verdict is held, abandons it and begins anew.
 *
 * Everything outside is reached through functions, so that tests have a clock of their own. */
#ifndef ASYNCTUT_ROUND_H
#define ASYNCTUT_ROUND_H

#include <stdbool.h>
#include <stdint.h>

enum { ROUND_QUIET_MS = 200 };

struct round {
    int64_t (*now)(void *to); /* ns */
    /* How many saves there were so far; *ret_last: when the last was, on the clock of now(). */
    unsigned (*saves)(void *to, int64_t *ret_last);
    bool (*asked)(void *to); /* did the person press a key that ends the round? */
    /* Waits for a save or a key, at most so long. May return early. */
    void (*rest)(void *to, int64_t most_ns);
    /* Checks, and ends early with -ECANCELED and nothing left once over(over_to) is true. A verdict
     * or an error that is not to be told is given to drop(). */
    int (*check)(void *to, bool (*over)(void *over_to), void *over_to);
    void (*drop)(void *to);
    void *to;
};

/* What check() returned last, when that may be told; -ECANCELED: a key ended the round, and nothing
 * is to be told. */
int round_run(const struct round *round);

#endif
