/* What chapter 01 says of its demos, in terms of their traces. */
#include "tests/content/run.h"
#include "tests/support/test.h"

Test(waiting, a_spinner_runs_while_a_sleeper_does_not)
{
    struct trial run = run_quietly(1, "busy-vs-asleep", "both");

    cr_assert_eq(run.status, 0);
    cr_assert_geq(run_ran(&run, "spin"), 199);
    cr_assert_geq(run_waited(&run, "sleep"), 199);
    cr_assert_gt(run_ran(&run, "spin"), 5 * run_ran(&run, "sleep"));
    run_free(&run);
}

Test(waiting, a_spin_has_no_events_in_it)
{
    struct trial spin = run_act(1, "busy-vs-asleep", "spin");
    cr_assert_eq(run_count(&spin, EVENT_BLOCK, -1), 0);
    run_free(&spin);

    struct trial sleep = run_act(1, "busy-vs-asleep", "sleep");
    cr_assert_eq(run_count(&sleep, EVENT_BLOCK, BLOCK_SLEEP), 1);
    run_free(&sleep);
}

Test(waiting, naps_end_late_and_use_little_of_a_processor)
{
    struct trial run = run_quietly(1, "busy-vs-asleep", "naps");
    size_t naps = run_count(&run, EVENT_BLOCK, BLOCK_SLEEP);

    cr_assert_eq(run.status, 0);
    cr_assert(naps > 1 && naps <= 7, "%zu naps", naps);
    cr_assert_geq(run_waited(&run, "naps"), 199);
    cr_assert_lt(run_ran(&run, "naps"), 0.1 * run_waited(&run, "naps"));
    run_free(&run);
}

Test(waiting, one_of_three_nested_calls_waits_and_the_others_wait_for_it)
{
    struct trial run = run_act(1, "call-stack", "nested");

    cr_assert_eq(run.status, 0);
    cr_assert_eq(run_overlap(&run, SPAN_BLOCKED), 1);
    cr_assert_eq(run_count(&run, EVENT_BLOCK, BLOCK_SLEEP), 3);
    cr_assert_eq(run_said(&run, "begins"), 3);
    cr_assert_eq(run_said(&run, "breakfast() begins, 0 bytes down"), 1);
    cr_assert_eq(run_said(&run, " -"), 0); /* no frame lies above the first */
    cr_assert_eq(run_said(&run, "returns"), 3);
    cr_assert_geq(run_waited(&run, "cook"), 119);
    run_free(&run);
}

Test(waiting, the_ladder_has_nine_rungs_and_says_which_one_is_simulated)
{
    struct trial run = run_act(1, "ladder", "measure");

    cr_assert_eq(run.status, 0);
    cr_assert_eq(run_said(&run, "memory, "), 2);
    cr_assert_eq(run_said(&run, "lock and unlock"), 1);
    cr_assert_eq(run_said(&run, "a system call"), 1);
    cr_assert_eq(run_said(&run, "loopback"), 1);
    cr_assert_eq(run_said(&run, "disk") >= 2, 1);
    cr_assert_eq(run_said(&run, "4 KiB"), 3);
    cr_assert_eq(run_said(&run, "SIMULATED"), 1);
    cr_assert_geq(run_waited(&run, "far end"), 79); /* the ocean: nobody else answers so late */
    run_free(&run);
}
