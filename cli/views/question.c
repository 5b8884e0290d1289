/* Showing an item and explaining an answer; the conversation around it is in question_ask.c. The
 * explanation begins with the reason for the learner's own choice: that is the misconception to
 * work on. The right one comes after it. */
#include "cli/views/question.h"

#include <ctype.h>
#include <stdlib.h>

static const char *how_to_answer(const struct item *item)
{
    switch (item->type) {
    case ITEM_MULTI:
        return "Several may be right. Type their numbers, such as 1 3.";
    case ITEM_ORDER:
        return "Type the numbers in the right order, such as 2 1 3.";
    case ITEM_NUMBER:
        return "Type a number.";
    case ITEM_TEXT:
        return "Type a word.";
    default:
        return NULL;
    }
}

static void show_entry(struct page *page, int number, const char *text, struct str *out)
{
    struct str label = {0};

    str_printf(&label, "%3d  ", number);
    page_labelled(page, str_text(&label), text, out);
    str_free(&label);
}

static void show_unit(struct page *page, const char *unit, struct str *out)
{
    struct str how = {0};

    str_printf(&how, "Type a number, in %s.", unit);
    page_text(page, STYLE_DIM, 0, str_text(&how), out);
    str_free(&how);
}

void question_show(struct page *page, const struct item *item, const char *title, const int *shown,
                   struct str *out)
{
    const char *how = how_to_answer(item);

    str_putc(out, '\n');
    page_title(page, STYLE_HEADING, title, "", out);
    page_text(page, STYLE_TEXT, 0, item->ask, out);
    for (size_t i = 0; i < item->choice_count; i++)
        show_entry(page, (int)i + 1, item->choices[i].text, out);
    for (size_t i = 0; item->type == ITEM_ORDER && item->entries[i]; i++)
        show_entry(page, (int)i + 1, item->entries[shown ? shown[i] : (int)i], out);
    if (item->type == ITEM_NUMBER && item->unit)
        show_unit(page, item->unit, out);
    else if (how)
        page_text(page, STYLE_DIM, 0, how, out);
}

static void right_choices(const struct item *item, struct str *out)
{
    int count = 0;

    for (size_t i = 0; i < item->choice_count; i++)
        if (item->choices[i].right)
            str_printf(out, "%s%zu", count++ ? " and " : "", i + 1);
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
        str_printf(out, "It is %g%s%s.", item->answer, item->unit ? " " : "",
                   item->unit ? item->unit : "");
        break;
    case ITEM_TEXT:
        str_printf(out, "It is \"%s\".", item->answers[0]);
        break;
    case ITEM_PREDICT:
        break;
    }
}

/* Of an answer that names several it is told which one the reason is about. */
static void add_not_so(struct page *page, const struct item *item, const struct graded *graded,
                       struct str *out)
{
    struct str why = {0};

    if (item->type == ITEM_MULTI)
        str_printf(&why, "%d %s ", graded->chosen + 1,
                   graded->missing ? "is missing." : "is not right.");
    if (graded->chosen >= 0 && graded->why)
        str_puts(&why, graded->why);
    page_led(page, STYLE_WRONG, "Not so.", str_text(&why), out);
    str_free(&why);
}

void question_explain(struct page *page, const struct item *item, const struct graded *graded,
                      struct str *out)
{
    struct str right = {0};

    str_putc(out, '\n');
    if (graded->grade == GRADE_RIGHT) {
        page_led(page, STYLE_RIGHT, "Right.", graded->why ? graded->why : "", out);
        return;
    }
    add_not_so(page, item, graded, out);
    right_answer(item, &right);
    if (graded->why_right)
        str_printf(&right, " %s", graded->why_right);
    else if (graded->chosen < 0 && graded->why)
        str_printf(&right, " %s", graded->why);
    page_text(page, STYLE_TEXT, 0, str_text(&right), out);
    str_free(&right);
}

int question_choice(const struct item *item, const char *answer)
{
    char *end;
    long number = strtol(answer, &end, 10);

    while (isspace((unsigned char)*end))
        end++;
    if (end == answer || *end || number < 1 || (size_t)number > item->choice_count)
        return 0;
    return (int)number;
}
