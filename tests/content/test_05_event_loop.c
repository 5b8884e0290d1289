/* What chapter 05 says of its demos, in terms of their traces. */
#include <string.h>
#include <uv.h>

#include "tests/content/run.h"
#include "tests/support/test.h"

/* The first callback of the entity with that name; SIZE_MAX if there is none. */
static size_t first_call(const struct trial *run, const char *name)
{
    for (size_t i = 0; i < trace_count(run->trace); i++) {
        const struct event *event = trace_event(run->trace, i);
        if (event->kind == EVENT_CALL &&
            strcmp(trace_entity(run->trace, event->subject)->name, name) == 0)
            return i;
    }
    return SIZE_MAX;
}

Test(event_loop, the_toy_loop_sleeps_in_poll_and_nowhere_else)
{
    /* Whoever wakes after 60 ms instead of 30 has one sleep fewer. */
    struct trial run = run_quietly(5, "toy-loop", "run");

    cr_assert_eq(run.status, 0);
    cr_assert_eq(run_count(&run, EVENT_BLOCK, BLOCK_POLL), 3);
    cr_assert_eq(run_count(&run, EVENT_BLOCK, BLOCK_SLEEP), 0);
    cr_assert_eq(run_said(&run, "tick"), 1);
    cr_assert_eq(run_said(&run, "post"), 1);
    cr_assert_eq(run_said(&run, "letter: 6 bytes"), 1);
    cr_assert_geq(run_total(&run), 59);
    run_free(&run);
}

Test(event_loop, six_callbacks_run_in_one_turn_in_the_order_of_phases)
{
    static const struct {
        const char *name;
        enum phase phase;
    } order[] = {{"timer", PHASE_TIMERS},  {"idle", PHASE_IDLE},   {"prepare", PHASE_PREPARE},
                 {"readable", PHASE_POLL}, {"check", PHASE_CHECK}, {"close", PHASE_CLOSING}};
    struct trial run = run_act(5, "phases", "one-turn");
    size_t before = 0;

    cr_assert_eq(run.status, 0);
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        size_t call = first_call(&run, order[i].name);
        cr_assert_neq(call, SIZE_MAX, "no callback of %s", order[i].name);
        cr_assert_gt(call, before, "%s is out of order", order[i].name);
        cr_assert_eq(query_phase(run.trace, call), order[i].phase);
        cr_assert_eq(query_turn(run.trace, call), 1);
        before = call;
    }
    run_free(&run);
}

Test(event_loop, held_before_the_sleep_the_loop_sleeps_too_long)
{
    /* A thread that is held up before it starts the tick has an old slate there, and a wait that is
     * shorter by that; a quiet run is held up for 10 ms at most. */
    struct trial run = run_quietly(5, "oversleep", "in-timer");

    cr_assert_eq(run.status, 0);
    cr_assert_geq(run_waited(&run, "tick"), 69);
    cr_assert_gt(run_waited(&run, "tick"), run_ran(&run, "blocker") + 19);
    run_free(&run);
}

Test(event_loop, held_after_the_sleep_or_with_the_clock_looked_at_it_does_not)
{
    static const char *const acts[] = {"in-poll", "cured"};

    for (size_t i = 0; i < 2; i++) {
        struct trial run = run_quietly(5, "oversleep", acts[i]);
        cr_assert_eq(run.status, 0);
        cr_assert_geq(run_waited(&run, "tick"), 49);
        cr_assert_lt(run_waited(&run, "tick"), run_ran(&run, "blocker") + 25);
        run_free(&run);
    }
}

/* How often a timer called back; from call to call it took at least so long. */
static size_t calls_apart(const struct trial *run, uint64_t least_ms)
{
    size_t last = SIZE_MAX, calls = 0;

    for (size_t i = 0; i < trace_count(run->trace); i++) {
        const struct event *event = trace_event(run->trace, i);
        if (event->kind != EVENT_CALL || event->object != CALLBACK_TIMER)
            continue;
        if (last != SIZE_MAX)
            cr_assert_geq(event->time, trace_event(run->trace, last)->time + least_ms * 1000000);
        last = i;
        calls++;
    }
    return calls;
}

Test(event_loop, a_timer_that_repeats_makes_up_for_nothing)
{
    struct trial run = run_quietly(5, "oversleep", "repeat");

    cr_assert_eq(run.status, 0);
    cr_assert_eq(calls_apart(&run, 13), 3);
    cr_assert_geq(run_ran(&run, "blocker"), 49);
    run_free(&run);
}

Test(event_loop, a_timer_that_repeats_drifts_by_what_its_callback_takes)
{
    /* 67 ms from call to call, less what held up the thread between its slate and a call. */
    struct trial run = run_quietly(5, "oversleep", "drift");

    cr_assert_eq(run.status, 0);
    cr_assert_eq(calls_apart(&run, 56), 3);
    run_free(&run);
}

/* The last event of that kind of the task. */
static size_t last_of(const struct trial *run, enum event_kind kind, const char *name)
{
    size_t last = SIZE_MAX;

    for (size_t i = 0; i < trace_count(run->trace); i++) {
        const struct event *event = trace_event(run->trace, i);
        if (event->kind == kind &&
            strcmp(trace_entity(run->trace, event->subject)->name, name) == 0)
            last = i;
    }
    cr_assert_neq(last, SIZE_MAX, "%s: no such event", name);
    return last;
}

/* Whichever turn that is: on a busy machine the loop comes late to some of them. */
Test(event_loop, a_task_is_resumed_in_the_idle_phase_after_what_it_waited_for)
{
    static const char *const names[] = {"B", "C", "A"};
    struct trial run = run_quietly(5, "three-tasks", "turns");

    cr_assert_eq(run.status, 0);
    for (size_t i = 0; i < 3; i++) {
        bool reads = i == 0;
        size_t wake = last_of(&run, EVENT_WAKE, names[i]);
        size_t resume = last_of(&run, EVENT_RESUME, names[i]);
        uint64_t later = query_turn(run.trace, resume) - query_turn(run.trace, wake);
        cr_assert_eq(query_phase(run.trace, wake), reads ? PHASE_POLL : PHASE_TIMERS, "%s",
                     names[i]);
        cr_assert_eq(query_phase(run.trace, resume), PHASE_IDLE, "%s", names[i]);
        if (reads)
            cr_assert_eq(later, 1);
        else /* since 1.45 the timers are the end of a turn */
            cr_assert_leq(later, uv_version() >= (1 << 16 | 45 << 8), "%s", names[i]);
    }
    cr_assert_geq(run_ended(&run, "B"), 29);
    cr_assert_geq(run_ended(&run, "C"), 39);
    cr_assert_lt(run_ended(&run, "C"), run_ended(&run, "A"));
    run_free(&run);
}

Test(event_loop, the_version_that_runs_shows_its_own_order_and_labels_the_other)
{
    bool newer = uv_version() >= (1 << 16 | 45 << 8);
    struct trial run = run_act(5, "versions", "once");

    cr_assert_eq(run.status, 0);
    cr_assert_eq(run_said(&run, newer ? "UV_RUN_ONCE: prepare readable check timer"
                                      : "UV_RUN_ONCE: timer prepare readable check"),
                 1);
    cr_assert_eq(run_said(&run, "not run here"), 1);
    run_free(&run);
}
