/* What chapter 00 says of its demos, in terms of their traces. */
#include "tests/content/run.h"
#include "tests/support/test.h"

Test(start, three_waits_together_take_as_long_as_the_longest)
{
    struct trial run = run_quietly(0, "waits", "together");

    cr_assert_eq(run.status, 0);
    cr_assert_geq(run_waited(&run, "A"), 99);
    cr_assert_geq(run_waited(&run, "C"), 299);
    cr_assert_geq(run_overlap(&run, SPAN_WAITING), 3);
    cr_assert_lt(run_ended(&run, "A"), run_ended(&run, "B"));
    cr_assert_lt(run_ended(&run, "B"), run_ended(&run, "C"));
    cr_assert_lt(run_total(&run), 1.4 * run_waited(&run, "C"));
    run_free(&run);
}

Test(start, one_that_blocks_makes_the_others_late)
{
    struct trial run = run_act(0, "waits", "one-blocks");

    cr_assert_eq(run.status, 0);
    cr_assert_geq(run_waited(&run, "B"), 390); /* it asked for 200 */
    cr_assert_geq(run_waited(&run, "C"), 390); /* it asked for 300 */
    run_free(&run);
}

Test(start, a_timer_is_called_back_once_after_its_time)
{
    struct trial run = run_act(0, "callback", "timer");

    cr_assert_eq(run.status, 0);
    cr_assert_eq(run_count(&run, EVENT_CALL, CALLBACK_TIMER), 1);
    cr_assert_eq(run_said(&run, "The tea"), 1);
    cr_assert_geq(run_total(&run), 79);
    run_free(&run);
}

Test(start, the_slow_run_waits_three_seconds_by_its_own_clock)
{
    struct trial run = run_instantly(0, "waits", "slowly");

    cr_assert_eq(run.status, 0);
    cr_assert_geq(run_waited(&run, "A"), 999);
    cr_assert_geq(run_waited(&run, "C"), 2999);
    cr_assert_lt(run_ended(&run, "A"), run_ended(&run, "B"));
    cr_assert_lt(run_ended(&run, "B"), run_ended(&run, "C"));
    run_free(&run);
}
