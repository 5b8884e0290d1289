/* What chapter 06 says of its demos, in terms of their traces. */
#include <uv.h>

#include "tests/content/run.h"
#include "tests/support/test.h"

/* Whether the loop with that one thing on it ended by itself, and what uv_loop_close() said. */
static void ends(const char *act, bool by_itself, const char *closed)
{
    struct trial run = run_act(6, "alive", act);

    cr_assert_eq(run.status, 0);
    cr_assert_eq(run_said(&run, "the doorman ends the loop"), by_itself ? 0 : 1, "%s", act);
    cr_assert_eq(run_said(&run, closed), 1, "%s: not %s", act, closed);
    run_free(&run);
}

Test(handles, six_of_eight_loops_end_by_themselves_and_two_are_clean)
{
    ends("nothing", true, "uv_loop_close: 0");
    ends("timer-not-started", true, "uv_loop_close: EBUSY");
    ends("timer-started", true, "uv_loop_close: EBUSY");
    ends("timer-unref", true, "uv_loop_close: EBUSY");
    ends("async", false, "uv_loop_close: EBUSY");
    ends("open-socket", true, "uv_loop_close: EBUSY");
    ends("reading-socket", false, "uv_loop_close: EBUSY");
    ends("pool-job", true, "uv_loop_close: 0");
}

Test(handles, an_idle_handle_left_on_makes_turn_after_turn_without_a_sleep)
{
    struct trial run = run_act(6, "busy-loop", "idle-left-on");
    cr_assert_eq(run.status, 0);
    cr_assert_gt(run_count(&run, EVENT_POLL, -1), 20);
    for (size_t i = 0; i < trace_count(run.trace); i++)
        if (trace_event(run.trace, i)->kind == EVENT_POLL)
            cr_assert_eq(trace_event(run.trace, i)->arg, 0);
    run_free(&run);

    run = run_act(6, "busy-loop", "idle-stopped");
    cr_assert_eq(run.status, 0);
    cr_assert_leq(run_count(&run, EVENT_POLL, -1), 4);
    run_free(&run);
}

Test(handles, a_loop_closes_after_walk_close_and_run)
{
    struct trial run = run_act(6, "clean-end", "recipe");

    cr_assert_eq(run.status, 0);
    cr_assert_eq(run_said(&run, "stopped: uv_loop_close says EBUSY"), 1);
    cr_assert_eq(run_said(&run, "close callback of guest"), 3);
    cr_assert_eq(run_said(&run, "closed and run: uv_loop_close says 0"), 1);
    run_free(&run);
}

Test(handles, writes_that_are_queued_when_their_socket_closes_call_back_before_it_does)
{
    struct trial run = run_act(6, "clean-end", "queued-writes");
    size_t written = 0;
    bool closed = false;

    cr_assert_eq(run.status, 0);
    cr_assert_eq(run_said(&run, "called back with ECANCELED"), 3);
    for (size_t i = 0; i < trace_count(run.trace); i++) {
        const struct event *event = trace_event(run.trace, i);
        if (event->kind != EVENT_CALL)
            continue;
        if (event->object == CALLBACK_DONE) {
            cr_assert_not(closed, "the close callback is the last one");
            cr_assert_eq(event->arg, UV_ECANCELED);
            written++;
        }
        closed = closed || event->object == CALLBACK_CLOSE;
    }
    cr_assert_eq(written, 3);
    cr_assert(closed);
    run_free(&run);
}

/* The things that are put on the eight loops have names, and so columns of their own. */
Test(handles, what_is_started_on_a_loop_is_an_actor_by_its_name)
{
    static const char *const named[][2] = {
        {"timer-started", "timer"},
        {"timer-unref", "timer"},
        {"reading-socket", "near end"},
        {"pool-job", "job"},
    };

    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        struct trial run = run_act(6, "alive", named[i][0]);
        cr_assert(run_actor(&run, named[i][1]));
        run_free(&run);
    }
}

/* libuv calls back with a pointer to what is gone; the sanitizer ends the program when the callback
 * follows it, and names both places. */
Test(handles, a_sanitizer_reports_the_callback_that_uses_a_stack_that_is_gone)
{
    struct trial run = run_act(6, "too-early", "checked");

    cr_assert_eq(run.signal, 0);
    cr_assert_neq(run.status, 0);
    cr_assert(run_actor(&run, "guest"));
    cr_assert_eq(run_count(&run, EVENT_CALL, -1), 1, "the timer's callback was called");
    cr_assert_eq(run_count(&run, EVENT_CALL_END, -1), 0, "and did not return");
    cr_assert_eq(run_wrote(&run, "stack-use-after-return"), 1);
    cr_assert_eq(run_wrote(&run, "#0 in on_timer chapters/06-handles/too_early.c:"), 1);
    cr_assert_eq(run_wrote(&run, "in invite "), 1);
    cr_assert_eq(run_wrote(&run, "wants coffee"), 0);
    run_free(&run);
}

/* What it does is not defined, so only that is asserted which the stage does: it ends, and its
 * trace outlives it. */
Test(handles, without_a_sanitizer_anything_may_happen_but_the_trace_is_there)
{
    struct trial run = run_act(6, "too-early", "unchecked");

    cr_assert_eq(run_count(&run, EVENT_BORN, -1) > 0, true);
    cr_assert_eq(run_wrote(&run, "AddressSanitizer"), 0);
    run_free(&run);
}
