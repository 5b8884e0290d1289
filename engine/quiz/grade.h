/* Grading, without input or output: an answer as the learner typed it against an item.
 *
 * Answers: choice "2"; multi "1 3" or "1,3"; order "2 1 3" (numbers of the entries as they were
 * shown); number "500" or "500 ms"; text compared without case, outer blanks and a trailing dot. */
#ifndef ASYNCTUT_GRADE_H
#define ASYNCTUT_GRADE_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/error.h"
#include "engine/lesson/item.h"

enum grade {
    GRADE_WRONG,
    GRADE_RIGHT,
    GRADE_NONE, /* not graded: the run contradicts the promise, or was stopped in a way that matters
                 */
};

/* Texts are borrowed from the item. */
struct graded {
    enum grade grade;
    int chosen; /* index of the choice; of several the first wrong one, else the first that was left
                   out though it is right; -1 if the item has no choices */
    bool picked[ITEM_CHOICES]; /* the choices that were named */
    int place, put;  /* an order: the first place, from 0, where another entry was put than belongs
                        there, and that entry; -1 if there is none */
    double number;   /* a number: as it was typed */
    const char *why; /* for that choice, or of the item */
    const char *why_right;     /* for the right answer; NULL if that adds nothing */
    const char *misconception; /* id, or NULL; of several choices the first that reveals one */
};

/* UV_EINVAL with a plain sentence in error when the input is not an answer to this type of item
 * ("Type one number from 1 to 4."); it is then asked again and nothing is graded. `shown` is the
 * order in which entries were shown (indices), NULL for the file's own. A prediction is only read:
 * GRADE_NONE with the chosen index. */
int grade_answer(const struct item *item, const int *shown, const char *answer,
                 struct graded *ret_graded, struct error *error);

/* A prediction: `chosen` from 0, and the choice that the run gave (-1: none, or a run that does not
 * count because it was stopped in a way that matters). */
void grade_prediction(const struct item *item, int chosen, int measured, struct graded *ret_graded);

/* A shuffled order of n entries that is never the right one, from a seed; n <= 9. */
void grade_shuffle(unsigned seed, size_t n, int *ret_shown);

#endif
