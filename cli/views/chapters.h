/* The chapters and how far the learner is in each: for home, `list` and `progress`. */
#ifndef ASYNCTUT_VIEW_CHAPTERS_H
#define ASYNCTUT_VIEW_CHAPTERS_H

#include "cli/app.h"
#include "cli/views/page.h"

/* What is known of a chapter; NULL if it was never begun. */
const struct chapter_state *chapters_state(const struct app *app,
                                           const struct course_chapter *chapter);

/* "done", "at \"Two words\"", or nothing; the quiz's result and how the exercises went, after what
 * stands between. */
void chapters_words(const struct app *app, const struct course_chapter *chapter,
                    const char *between, struct str *out);

/* How many exercises the chapter has, how many of them were begun and how many passed. */
struct chapter_exercises {
    size_t count, begun, passed;
};
struct chapter_exercises chapters_exercises(const struct app *app,
                                            const struct course_chapter *chapter);

/* What comes next: the one that was left last, else the first not done; NULL: all are done. */
const struct course_chapter *chapters_next(const struct app *app);

/* The list by parts, with a pointer at `next`; titles: with the chapters' titles. */
void chapters_list(struct page *page, const struct app *app, const struct course_chapter *next,
                   bool titles, struct str *out);

/* One path through the course: what it is for, and its chapters in its order. */
void chapters_path(struct page *page, const struct app *app, const struct course_path *path,
                   const struct course_chapter *next, struct str *out);

#endif
