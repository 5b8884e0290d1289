/* engine/quiz/grade: answers as people type them. */
#include <errno.h>
#include <string.h>

#include "engine/quiz/grade.h"
#include "tests/support/test.h"

static struct choice three[] = {
    {.text = "a", .why = "why a", .misconception = "m-a"},
    {.text = "b", .why = "why b", .right = true},
    {.text = "c", .why = "why c", .right = true},
};
static struct choice two[] = {
    {.text = "a", .why = "why a", .right = true},
    {.text = "b", .why = "why b", .misconception = "m-b"},
};
static const char *const entries[] = {"first", "second", "third", NULL};
static const char *const answers[] = {"Event loop", "poll.", NULL};

static const struct item choice = {.type = ITEM_CHOICE, .choices = two, .choice_count = 2};
static const struct item multi = {
    .type = ITEM_MULTI, .choices = three, .choice_count = 3, .why = "why all"};
static const struct item order = {.type = ITEM_ORDER, .entries = entries, .why = "why so"};
static const struct item number = {
    .type = ITEM_NUMBER, .answer = 500, .tolerance = 50, .unit = "ms", .why = "sum"};
static const struct item text = {.type = ITEM_TEXT, .answers = answers, .why = "word"};
static const struct item predict = {
    .type = ITEM_PREDICT, .choices = two, .choice_count = 2, .promise = 0};

static struct graded grade(const struct item *item, const int *shown, const char *answer)
{
    struct graded graded;
    struct error error = {0};

    cr_assert_eq(grade_answer(item, shown, answer, &graded, &error), 0, "%s: %s", answer,
                 error.text);
    return graded;
}

static void assert_asked_again(const struct item *item, const char *answer, const char *wanted)
{
    struct graded graded = {.grade = GRADE_NONE, .chosen = 42};
    struct error error = {0};

    cr_assert_eq(grade_answer(item, NULL, answer, &graded, &error), -EINVAL, "%s", answer);
    cr_assert_str_eq(error.text, wanted);
    cr_assert_eq(graded.chosen, 42);
}

Test(grade, a_choice_brings_its_reason_and_the_right_one)
{
    struct graded right = grade(&choice, NULL, " 1 \n"), wrong = grade(&choice, NULL, "2");

    cr_assert_eq(right.grade, GRADE_RIGHT);
    cr_assert_eq(right.chosen, 0);
    cr_assert_str_eq(right.why, "why a");
    cr_assert_null(right.why_right);
    cr_assert_null(right.misconception);
    cr_assert_eq(wrong.grade, GRADE_WRONG);
    cr_assert_eq(wrong.chosen, 1);
    cr_assert_str_eq(wrong.why, "why b");
    cr_assert_str_eq(wrong.why_right, "why a");
    cr_assert_str_eq(wrong.misconception, "m-b");
}

Test(grade, what_is_no_choice_is_asked_again)
{
    static const char *const slips[] = {"",    " ",   "0",  "3",  "a",
                                        "1 2", "1.0", "-1", "1a", "99999999999999999999"};

    for (size_t i = 0; i < sizeof slips / sizeof slips[0]; i++)
        assert_asked_again(&choice, slips[i], "Type one number from 1 to 2.");
}

Test(grade, several_choices_must_be_exactly_the_right_ones)
{
    cr_assert_eq(grade(&multi, NULL, "2 3").grade, GRADE_RIGHT);
    cr_assert_eq(grade(&multi, NULL, "3,2").grade, GRADE_RIGHT);
    cr_assert_eq(grade(&multi, NULL, " 3 , 2 ").grade, GRADE_RIGHT);

    struct graded wrong = grade(&multi, NULL, "1 2 3");
    cr_assert_eq(wrong.grade, GRADE_WRONG);
    cr_assert_eq(wrong.chosen, 0);
    cr_assert_str_eq(wrong.misconception, "m-a");
    cr_assert_str_eq(wrong.why_right, "why all");

    struct graded missed = grade(&multi, NULL, "2");
    cr_assert_eq(missed.grade, GRADE_WRONG);
    cr_assert_eq(missed.chosen, 2);
    cr_assert_str_eq(missed.why, "why c");
    cr_assert_str_eq(missed.why_right, "why all");

    struct graded both = grade(&multi, NULL, "1 2");
    cr_assert_eq(both.chosen, 0);
    cr_assert_str_eq(both.why_right, "why all");
    cr_assert(both.picked[0] && both.picked[1] && !both.picked[2]);
}

