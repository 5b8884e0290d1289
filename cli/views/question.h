/* One item: asked, answered, graded, explained. The first three functions are pure. */
#ifndef ASYNCTUT_VIEW_QUESTION_H
#define ASYNCTUT_VIEW_QUESTION_H

#include "cli/views/page.h"
#include "cli/views/prompt.h"
#include "engine/lesson/item.h"
#include "engine/quiz/grade.h"

/* The item with its numbered choices; title is "Question 3 of 9". shown: the order of the entries
 * of an order item, else not used. */
void question_show(struct page *page, const struct item *item, const char *title, const int *shown,
                   struct str *out);

/* What is to be said of the given answer and the reasons against it, then the right answer and its
 * reason. answer: as it was typed. */
void question_explain(struct page *page, const struct item *item, const struct graded *graded,
                      const char *answer, struct str *out);

/* Reads a choice number (from 1) of a prediction; 0 if it is none. */
int question_choice(const struct item *item, const char *answer);

/* Asks a whole item of the chapter, records the answer and waits for the next step. *ret_right is
 * set if it was answered. FLOW_BACK: to what was before the question; FLOW_REPEAT: from the
 * explanation back to the question. */
enum flow question_ask(struct app *app, const struct course_chapter *chapter,
                       const struct item *item, const char *title, bool *ret_right);

/* Reads an answer after " > " until `accept` takes it (true). Empty lines, ? and answers that are
 * none are explained; q, b and s end it. */
enum flow question_read(struct app *app, const struct item *item,
                        bool (*accept)(void *to, const char *answer, struct error *error),
                        void *to);

#endif
