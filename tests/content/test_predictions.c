/* Every prediction is answered by a real run, and the run keeps what the item promises. A run that
 * breaks its promise is repeated, since a busy machine may bend it as the item says; three in a row
 * are a broken promise. With ASYNCTUT_RUNS=50 in the environment each is run fifty times and none
 * is forgiven, so that margins are known before a learner meets them. */
#include <stdio.h>
#include <stdlib.h>

#include "engine/lesson/course.h"
#include "engine/quiz/measure.h"
#include "tests/content/run.h"
#include "tests/support/test.h"

static bool kept(int chapter, const struct item *item)
{
    char demo[64], act[64];
    struct error error = {0};
    struct measured measured;

    cr_assert_eq(sscanf(item->demo, "%63[^:]:%63s", demo, act), 2, "%s names no act", item->demo);
    struct trial run = run_act(chapter, demo, act);
    cr_assert_eq(run.status, 0);
    cr_assert_eq(measure_item(item, run.trace, &measured, &error), 0, "%02d %s: %s", chapter,
                 item->id, error.text);
    if (measured.choice != item->promise)
        fprintf(stderr, "%02d %s %s: %s\n", chapter, item->id, item->demo, measured.text);
    run_free(&run);
    return measured.choice == item->promise;
}

static bool kept_within(int tries, int chapter, const struct item *item)
{
    while (tries-- > 0)
        if (kept(chapter, item))
            return true;
    return false;
}

static void keep_all(int number)
{
    const char *text = getenv("ASYNCTUT_RUNS");
    int runs = text ? atoi(text) : 1, tries = text ? 1 : 3, broken = 0;
    struct error error = {0};
    struct course course;
    struct lesson lesson;

    cr_assert_eq(course_load(ASYNCTUT_TOP "/content", &course, &error), 0, "%s", error.text);
    cr_assert_eq(lesson_load(&course, course_chapter(&course, number), &lesson, &error), 0, "%s",
                 error.text);
    for (size_t i = 0; i < lesson.quiz.item_count; i++) {
        const struct item *item = &lesson.quiz.items[i];
        for (int r = 0; item->type == ITEM_PREDICT && r < runs; r++)
            if (item->promise >= 0)
                broken += !kept_within(tries, number, item);
    }
    cr_assert_eq(broken, 0, "%d runs of chapter %d broke their promise", broken, number);
    lesson_free(&lesson);
    course_free(&course);
}

Test(predictions, of_chapter_00_are_kept, .timeout = 600)
{
    keep_all(0);
}

Test(predictions, of_chapter_01_are_kept, .timeout = 600)
{
    keep_all(1);
}

Test(predictions, of_chapter_02_are_kept, .timeout = 600)
{
    keep_all(2);
}

Test(predictions, of_chapter_03_are_kept, .timeout = 600)
{
    keep_all(3);
}

Test(predictions, of_chapter_04_are_kept, .timeout = 600)
{
    keep_all(4);
}

Test(predictions, of_chapter_05_are_kept, .timeout = 600)
{
    keep_all(5);
}

Test(predictions, of_chapter_06_are_kept, .timeout = 600)
{
    keep_all(6);
}
