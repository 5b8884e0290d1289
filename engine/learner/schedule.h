/* The review schedule: FSRS-6 with its default weights, two grades, no fuzz, wanted recall 0.9.
 * Source: the open spaced-repetition project (py-fsrs scheduler.py, fsrs-rs inference.rs). */
#ifndef ASYNCTUT_SCHEDULE_H
#define ASYNCTUT_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

enum { SCHEDULE_LONGEST = 36500 }; /* days */

struct card {
    double stability;  /* days until recall falls to 0.9, at most 36500; 0: never reviewed */
    double difficulty; /* 1..10 */
    int64_t reviewed;  /* seconds since 1970 */
    int64_t due;
};

/* Takes in one review at `now` (a clock that went backwards counts as the same day). */
void schedule_review(struct card *card, bool right, int64_t now);

/* The probability of recall at `now`, 0..1; 1 for a card never reviewed. */
double schedule_recall(const struct card *card, int64_t now);

/* The next interval in whole days, 1..36500, for a stability. */
int schedule_interval(double stability);

#endif
