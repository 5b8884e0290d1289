/* The program's clock: stop, go, skip, and reading it from any thread or signal handler. The order
 * of stores in control_go() is the whole trick; see the design notes in control.h. */
#include "engine/event/control.h"

int (*event_real_clock)(clockid_t clock, struct timespec *ret_time) = clock_gettime;
void (*event_gate)(struct control *control, const struct event *event);

void control_init(struct control *control)
{
    atomic_store(&control->attention, 0);
    atomic_store(&control->generation, 0);
    atomic_store(&control->offset, 0);
    atomic_store(&control->step_until, 0);
    atomic_store(&control->threads, 0);
    atomic_store(&control->frozen, CONTROL_RUNNING);
}

int64_t control_real_now(void)
{
    struct timespec time;

    event_real_clock(CLOCK_MONOTONIC, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

/* Somebody is stopping the clock: proposes the time at which it stands. The offset does not change
 * until that is settled; `stopping` names this stop alone, so a late proposal for an earlier one
 * fails. */
static void settle(struct control *control, int64_t stopping)
{
    int64_t now = control_real_now() - atomic_load(&control->offset);

    atomic_compare_exchange_strong(&control->frozen, &stopping, now);
}

int64_t control_now(struct control *control)
{
    for (;;) {
        uint32_t generation = atomic_load_explicit(&control->generation, memory_order_acquire);
        int64_t offset = atomic_load_explicit(&control->offset, memory_order_acquire);
        int64_t now = control_real_now() - offset;
        int64_t frozen = atomic_load_explicit(&control->frozen, memory_order_acquire);

        if (__builtin_expect(frozen == CONTROL_RUNNING, 1)) {
            if (generation == atomic_load_explicit(&control->generation, memory_order_acquire))
                return now;
        } else if (frozen < 0) {
            settle(control, frozen);
        } else {
            return frozen;
        }
    }
}

int64_t control_lag(struct control *control)
{
    return control_real_now() - control_now(control);
}

bool control_stop(struct control *control)
{
    int64_t running = CONTROL_RUNNING;
    int64_t stopping = CONTROL_RUNNING + 1 + (int64_t)atomic_load(&control->generation);

    if (!atomic_compare_exchange_strong(&control->frozen, &running, stopping))
        return false;
    settle(control, stopping);
    atomic_fetch_or(&control->attention, ATTENTION_STOP);
    return true;
}

bool control_go(struct control *control)
{
    int64_t frozen = atomic_load(&control->frozen);

    if (frozen == CONTROL_RUNNING)
        return false;
    frozen = control_now(control); /* settled, if a stop was under way */
    atomic_store(&control->offset, control_real_now() - frozen);
    atomic_fetch_add(&control->generation, 1);
    atomic_store(&control->frozen, CONTROL_RUNNING);
    atomic_fetch_and(&control->attention, ~(uint32_t)ATTENTION_STOP);
    return true;
}

void control_skip(struct control *control, int64_t ns)
{
    atomic_fetch_sub(&control->offset, ns);
    atomic_fetch_add(&control->generation, 1);
}
