/* What chapter 03 says of its demos, in terms of their traces. */
#include "tests/content/run.h"
#include "tests/support/test.h"

static const char *const games[] = {"A", "B", "C", "D", "E", "F", "G", "H"};
enum { GAMES = sizeof games / sizeof *games };

/* The k-th time that an actor begins to run, in ms; the test fails if there are not so many. */
static double begins_to_run(const struct trial *run, const char *name, int k)
{
    const struct actor *actor = run_actor(run, name);

    for (size_t i = 0; i < actor->span_count; i++)
        if (actor->spans[i].state == SPAN_RUNNING && k-- == 0)
            return (double)actor->spans[i].begin / 1e6;
    cr_assert_fail("%s runs less often", name);
    return 0;
}

static double sum_of_runs(const struct trial *run)
{
    double sum = 0;

    for (size_t i = 0; i < GAMES; i++)
        sum += run_ran(run, games[i]);
    return sum;
}

Test(concurrency, one_by_one_no_two_games_are_under_way)
{
    struct trial run = run_act(3, "chess", "one-by-one");

    cr_assert_eq(run.status, 0);
    for (size_t i = 1; i < GAMES; i++)
        cr_assert_geq((double)run_actor(&run, games[i])->begin / 1e6,
                      run_ended(&run, games[i - 1]));
    cr_assert_geq(run_total(&run), 549);
    run_free(&run);
}

Test(concurrency, on_one_loop_all_games_wait_together)
{
    struct trial run = run_quietly(3, "chess", "one-loop");

    cr_assert_eq(run.status, 0);
    cr_assert_eq(query_overlap(&run.actors, games, GAMES, SPAN_WAITING, 0, NULL), GAMES);
    cr_assert_eq(query_overlap(&run.actors, games, GAMES, SPAN_RUNNING, 0, NULL), 1);
    cr_assert_eq(query_threads(&run.actors), 1);
    cr_assert_lt(run_ended(&run, "D"), run_ended(&run, "B"));
    cr_assert_lt(run_ended(&run, "B"), run_ended(&run, "C"));
    cr_assert_lt(run_ended(&run, "C"), run_ended(&run, "A"));
    cr_assert_lt(run_total(&run), 1.8 * run_waited(&run, "A"));
    run_free(&run);
}

Test(concurrency, eight_threads_are_no_faster_where_everybody_waits)
{
    struct trial run = run_quietly(3, "chess", "eight-threads");

    cr_assert_eq(run.status, 0);
    cr_assert_eq(query_threads(&run.actors) >= GAMES, 1);
    cr_assert_geq(run_waited(&run, "A"), 119);
    cr_assert_lt(run_total(&run), 1.8 * run_waited(&run, "A"));
    run_free(&run);
}

Test(concurrency, moves_that_compute_add_up_on_one_loop)
{
    struct trial run = run_act(3, "chess", "cpu-one-loop");

    cr_assert_eq(run.status, 0);
    cr_assert_eq(query_overlap(&run.actors, games, GAMES, SPAN_RUNNING, 0, NULL), 1);
    cr_assert_geq(run_total(&run), sum_of_runs(&run));
    for (size_t i = 0; i < GAMES; i++) /* a hand is up and nobody comes */
        cr_assert_gt(query_time_in(run_actor(&run, games[i]), SPAN_READY), 0);
    /* A waits while B computes, and goes on when all others have made their move. */
    cr_assert_lt(begins_to_run(&run, "A", 0), begins_to_run(&run, "B", 0));
    for (size_t i = 1; i < GAMES; i++)
        cr_assert_gt(begins_to_run(&run, "A", 1), begins_to_run(&run, games[i], 0));
    cr_assert_eq(run_said(&run, "ms of computing took"), 1);
    run_free(&run);
}

Test(concurrency, moves_that_compute_overlap_on_threads)
{
    struct trial run = run_act(3, "chess", "cpu-threads");

    cr_assert_eq(run.status, 0);
    cr_assert_gt(query_overlap(&run.actors, games, GAMES, SPAN_RUNNING, 0, NULL), 1);
    cr_assert_lt(run_total(&run), sum_of_runs(&run));
    cr_assert_eq(run_said(&run, "ms of computing took"), 1);
    run_free(&run);
}

Test(concurrency, spinners_on_a_loop_take_turns_and_never_overlap)
{
    struct trial run = run_act(3, "spinners", "one-loop");

    cr_assert_eq(run.status, 0);
    cr_assert_eq(run_overlap(&run, SPAN_RUNNING), 1);
    cr_assert_eq(query_threads(&run.actors), 1);
    for (int step = 0; step < 4; step++) { /* A B A B */
        cr_assert_lt(begins_to_run(&run, "A", step), begins_to_run(&run, "B", step));
        if (step)
            cr_assert_gt(begins_to_run(&run, "A", step), begins_to_run(&run, "B", step - 1));
    }
    /* Each begins before the other has ended: concurrent. */
    cr_assert_lt((double)run_actor(&run, "B")->begin / 1e6, run_ended(&run, "A"));
    cr_assert_geq(run_total(&run), run_ran(&run, "A") + run_ran(&run, "B"));
    run_free(&run);
}

Test(concurrency, spinners_on_threads_are_computing_at_the_same_instant)
{
    struct trial run = run_act(3, "spinners", "two-threads");
    const char *pair[] = {"A", "B"};

    cr_assert_eq(run.status, 0);
    cr_assert_eq(query_overlap(&run.actors, pair, 2, SPAN_RUNNING, 0, NULL), 2);
    cr_assert_eq(run_said(&run, "processors were at work"), 1);
    run_free(&run);
}

Test(concurrency, a_search_on_the_loop_makes_every_game_late)
{
    struct trial run = run_act(3, "mixed", "on-the-loop");

    cr_assert_eq(run.status, 0);
    cr_assert_gt(run_waited(&run, "A"), 0.9 * run_ran(&run, "search"));
    cr_assert_gt(run_waited(&run, "A"), 0.5 * run_total(&run));
    run_free(&run);
}

Test(concurrency, a_search_beside_the_loop_makes_nobody_late)
{
    struct trial run = run_act(3, "mixed", "beside-the-loop");

    cr_assert_eq(run.status, 0);
    cr_assert_lt(run_waited(&run, "A"), 0.5 * run_total(&run));
    cr_assert_lt(run_ended(&run, "A"), run_ended(&run, "search"));
    cr_assert_gt(query_time_in(run_actor(&run, "search"), SPAN_POOL), 0);
    run_free(&run);
}
