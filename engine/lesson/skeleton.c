/* The texts say what belongs in their place, in the words of how this course teaches. The manifest
 * is written last: until then the course is what it was. */
#include "engine/lesson/skeleton.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/lesson/json.h"
#include "engine/lesson/skeleton_priv.h"

#define MARK SKELETON_MARK

enum { MANIFEST_LIMIT = 1024 * 1024 };

static const char lesson_text[] =
    "# " MARK " the title\n\n" MARK
    " the one big question, asked in this first paragraph and answered by the last.\n\n"
    "After this chapter you can:\n\n"
    "- " MARK " something that a learner can do afterwards;\n"
    "- " MARK " and something more.\n\n"
    "It takes about 30 minutes. " MARK " what it builds on.\n\n"
    "## " MARK " the story\n\n" MARK " a story that is true to the mechanism.\n\n"
    "**Where the story breaks.** " MARK " where it does.\n\n"
    "<!-- check q1 -->\n\n"
    "## " MARK " the mechanism\n\n" MARK " what the code below does, before it is run.\n\n"
    "%s\n\n%s\n\n" MARK " what the trace showed, and why.\n\n"
    "> **In Python**\n>\n> " MARK " the asyncio name for the same thing, and where it differs.\n\n"
    "> **Under the hood**\n>\n> " MARK " the libuv call, the phase, the system call.\n\n"
    "> **In the wild**\n>\n> " MARK " a story with [its source](https://example.org/).\n\n"
    "## To remember\n\n"
    "1. " MARK " a sentence;\n2. " MARK " a second;\n3. " MARK " a third.\n\n"
    "**Ask yourself tomorrow:** " MARK " a question.\n\n"
    "**Go deeper:**\n\n"
    "- " MARK " [a place](https://example.org/) and what is there.\n"
    "- " MARK " [another](https://example.org/).\n\n"
    "**Next:** " MARK " what comes next, and why.\n";

/* With a demo these lines are as they stand; without one they are named, to be put in. */
static const char *const with_demo[] = {"<!-- source first:timer -->", "<!-- predict p1 -->"};
static const char *const without[] = {
    MARK " the code that runs, quoted by `<!-- source demo:region -->` on a line of its own.",
    MARK " a prediction, `<!-- predict p1 -->`, or the demo itself, `<!-- demo demo:act -->`."};

static const char prediction[] =
    "    {\n      \"id\": \"p1\",\n      \"type\": \"predict\",\n      \"topics\": [],\n"
    "      \"demo\": \"first:timer\",\n      \"ask\": \"" MARK " what will the run do?\",\n"
    "      \"measure\": { \"what\": \"count\", \"kind\": \"say\" },\n      \"choices\": [\n"
    "        { \"text\": \"" MARK " what it does not do\", \"from\": 0, \"to\": 1, \"why\": \"" MARK
    " what this gets wrong\" },\n"
    "        { \"text\": \"" MARK " what it does\", \"from\": 1, \"to\": 2, \"why\": \"" MARK
    " the reason\" }\n      ],\n      \"promise\": 2,\n"
    "      \"bend\": \"" MARK " what a busy machine can bend\"\n    },\n";

static const char choice_item[] =
    "    {\n      \"id\": \"q%d\",\n      \"type\": \"%s\",\n      \"topics\": [],\n"
    "      \"ask\": \"" MARK " the question\",\n      \"choices\": [\n"
    "        { \"text\": \"" MARK " a right answer\", \"right\": true, \"why\": \"" MARK
    " the reason\" },\n"
    "        { \"text\": \"" MARK " a wrong answer, as long\", \"why\": \"" MARK
    " what it gets wrong\" },\n"
    "        { \"text\": \"" MARK " another wrong one, too\", \"why\": \"" MARK
    " what it gets wrong\" }\n"
    "      ]\n    },\n";
