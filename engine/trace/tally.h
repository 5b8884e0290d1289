/* A trace in numbers: what the callbacks, the thread pool and the handles did altogether. */
#ifndef ASYNCTUT_TALLY_H
#define ASYNCTUT_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/trace/trace.h"

/* All calls of one callback function, or all steps of tasks that went on from one place. */
struct tally_call {
    uint64_t where;
    bool step;                      /* of a task */
    uint32_t callback;              /* enum callback, unless it is a step */
    uint64_t count, total, longest; /* ns; task steps within a callback are not the callback's */
    size_t longest_event;           /* with which the longest began */
};

struct tally_pool {
    uint64_t works, delivered;       /* handed to the pool; called back */
    uint64_t by_kernel;              /* handed over, and not to the pool */
    uint64_t waited, waited_longest; /* ns in the queue; of those that were seen to begin */
    uint64_t ran, ran_longest;       /* ns on a pool thread */
    uint64_t begun, ended;           /* seen to begin, and of these to end, on a pool thread */
    size_t waited_event;             /* the SUBMIT of the one that waited longest; SIZE_MAX */
};

struct tally_type {
    uint32_t made, gone, active; /* active: now, referenced and not closing */
};

struct tally {
    struct tally_call *calls; /* the one with the longest call first */
    size_t call_count;
    struct tally_pool pool;
    struct tally_type types[ENTITY_TYPES]; /* handles and requests */
    uint32_t *keepers;                     /* what keeps a loop alive now, by id */
    size_t keeper_count;
};

/* 0 or UV_ENOMEM. */
int tally_trace(const struct trace *trace, struct tally *ret_tally);
void tally_free(struct tally *tally);

#endif
