/* Every C snippet that a lesson writes out, instead of quoting a file that is compiled anyway, is a
 * whole piece of C: the compiler takes it as it stands. What it says about one that it refuses goes
 * to standard error, under the place. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/lesson/course.h"
#include "tests/support/test.h"

static bool compiles(const char *text)
{
    FILE *compiler = popen(ASYNCTUT_COMPILER " -std=gnu11 -fsyntax-only -Wall"
                                             " -Werror=implicit-function-declaration -I"
                                             " " ASYNCTUT_TOP " -x c -",
                           "w");

    cr_assert_not_null(compiler);
    fputs(text, compiler);
    return pclose(compiler) == 0;
}

static size_t check_lesson(const struct lesson *lesson, size_t *refused)
{
    size_t snippets = 0;

    for (size_t i = 0; i < lesson->document.block_count; i++) {
        const struct block *block = &lesson->document.blocks[i];
        if (block->type != BLOCK_CODE || strcmp(block->info, "c") != 0)
            continue;
        snippets++;
        if (compiles(block->text))
            continue;
        fprintf(stderr, "%s:%d: does not compile\n", lesson->path, block->line);
        (*refused)++;
    }
    return snippets;
}

Test(snippets, every_one_compiles)
{
    struct course course;
    struct error error = {0};
    size_t refused = 0, snippets = 0;

    cr_assert_eq(course_load(ASYNCTUT_TOP "/content", &course, &error), 0, "%s", error.text);
    for (size_t i = 0; i < course.chapter_count; i++) {
        struct lesson lesson;
        cr_assert_eq(lesson_load(&course, &course.chapters[i], &lesson, &error), 0, "%s",
                     error.text);
        snippets += check_lesson(&lesson, &refused);
        lesson_free(&lesson);
    }
    course_free(&course);
    cr_assert_gt(snippets, 0, "the course has some");
    cr_assert_eq(refused, 0);
}

Test(snippets, one_that_is_wrong_is_refused)
{
    cr_assert(compiles("#include <uv.h>\nint f(uv_loop_t *loop) { return uv_run(loop, 0); }\n"));
    cr_assert_not(compiles("int f(void) { return nowhere(); }\n"));
}
