/* What the checks note on the way; for the files of diagnose alone. */
#ifndef ASYNCTUT_TRACE_DIAGNOSE_PRIV_H
#define ASYNCTUT_TRACE_DIAGNOSE_PRIV_H

#include "engine/trace/acts.h"
#include "engine/trace/diagnose.h"
#include "engine/trace/query.h"

enum { PLACES_AT_MOST = 32, NO_LANE = -1 };

struct loop_notes {
    uint32_t id;
    int64_t lane;       /* the thread that runs it; NO_LANE */
    size_t poll;        /* the poll it is in; SIZE_MAX */
    size_t last_poll;   /* the last poll; 0: none */
    size_t before_poll; /* the longest callback or step before that, or its uv_run() */
    size_t run;         /* the last uv_run() */
    int64_t mode, result;

    /* Since the last poll, or since uv_run(): */
    uint64_t since, longest_frame; /* ns: when that was; the longest callback or step */
    uint64_t steps_ns;             /* task steps within the current callback */
    size_t longest_event;
    uint64_t calls[PHASES];
    size_t call_event[PHASES]; /* the first of each */
    uint64_t sync_ns, sync_longest;
    size_t sync_event;
    uint32_t filled; /* the handle to which most waited to be written; 0: none */
    size_t filled_event;
    bool worked; /* something else than idle, prepare and check happened */

    uint64_t idle_turns, idle_since, idle_until; /* in a row */
    uint64_t idle_ns;                            /* of these, in callbacks */
    size_t idle_event;
};

/* Of a handle or request. */
struct notes {
    int64_t amount;       /* ms of a timer; bytes of a write, or waiting on a handle */
    uint32_t begun;       /* its START or SUBMIT, + 1; 0: none */
    uint32_t handle : 31; /* of a write */
    uint32_t started : 1; /* a timer that has not fired */
};
static_assert(sizeof(struct notes) == 16, "a large trace has an entity for every few events");

struct clinic {
    const struct trace *trace;
    const struct thresholds *thresholds;
    struct acts acts;
    struct notes *notes; /* by entity id */
    struct loop_notes *loops;
    size_t loop_count, loop_capacity;
    struct findings found;
    size_t capacity;
    bool failed;
};

void clinic_find(struct clinic *clinic, enum check check, size_t event, uint32_t entity,
                 uint64_t value);
/* The notes on a loop, made if there are none; NULL: no memory. */
struct loop_notes *clinic_loop(struct clinic *clinic, uint32_t id);

/* The checks of handles, requests and timers (diagnose_handles.c). */
void clinic_handle(struct clinic *clinic, const struct event *event, size_t i);
/* The loop begins to poll. */
void clinic_writes(struct clinic *clinic, struct loop_notes *loop);
void clinic_end(struct clinic *clinic);

#endif
