/* A quicker look at the machine's clock.
 *
 * Reading CLOCK_MONOTONIC is most of what an event costs. It is a counter of the processor, turned
 * into ns by libc and the kernel. A thread that has looked at the clock may go on by the counter
 * alone for TICKS_NS, and then looks at the clock again. So its time is the clock's to within 0.2
 * us: a look that took 600 ticks or more is not counted from, and what the counter's pace is wrong
 * by comes to 10 ns in TICKS_NS, or 50 ns while the kernel sets its clock right (500 ppm at most).
 *
 * Only where the kernel itself takes its time from the counter (an x86 whose clocksource is "tsc"),
 * and only as long as counter and clock agree: when they are found to differ by more than 1 us
 * within 1 ms, the clock alone is asked from then on. */
#ifndef ASYNCTUT_TICKS_H
#define ASYNCTUT_TICKS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "engine/event/control.h"

enum { TICKS_NS = 100000 };

/* One thread's last look at the clock; all 0 before the first. */
struct ticks {
    uint64_t from;       /* what the counter said then */
    int64_t offset;      /* from the counter's ns to program time */
    uint32_t generation; /* of the program's clock */
};

/* The counter's pace, the same for all threads of this process. Private to ticks.c and below. */
struct ticks_pace {
    _Atomic uint64_t window; /* TICKS_NS in ticks; 0: the counter is not used */
    _Atomic uint64_t scale;  /* ns a tick, times 2^32 */
};
extern struct ticks_pace ticks_pace;

/* Finds out whether the counter can be used, and begins to measure its pace. Once a process; later
 * calls do nothing. */
void ticks_open(void);

/* Program time, ns, from the clock itself, which the thread may count on from. Async-signal-safe.
 */
int64_t ticks_look(struct ticks *ticks, struct control *control);

static inline uint64_t ticks_now(void)
{
#if defined(__x86_64__)
    return __builtin_ia32_rdtsc();
#else
    return 0;
#endif
}

/* The counter is read when everything before it has happened; without this it may be read up to
 * 0.2 us earlier, which only another thread could see. */
static inline void ticks_settle(void)
{
#if defined(__x86_64__)
    __builtin_ia32_lfence();
#endif
}

static inline int64_t ticks_ns(uint64_t ticks, uint64_t scale)
{
#if defined(__x86_64__)
    return (int64_t)(uint64_t)((__extension__(unsigned __int128) ticks) * scale >> 32);
#else
    return (int64_t)(ticks * (scale >> 32));
#endif
}

/* Program time, ns, by the counter. False: it is to be looked at (ticks_look). */
static inline bool ticks_count(const struct ticks *ticks, struct control *control,
                               int64_t *ret_time)
{
    uint64_t now;

    if (atomic_load_explicit(&control->threads, memory_order_relaxed) > 1)
        ticks_settle();
    now = ticks_now();
    atomic_signal_fence(memory_order_seq_cst);
    if (now - ticks->from >= atomic_load_explicit(&ticks_pace.window, memory_order_relaxed) ||
        atomic_load_explicit(&control->frozen, memory_order_relaxed) != CONTROL_RUNNING ||
        atomic_load_explicit(&control->generation, memory_order_relaxed) != ticks->generation)
        return false;
    *ret_time = ticks_ns(now, atomic_load_explicit(&ticks_pace.scale, memory_order_relaxed)) +
                ticks->offset;
    return true;
}

#endif
