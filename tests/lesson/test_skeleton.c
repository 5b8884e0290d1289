/* engine/lesson/skeleton: a new chapter passes the check, and the check says what is missing. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/lesson/check.h"
#include "engine/lesson/course.h"
#include "engine/lesson/skeleton.h"
#include "tests/lesson/folder.h"
#include "tests/support/test.h"

#define ENTRY(N, S)                                                                              \
    "      { \"number\": " N ", \"slug\": \"" S "\", \"title\": \"T {\", \"question\": \"Q\",\n" \
    "        \"minutes\": 5, \"builds_on\": [] }"
static const char manifest[] = "{ \"title\": \"C\", \"parts\": [\n"
                               "  { \"number\": \"I\", \"title\": \"P\", \"chapters\": [\n" ENTRY(
                                   "3", "three") "\n    ] },\n"
                                                 "  { \"number\": \"II\", \"title\": \"P\", "
                                                 "\"chapters\": [\n" ENTRY("7", "seven") "\n"
                                                                                         "    ] "
                                                                                         "}\n] }\n";

static void set_up(void)
{
    folder_set_up();
    folder_write("course.json", manifest);
}

static void make(int number, const char *slug)
{
    struct error error = {0};
    struct str report = {0};

    cr_assert_eq(skeleton_chapter(folder_path(), number, slug, &report, &error), 0, "%s",
                 error.text);
    cr_assert_not_null(strstr(str_text(&report), "lesson.md: written\n"));
    cr_assert_not_null(strstr(str_text(&report), "chapters/chapters.c"));
    str_free(&report);
}

static void assert_chapter(int number, const char *slug, int part, int builds_on)
{
    struct course course;
    struct lesson lesson;
    struct error error = {0};

    cr_assert_eq(course_load(folder_path(), &course, &error), 0, "%s", error.text);
    const struct course_chapter *chapter = course_chapter(&course, number);
    cr_assert_str_eq(chapter->slug, slug);
    cr_assert_eq(chapter->part, part);
    cr_assert_eq(chapter->builds_on[0], builds_on);
    cr_assert_eq(lesson_load(&course, chapter, &lesson, &error), 0, "%s", error.text);
    cr_assert_eq(lesson.quiz.item_count, 9);
    lesson_free(&lesson);
    course_free(&course);
}

Test(skeleton, a_chapter_takes_its_place_by_number, .init = set_up, .fini = folder_clean_up)
{
    make(4, "four");
    make(9, "nine");
    make(0, "zero");
    assert_chapter(0, "zero", 0, -1);
    assert_chapter(4, "four", 1, 3);
    assert_chapter(9, "nine", 1, 7);
}

Test(skeleton, the_manifest_keeps_its_other_lines, .init = set_up, .fini = folder_clean_up)
{
    char path[300], *text, *rest;
    size_t length;

    make(4, "four");
    snprintf(path, sizeof path, "%s/course.json", folder_path());
    cr_assert_eq(file_read(path, 100000, &text, &length, NULL), 0);
    const char *entry = strstr(text, "      {\n        \"number\": 4,\n");
    cr_assert_not_null(entry);
    rest = strstr(text, "\n      },\n");
    cr_assert_not_null(rest);
    size_t before = (size_t)(entry - text);
    cr_assert_eq(strncmp(text, manifest, before), 0);
    cr_assert_str_eq(rest + strlen("\n      },\n"), manifest + before);
    free(text);
}

static int errors, marks;

static void count(void *data, const struct finding *finding)
{
    (void)data;
    errors += !finding->warning && strstr(finding->file, "04-four");
    marks += finding->warning && strncmp(finding->text, "still to be written: ", 21) == 0;
}

static const char *no_source(void *data, int chapter, const char *demo)
{
    (void)data, (void)chapter, (void)demo;
    return NULL;
}

Test(skeleton, passes_the_check_which_says_what_is_to_be_written, .init = set_up,
     .fini = folder_clean_up)
{
    const struct check_demos demos = {.top = folder_path(), .source = no_source};

    make(4, "four");
    errors = marks = 0;
    /* The two chapters of the manifest have no files here: those are the only errors. */
    cr_assert_eq(course_check(folder_path(), &demos, count, NULL), 2);
    cr_assert_eq(errors, 0);
    cr_assert_geq(marks, 40);
}

static void assert_refused(int number, const char *slug, int code, const char *wanted)
{
    struct error error = {0};
    struct str report = {0};

    cr_assert_eq(skeleton_chapter(folder_path(), number, slug, &report, &error), code);
    cr_assert_str_eq(folder_relative(error.text), wanted);
    cr_assert_null(report.data);
}

