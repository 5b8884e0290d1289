/* The review schedule against the vectors of the upstream project. */
#include <math.h>

#include "engine/learner/schedule.h"
#include "tests/support/test.h"

enum { DAY = 24 * 60 * 60 };

static const int64_t start = 1760000000;

/* Reviews a card on the day on which it is due, again and again; the first answer as given, all
 * others right. */
static void assert_intervals(bool first, const int *days, int n)
{
    struct card card = {0};
    int64_t now = start;

    for (int i = 0; i < n; i++) {
        schedule_review(&card, i > 0 || first, now);
        cr_assert_eq((card.due - now) / DAY, days[i], "review %d: %d days, not %d", i,
                     (int)((card.due - now) / DAY), days[i]);
        now = card.due;
    }
}

Test(schedule, right_answers_follow_the_upstream_vector)
{
    assert_intervals(true, (const int[]){2, 11, 46, 163, 497}, 5);
}

Test(schedule, a_wrong_first_answer_follows_the_upstream_vector)
{
    assert_intervals(false, (const int[]){1, 2, 6, 17, 44}, 5);
}

Test(schedule, recall_is_whole_at_first_and_nine_tenths_when_due)
{
    struct card card = {0};

    cr_assert_eq(schedule_recall(&card, start), 1);
    schedule_review(&card, true, start);
    cr_assert_float_eq(schedule_recall(&card, start), 1, 1e-9);
    card.stability = 10;
    cr_assert_float_eq(schedule_recall(&card, start + 10 * DAY), 0.9, 1e-9);
    cr_assert_float_eq(schedule_recall(&card, start + 11 * DAY - 1), 0.9, 1e-9,
                       "whole days are counted");
}

Test(schedule, a_lapse_brings_the_card_back_soon_and_makes_it_harder)
{
    struct card card = {0};

    for (int i = 0; i < 4; i++)
        schedule_review(&card, true, i ? card.due : start);
    struct card before = card;
    schedule_review(&card, false, card.due);
    cr_assert_lt(card.stability, before.stability / 10);
    cr_assert_gt(card.difficulty, before.difficulty);
}

Test(schedule, on_one_day_a_right_answer_never_shortens_and_a_wrong_one_does)
{
    struct card right = {0}, wrong;

    schedule_review(&right, true, start);
    wrong = right;
    double before = right.stability;
    schedule_review(&right, true, start + 60);
    schedule_review(&wrong, false, start + 60);
    cr_assert_geq(right.stability, before);
    cr_assert_lt(wrong.stability, before);
}

Test(schedule, a_clock_that_went_back_counts_as_the_same_day)
{
    struct card there = {0}, back;

    schedule_review(&there, true, start);
    back = there;
    schedule_review(&there, true, start + 60);
    schedule_review(&back, true, start - 400 * (int64_t)DAY);
    cr_assert_float_eq(back.stability, there.stability, 1e-12);
    cr_assert_gt(back.due, back.reviewed);
}

Test(schedule, intervals_stay_within_a_day_and_a_century)
{
    cr_assert_eq(schedule_interval(0.001), 1);
    cr_assert_eq(schedule_interval(1.4), 1);
    cr_assert_eq(schedule_interval(1.6), 2);
    cr_assert_eq(schedule_interval(1e9), SCHEDULE_LONGEST);
}

Test(schedule, a_thousand_reviews_either_way_stay_in_bounds)
{
    for (int right = 0; right < 2; right++) {
        struct card card = {0};
        for (int i = 0; i < 1000; i++) {
            schedule_review(&card, right, i ? card.due : start);
            cr_assert(card.stability >= 0.001 && card.stability <= SCHEDULE_LONGEST);
            cr_assert(card.difficulty >= 1 && card.difficulty <= 10);
        }
    }
}
