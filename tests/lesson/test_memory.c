/* Every allocation of every loader fails once: each time there is one error that says so, nothing
 * is left allocated (the sanitizers' and valgrind's part) and nothing is half loaded. */
#include <errno.h>
#include <string.h>

#include "engine/lesson/check.h"
#include "engine/lesson/search.h"
#include "engine/lesson/skeleton.h"
#include "tests/lesson/folder.h"
#include "tests/lesson/memory.h"
#include "tests/support/test.h"

enum { MOST_ALLOCATIONS = 5000 };

static void set_up(void)
{
    struct str report = {0};

    folder_set_up();
    folder_write("course.json", "{\"title\":\"C\",\"parts\":[{\"number\":\"I\",\"title\":\"P\","
                                "\"chapters\":[\n{\"number\":1,\"slug\":\"one\",\"title\":\"T\","
                                "\"question\":\"Q\",\"minutes\":5,\"builds_on\":[]}]}],\"paths\":[{"
                                "\"id\":\"p\",\"title\":\"T\",\"goal\":\"G\",\"chapters\":[1]}]}");
    folder_write("glossary.json",
                 "{\"terms\":[{\"term\":\"kernel\",\"text\":\"What is below.\"}]}");
    folder_write("misconceptions.json", "{\"misconceptions\":[{\"id\":\"m\",\"sentence\":\"S.\","
                                        "\"truth\":\"T.\",\"chapter\":1,\"demo\":\"d\"}]}");
    cr_assert_eq(skeleton_chapter(folder_path(), 2, "two", &report, NULL), 0);
    str_free(&report);
}

/* Runs `work` with the first, the second, … allocation failing, until none does. */
static void fail_each(int (*work)(struct error *error))
{
    long n = 0;

    for (; n < MOST_ALLOCATIONS; n++) {
        struct error error = {0};
        memory_fail_after(n);
        int code = work(&error);
        int failed = memory_failed();
        memory_fail_after(-1);
        if (!failed) {
            cr_assert_eq(code, 0, "%s", error.text);
            break;
        }
        cr_assert_eq(code, -ENOMEM, "allocation %ld: code %d", n, code);
        cr_assert_not_null(strstr(error.text, "memory"), "allocation %ld: %s", n, error.text);
    }
    cr_assert_gt(n, 2);
    cr_assert_lt(n, MOST_ALLOCATIONS);
}

static int load_lesson(struct error *error)
{
    struct course course = {0};
    struct lesson lesson = {0};

    int code = course_load(folder_path(), &course, error);
    if (code == 0)
        code = lesson_load(&course, course_chapter(&course, 2), &lesson, error);
    lesson_free(&lesson);
    course_free(&course);
    return code;
}

Test(memory, a_lesson, .init = set_up, .fini = folder_clean_up)
{
    fail_each(load_lesson);
}

static int load_reference(struct error *error)
{
    struct reference reference = {0};

    int code = reference_load(folder_path(), &reference, error);
    reference_free(&reference);
    return code;
}

Test(memory, a_reference, .init = set_up, .fini = folder_clean_up)
{
    fail_each(load_reference);
}

static const char *no_source(void *data, int chapter, const char *demo)
{
    (void)data, (void)chapter, (void)demo;
    return NULL;
}

static void ignore(void *data, const struct finding *finding)
{
    (void)data, (void)finding;
}

/* Findings stand for 0 here: only memory is asked about. */
static int check(struct error *error)
{
    const struct check_demos demos = {.top = folder_path(), .source = no_source};
    int found = course_check(folder_path(), &demos, ignore, NULL);

    return found < 0 ? error_set(error, found, "out of memory") : 0;
}

Test(memory, a_check, .init = set_up, .fini = folder_clean_up)
{
    fail_each(check);
}
