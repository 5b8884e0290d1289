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

static double ready(const struct trial *run, const char *name)
{
    const struct actor *actor = run_actor(run, name);
    uint64_t ns = 0;

    for (size_t i = 0; i < actor->span_count; i++)
        if (actor->spans[i].state == SPAN_READY)
            ns += actor->spans[i].end - actor->spans[i].begin;
    return (double)ns / 1e6;
}

Test(async, work_in_pieces_lets_the_other_in)
{
    struct trial run = run_quietly(4, "cooperative", "split");

    cr_assert_eq(run.status, 0);
    cr_assert_lt(run_ended(&run, "tick"), run_ended(&run, "work"));
    cr_assert_lt(run_waited(&run, "tick"), 0.6 * run_ran(&run, "work"));
    run_free(&run);
}

Test(async, who_becomes_ready_waits_for_the_piece_of_the_one_that_queued_up_first)
{
    struct trial run = run_quietly(4, "cooperative", "split");
    double piece = run_ran(&run, "work") / 20;

    cr_assert_eq(run.status, 0);
    cr_assert_gt(ready(&run, "tick"), 0.5 * piece);
    cr_assert_lt(ready(&run, "tick"), 4 * piece);
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

Test(async, a_read_enters_the_pool_when_the_one_before_has_been_read)
{
    struct trial run = run_act(4, "async-is-slower", "read");
    size_t reads = 0, begin, end = 0;

    cr_assert_eq(run.status, 0);
    for (; (begin = query_next(run.trace, end, EVENT_WORK, 0)) != SIZE_MAX; reads++) {
        end = query_next(run.trace, begin, EVENT_WORK_END, 0);
        cr_assert_neq(end, SIZE_MAX);
        cr_assert_gt(query_next(run.trace, begin + 1, EVENT_WORK, 0), end);
    }
    cr_assert_eq(reads, 1 + 500);
    run_free(&run);
}
