/* engine/lesson/course: the manifest, finding chapters, loading a lesson, quoting source. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/lesson/course.h"
#include "tests/lesson/folder.h"
#include "tests/support/test.h"

#define CHAPTER(N, S, B)                                                                      \
    "{\"number\":" N ",\"slug\":\"" S "\",\"title\":\"T\",\"question\":\"Q?\",\"minutes\":5," \
    "\"builds_on\":[" B "]}"
#define COURSE(CHAPTERS, MORE)                                                               \
    "{ \"title\": \"C\", \"parts\": [ { \"number\": \"I\", \"title\": \"P\", \"chapters\": " \
    "[\n" CHAPTERS "\n] } ]" MORE " }"

static const char whole[] = COURSE(
    CHAPTER("1", "waiting", "") ",\n" CHAPTER("3", "concurrency", "1") ",\n" CHAPTER(
        "4", "coordination", "1,3") ",\n" CHAPTER("12", "io", "") ",\n" CHAPTER("13", "io-two", ""),
    ", \"paths\": [ {\"id\":\"fast\",\"title\":\"F\",\"goal\":\"G\",\"chapters\":[3,1]} ]");

static void parse(struct course *ret_course)
{
    struct error error = {0};

    cr_assert_eq(course_parse("content", "c.json", whole, sizeof whole - 1, ret_course, &error), 0,
                 "%s", error.text);
}

static void assert_fault(const char *text, const char *wanted)
{
    struct course course = {0};
    struct error error = {0};

    cr_assert_eq(course_parse("content", "c.json", text, strlen(text), &course, &error), -EINVAL);
    cr_assert_str_eq(error.text, wanted);
    cr_assert_null(course.memory);
}

Test(course, the_manifest_is_read)
{
    struct course course;

    parse(&course);
    cr_assert_eq(course.chapter_count, 5);
    cr_assert_str_eq(course.folder, "content");
    cr_assert_str_eq(course.parts[0].number, "I");
    const struct course_chapter *chapter = course_chapter(&course, 4);
    cr_assert_str_eq(chapter->slug, "coordination");
    cr_assert_eq(chapter->builds_on[0], 1);
    cr_assert_eq(chapter->builds_on[1], 3);
    cr_assert_eq(chapter->builds_on[2], -1);
    cr_assert_eq(course_path(&course, "fast")->chapters[0], 3);
    cr_assert_null(course_path(&course, "slow"));
    course_free(&course);
}

Test(course, faults_have_their_line)
{
    assert_fault(COURSE("", ""), "c.json:1: there is no chapter");
    assert_fault(COURSE(CHAPTER("3", "a", "") ",\n" CHAPTER("2", "b", ""), ""),
                 "c.json:3: chapter 2 stands behind chapter 3");
    assert_fault(COURSE(CHAPTER("3", "a", "") ",\n" CHAPTER("4", "a", ""), ""),
                 "c.json:3: the slug \"a\" is already used in line 2");
    assert_fault(COURSE(CHAPTER("3", "a", "") ",\n" CHAPTER("4", "b", "2"), ""),
                 "c.json:3: chapter 4 builds on 2, which is no earlier chapter");
    assert_fault(COURSE(CHAPTER("3", "../x", ""), ""),
                 "c.json:2: \"slug\" must be small letters, digits and hyphens, at most 64");
    assert_fault(COURSE(CHAPTER("100", "a", ""), ""),
                 "c.json:2: \"number\" must be a whole number from 0 to 99");
    assert_fault(COURSE(CHAPTER("1", "a", "1.5"), ""),
                 "c.json:2: \"builds_on\" must hold chapter numbers");
    assert_fault(COURSE(CHAPTER("1", "a", ""),
                        ",\n\"paths\": [ {\"id\":\"x\",\"title\":\"F\",\"goal\":\"G\","
                        "\"chapters\":[2]} ]"),
                 "c.json:4: the path names chapter 2, which does not exist");
    assert_fault(COURSE("{\"numbr\": 1}", ""),
                 "c.json:2: unknown key \"numbr\"; did you mean \"number\"?");
}

static void assert_found(const struct course *course, const char *word, int number)
{
    const char *near = "untouched";
    const struct course_chapter *chapter = course_find(course, word, &near);

    cr_assert_not_null(chapter, "%s", word);
    cr_assert_eq(chapter->number, number, "%s", word);
    cr_assert_str_eq(near, "untouched");
}

static void assert_not_found(const struct course *course, const char *word, const char *wanted)
{
    const char *near = "untouched";

    cr_assert_null(course_find(course, word, &near), "%s", word);
    if (wanted)
        cr_assert_str_eq(near, wanted);
    else
        cr_assert_null(near, "%s", word);
}

Test(course, chapters_are_found_by_number_slug_and_unique_prefix)
{
    struct course course;

    parse(&course);
    assert_found(&course, "3", 3);
    assert_found(&course, "03", 3);
    assert_found(&course, "0012", 12);
    assert_found(&course, "concurrency", 3);
    assert_found(&course, "w", 1);
    assert_found(&course, "con", 3);
    assert_found(&course, "io", 12);
    assert_found(&course, "io-", 13);
    assert_not_found(&course, "co", NULL);
    assert_not_found(&course, "concurency", "concurrency");
    assert_not_found(&course, "5", NULL);
    assert_not_found(&course, "", NULL);
    assert_not_found(&course, "99999999999999999999", NULL);
    assert_not_found(&course, "i", NULL);
    course_free(&course);
}

Test(course, the_nearest_word_is_near_or_none)
{
    static const char *const words[] = {"run", "list", "quiz", "progress"};

    cr_assert_str_eq(nearest_word("rum", words, 4), "run");
    cr_assert_str_eq(nearest_word("progres", words, 4), "progress");
    cr_assert_str_eq(nearest_word("qiuz", words, 4), "quiz");
    cr_assert_null(nearest_word("zzz", words, 4));
    cr_assert_null(nearest_word("", words, 4));
    cr_assert_null(nearest_word("run", NULL, 0));
}

static const char quiz[] =
    "{\"items\":[{\"id\":\"q1\",\"type\":\"text\",\"ask\":\"?\",\"answers\":[\"a\"],\"why\":\"w\"},"
    "{\"id\":\"p1\",\"type\":\"predict\",\"demo\":\"d:a\",\"ask\":\"?\",\"measure\":{\"what\":"
    "\"threads\"},\"choices\":[{\"text\":\"1\",\"to\":2,\"why\":\"w\"},{\"text\":\"2\",\"from\":2,"
    "\"why\":\"w\"}]}]}";

static int load(const char *markdown, struct lesson *ret_lesson, struct error *error)
{
    struct course course;

    folder_write("course.json", COURSE(CHAPTER("3", "concurrency", ""), ""));
    folder_write("03-concurrency/lesson.md", markdown);
    folder_write("03-concurrency/quiz.json", quiz);
    int code = course_load(folder_path(), &course, error);
    if (code == 0)
        code = lesson_load(&course, &course.chapters[0], ret_lesson, error);
    course_free(&course);
    return code;
}

Test(lesson, is_loaded_with_its_quiz, .init = folder_set_up, .fini = folder_clean_up)
{
    struct lesson lesson;
    struct error error = {0};

    cr_assert_eq(
        load("# T\n\n<!-- check q1 -->\n<!-- predict p1 -->\n<!-- demo d:a -->\n", &lesson, &error),
        0, "%s", error.text);
    cr_assert_eq(lesson.document.block_count, 4);
    cr_assert_eq(lesson.quiz.item_count, 2);
    cr_assert_not_null(strstr(lesson.path, "/03-concurrency/lesson.md"));
    lesson_free(&lesson);
    cr_assert_null(lesson.path);
}

static void assert_lesson_fault(const char *markdown, const char *wanted)
{
    struct lesson lesson = {0};
    struct error error = {0};

    cr_assert_neq(load(markdown, &lesson, &error), 0);
    cr_assert_str_eq(folder_relative(error.text), wanted);
    cr_assert_null(lesson.path);
}

Test(lesson, directives_must_make_sense, .init = folder_set_up, .fini = folder_clean_up)
{
    assert_lesson_fault("a\n\n<!-- chekc q1 -->\n", "03-concurrency/lesson.md:3: unknown directive "
                                                    "\"chekc\"; did you mean \"check\"?");
    assert_lesson_fault("<!-- zzz q1 -->\n",
                        "03-concurrency/lesson.md:1: unknown directive \"zzz\"");
    assert_lesson_fault("<!-- demo -->\n", "03-concurrency/lesson.md:1: \"demo\" needs a name");
    assert_lesson_fault("<!-- check q9 -->\n",
                        "03-concurrency/lesson.md:1: 03-concurrency/quiz.json has no item \"q9\"");
    assert_lesson_fault("<!-- predict q1 -->\n",
                        "03-concurrency/lesson.md:1: \"q1\" is not a prediction: write \"check\"");
    assert_lesson_fault("<!-- check p1 -->\n",
                        "03-concurrency/lesson.md:1: \"p1\" is a prediction: write \"predict\"");
}

Test(lesson, a_missing_file_is_one_error, .init = folder_set_up, .fini = folder_clean_up)
{
    struct course course = {0};
    struct lesson lesson = {0};
    struct error error = {0}, missing = {0};

    cr_assert_eq(course_load(folder_path(), &course, &error), -ENOENT);
    cr_assert_str_eq(folder_relative(error.text),
                     "cannot read course.json: No such file or directory");
    folder_write("course.json", COURSE(CHAPTER("3", "concurrency", ""), ""));
    cr_assert_eq(course_load(folder_path(), &course, NULL), 0);
    cr_assert_eq(lesson_load(&course, &course.chapters[0], &lesson, &missing), -ENOENT);
    cr_assert_str_eq(folder_relative(missing.text),
                     "cannot read 03-concurrency/lesson.md: No such file or directory");
    course_free(&course);
}

static void assert_region(const char *source, const char *wanted, int line)
{
    char path[300], *text = NULL;
    struct error error = {0};
    int first_line;

    folder_write("x.c", source);
    snprintf(path, sizeof path, "%s/x.c", folder_path());
    cr_assert_eq(source_region(path, "step", &text, &first_line, &error), 0, "%s", error.text);
    cr_assert_str_eq(text, wanted);
    cr_assert_eq(first_line, line);
    free(text);
}

static void assert_no_region(const char *source, int code, const char *wanted)
{
    char path[300], *text = NULL;
    struct error error = {0};
    int first_line = 7;

    folder_write("x.c", source);
    snprintf(path, sizeof path, "%s/x.c", folder_path());
    cr_assert_eq(source_region(path, "step", &text, &first_line, &error), code);
    cr_assert_str_eq(folder_relative(error.text), wanted);
    cr_assert_null(text);
    cr_assert_eq(first_line, 7);
}

Test(region, is_the_lines_between_its_marks, .init = folder_set_up, .fini = folder_clean_up)
{
    assert_region("int a;\n/* region step */\nint b;\n\n    int c;\n/* end */\nint d;\n",
                  "int b;\n\n    int c;\n", 3);
    assert_region("  // region step\r\nx\r\n\t// end\r\n", "x\\x0d\n", 2);
    assert_region("/* region other */\ny\n/* end */\n/* region step */\nx = \"/* end */\";\n"
                  "f(); /* region step */\n/* end */",
                  "x = \"/* end */\";\nf(); /* region step */\n", 5);
}

Test(region, faults_have_their_line, .init = folder_set_up, .fini = folder_clean_up)
{
    assert_no_region("int a;\n/* region stepp */\nx\n/* end */\n", -ENOENT,
                     "x.c has no region \"step\"");
    assert_no_region("\n/* region step */\nx\n", -EINVAL, "x.c:2: region \"step\" does not end");
    assert_no_region("/* region step */\n/* end */\n", -EINVAL, "x.c:1: region \"step\" is empty");
    assert_no_region("/* region step */\nx\n/* end */\n/* region step */\ny\n/* end */\n", -EINVAL,
                     "x.c:4: region \"step\" is there twice");
    assert_no_region("/* region step */\nx\n/* region b */\n/* end */\n", -EINVAL,
                     "x.c:3: a region begins inside region \"step\"");
}
