/* A lesson, walked from section to section. */
#ifndef ASYNCTUT_VIEW_LESSON_H
#define ASYNCTUT_VIEW_LESSON_H

#include "cli/views/prompt.h"

/* Loads the chapter and walks it from the saved place; section: where to begin instead, from 1, or
 * 0. Everything that the lesson refers to is looked up before its first line is shown. */
enum flow lesson_walk(struct app *app, const struct course_chapter *chapter, int section);

/* The source of "chess:step" for page->source; `to` is the course_chapter. */
int lesson_source(void *to, const char *argument, char **ret_text, int *ret_first_line,
                  char **ret_path, struct error *error);

/* UV_ENOENT, with file and line, if a directive names a demo or a region that is not there. */
int lesson_check(const struct course_chapter *chapter, const struct lesson *lesson,
                 struct error *error);

#endif
