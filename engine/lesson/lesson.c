/* A chapter's two files, loaded together because the lesson points into the quiz. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/array.h"
#include "engine/base/file.h"
#include "engine/lesson/course.h"

enum { LESSON_LIMIT = 2 * 1024 * 1024, QUIZ_LIMIT = 1024 * 1024 };

static char *path_of(const struct course *course, const struct course_chapter *chapter,
                     const char *name)
{
    struct str path = {0};

    str_printf(&path, "%s/%02d-%s/%s", course->folder, chapter->number, chapter->slug, name);
    return str_take(&path);
}

static int load_document(struct lesson *lesson, struct error *error)
{
    char *text;
    size_t length;

    int code = file_read(lesson->path, LESSON_LIMIT, &text, &length, error);
    if (code == 0) {
        code = markdown_parse(lesson->path, text, length, &lesson->document, error);
        free(text);
    }
    return code;
}

static int load_quiz(struct lesson *lesson, struct error *error)
{
    char *text;
    size_t length;

    int code = file_read(lesson->quiz_path, QUIZ_LIMIT, &text, &length, error);
    if (code == 0) {
        code = quiz_parse(lesson->quiz_path, text, length, &lesson->quiz, error);
        free(text);
    }
    return code;
}

static int unknown_directive(const struct lesson *lesson, const struct block *block,
                             const char *const *names, size_t n, struct error *error)
{
    const char *near = nearest_word(block->info, names, n);

    return error_at(error, -EINVAL, lesson->path, block->line,
                    near ? "unknown directive \"%s\"; did you mean \"%s\"?"
                         : "unknown directive \"%s\"",
                    block->info, near);
}

static int check_directive(const struct lesson *lesson, const struct block *block,
                           struct error *error)
{
    static const char *const names[] = {"check", "demo", "predict", "source"};
    bool check = strcmp(block->info, "check") == 0, predict = strcmp(block->info, "predict") == 0;
    size_t known = 0;

    while (known < array_length(names) && strcmp(names[known], block->info) != 0)
        known++;
    if (known == array_length(names))
        return unknown_directive(lesson, block, names, array_length(names), error);
    if (!block->text[0])
        return error_at(error, -EINVAL, lesson->path, block->line, "\"%s\" needs a name",
                        block->info);
    if (!check && !predict)
        return 0;
    const struct item *item = quiz_find(&lesson->quiz, block->text);
    if (!item)
        return error_at(error, -EINVAL, lesson->path, block->line, "%s has no item \"%s\"",
                        lesson->quiz_path, block->text);
    if (predict != (item->type == ITEM_PREDICT))
        return error_at(error, -EINVAL, lesson->path, block->line,
                        predict ? "\"%s\" is not a prediction: write \"check\""
                                : "\"%s\" is a prediction: write \"predict\"",
                        block->text);
    return 0;
}

static int check_directives(const struct lesson *lesson, struct error *error)
{
    int code = 0;

    for (size_t i = 0; i < lesson->document.block_count && code == 0; i++)
        if (lesson->document.blocks[i].type == BLOCK_DIRECTIVE)
            code = check_directive(lesson, &lesson->document.blocks[i], error);
    return code;
}

int lesson_load(const struct course *course, const struct course_chapter *chapter,
                struct lesson *ret_lesson, struct error *error)
{
    struct lesson lesson = {
        .path = path_of(course, chapter, "lesson.md"),
        .quiz_path = path_of(course, chapter, "quiz.json"),
    };
    int code = 0;

    if (!lesson.path || !lesson.quiz_path)
        code = error_set(error, -ENOMEM, "out of memory");
    if (code == 0)
        code = load_document(&lesson, error);
    if (code == 0)
        code = load_quiz(&lesson, error);
    if (code == 0)
        code = check_directives(&lesson, error);
    if (code)
        lesson_free(&lesson);
    else
        *ret_lesson = lesson;
    return code;
}

void lesson_free(struct lesson *lesson)
{
    markdown_free(&lesson->document);
    quiz_free(&lesson->quiz);
    free(lesson->path);
    free(lesson->quiz_path);
    *lesson = (struct lesson){0};
}