Test(skeleton, nothing_is_overwritten_or_half_done, .init = set_up, .fini = folder_clean_up)
{
    char path[300], *text;
    size_t length;

    assert_refused(3, "other", -EEXIST, "there is a chapter 03: three");
    assert_refused(5, "seven", -EEXIST, "the slug \"seven\" is that of chapter 07");
    assert_refused(100, "x", -EINVAL, "a chapter's number is from 0 to 99");
    assert_refused(5, "../x", -EINVAL, "a slug is small letters, digits and hyphens");
    folder_write("05-five/lesson.md", "mine");
    assert_refused(5, "five", -EEXIST, "05-five/lesson.md is already there");
    snprintf(path, sizeof path, "%s/course.json", folder_path());
    cr_assert_eq(file_read(path, 100000, &text, &length, NULL), 0);
    cr_assert_str_eq(text, manifest);
    free(text);
    folder_write("course.json", "{ \"title\": \"C\", \"parts\": [ { \"number\": \"I\", \"title\": "
                                "\"P\", \"chapters\": [" ENTRY("3", "three") "] } ] }");
    assert_refused(
        4, "four", -EINVAL,
        "course.json: each chapter must begin a line of its own; add the new one by hand");
}

static char *read_in(const char *name)
{
    char path[300], *text;
    size_t length;

    snprintf(path, sizeof path, "%s/%s", folder_path(), name);
    cr_assert_eq(file_read(path, 100000, &text, &length, NULL), 0, "%s", name);
    return text;
}

static void assert_reads(const char *name, const char *wanted)
{
    char *text = read_in(name);

    cr_assert_str_eq(text, wanted);
    free(text);
}

/* A course in a tree with the lists that name a chapter's files. */
static void set_up_tree(void)
{
    folder_set_up();
    folder_write("content/course.json", manifest);
    folder_write("chapters/chapter.h", "");
    folder_write("chapters/demos.h", "extern const struct demo demos_03[];\n"
                                     "extern const struct demo demos_07[];\n\n#endif\n");
    folder_write("chapters/chapters.c",
                 "    {3, \"three\", demos_03},\n    {7, \"x\", demos_07},\n");
    folder_write("chapters/meson.build", "    '03-three/demos.c',\n    'chapters.c',\n");
    folder_write("tests/content/meson.build",
                 "        'test_03_three.c',\n        'test_files.c',\n");
    folder_write("tests/content/test_predictions.c", "x\n");
    folder_write("CODE_MAP.md", "## `chapters/`\n- `x`: y\n\n## `chapters/03-three/`\n- `x`: y\n\n"
                                "## `examples/`\n- `test_03_three`: z\n- `test_gate`: z\n");
}

static int make_in_tree(int number, const char *slug, struct error *error)
{
    char content[300];
    struct str report = {0};

    snprintf(content, sizeof content, "%s/content", folder_path());
    int code = skeleton_chapter(content, number, slug, &report, error);
    cr_assert(code || strstr(str_text(&report), "first.c: written\n"));
    str_free(&report);
    return code;
}

Test(skeleton, in_a_tree_brings_a_demo_and_stands_in_every_list, .init = set_up_tree,
     .fini = folder_clean_up)
{
    struct error error = {0};
    char *demos, *lesson;

    cr_assert_eq(make_in_tree(4, "a-b", &error), 0, "%s", error.text);
    demos = read_in("chapters/04-a-b/demos.c");
    cr_assert(strstr(demos, "const struct demo demos_04[]") && strstr(demos, "a_b_timer"));
    free(demos);
    lesson = read_in("content/04-a-b/lesson.md");
    cr_assert(strstr(lesson, "\n<!-- source first:timer -->\n"));
    free(lesson);
    assert_reads("chapters/demos.h", "extern const struct demo demos_03[];\n"
                                     "extern const struct demo demos_04[];\n"
                                     "extern const struct demo demos_07[];\n\n#endif\n");
    assert_reads("chapters/chapters.c", "    {3, \"three\", demos_03},\n"
                                        "    {4, \"a-b\", demos_04},\n    {7, \"x\", demos_07},\n");
    assert_reads("chapters/meson.build", "    '03-three/demos.c',\n    '04-a-b/demos.c',\n"
                                         "    '04-a-b/first.c',\n    'chapters.c',\n");
    assert_reads("tests/content/meson.build",
                 "        'test_03_three.c',\n        'test_04_a_b.c',\n        'test_files.c',\n");
    assert_reads("CODE_MAP.md",
                 "## `chapters/`\n- `x`: y\n\n## `chapters/03-three/`\n- `x`: y\n\n"
                 "## `chapters/04-a-b/`\n- `first`: a timer that is called once\n"
                 "- `acts`: the functions of this chapter's acts\n- `demos`: its table\n\n"
                 "## `examples/`\n- `test_03_three`: z\n"
                 "- `test_04_a_b`: what the chapter says of its demos\n- `test_gate`: z\n");
}

Test(skeleton, what_a_list_has_already_is_not_added_again, .init = set_up_tree,
     .fini = folder_clean_up)
{
    struct error error = {0};

    folder_write("chapters/demos.h", "extern const struct demo demos_04[];\n");
    cr_assert_eq(make_in_tree(4, "four", &error), 0, "%s", error.text);
    assert_reads("chapters/demos.h", "extern const struct demo demos_04[];\n");
}

Test(skeleton, no_program_of_somebody_is_overwritten, .init = set_up_tree, .fini = folder_clean_up)
{
    struct error error = {0};

    folder_write("chapters/04-four/first.c", "mine\n");
    cr_assert_eq(make_in_tree(4, "four", &error), -EEXIST);
    assert_reads("chapters/04-four/first.c", "mine\n");
    assert_reads("content/course.json", manifest);
}
