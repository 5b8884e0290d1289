/* Where the learner is in a chapter: a block of its lesson, and a question of its quiz. When the
 * lesson was changed since, the place is found again by the title of its section. */
#ifndef ASYNCTUT_VIEW_PLACE_H
#define ASYNCTUT_VIEW_PLACE_H

#include "cli/app.h"

/* Sections begin at headings of level 2; what stands before the first is section 1 if it is more
 * than the title. Numbered from 1. */
int place_section(const struct document *document, size_t block);
int place_sections(const struct document *document);
/* "" before the first heading. Caller frees; NULL if memory runs out. */
char *place_section_title(const struct document *document, size_t block);
/* The first block of the section in which a block is. */
size_t place_section_begin(const struct document *document, size_t block);

/* The block at which to begin: the saved place if it still holds, else 0. */
size_t place_load(struct app *app, const struct course_chapter *chapter,
                  const struct lesson *lesson);
void place_save(struct app *app, const struct course_chapter *chapter, const struct lesson *lesson,
                size_t block);

/* The lesson's end was reached: it counts as done, and begins at its beginning the next time. */
void place_done(struct app *app, const struct course_chapter *chapter);

/* The question at which the quiz was left, from 1; 0: it was not. Saved at once when set. */
int place_quiz(struct app *app, const struct course_chapter *chapter);
void place_set_quiz(struct app *app, const struct course_chapter *chapter, int question);

#endif
