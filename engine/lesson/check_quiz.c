/* Items: what they point to, and what a quiz of this course should have. */
#include <string.h>

#include "engine/lesson/check_priv.h"

enum { QUESTIONS = 8, CHOICES_THAT_TELL = 4 };

static void check_misconception(struct check *check, const char *file, const struct choice *choice)
{
    const struct misconception *known;

    if (!choice->misconception || !check->refers)
        return;
    known = reference_misconception(&check->reference, choice->misconception);
    if (known)
        check->revealed[known - check->reference.misconceptions] = true;
    else
        check_error(check, file, choice->line, "misconceptions.json has no \"%s\"",
                    choice->misconception);
}

static bool is_wrong(const struct item *item, size_t choice)
{
    return item->type == ITEM_PREDICT ? item->promise >= 0 && item->promise != (int)choice
                                      : !item->choices[choice].right;
}

static void check_text(struct check *check, const char *file, int line, const char *text)
{
    check_marks(check, file, line, text);
    check_sentences(check, file, line, text, strlen(text));
}

static void check_choices(struct check *check, const char *file, const struct item *item)
{
    for (size_t i = 0; i < item->choice_count; i++) {
        const struct choice *choice = &item->choices[i];
        check_misconception(check, file, choice);
        check_marks(check, file, choice->line, choice->text);
        check_text(check, file, choice->line, choice->why);
        if (is_wrong(item, i) && !choice->misconception)
            check_warning(check, file, choice->line,
                          "item %s: a wrong choice reveals no misconception", item->id);
    }
}

/* Does the lesson itself ask this item? */
static bool is_asked(const struct lesson *lesson, const struct item *item)
{
    for (size_t i = 0; i < lesson->document.block_count; i++) {
        const struct block *block = &lesson->document.blocks[i];
        if (block->type == BLOCK_DIRECTIVE && strcmp(block->text, item->id) == 0 &&
            (strcmp(block->info, "predict") == 0 || strcmp(block->info, "check") == 0))
            return true;
    }
    return false;
}

/* Is the right choice longer than every other? */
static bool length_tells(const struct item *item)
{
    size_t right = 0, other = 0;

    for (size_t i = 0; i < item->choice_count; i++) {
        size_t *longest = is_wrong(item, i) ? &other : &right;
        size_t length = strlen(item->choices[i].text);
        if (length > *longest)
            *longest = length;
    }
    return right > other;
}

static void check_whole(struct check *check, const struct lesson *lesson)
{
    size_t questions = 0, with_choices = 0, told = 0;

    for (size_t i = 0; i < lesson->quiz.item_count; i++) {
        const struct item *item = &lesson->quiz.items[i];
        questions += !is_asked(lesson, item);
        with_choices += item->type == ITEM_CHOICE;
        told += item->type == ITEM_CHOICE && length_tells(item);
    }
    if (questions < QUESTIONS)
        check_warning(check, lesson->quiz_path, 0,
                      "beside the lesson's the quiz has %zu questions; %d make a quiz", questions,
                      QUESTIONS);
    if (with_choices >= CHOICES_THAT_TELL && told * 2 > with_choices)
        check_warning(check, lesson->quiz_path, 0,
                      "in %zu of %zu items the right choice is the longest", told, with_choices);
}

void check_quiz(struct check *check, const struct course_chapter *chapter,
                const struct lesson *lesson)
{
    const char *file = lesson->quiz_path;

    for (size_t i = 0; i < lesson->quiz.item_count; i++) {
        const struct item *item = &lesson->quiz.items[i];
        check_text(check, file, item->line, item->ask);
        if (item->why)
            check_text(check, file, item->line, item->why);
        if (item->see)
            check_demo(check, file, item->line, chapter->number, item->see);
        check_choices(check, file, item);
        if (item->type != ITEM_PREDICT)
            continue;
        check_demo(check, file, item->line, chapter->number, item->demo);
        if (!is_asked(lesson, item))
            check_error(check, file, item->line, "no lesson asks the prediction \"%s\"", item->id);
    }
    check_whole(check, lesson);
}
