/* An answer is read into numbers (or taken as a word) first, and only then compared, so that a slip
 * of the keyboard is never graded: it gets a sentence that says what to type instead. */
#include "engine/quiz/grade.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBERS = ITEM_CHOICES };

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *skip_blanks(const char *at)
{
    while (is_blank(*at))
        at++;
    return at;
}

/* Numbers from 1 to `most`, each at most once, between blanks or commas, into `picked` (from 0).
 * Returns how many there are, or -1. */
static int read_numbers(const char *answer, size_t most, int *picked)
{
    bool seen[NUMBERS] = {false};
    int n = 0;

    for (const char *at = skip_blanks(answer); *at; at = skip_blanks(at)) {
        char *end;
        if (!isdigit((unsigned char)*at))
            return -1;
        long number = strtol(at, &end, 10);
        if (number < 1 || number > (long)most || seen[number - 1])
            return -1;
        seen[number - 1] = true;
        picked[n++] = (int)number - 1;
        at = skip_blanks(end);
        if (*at == ',' && *skip_blanks(at + 1))
            at++;
        else if (*at && at == end)
            return -1;
    }
    return n;
}

static const struct choice *right_choice(const struct item *item)
{
    for (size_t i = 0; i < item->choice_count; i++)
        if (item->choices[i].right)
            return &item->choices[i];
    return NULL;
}

static struct graded graded_choice(const struct item *item, int chosen, enum grade grade,
                                   const char *why_right)
{
    const struct choice *choice = &item->choices[chosen];
    bool wrong = grade == GRADE_WRONG;

    struct graded graded = {
        .grade = grade,
        .chosen = chosen,
        .place = -1,
        .put = -1,
        .why = choice->why,
        .why_right = wrong ? why_right : NULL,
        .misconception = wrong ? choice->misconception : NULL,
    };
    graded.picked[chosen] = true;
    return graded;
}

static int grade_choice(const struct item *item, const char *answer, struct graded *ret_graded,
                        struct error *error)
{
    int picked[NUMBERS];

    if (read_numbers(answer, item->choice_count, picked) != 1)
        return error_set(error, -EINVAL, "Type one number from 1 to %zu.", item->choice_count);
    if (item->type == ITEM_PREDICT) {
        *ret_graded = graded_choice(item, picked[0], GRADE_NONE, NULL);
        return 0;
    }
    bool right = item->choices[picked[0]].right;
    *ret_graded =
        graded_choice(item, picked[0], right ? GRADE_RIGHT : GRADE_WRONG, right_choice(item)->why);
    return 0;
}

static bool is_wrong(const struct item *item, const struct graded *graded, size_t i)
{
    return graded->picked[i] && !item->choices[i].right;
}

static bool is_missing(const struct item *item, const struct graded *graded, size_t i)
{
    return !graded->picked[i] && item->choices[i].right;
}

/* The first choice of that kind, or -1. */
static int first(const struct item *item, const struct graded *graded,
                 bool (*is)(const struct item *item, const struct graded *graded, size_t i))
{
    for (size_t i = 0; i < item->choice_count; i++)
        if (is(item, graded, i))
            return (int)i;
    return -1;
}

static const char *first_misconception(const struct item *item, const struct graded *graded)
{
    for (size_t i = 0; i < item->choice_count; i++)
        if (is_wrong(item, graded, i) && item->choices[i].misconception)
            return item->choices[i].misconception;
    return NULL;
}

static int grade_multi(const struct item *item, const char *answer, struct graded *ret_graded,
                       struct error *error)
{
    struct graded graded = {.place = -1, .put = -1};
    int picked[NUMBERS];

    int n = read_numbers(answer, item->choice_count, picked);
    if (n < 1)
        return error_set(error, -EINVAL,
                         "Type one or more numbers from 1 to %zu, with spaces between them.",
                         item->choice_count);
    for (int i = 0; i < n; i++)
        graded.picked[picked[i]] = true;
    int wrong = first(item, &graded, is_wrong), missing = first(item, &graded, is_missing);
    graded.grade = wrong < 0 && missing < 0 ? GRADE_RIGHT : GRADE_WRONG;
    graded.chosen = wrong >= 0     ? wrong
                    : missing >= 0 ? missing
                                   : (int)(right_choice(item) - item->choices);
    graded.why = item->choices[graded.chosen].why;
    graded.why_right = graded.grade == GRADE_WRONG ? item->why : NULL;
    graded.misconception = first_misconception(item, &graded);
    *ret_graded = graded;
    return 0;
}

static struct graded graded_plain(const struct item *item, bool right)
{
    return (struct graded){.grade = right ? GRADE_RIGHT : GRADE_WRONG,
                           .chosen = -1,
                           .place = -1,
                           .put = -1,
                           .why = item->why};
}

static int grade_order(const struct item *item, const int *shown, const char *answer,
                       struct graded *ret_graded, struct error *error)
{
    int picked[NUMBERS];
    size_t n = 0, place = 0;

