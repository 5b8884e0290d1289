/* Beside each look at the clock the counter is read before and after it; if nothing came between,
 * the clock was read half-way. The pace is worked out once, from two such looks PACE_NS apart.
 *
 * Design notes. Time is counted from 0 of the counter, not from the last look, so that a signal
 * handler which looks in the middle of ticks_count() or ticks_look() does no harm: an offset of one
 * look with the counter of another is still right, as long as the pace is. */
#include "engine/event/ticks.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { PACE_NS = 5000000, CLOSE = 600, SOON = 10, WRONG_NS = 1000 };

struct ticks_pace ticks_pace;

/* The first look, from which the pace is measured. */
static uint64_t first_ticks;
static int64_t first_ns;
static _Atomic bool opened, measuring;

static bool is_the_kernels_own(void)
{
    char name[8] = "";
    int fd = open("/sys/devices/system/clocksource/clocksource0/current_clocksource",
                  O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return false;
    if (read(fd, name, sizeof name - 1) < 0)
        name[0] = '\0';
    close(fd);
    return !strcmp(name, "tsc\n");
}

void ticks_open(void)
{
    struct control control;

    if (!ticks_now() || atomic_exchange(&opened, true) || !is_the_kernels_own())
        return;
    control_init(&control);
    for (int i = 0; i < 8; i++) {
        uint64_t before = ticks_now();

        first_ns = control_real_now();
        first_ticks = ticks_now();
        if (first_ticks - before < CLOSE) {
            first_ticks = before + (first_ticks - before) / 2;
            atomic_store_explicit(&measuring, true, memory_order_release);
            return;
        }
    }
}

/* The pace is known from here on. A handler or another thread may do the same meanwhile; all paces
 * are right, and the first stays. */
static void measure(uint64_t at, int64_t ns)
{
    double scale = (double)(ns - first_ns) / (double)(at - first_ticks) * 4294967296.0;
    uint64_t none = 0;

    if (!(scale > 4294967296.0 / 100 && scale < 4294967296.0 * 100)) /* a counter for such use? */
        return;
    if (!atomic_compare_exchange_strong(&ticks_pace.scale, &none, (uint64_t)scale))
        return;
    atomic_store_explicit(&measuring, false, memory_order_relaxed);
    atomic_store_explicit(&ticks_pace.window, (uint64_t)(TICKS_NS * 4294967296.0 / scale),
                          memory_order_release);
}

/* Does the clock say what was to be expected from the last look, if that was not long ago? */
static bool agrees(const struct ticks *ticks, uint64_t at, int64_t offset, uint64_t window)
{
    int64_t apart = offset - ticks->offset;

    return at - ticks->from > SOON * window || (apart < WRONG_NS && apart > -WRONG_NS);
}

/* The clock said `ns` of program time when the counter stood at `at`. */
static void note(struct ticks *ticks, struct control *control, uint32_t generation, uint64_t at,
                 int64_t ns)
{
    uint64_t window = atomic_load_explicit(&ticks_pace.window, memory_order_acquire);
    int64_t offset;

    if (!window) {
        if (atomic_load_explicit(&measuring, memory_order_acquire)) {
            ns += atomic_load_explicit(&control->offset, memory_order_relaxed);
            if (ns - first_ns >= PACE_NS)
                measure(at, ns);
        }
        return;
    }
    offset = ns - ticks_ns(at, atomic_load_explicit(&ticks_pace.scale, memory_order_relaxed));
    if (ticks->generation == generation && !agrees(ticks, at, offset, window)) {
        atomic_store_explicit(&ticks_pace.window, 0, memory_order_relaxed);
        return;
    }
    ticks->offset = offset;
    ticks->generation = generation;
    ticks->from = at;
}

int64_t ticks_look(struct ticks *ticks, struct control *control)
{
    uint32_t generation = atomic_load_explicit(&control->generation, memory_order_acquire);
    uint64_t before = ticks_now();
    int64_t ns = control_now(control);
    uint64_t after = ticks_now();

    if (after - before < CLOSE && after != before &&
        atomic_load_explicit(&control->frozen, memory_order_acquire) == CONTROL_RUNNING &&
        atomic_load_explicit(&control->generation, memory_order_acquire) == generation)
        note(ticks, control, generation, before + (after - before) / 2, ns);
    return ns;
}
