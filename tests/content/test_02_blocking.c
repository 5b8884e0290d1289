/* What chapter 02 says of its demos, in terms of their traces. */
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
    run_free(&run);
}

Test(blocking, with_poll_the_slow_one_holds_up_nobody)
{
    struct trial run = run_act(2, "one-waiter", "poll");

    cr_assert_eq(run.status, 0);
    cr_assert_eq(run_said(&run, "is served"), 4);
    cr_assert_lt(run_ended(&run, "B"), run_ended(&run, "A"));
    cr_assert_lt(run_ended(&run, "C"), run_ended(&run, "A"));
    cr_assert_lt(run_ended(&run, "D"), run_ended(&run, "A"));
    cr_assert_geq(run_count(&run, EVENT_BLOCK, BLOCK_POLL), 2);
    run_free(&run);
}

Test(blocking, asking_again_hears_not_yet_many_times)
{
    struct trial run = run_act(2, "eagain", "ask-again");

    cr_assert_eq(run.status, 0);
    cr_assert_geq(run_said(&run, "EAGAIN"), 2);
    cr_assert_eq(run_said(&run, "4 bytes"), 1);
    run_free(&run);
}

Test(blocking, leaving_a_number_hears_not_yet_once)
{
    struct trial run = run_act(2, "eagain", "poll");

    cr_assert_eq(run.status, 0);
    cr_assert_eq(run_said(&run, "EAGAIN"), 1);
    cr_assert_eq(run_said(&run, "4 bytes"), 1);
    cr_assert_eq(run_count(&run, EVENT_BLOCK, BLOCK_POLL), 1);
    run_free(&run);
}

Test(blocking, in_turn_answers_add_up_and_together_they_overlap)
{
    struct trial run = run_act(2, "five-fetches", "in-turn");
    cr_assert_eq(run.status, 0);
    cr_assert_geq(run_total(&run), 499);
    run_free(&run);

    run = run_act(2, "five-fetches", "together");
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

    run = run_act(2, "many-customers", "together");
    cr_assert_eq(run.status, 0);
    cr_assert_eq(run_said(&run, "200 answers"), 1);
    cr_assert_lt(run_total(&run), 700);
    run_free(&run);
}