static const char other_items[] =
    "    {\n      \"id\": \"q7\",\n      \"type\": \"order\",\n      \"topics\": [],\n"
    "      \"ask\": \"" MARK " in which order?\",\n      \"entries\": [\"first\", \"second\", "
    "\"third\"],\n      \"why\": \"" MARK " the reason\"\n    },\n"
    "    {\n      \"id\": \"q8\",\n      \"type\": \"number\",\n      \"topics\": [],\n"
    "      \"ask\": \"" MARK " how many ms?\",\n      \"answer\": 100,\n      \"tolerance\": 10,\n"
    "      \"unit\": \"ms\",\n      \"why\": \"" MARK " the reason\"\n    },\n"
    "    {\n      \"id\": \"q9\",\n      \"type\": \"text\",\n      \"topics\": [],\n"
    "      \"ask\": \"" MARK " one word for what?\",\n      \"answers\": [\"word\"],\n"
    "      \"why\": \"" MARK " the reason\"\n    }\n";

static void add_quiz(bool has_code, struct str *out)
{
    str_puts(out, "{\n  \"items\": [\n");
    str_puts(out, has_code ? prediction : "");
    for (int i = 1; i <= 6; i++)
        str_printf(out, choice_item, i, i < 6 ? "choice" : "multi");
    str_puts(out, other_items);
    str_puts(out, "  ]\n}\n");
}

static void add_report(struct str *out, const char *folder, int number, const char *slug,
                       bool has_code)
{
    str_printf(out, "%s/%02d-%s/lesson.md: written\n", folder, number, slug);
    str_printf(out, "%s/%02d-%s/quiz.json: written\n", folder, number, slug);
    str_printf(out, "%s/course.json: chapter %02d added\n", folder, number);
    str_printf(out, "To be written, beside what these files mark with \"%s\":\n", MARK);
    if (has_code)
        str_printf(out,
                   "  chapters/%02d-%s/: a file for each demo, in the manner of first.c\n"
                   "  tests/content/test_%02d_….c: what the lesson says of each\n",
                   number, slug, number);
    else
        str_printf(out,
                   "  chapters/%02d-%s/: a file for each demo, its table demos.c, and a test\n"
                   "  chapters/chapters.c and chapters/meson.build: the chapter's line\n",
                   number, slug);
    str_printf(out, "  %s/misconceptions.json: what the wrong choices reveal\n", folder);
    str_printf(out, "  %s/glossary.json: each new term\n", folder);
    str_printf(out, "  %s/%02d-%s/exercises/: an exercise, and its place in the lesson\n", folder,
               number, slug);
    if (has_code)
        str_printf(out, "Now: ./dev build, asynctut demo %02d, asynctut dev check %s\n", number,
                   folder);
}

static int check_free(const struct course *course, int number, const char *slug,
                      struct error *error)
{
    if (number < 0 || number >= COURSE_CHAPTERS)
        return error_set(error, -EINVAL, "a chapter's number is from 0 to %d", COURSE_CHAPTERS - 1);
    if (!json_is_id(slug, ""))
        return error_set(error, -EINVAL, "a slug is small letters, digits and hyphens");
    if (course_chapter(course, number))
        return error_set(error, -EEXIST, "there is a chapter %02d: %s", number,
                         course_chapter(course, number)->slug);
    for (size_t i = 0; i < course->chapter_count; i++)
        if (strcmp(course->chapters[i].slug, slug) == 0)
            return error_set(error, -EEXIST, "the slug \"%s\" is that of chapter %02d", slug,
                             course->chapters[i].number);
    return 0;
}

/* Writes a file that must not be there yet. */
static int write_new(const char *path, const struct str *text, struct error *error)
{
    if (file_exists(path))
        return error_set(error, -EEXIST, "%s is already there", path);
    return file_replace(path, str_text(text), text->length, error);
}

