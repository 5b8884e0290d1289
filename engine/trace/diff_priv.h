/* Between diff.c, which lets two traces meet, and diff_side.c, which tells one in words that mean
 * the same in any run. */
#ifndef ASYNCTUT_TRACE_DIFF_PRIV_H
#define ASYNCTUT_TRACE_DIFF_PRIV_H

#include "engine/trace/diff.h"
#include "engine/trace/inside.h"
#include "engine/trace/numbers.h"

struct side {
    const struct trace *trace;
    struct symbols *symbols;
    uint64_t *who;         /* by entity: what it is in any run; 0: unknown */
    struct numbers places; /* by address: its function */
    struct numbers births; /* by what was born: how many were */
    struct numbers lanes;  /* by `threads`: the lane + 1 */
    uint64_t *threads;     /* by lane: what its thread is in any run */
    bool *pool;            /* by lane: it works for libuv's pool */
    size_t *first;         /* by lane: its first in `events`; */
    uint32_t *events;      /* those that count, lane by lane */
    bool failed;
};

/* False: no memory. Close it in any case. */
bool side_open(struct side *side, const struct diff_side *of);
/* Fills `events` and `first`. False: no memory. */
bool side_sort(struct side *side);
void side_close(struct side *side);
/* A number that is the same for what is the same; 0: event i does not count. */
uint64_t side_meaning(struct side *side, size_t i);

#endif
