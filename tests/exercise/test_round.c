/* Rounds on a clock that only the test moves: when a check begins, is abandoned and may be told. A
 * script says what happens while a check runs (at each question whether it is over), and while its
 * verdict is held (at each rest). */
#include <errno.h>
#include <string.h>

#include "engine/exercise/round.h"
#include "tests/support/test.h"

static const int64_t ms = 1000000;

enum what { NOTHING, SAVE, KEY };
struct step {
    int64_t takes; /* ms, before `what` happens */
    enum what what;
};

static struct scene {
    int64_t now, saved;
    unsigned saves;
    bool key;
    const struct step *checks; /* consumed in order, a row a check up to a step of 0 ms */
    const struct step *rests;
    int begun, finished, dropped, code;
    int64_t asked_rest; /* by the last rest() */
} scene;

static int64_t now(void *to)
{
    (void)to;
    return scene.now;
}

static unsigned saves(void *to, int64_t *ret_last)
{
    (void)to;
    *ret_last = scene.saved;
    return scene.saves;
}

static bool asked(void *to)
{
    (void)to;
    return scene.key;
}

static void happen(const struct step *step)
{
    scene.now += step->takes * ms;
    if (step->what == SAVE) {
        scene.saves++;
        scene.saved = scene.now;
    }
    scene.key |= step->what == KEY;
}

/* Each step is a moment of the check: something happens, and it asks whether to go on. */
static int check(void *to, bool (*over)(void *over_to), void *over_to)
{
    (void)to;
    scene.begun++;
    while (scene.checks->takes) {
        happen(scene.checks++);
        if (over(over_to)) {
            while (scene.checks->takes)
                scene.checks++;
            scene.checks++;
            return -ECANCELED;
        }
    }
    scene.checks++;
    scene.finished++;
    return scene.code;
}

static void rest(void *to, int64_t most)
{
    (void)to;
    scene.asked_rest = most;
    if (scene.rests && scene.rests->takes && scene.rests->takes * ms < most)
        happen(scene.rests++);
    else
        scene.now += most;
}

static void drop(void *to)
{
    (void)to;
    scene.dropped++;
}

/* A save just now, then a round. */
static int play(const struct step *checks, const struct step *rests)
{
    static const struct round round = {now, saves, asked, rest, check, drop, NULL};

    scene = (struct scene){.now = 1000 * ms, .saves = 1, .checks = checks, .rests = rests};
    scene.saved = scene.now;
    return round_run(&round);
}

static int64_t since_start(void)
{
    return scene.now / ms - 1000;
}

Test(round, a_check_that_takes_longer_than_the_quiet_is_told_at_once)
{
    static const struct step checks[] = {{500, NOTHING}, {0, NOTHING}};

    cr_assert_eq(play(checks, NULL), 0);
    cr_assert_eq(since_start(), 500, "told after %d ms", (int)since_start());
    cr_assert(scene.begun == 1 && scene.dropped == 0);
}

Test(round, the_verdict_of_a_quick_check_is_held_for_the_quiet)
{
    static const struct step checks[] = {{30, NOTHING}, {0, NOTHING}};

    cr_assert_eq(play(checks, NULL), 0);
    cr_assert_eq(since_start(), ROUND_QUIET_MS);
    cr_assert_eq(scene.asked_rest, (ROUND_QUIET_MS - 30) * ms);
}

Test(round, a_save_during_the_check_abandons_it_and_begins_anew)
{
    static const struct step checks[] = {{100, NOTHING}, {50, SAVE},     {900, NOTHING},
                                         {0, NOTHING},   {300, NOTHING}, {0, NOTHING}};

    cr_assert_eq(play(checks, NULL), 0);
    cr_assert_eq(since_start(), 450, "told after %d ms", (int)since_start());
    cr_assert(scene.begun == 2 && scene.finished == 1 && scene.dropped == 0);
}

Test(round, a_save_while_the_verdict_is_held_drops_it_and_begins_anew)
{
    static const struct step checks[] = {{40, NOTHING}, {0, NOTHING}, {40, NOTHING}, {0, NOTHING}};
    static const struct step rests[] = {{100, SAVE}, {0, NOTHING}};

    cr_assert_eq(play(checks, rests), 0);
    cr_assert_eq(since_start(), 140 + ROUND_QUIET_MS, "told after %d ms", (int)since_start());
    cr_assert(scene.begun == 2 && scene.finished == 2 && scene.dropped == 1);
}

Test(round, of_a_burst_of_saves_one_verdict_is_told)
{
    static const struct step checks[] = {{10, SAVE},    {0, NOTHING}, {10, SAVE},    {0, NOTHING},
                                         {10, SAVE},    {0, NOTHING}, {60, NOTHING}, {0, NOTHING},
                                         {60, NOTHING}, {0, NOTHING}};
    static const struct step rests[] = {{20, SAVE}, {0, NOTHING}};

    cr_assert_eq(play(checks, rests), 0);
    cr_assert_eq(scene.begun, 5);
    cr_assert_eq(scene.finished - scene.dropped, 1);
    cr_assert_eq(since_start(), 30 + 60 + 20 + ROUND_QUIET_MS);
}

Test(round, a_key_ends_the_check_and_nothing_is_told)
{
    static const struct step checks[] = {{10, KEY}, {0, NOTHING}};

    cr_assert_eq(play(checks, NULL), -ECANCELED);
    cr_assert(scene.begun == 1 && scene.finished == 0 && scene.dropped == 0);
}

Test(round, a_key_while_the_verdict_is_held_drops_it)
{
    static const struct step checks[] = {{10, NOTHING}, {0, NOTHING}};
    static const struct step rests[] = {{50, KEY}, {0, NOTHING}};

    cr_assert_eq(play(checks, rests), -ECANCELED);
    cr_assert_eq(scene.dropped, 1);
}

Test(round, an_error_is_held_like_a_verdict)
{
    static const struct round round = {now, saves, asked, rest, check, drop, NULL};
    static const struct step checks[] = {{10, NOTHING}, {0, NOTHING}};

    scene = (struct scene){.now = 1000 * ms, .saves = 1, .saved = 1000 * ms, .checks = checks};
    scene.code = -ENOENT;
    cr_assert_eq(round_run(&round), -ENOENT);
    cr_assert_eq(since_start(), ROUND_QUIET_MS);
}

Test(round, without_a_save_nothing_is_held)
{
    static const struct round round = {now, saves, asked, rest, check, drop, NULL};
    static const struct step checks[] = {{10, NOTHING}, {0, NOTHING}};

    scene = (struct scene){.now = 50 * ms, .checks = checks}; /* the clock has only begun */
    cr_assert_eq(round_run(&round), 0);
    cr_assert_eq(scene.now, 60 * ms);
}
