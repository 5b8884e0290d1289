/* The control block: how a program under the probe is stopped, let go and stepped.
 *
 * Its clock is only ever stopped or running, never scaled: program time is CLOCK_MONOTONIC minus
 * `offset` while it runs, and `frozen` while it is stopped. The block lies in the record's header,
 * so a tracer in another process steers a program the same way. What a stop means with several
 * threads is written in engine/probe/program.h. */
#ifndef ASYNCTUT_CONTROL_H
#define ASYNCTUT_CONTROL_H

#include <stdatomic.h>
#include <stdint.h>
#include <time.h>

enum attention {
    ATTENTION_STOP = 1,    /* hold at the next probe point until it is cleared (a futex word) */
    ATTENTION_STEP = 2,    /* stop after the next event that `step_until` asks for */
    ATTENTION_INSTANT = 4, /* skip idle waits */
};

struct control {
    _Atomic uint32_t attention;  /* 0 on the fast path */
    _Atomic uint32_t generation; /* odd while offset and frozen change together */
    _Atomic int64_t offset;      /* ns */
    _Atomic int64_t frozen;      /* program time, ns, while ATTENTION_STOP is set */
    _Atomic uint32_t step_until; /* an enum event_level, or STEP_TURN */
    _Atomic uint32_t held;       /* threads that stand at the gate */
};

enum { STEP_TURN = 100 };

/* The real clock_gettime, which a probe in the same program has replaced. */
extern int (*event_real_clock)(clockid_t clock, struct timespec *ret_time);

/* CLOCK_MONOTONIC of the machine, ns. */
int64_t control_real_now(void);

/* The program's clock, ns. Async-signal-safe. */
int64_t control_now(struct control *control);

/* Called by a writer after an event while `attention` is not 0; set by the probe, NULL without one.
 * May block while the program is stopped. */
struct event;
extern void (*event_gate)(struct control *control, const struct event *event);

#endif
