/* The quiz at the end of a chapter: the items that the lesson itself does not ask. */
#ifndef ASYNCTUT_VIEW_QUIZ_H
#define ASYNCTUT_VIEW_QUIZ_H

#include "cli/views/question.h"

/* True for an item that the quiz asks: one that no directive of the lesson names. */
bool quiz_has(const struct lesson *lesson, const struct item *item);

/* How often the item was answered. */
int quiz_tries(const struct app *app, const struct course_chapter *chapter,
               const struct item *item);

/* Asks the quiz from where it was left (or from its beginning), saves at each question and, at the
 * end, the result. */
enum flow quiz_take(struct app *app, const struct course_chapter *chapter,
                    const struct lesson *lesson);

/* Asks one item of the chapter, whether the quiz has it or the lesson does; the quiz's place stays.
 */
enum flow quiz_ask_one(struct app *app, const struct course_chapter *chapter,
                       const struct item *item);

/* Asks the items that are due for review, from all chapters. */
enum flow quiz_review(struct app *app);

#endif
