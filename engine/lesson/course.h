/* The course as it lies on disk: content/course.json and one folder a chapter.
 *
 *   { "title": "…", "parts": [ { "number": "I", "title": "Why waiting matters", "chapters": [
 *       { "number": 3, "slug": "concurrency", "title": "…", "question": "…", "minutes": 35,
 *         "builds_on": [1, 2] } ] } ],
 *     "paths": [ { "id": "fast", "title": "…", "goal": "…", "chapters": [2, 3, 4] } ] }
 *
 * A chapter's folder is NN-slug. Only chapters in the manifest exist; numbers (0 to 99) and slugs
 * are unique, numbers ascend. "paths" may be missing. Strings are owned by the course, shown-safe.
 */
#ifndef ASYNCTUT_COURSE_H
#define ASYNCTUT_COURSE_H

#include <stddef.h>

#include "engine/base/error.h"
#include "engine/lesson/item.h"
#include "engine/lesson/markdown.h"

enum { COURSE_CHAPTERS = 100 }; /* at most */

struct course_chapter {
    int number, minutes, part; /* part: index into parts */
    const char *slug, *title, *question;
    const int *builds_on; /* chapter numbers, ends with -1 */
    int line;             /* in course.json */
};

struct course_part {
    const char *number, *title;
};

/* A way through the course for somebody with a purpose. */
struct course_path {
    const char *id, *title, *goal;
    const int *chapters; /* chapter numbers in the order of the path, ends with -1 */
};

struct course {
    const char *title, *folder; /* folder: where content lies */
    struct course_part *parts;
    size_t part_count;
    struct course_chapter *chapters; /* in order of their numbers */
    size_t chapter_count;
    struct course_path *paths;
    size_t path_count;
    void *memory; /* private */
};

int course_load(const char *folder, struct course *ret_course, struct error *error);
/* The same from a text that is already here; `file` is for errors. */
int course_parse(const char *folder, const char *file, const char *text, size_t length,
                 struct course *ret_course, struct error *error);
void course_free(struct course *course); /* a zeroed one is fine */

/* By number ("3", "03"), slug, or unique prefix of a slug. NULL: none, or several; then *ret_near
 * is the slug that the person most likely meant, or NULL. */
const struct course_chapter *course_find(const struct course *course, const char *word,
                                         const char **ret_near);
const struct course_chapter *course_chapter(const struct course *course, int number);
const struct course_path *course_path(const struct course *course, const char *id);

/* The text of one chapter, checked against itself: every `check` and `predict` directive names an
 * item of its quiz (of a prediction's type only for `predict`), known directives only, each with an
 * argument. */
struct lesson {
    struct document document;
    struct quiz quiz;
    char *path;      /* of lesson.md */
    char *quiz_path; /* of quiz.json */
};
int lesson_load(const struct course *course, const struct course_chapter *chapter,
                struct lesson *ret_lesson, struct error *error);
void lesson_free(struct lesson *lesson); /* a zeroed one is fine */

/* A named region of a source file: the lines between a comment of one line that says "region NAME"
 * and one that says "end". Used to quote the code that runs. The text is shown-safe, its lines
 * kept. Caller frees *ret_text; UV_ENOENT with file and name in the error if the region is not
 * there, UV_EINVAL with the line if it does not end, is empty, or is there twice. */
int source_region(const char *path, const char *name, char **ret_text, int *ret_first_line,
                  struct error *error);

/* The word nearest to `word` among n, by edit distance, or NULL if none is near (distance at most a
 * third of the longer length). For did-you-mean, everywhere. */
const char *nearest_word(const char *word, const char *const *words, size_t n);

#endif
