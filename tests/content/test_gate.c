/* The content gate, structure part, over the real content/ folder: every finding is printed, and
 * any error fails. Demos are run, and predictions held against runs, by the tests beside. */
#include <stdio.h>
#include <string.h>

#include "chapters/chapter.h"
#include "engine/lesson/check.h"
#include "tests/support/test.h"

static const char *source(void *data, int chapter, const char *demo)
{
    const struct chapter *found = chapter_by_number(chapter);
    const struct demo *in = found ? chapter_demo(found, demo) : NULL;

    (void)data;
    return in ? in->source : NULL;
}

static bool has_act(void *data, int chapter, const char *demo, const char *act)
{
    (void)data;
    return demo_act(chapter_demo(chapter_by_number(chapter), demo), act) != NULL;
}

static void print(void *data, const struct finding *finding)
{
    (void)data;
    fprintf(stderr, "%s:%d: %s%s\n", finding->file, finding->line,
            finding->warning ? "warning: " : "", finding->text);
}

Test(gate, the_course_has_no_error_of_structure)
{
    const struct check_demos demos = {ASYNCTUT_TOP, source, has_act, NULL};

    cr_assert_eq(course_check(ASYNCTUT_TOP "/content", &demos, print, NULL), 0);
}