    while (item->entries[n])
        n++;
    if (read_numbers(answer, n, picked) != (int)n)
        return error_set(error, -EINVAL,
                         "Type all the numbers from 1 to %zu, the first thing first.", n);
    for (size_t i = 0; shown && i < n; i++)
        picked[i] = shown[picked[i]];
    while (place < n && picked[place] == (int)place)
        place++;
    *ret_graded = graded_plain(item, place == n);
    if (place < n) {
        ret_graded->place = (int)place;
        ret_graded->put = picked[place];
    }
    return 0;
}

/* A plain decimal number; strtod alone would also take "inf", "nan" and hexadecimal. */
static bool read_number(const char *at, double *ret_number, const char **ret_rest)
{
    char *end;

    size_t length = strspn(at, "+-0123456789.eE");
    if (!strpbrk(at, "0123456789") || !length || isalpha((unsigned char)at[0]))
        return false;
    *ret_number = strtod(at, &end);
    *ret_rest = end;
    return end > at && end <= at + length && isfinite(*ret_number);
}

static int grade_number(const struct item *item, const char *answer, struct graded *ret_graded,
                        struct error *error)
{
    const char *rest, *unit = item->unit ? item->unit : "";
    double number;

    bool fits = read_number(skip_blanks(answer), &number, &rest);
    if (fits) {
        rest = skip_blanks(rest);
        size_t length = strlen(rest);
        while (length && is_blank(rest[length - 1]))
            length--;
        fits = length == 0 || (length == strlen(unit) && memcmp(rest, unit, length) == 0);
    }
    if (!fits)
        return error_set(error, -EINVAL, *unit ? "Type a number, in %s." : "Type a number.", unit);
    /* A hair of slack, so that 0.3 is within 0.1 of 0.2 whatever binary says. */
    double slack = item->tolerance + 1e-9 * fabs(item->answer);
    *ret_graded = graded_plain(item, fabs(number - item->answer) <= slack);
    ret_graded->number = number;
    return 0;
}

/* The next character of a text as it is compared: small, each run of blanks one blank, none at the
 * end, where a single dot does not count either. */
static int next_letter(const char **at)
{
    if (is_blank(**at)) {
        *at = skip_blanks(*at);
        return **at && strcmp(*at, ".") != 0 ? ' ' : 0;
    }
    if (**at == '.' && !*skip_blanks(*at + 1))
        return 0;
    return **at ? tolower((unsigned char)*(*at)++) : 0;
}

static bool same_text(const char *a, const char *b)
{
    a = skip_blanks(a);
    b = skip_blanks(b);
    for (;;) {
        int from_a = next_letter(&a), from_b = next_letter(&b);
        if (from_a != from_b)
            return false;
        if (!from_a)
            return true;
    }
}

static int grade_text(const struct item *item, const char *answer, struct graded *ret_graded,
                      struct error *error)
{
    bool right = false;

    if (same_text(answer, ""))
        return error_set(error, -EINVAL, "Type a word or two.");
    for (const char *const *accepted = item->answers; *accepted; accepted++)
        right = right || same_text(answer, *accepted);
    *ret_graded = graded_plain(item, right);
    return 0;
}

int grade_answer(const struct item *item, const int *shown, const char *answer,
                 struct graded *ret_graded, struct error *error)
{
    switch (item->type) {
    case ITEM_CHOICE:
    case ITEM_PREDICT:
        return grade_choice(item, answer, ret_graded, error);
    case ITEM_MULTI:
        return grade_multi(item, answer, ret_graded, error);
    case ITEM_ORDER:
        return grade_order(item, shown, answer, ret_graded, error);
    case ITEM_NUMBER:
        return grade_number(item, answer, ret_graded, error);
    case ITEM_TEXT:
        return grade_text(item, answer, ret_graded, error);
    }
    assert(!"an item has one of the types above");
    return -EINVAL;
}

void grade_prediction(const struct item *item, int chosen, int measured, struct graded *ret_graded)
{
    bool none = measured < 0 || (item->promise >= 0 && measured != item->promise);
    int right = none ? item->promise : measured;

    assert(chosen >= 0 && (size_t)chosen < item->choice_count);
    *ret_graded = graded_choice(item, chosen,
                                none                 ? GRADE_NONE
                                : chosen == measured ? GRADE_RIGHT
                                                     : GRADE_WRONG,
                                right >= 0 ? item->choices[right].why : NULL);
    if (none && right >= 0 && right != chosen)
        ret_graded->why_right = item->choices[right].why;
}

void grade_shuffle(unsigned seed, size_t n, int *ret_shown)
{
    bool sorted = true;

    assert(n <= ITEM_CHOICES);
    for (size_t i = 0; i < n; i++)
        ret_shown[i] = (int)i;
    for (size_t i = n; i > 1; i--) {
        seed = seed * 1664525u + 1013904223u;
        size_t j = (seed >> 16) % i;
        int moved = ret_shown[i - 1];
        ret_shown[i - 1] = ret_shown[j];
        ret_shown[j] = moved;
    }
    for (size_t i = 0; i < n; i++)
        sorted = sorted && ret_shown[i] == (int)i;
    if (sorted && n > 1) {
        ret_shown[0] = 1;
        ret_shown[1] = 0;
    }
}
