/* Every prediction is answered by a real run, and the run keeps what the item promises. A run that
 * breaks its promise is repeated, since a busy machine may bend it as the item says; three in a row
 * are a broken promise. With ASYNCTUT_RUNS=50 in the environment each is run fifty times, and none
 * is forgiven but those whose threads had to wait for a processor so long that a learner would be
 * told so and not graded (fifty.sh). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/lesson/course.h"
#include "engine/quiz/measure.h"
#include "tests/content/run.h"
#include "tests/support/test.h"

enum { WAITED_PART = 10, TRIES = 3 };

/* As the learner's screen has it: more than a tenth of the run. */
static bool was_busy(const struct trial *run)
{
    int64_t waited = performance_waited_for_cpu(run->performance);

    return waited > 0 && (uint64_t)waited > trace_end(run->trace) / WAITED_PART;
}

static bool kept(int chapter, const struct item *item, bool forgive_busy)
{
    char demo[64], act[64];
    struct error error = {0};
    struct measured measured;

    cr_assert_eq(sscanf(item->demo, "%63[^:]:%63s", demo, act), 2, "%s names no act", item->demo);
    struct trial run = run_act(chapter, demo, act);
    cr_assert(run.status == 0 || performance_is_apart(run.performance));
    cr_assert_eq(measure_item(item, run.trace, &measured, &error), 0, "%02d %s: %s", chapter,
                 item->id, error.text);
    bool busy = was_busy(&run);
    if (measured.choice != item->promise)
        fprintf(stderr, "%02d %s %s: %s%s\n", chapter, item->id, item->demo, measured.text,
                busy ? " (on a busy machine)" : "");
    run_free(&run);
    return measured.choice == item->promise || (busy && forgive_busy);
}

static bool kept_within(int tries, int chapter, const struct item *item)
{
    while (tries-- > 0)
        if (kept(chapter, item, false))
            return true;
    return false;
}

static int broken_of_many(int runs, int chapter, const struct item *item)
{
    int broken = 0;

    for (int i = 0; i < runs; i++)
        broken += !kept(chapter, item, true);
    return broken;
}

static void keep_all(int number)
{
    const char *text = getenv("ASYNCTUT_RUNS");
    int broken = 0;
    struct error error = {0};
    struct course course;
    struct lesson lesson;

    cr_assert_eq(course_load(ASYNCTUT_TOP "/content", &course, &error), 0, "%s", error.text);
    cr_assert_eq(lesson_load(&course, course_chapter(&course, number), &lesson, &error), 0, "%s",
                 error.text);
    for (size_t i = 0; i < lesson.quiz.item_count; i++) {
        const struct item *item = &lesson.quiz.items[i];
        if (item->type == ITEM_PREDICT && item->promise >= 0)
            broken +=
                text ? broken_of_many(atoi(text), number, item) : !kept_within(TRIES, number, item);
    }
    cr_assert_eq(broken, 0, "%d runs of chapter %d broke their promise", broken, number);
    lesson_free(&lesson);
    course_free(&course);
}

Test(predictions, of_chapter_00_are_kept, .timeout = 1200)
{
    keep_all(0);
}

Test(predictions, of_chapter_01_are_kept, .timeout = 1200)
{
    keep_all(1);
}

Test(predictions, of_chapter_02_are_kept, .timeout = 1200)
{
    keep_all(2);
}

Test(predictions, of_chapter_03_are_kept, .timeout = 1200)
{
    keep_all(3);
}

Test(predictions, of_chapter_04_are_kept, .timeout = 1200)
{
    keep_all(4);
}

Test(predictions, of_chapter_05_are_kept, .timeout = 1200)
{
    keep_all(5);
}

Test(predictions, of_chapter_06_are_kept, .timeout = 1200)
{
    keep_all(6);
}
