/* What chapter 04 says of its demos, in terms of their traces. */
#include "tests/content/run.h"
#include "tests/support/test.h"

Test(async, one_wait_takes_as_long_paused_as_blocking)
{
    struct trial run = run_quietly(4, "not-faster", "one");

    cr_assert_eq(run.status, 0);
    cr_assert_geq(run_waited(&run, "blocking"), 99);
    cr_assert_geq(run_waited(&run, "paused"), 99);
    cr_assert_lt(run_waited(&run, "paused"), 1.6 * run_waited(&run, "blocking"));
    run_free(&run);
}

Test(async, ten_that_block_add_up_although_they_are_tasks)
{
    struct trial run = run_act(4, "not-faster", "ten-blocking");

    cr_assert_eq(run.status, 0);
    cr_assert_geq(run_total(&run), 999);
    cr_assert_eq(run_overlap(&run, SPAN_BLOCKED), 1);
    run_free(&run);
}

Test(async, ten_that_pause_overlap)
{
    struct trial run = run_quietly(4, "not-faster", "ten-paused");

    cr_assert_eq(run.status, 0);
    cr_assert_geq(run_overlap(&run, SPAN_WAITING), 10);
    cr_assert_lt(run_total(&run), 300);
    run_free(&run);
}

Test(async, every_step_of_every_task_runs_on_one_thread)
{
    struct trial run = run_act(4, "not-parallel", "thread-ids");

    cr_assert_eq(run.status, 0);
    cr_assert_eq(query_threads(&run.actors), 1);
    cr_assert_eq(run_said(&run, ": thread "), 9);
    run_free(&run);
}

Test(async, a_greedy_task_makes_the_other_wait_for_all_of_its_work)
{
    struct trial run = run_act(4, "cooperative", "greedy");

    cr_assert_eq(run.status, 0);
    cr_assert_gt(run_waited(&run, "tick"), 0.9 * run_ran(&run, "work"));
    run_free(&run);
}

Test(async, work_in_pieces_lets_the_other_in)
{
    struct trial run = run_quietly(4, "cooperative", "split");

    cr_assert_eq(run.status, 0);
    cr_assert_lt(run_ended(&run, "tick"), run_ended(&run, "work"));
    cr_assert_lt(run_waited(&run, "tick"), 0.6 * run_ran(&run, "work"));
    run_free(&run);
}

Test(async, a_cached_read_is_slower_through_the_pool)
{
    struct trial run = run_quietly(4, "async-is-slower", "read");

    cr_assert_eq(run.status, 0);
    const struct actor *pool = run_actor(&run, "pool");
    cr_assert_gt((double)(pool->end - pool->begin) / 1e6, 2 * run_ran(&run, "direct"));
    cr_assert_eq(run_said(&run, "us a read"), 2);
    run_free(&run);
}
