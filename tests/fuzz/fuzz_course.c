/* course_parse(): numbers ascend, slugs are safe names of folders, lists end. */
#include <string.h>

#include "engine/lesson/course.h"
#include "engine/lesson/skeleton_priv.h"
#include "tests/fuzz/fuzz.h"

const char *const fuzz_words[] = {"{",
                                  "}",
                                  "[",
                                  "]",
                                  ",",
                                  "\"title\"",
                                  "\"parts\"",
                                  "\"paths\"",
                                  "\"chapters\"",
                                  "\"number\"",
                                  "\"slug\"",
                                  "\"question\"",
                                  "\"minutes\"",
                                  "\"builds_on\"",
                                  "\"goal\"",
                                  "\"../x\"",
                                  "-1",
                                  "99",
                                  "100",
                                  "1.5",
                                  "\"\\u002f\"",
                                  "\n",
                                  "null",
                                  NULL};

static void check_chapter(const struct course *course, size_t i)
{
    const struct course_chapter *chapter = &course->chapters[i];
    const char *near;

    fuzz_assert(chapter->number >= 0 && chapter->number < COURSE_CHAPTERS);
    fuzz_assert(i == 0 || chapter->number > course->chapters[i - 1].number);
    fuzz_assert(!strpbrk(chapter->slug, "/.\\") && chapter->slug[0]);
    fuzz_assert(chapter->part >= 0 && (size_t)chapter->part < course->part_count);
    for (const int *number = chapter->builds_on; *number >= 0; number++)
        fuzz_assert(course_chapter(course, *number) && *number < chapter->number);
    const struct course_chapter *found = course_find(course, chapter->slug, &near);
    /* A slug of digits is the number of a chapter first. */
    fuzz_assert(found == chapter || (found && strspn(chapter->slug, "0123456789")));
}

/* A chapter added to any manifest gives a manifest with one chapter more, or one that does not
 * parse; the layout decides, and whoever adds looks. */
static void check_addition(const struct course *course, const char *text, size_t size)
{
    struct course changed = {0};
    struct str manifest = {0};
    int number = 0;

    while (number < COURSE_CHAPTERS && course_chapter(course, number))
        number++;
    if (number == COURSE_CHAPTERS)
        return;
    fuzz_assert(skeleton_manifest(course, text, size, number, "new-one", &manifest) == 0);
    if (course_parse("content", "f", manifest.data, manifest.length, &changed, NULL) == 0)
        fuzz_assert(changed.chapter_count <= course->chapter_count + 1);
    course_free(&changed);
    str_free(&manifest);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct course course = {0};
    struct error error = {0};
    char *text = fuzz_copy(data, size, 0);
    const char *near;

    if (course_parse("content", "f", text, size, &course, &error) == 0) {
        for (size_t i = 0; i < course.chapter_count; i++)
            check_chapter(&course, i);
        for (size_t i = 0; i < course.path_count; i++)
            for (const int *number = course.paths[i].chapters; *number >= 0; number++)
                fuzz_assert(course_chapter(&course, *number));
        check_addition(&course, text, size);
        char *word = fuzz_copy(data, size < 200 ? size : 200, 1);
        course_find(&course, word, &near);
        free(word);
    } else {
        fuzz_assert(strncmp(error.text, "f:", 2) == 0 && !course.memory);
    }
    course_free(&course);
    free(text);
    return 0;
}
