/* Where two runs part: the first thing that one did and the other did not.
 *
 * What is compared is what a program does, in the order in which each of its threads does it: who
 * is made, started, called, resumed, woken, stopped, and what is said. Not compared are times, how
 * often and how long a loop polls, numbers of bytes, numbers within texts, line numbers and the
 * work of pool threads: they are seldom the same twice. An actor is the same if it has the same
 * name, or else is the n-th of its type that was made in the same function on the same thread. */
#ifndef ASYNCTUT_DIFF_H
#define ASYNCTUT_DIFF_H

#include <stdbool.h>
#include <stddef.h>

struct symbols;
struct trace;

struct diff_side {
    const struct trace *trace; /* finished */
    struct symbols *symbols;   /* may be NULL: then functions are not compared */
};

struct difference {
    bool found;
    size_t same;     /* events that are the same, up to there */
    size_t event[2]; /* where each side is then; SIZE_MAX: that thread does no more there */
    size_t last[2];  /* the last that were the same on that thread; SIZE_MAX: none was */
};

/* Is it one of those that are compared? Pool threads are not looked at here. */
bool diff_counts(const struct trace *trace, size_t i);

/* 0 or UV_ENOMEM. Waits for places. */
int diff_traces(const struct diff_side sides[2], struct difference *ret_difference);

#endif
