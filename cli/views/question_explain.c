/* Explaining an answer. It begins with what the learner said and why that is not so: that is the
 * misconception to work on. The right answer comes after it. */
#include <math.h>

#include "cli/views/question.h"

static void right_choices(const struct item *item, struct str *out)
{
    size_t count = 0, said = 0;

    for (size_t i = 0; i < item->choice_count; i++)
        count += item->choices[i].right;
    for (size_t i = 0; i < item->choice_count; i++)
        if (item->choices[i].right) {
            str_puts(out, said == 0 ? "" : said + 1 == count ? " and " : ", ");
            str_printf(out, "%zu", i + 1);
            said++;
        }
    str_puts(out, count > 1 ? " are right." : " is right.");
}

static void right_answer(const struct item *item, struct str *out)
{
    switch (item->type) {
    case ITEM_CHOICE:
    case ITEM_MULTI:
        right_choices(item, out);
        break;
    case ITEM_ORDER:
        str_puts(out, "The order is: ");
        for (size_t i = 0; item->entries[i]; i++)
            str_printf(out, "%s%s", i ? "; " : "", item->entries[i]);
        str_putc(out, '.');
        break;
    case ITEM_NUMBER:
        str_printf(out, "It is %.10g%s%s.", item->answer, item->unit ? " " : "",
                   item->unit ? item->unit : "");
        break;
    case ITEM_TEXT:
        str_printf(out, "It is \"%s\".", item->answers[0]);
        break;
    case ITEM_PREDICT:
        break;
    }
}

/* Where entries before it are in place, what was put too early comes after what belongs there. */
static void say_departure(const struct item *item, const struct graded *graded, struct str *out)
{
    const char *put = item->entries[graded->put], *belongs = item->entries[graded->place];

    if (graded->place == 0)
        str_printf(out, "You began with \"%s\"", put);
    else
        str_printf(out, "After \"%s\" you put \"%s\"", item->entries[graded->place - 1], put);
    str_printf(out, ", but \"%s\" comes before it.", belongs);
}

/* What there is to say of a wrong answer beyond that. */
static void say_wrong(const struct item *item, const struct graded *graded, const char *answer,
                      struct str *out)
{
    double off = graded->number - item->answer;

    if (item->type == ITEM_ORDER)
        say_departure(item, graded, out);
    else if (item->type == ITEM_NUMBER)
        str_printf(out, "%.10g is too %s, by %.10g%s%s.", graded->number, off > 0 ? "high" : "low",
                   fabs(off), item->unit ? " " : "", item->unit ? item->unit : "");
    else if (item->type == ITEM_TEXT)
        str_printf(out, "You typed \"%s\".", answer);
    else if (graded->why)
        str_puts(out, graded->why);
}

/* Each choice of several that is not right or is missing, with its reason; the learner's own
 * first. */
static void explain_several(struct page *page, const struct item *item, const struct graded *graded,
                            struct str *out)
{
    bool first = true;

    for (int missing = 0; missing <= 1; missing++)
        for (size_t i = 0; i < item->choice_count; i++) {
            struct str lead = {0};

            if (item->choices[i].right != missing || graded->picked[i] == missing)
                continue;
            str_printf(&lead, "%s%zu is %s.", first ? "Not so. " : "", i + 1,
                       missing ? "missing" : "not right");
            page_led(page, STYLE_WRONG, str_text(&lead), item->choices[i].why, out);
            str_free(&lead);
            first = false;
        }
}

static void explain_right(struct page *page, const struct item *item, const struct graded *graded,
                          struct str *out)
{
    const char *why = item->type == ITEM_MULTI ? item->why : graded->why;

    page_led(page, STYLE_RIGHT, "Right.", why ? why : "", out);
    for (size_t i = 0; item->type == ITEM_MULTI && i < item->choice_count; i++) {
        struct str label = {0};

        if (!item->choices[i].right)
            continue;
        str_printf(&label, "%3zu  ", i + 1);
        page_labelled(page, str_text(&label), item->choices[i].why, out);
        str_free(&label);
    }
}

static void explain_wrong(struct page *page, const struct item *item, const struct graded *graded,
                          const char *answer, struct str *out)
{
    struct str wrong = {0};

    if (item->type == ITEM_MULTI) {
        explain_several(page, item, graded, out);
        return;
    }
    say_wrong(item, graded, answer, &wrong);
    page_led(page, STYLE_WRONG, "Not so.", str_text(&wrong), out);
    str_free(&wrong);
}

void question_explain(struct page *page, const struct item *item, const struct graded *graded,
                      const char *answer, struct str *out)
{
    struct str right = {0};

    str_putc(out, '\n');
    if (graded->grade == GRADE_RIGHT) {
        explain_right(page, item, graded, out);
        return;
    }
    explain_wrong(page, item, graded, answer, out);
    right_answer(item, &right);
    if (graded->why_right)
        str_printf(&right, " %s", graded->why_right);
    else if (graded->chosen < 0 && graded->why)
        str_printf(&right, " %s", graded->why);
    page_text(page, STYLE_TEXT, 0, str_text(&right), out);
    str_free(&right);
}