Test(grade, of_several_wrong_choices_the_first_that_reveals_a_belief_names_it)
{
    static struct choice choices[] = {{.text = "a", .why = "why a"},
                                      {.text = "b", .why = "why b", .misconception = "m-b"},
                                      {.text = "c", .why = "why c", .right = true}};
    const struct item item = {.type = ITEM_MULTI, .choices = choices, .choice_count = 3};

    cr_assert_eq(grade(&item, NULL, "2 1").chosen, 0);
    cr_assert_str_eq(grade(&item, NULL, "2 1").misconception, "m-b");
    cr_assert_null(grade(&item, NULL, "1").misconception);
    cr_assert_null(grade(&item, NULL, "3").misconception);
}

Test(grade, slips_among_several_are_asked_again)
{
    static const char *const slips[] = {"", "4", "1 1", "1,,2", "1,", ",1", "12", "1-2"};

    for (size_t i = 0; i < sizeof slips / sizeof slips[0]; i++)
        assert_asked_again(&multi, slips[i],
                           "Type one or more numbers from 1 to 3, with spaces between them.");
}

Test(grade, an_order_is_of_the_entries_as_they_were_shown)
{
    static const int shown[] = {2, 0, 1}; /* third, first, second */

    cr_assert_eq(grade(&order, NULL, "1 2 3").grade, GRADE_RIGHT);
    cr_assert_eq(grade(&order, NULL, "2 1 3").grade, GRADE_WRONG);
    cr_assert_eq(grade(&order, shown, "2 3 1").grade, GRADE_RIGHT);
    cr_assert_eq(grade(&order, shown, "1 2 3").grade, GRADE_WRONG);
    cr_assert_eq(grade(&order, shown, "1 2 3").chosen, -1);
    cr_assert_eq(grade(&order, shown, "1 2 3").place, 0);
    cr_assert_eq(grade(&order, shown, "1 2 3").put, 2);
    cr_assert_eq(grade(&order, shown, "2 1 3").place, 1);
    cr_assert_eq(grade(&order, shown, "2 1 3").put, 2);
    cr_assert_eq(grade(&order, shown, "2 3 1").place, -1);
    cr_assert_str_eq(grade(&order, shown, "1 2 3").why, "why so");
    assert_asked_again(&order, "1 2", "Type all the numbers from 1 to 3, the first thing first.");
    assert_asked_again(&order, "1 2 2", "Type all the numbers from 1 to 3, the first thing first.");
}

Test(grade, a_number_may_have_its_unit_and_a_tolerance)
{
    cr_assert_eq(grade(&number, NULL, "500").grade, GRADE_RIGHT);
    cr_assert_eq(grade(&number, NULL, " 5.5e2 ms ").grade, GRADE_RIGHT);
    cr_assert_eq(grade(&number, NULL, "450ms").grade, GRADE_RIGHT);
    cr_assert_eq(grade(&number, NULL, "449.9").grade, GRADE_WRONG);
    cr_assert_eq(grade(&number, NULL, "550.1").grade, GRADE_WRONG);
    cr_assert_eq(grade(&number, NULL, "-500").grade, GRADE_WRONG);
    cr_assert_eq(grade(&number, NULL, "-500 ms").number, -500);
    assert_asked_again(&number, "five", "Type a number, in ms.");
    assert_asked_again(&number, "500 s", "Type a number, in ms.");
    assert_asked_again(&number, "0x1f4", "Type a number, in ms.");
    assert_asked_again(&number, "inf", "Type a number, in ms.");
    assert_asked_again(&number, "1e999", "Type a number, in ms.");
    assert_asked_again(&number, "5 00", "Type a number, in ms.");
    assert_asked_again(&number, "e5", "Type a number, in ms.");
    assert_asked_again(&number, "", "Type a number, in ms.");
}

