/* What chapter 02 says of its demos, in terms of their traces. */
#include <errno.h>

#include "tests/content/run.h"
#include "tests/support/test.h"

Test(blocking, one_slow_customer_holds_up_all_who_came_later)
{
    struct trial run = run_act(2, "one-waiter", "blocking");

    cr_assert_eq(run.status, 0);
    cr_assert_eq(run_said(&run, "is served"), 4);
    cr_assert_geq(run_waited(&run, "B"), 60);
    cr_assert_geq(run_waited(&run, "C"), 60);
    cr_assert_geq(run_waited(&run, "D"), 60);
    cr_assert_lt(run_waited(&run, "D"), 1.7 * run_waited(&run, "A"));
    run_free(&run);
}

Test(blocking, with_poll_the_slow_one_holds_up_nobody)
{
    struct trial run = run_quietly(2, "one-waiter", "poll");

    cr_assert_eq(run.status, 0);
    cr_assert_eq(run_said(&run, "is served"), 4);
    cr_assert_lt(run_ended(&run, "B"), run_ended(&run, "A"));
    cr_assert_lt(run_ended(&run, "C"), run_ended(&run, "A"));
    cr_assert_lt(run_ended(&run, "D"), run_ended(&run, "A"));
    cr_assert_geq(run_count(&run, EVENT_BLOCK, BLOCK_POLL), 2);
    run_free(&run);
}

/* Level-triggered: the door is told of again as long as somebody stands there. */
Test(blocking, poll_tells_of_the_door_until_all_four_are_in)
{
    struct trial run = run_quietly(2, "one-waiter", "poll");
    size_t told = 0, accepted = 0;

    cr_assert_eq(run.status, 0);
    for (size_t i = 0; i < trace_count(run.trace) && accepted < 4; i++) {
        const struct event *event = trace_event(run.trace, i);
        if (event->kind != EVENT_BLOCK_END)
            continue;
        told += event->object == BLOCK_POLL && event->arg > 0;
        if (event->object != BLOCK_ACCEPT)
            continue;
        accepted++;
        cr_assert_eq(told, accepted, "once for each of those who come in");
    }
    cr_assert_eq(accepted, 4);
    run_free(&run);
}

/* How many reads answered "not yet", and how many bytes all reads got. */
static void reads(const struct trial *run, size_t *ret_not_yet, int64_t *ret_bytes)
{
    *ret_not_yet = 0;
    *ret_bytes = 0;
    for (size_t i = 0; i < trace_count(run->trace); i++) {
        const struct event *event = trace_event(run->trace, i);
        if (event->kind != EVENT_BLOCK_END || event->object != BLOCK_READ)
            continue;
        *ret_not_yet += event->arg == -EAGAIN;
        *ret_bytes += event->arg > 0 ? event->arg : 0;
    }
}

Test(blocking, asking_again_hears_not_yet_many_times)
{
    struct trial run = run_act(2, "eagain", "ask-again");
    size_t not_yet;
    int64_t bytes;

    cr_assert_eq(run.status, 0);
    reads(&run, &not_yet, &bytes);
    cr_assert_geq(not_yet, 2);
    cr_assert_eq(bytes, 4);
    run_free(&run);
}

Test(blocking, leaving_a_number_hears_not_yet_once)
{
    struct trial run = run_act(2, "eagain", "poll");
    size_t not_yet;
    int64_t bytes;

    cr_assert_eq(run.status, 0);
    reads(&run, &not_yet, &bytes);
    cr_assert_eq(not_yet, 1);
    cr_assert_eq(bytes, 4);
    cr_assert_eq(run_count(&run, EVENT_BLOCK, BLOCK_POLL), 1);
    run_free(&run);
}

/* poll says so first, and the read comes after it. */
Test(blocking, a_file_is_always_ready)
{
    struct trial run = run_act(2, "eagain", "file");
    size_t not_yet, polled = 0, read_after = 0;
    int64_t bytes;

    cr_assert_eq(run.status, 0);
    reads(&run, &not_yet, &bytes);
    cr_assert_eq(not_yet, 0);
    cr_assert_eq(bytes, 4096);
    for (size_t i = 0; i < trace_count(run.trace); i++) {
        const struct event *event = trace_event(run.trace, i);
        if (event->kind != EVENT_BLOCK_END)
            continue;
        if (event->object == BLOCK_POLL) {
            polled++;
            cr_assert_eq(event->arg, 1, "ready, before anything was read");
            cr_assert_eq(read_after, 0);
        }
        read_after += event->object == BLOCK_READ;
    }
    cr_assert_eq(polled, 1);
    cr_assert_eq(read_after, 1);
    run_free(&run);
}

Test(blocking, in_turn_answers_add_up_and_together_they_overlap)
{
    struct trial run = run_act(2, "five-fetches", "in-turn");
    cr_assert_eq(run.status, 0);
    cr_assert_geq(run_total(&run), 499);
    run_free(&run);

    run = run_quietly(2, "five-fetches", "together");
    cr_assert_eq(run.status, 0);
    cr_assert_geq(run_total(&run), 99);
    cr_assert_lt(run_total(&run), 300);
    run_free(&run);
}

Test(blocking, two_hundred_together_are_far_from_two_hundred_times_one)
{
    struct trial run = run_act(2, "many-customers", "in-turn");
    cr_assert_eq(run.status, 0);
    cr_assert_eq(run_said(&run, "200 answers"), 1);
    cr_assert_geq(run_total(&run), 1000);
    run_free(&run);

    run = run_quietly(2, "many-customers", "together");
    cr_assert_eq(run.status, 0);
    cr_assert_eq(run_said(&run, "200 answers"), 1);
    cr_assert_lt(run_total(&run), 700);
    run_free(&run);
}
