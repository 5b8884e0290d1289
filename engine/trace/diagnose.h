/* What is wrong with a run: named checks over a finished trace.
 *
 * Each check looks for evidence and not for style: a clock is stale when a timer did fire early,
 * not because a function was not called. Findings of the same check at the same place are one, with
 * a count and the worst of them. */
#ifndef ASYNCTUT_DIAGNOSE_H
#define ASYNCTUT_DIAGNOSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/str.h"
#include "engine/trace/trace.h"

enum check {
    CHECK_BLOCKED_LOOP,   /* one callback or task step kept the loop, ns */
    CHECK_SLOW_TURN,      /* many did together, none alone: one whole turn, ns */
    CHECK_STALE_CLOCK,    /* a timer fired before its time had passed, ns too early */
    CHECK_OVERSLEEP,      /* the loop slept past a timer, ns too late */
    CHECK_STARVED_PHASE,  /* callbacks of one phase ran on and on while others waited, how many */
    CHECK_NOT_CLOSED,     /* handles of one place were left when their loop was closed, how many; or
                             so many, hundreds if that is 1, when the program ended */
    CHECK_CLOSED_TWICE,   /* uv_close() of a handle that was closing, how often */
    CHECK_WRITE_QUEUE,    /* bytes that wait to be written to one handle */
    CHECK_POOL_SATURATED, /* work waited for a free thread of the pool, ns */
    CHECK_SYNC_FS,        /* files or names looked up on the loop's own thread, ns in one turn */
    CHECK_WRONG_THREAD,   /* libuv was called for a loop that another thread ran, how often */
    CHECK_BUSY_IDLE,      /* the loop turned without a pause and did nothing, turns */
    CHECK_WORK_LEFT,      /* uv_run() ended, or cannot end, with work left */
    CHECKS
};

/* The value of a finding about work that is left. */
enum { WORK_ENDED = 1, WORK_STUCK };

/* "blocked-loop"; for --fail-on and for setting a threshold. */
const char *check_name(enum check check);
bool check_by_name(const char *name, enum check *ret_check);

/* From which value on a check finds something: ns, bytes or a count, as above. */
struct thresholds {
    uint64_t least[CHECKS];
};
extern const struct thresholds thresholds_default;

struct finding {
    enum check check;
    size_t event;    /* the worst case: it happened there; its `where` is the place */
    uint32_t entity; /* whom it is about: a handle, request, task or loop; 0: nobody */
    uint64_t value;  /* of the worst case, as the check says */
    uint64_t count;  /* how often, at that place */
};

struct findings {
    struct finding *items; /* by check, the worst first within one */
    size_t count;
};

/* 0 or UV_ENOMEM. `thresholds` may be NULL for the default ones. */
int diagnose(const struct trace *trace, const struct thresholds *thresholds,
             struct findings *ret_findings);
void findings_free(struct findings *findings);

/* One plain sentence without its place and without a newline. */
void finding_say(const struct trace *trace, const struct finding *finding, struct str *out);

#endif