static int write_files(const char *folder, int number, const char *slug, const char *manifest_path,
                       const struct str *manifest, bool has_code, struct error *error)
{
    const char *const *lines = has_code ? with_demo : without;
    struct str path = {0}, lesson = {0}, quiz = {0};
    int code = 0;

    str_printf(&lesson, lesson_text, lines[0], lines[1]);
    add_quiz(has_code, &quiz);
    str_printf(&path, "%s/%02d-%s/lesson.md", folder, number, slug);
    if (path.failed || lesson.failed || quiz.failed)
        code = error_set(error, -ENOMEM, "out of memory");
    if (code == 0)
        code = write_new(str_text(&path), &lesson, error);
    str_clear(&path);
    str_printf(&path, "%s/%02d-%s/quiz.json", folder, number, slug);
    if (code == 0)
        code = write_new(str_text(&path), &quiz, error);
    if (code == 0)
        code = file_replace(manifest_path, str_text(manifest), manifest->length, error);
    str_free(&path);
    str_free(&lesson);
    str_free(&quiz);
    return code;
}

/* Has the edited manifest become what was meant? It has not if its lines were laid out in another
 * way than the edit relies on. */
static int check_manifest(const char *folder, const char *path, const struct str *manifest,
                          const struct course *before, struct error *error)
{
    struct course after = {0};

    int code = course_parse(folder, path, str_text(manifest), manifest->length, &after, NULL);
    bool meant = code == 0 && after.chapter_count == before->chapter_count + 1;
    course_free(&after);
    if (code == -ENOMEM)
        return error_set(error, code, "out of memory");
    return meant ? 0
                 : error_at(error, -EINVAL, path, 0,
                            "each chapter must begin a line of its own; add the new one by hand");
}

/* From the manifest's text: the new text, or an error. */
static int plan(const char *folder, const char *path, const char *text, size_t length, int number,
                const char *slug, struct str *ret_manifest, struct error *error)
{
    struct course course;

    int code = course_parse(folder, path, text, length, &course, error);
    if (code)
        return code;
    code = check_free(&course, number, slug, error);
    if (code == 0 && skeleton_manifest(&course, text, length, number, slug, ret_manifest) < 0)
        code = error_set(error, -ENOMEM, "out of memory");
    if (code == 0)
        code = check_manifest(folder, path, ret_manifest, &course, error);
    course_free(&course);
    return code;
}

/* The tree's top, if the course lies in it: the folder that holds the course's and chapters/. */
static bool find_tree(const char *folder, struct str *top)
{
    struct str chapters = {0};
    size_t length = strlen(folder);

    while (length > 0 && folder[length - 1] == '/')
        length--;
    while (length > 0 && folder[length - 1] != '/')
        length--;
    str_add(top, folder, length > 1 ? length - 1 : length);
    str_printf(&chapters, "%s%schapters/chapter.h", str_text(top), length ? "/" : "");
    bool found = !chapters.failed && file_exists(str_text(&chapters));
    str_free(&chapters);
    return found;
}

static int write_all(const char *folder, const char *manifest_path, const struct str *manifest,
                     int number, const char *slug, struct str *ret_report, struct error *error)
{
    struct str top = {0}, report = {0};
    bool has_code = find_tree(folder, &top);
    int code = has_code ? skeleton_code_is_free(str_text(&top), number, slug, error) : 0;

    if (code == 0)
        code = write_files(folder, number, slug, manifest_path, manifest, has_code, error);
    if (code == 0 && has_code)
        code = skeleton_code(str_text(&top), number, slug, &report, error);
    if (code == 0) {
        str_puts(ret_report, str_text(&report));
        add_report(ret_report, folder, number, slug, has_code);
    }
    str_free(&report);
    str_free(&top);
    return code;
}

int skeleton_chapter(const char *folder, int number, const char *slug, struct str *ret_report,
                     struct error *error)
{
    struct str path = {0}, manifest = {0};
    char *text = NULL;
    size_t length;

    str_printf(&path, "%s/course.json", folder);
    int code = path.failed ? error_set(error, -ENOMEM, "out of memory")
                           : file_read(str_text(&path), MANIFEST_LIMIT, &text, &length, error);
    if (code == 0)
        code = plan(folder, str_text(&path), text, length, number, slug, &manifest, error);
    if (code == 0)
        code = write_all(folder, str_text(&path), &manifest, number, slug, ret_report, error);
    free(text);
    str_free(&path);
    str_free(&manifest);
    return code;
}
