/* The control block: how a program under the probe is stopped, let go and stepped.
 *
 * The program's clock is only ever stopped or running, never scaled. While it runs, program time is
 * CLOCK_MONOTONIC minus `offset`, the sum of all stops (less what was skipped); while it is stopped
 * it is `frozen`. So a program that was never stopped sees the machine's own clock. The block lies
 * in the record's header, so a tracer in another process steers a program the same way. What a stop
 * means with several threads is written in engine/probe/program.h.
 *
 * Design notes. Any thread and any signal handler may read the clock at any instruction of a stop
 * or a go, and never sees it go back. A stop first stores a negative mark of its own in `frozen`;
 * whoever reads the clock next (a reader, or the stop itself) reads the machine's clock after
 * having seen the mark and proposes its time by compare-and-swap, so that it is not before anything
 * returned until then. A go moves the offset, then the generation, then lets `frozen` go: a reader
 * with the old offset sees one of them and starts over. Program times are positive. */
#ifndef ASYNCTUT_CONTROL_H
#define ASYNCTUT_CONTROL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

enum attention {
    ATTENTION_STOP = 1,    /* hold at the next probe point until it is cleared (a futex word) */
    ATTENTION_STEP = 2,    /* stop after the next event that `step_until` asks for */
    ATTENTION_INSTANT = 4, /* skip idle waits */
};

enum { STEP_TURN = 100 };

struct control {
    _Atomic uint32_t attention;  /* enum attention; 0 on the fast path */
    _Atomic uint32_t generation; /* grows when `offset` changes */
    _Atomic int64_t offset;      /* ns */
    _Atomic int64_t frozen;      /* program time, ns, while stopped; CONTROL_RUNNING; or a mark */
    _Atomic uint32_t step_until; /* an enum event_level, or STEP_TURN */
    _Atomic uint32_t threads;    /* that have written by this clock; with 1 none is compared */
};

#define CONTROL_RUNNING INT64_MIN

struct event;

/* The real clock_gettime, which a probe in the same program has replaced. */
extern int (*event_real_clock)(clockid_t clock, struct timespec *ret_time);

/* Called by a writer after an event while `attention` is not 0; set by the probe, NULL without one.
 * May block while the program is stopped. */
extern void (*event_gate)(struct control *control, const struct event *event);

void control_init(struct control *control);

int64_t control_real_now(void); /* CLOCK_MONOTONIC of the machine, ns */

/* The program's clock, ns, on the scale of CLOCK_MONOTONIC. Async-signal-safe. */
int64_t control_now(struct control *control);

/* What the program's clock lags behind the machine's, ns. */
int64_t control_lag(struct control *control);

/* Stops and starts the clock; false if it stood, or ran, already. The caller sees to it that only
 * one thread does either at a time, and wakes and halts threads. */
bool control_stop(struct control *control);
bool control_go(struct control *control);

/* Moves a running clock forward by ns, as if that time had passed. The same rule. */
void control_skip(struct control *control, int64_t ns);

#endif