Test(grade, decimal_tolerances_hold_at_their_edge)
{
    const struct item tenth = {.type = ITEM_NUMBER, .answer = 0.2, .tolerance = 0.1, .why = "w"};

    cr_assert_eq(grade(&tenth, NULL, "0.3").grade, GRADE_RIGHT);
    cr_assert_eq(grade(&tenth, NULL, "0.301").grade, GRADE_WRONG);
    assert_asked_again(&tenth, "0.2 ms", "Type a number.");
}

Test(grade, a_text_is_compared_without_case_blanks_and_its_dot)
{
    cr_assert_eq(grade(&text, NULL, "event loop").grade, GRADE_RIGHT);
    cr_assert_eq(grade(&text, NULL, "  EVENT \t loop. ").grade, GRADE_RIGHT);
    cr_assert_eq(grade(&text, NULL, "event loop .").grade, GRADE_RIGHT);
    cr_assert_eq(grade(&text, NULL, "poll").grade, GRADE_RIGHT);
    cr_assert_eq(grade(&text, NULL, "eventloop").grade, GRADE_WRONG);
    cr_assert_eq(grade(&text, NULL, "event loop..").grade, GRADE_WRONG);
    cr_assert_str_eq(grade(&text, NULL, "epoll").why, "word");
    assert_asked_again(&text, " \t", "Type a word or two.");
    assert_asked_again(&text, ".", "Type a word or two.");
}

Test(grade, a_prediction_is_graded_by_the_run)
{
    struct graded graded = grade(&predict, NULL, "2");
    cr_assert_eq(graded.grade, GRADE_NONE);
    cr_assert_eq(graded.chosen, 1);

    grade_prediction(&predict, 0, 0, &graded);
    cr_assert_eq(graded.grade, GRADE_RIGHT);
    cr_assert_str_eq(graded.why, "why a");
    cr_assert_null(graded.why_right);
    grade_prediction(&predict, 1, 0, &graded);
    cr_assert_eq(graded.grade, GRADE_WRONG);
    cr_assert_str_eq(graded.why, "why b");
    cr_assert_str_eq(graded.why_right, "why a");
    cr_assert_str_eq(graded.misconception, "m-b");
}

Test(grade, a_run_that_breaks_the_promise_is_not_graded)
{
    const struct item free = {
        .type = ITEM_PREDICT, .choices = two, .choice_count = 2, .promise = -1};
    struct graded graded;

    grade_prediction(&predict, 1, 1, &graded);
    cr_assert_eq(graded.grade, GRADE_NONE);
    cr_assert_str_eq(graded.why_right, "why a");
    grade_prediction(&predict, 0, -1, &graded);
    cr_assert_eq(graded.grade, GRADE_NONE);
    cr_assert_null(graded.misconception);
    grade_prediction(&free, 1, 1, &graded);
    cr_assert_eq(graded.grade, GRADE_RIGHT);
    grade_prediction(&free, 1, -1, &graded);
    cr_assert_eq(graded.grade, GRADE_NONE);
}

Test(grade, a_shuffle_is_a_permutation_and_never_the_right_order)
{
    for (size_t n = 2; n <= 9; n++) {
        unsigned firsts = 0;
        for (unsigned seed = 0; seed < 500; seed++) {
            int shown[9];
            unsigned seen = 0;
            bool sorted = true;
            grade_shuffle(seed * 2654435761u, n, shown);
            for (size_t i = 0; i < n; i++) {
                cr_assert(shown[i] >= 0 && (size_t)shown[i] < n);
                seen |= 1u << shown[i];
                sorted = sorted && shown[i] == (int)i;
            }
            cr_assert_eq(seen, (1u << n) - 1);
            cr_assert_not(sorted);
            firsts |= 1u << shown[0];
        }
        if (n > 2)
            cr_assert_eq(firsts, (1u << n) - 1, "every entry must come first for some seed");
    }
}
