/* What the gate only warns of, and this course keeps: each chapter has a quiz of at least eight
 * questions beside those in its lesson, every wrong choice reveals a misconception, every chapter
 * of the manifest has demos, and code that is quoted beside line numbers fits a screen of 80
 * columns.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chapters/chapter.h"
#include "engine/lesson/course.h"
#include "tests/support/test.h"

static void check_item(int number, const struct item *item)
{
    for (size_t i = 0; i < item->choice_count; i++) {
        const struct choice *choice = &item->choices[i];
        bool right = item->type == ITEM_PREDICT ? item->promise == (int)i : choice->right;
        cr_assert(right || choice->misconception, "%02d %s: choice %zu reveals nothing", number,
                  item->id, i + 1);
    }
}

enum { QUOTED_COLUMNS = 72 };

static void check_quote(int number, const char *quoted)
{
    char demo_name[64], path[512], *text;
    struct error error = {0};
    int line;

    snprintf(demo_name, sizeof demo_name, "%.*s", (int)strcspn(quoted, ":"), quoted);
    const struct demo *demo = chapter_demo(chapter_by_number(number), demo_name);
    cr_assert(demo, "%02d quotes %s: no such demo", number, quoted);
    snprintf(path, sizeof path, "%s/%s", ASYNCTUT_TOP, demo->source);
    cr_assert_eq(source_region(path, strchr(quoted, ':') + 1, &text, &line, &error), 0, "%s",
                 error.text);
    for (const char *at = text; *at; at += strcspn(at, "\n"), at += *at != '\0')
        cr_assert_leq(strcspn(at, "\n"), QUOTED_COLUMNS, "%s: a quoted line is too long: %.40s",
                      path, at);
    free(text);
}

static void check_quotes(int number, const struct document *document)
{
    for (size_t i = 0; i < document->block_count; i++) {
        const struct block *block = &document->blocks[i];
        if (block->type == BLOCK_DIRECTIVE && strcmp(block->info, "source") == 0)
            check_quote(number, block->text);
    }
}

/* Items that the lesson itself does not ask. */
static size_t quiz_only(const struct lesson *lesson)
{
    size_t asked = 0;

    for (size_t i = 0; i < lesson->document.block_count; i++) {
        const struct block *block = &lesson->document.blocks[i];
        asked += block->type == BLOCK_DIRECTIVE &&
                 (strcmp(block->info, "check") == 0 || strcmp(block->info, "predict") == 0);
    }
    return lesson->quiz.item_count - asked;
}

Test(files, every_chapter_has_demos_and_a_full_quiz)
{
    struct error error = {0};
    struct course course;

    cr_assert_eq(course_load(ASYNCTUT_TOP "/content", &course, &error), 0, "%s", error.text);
    cr_assert_gt(course.chapter_count, 0);
    for (size_t i = 0; i < course.chapter_count; i++) {
        int number = course.chapters[i].number;
        const struct chapter *chapter = chapter_by_number(number);
        struct lesson lesson;
        cr_assert(chapter && chapter->demos[0].name, "chapter %02d has no demos", number);
        cr_assert_str_eq(chapter->slug, course.chapters[i].slug);
        cr_assert_eq(lesson_load(&course, &course.chapters[i], &lesson, &error), 0, "%s",
                     error.text);
        check_quotes(number, &lesson.document);
        cr_assert_geq(quiz_only(&lesson), 8, "the quiz of chapter %02d is short", number);
        for (size_t k = 0; k < lesson.quiz.item_count; k++)
            check_item(number, &lesson.quiz.items[k]);
        lesson_free(&lesson);
    }
    course_free(&course);
}
