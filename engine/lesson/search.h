/* Words to places: where in the course something is said.
 *
 * Every word that is asked for must begin a word of one passage, without regard to case: "wait ker"
 * finds "the kernel … waiting". Passages are the glossary's terms, headings, paragraphs, list
 * items, table rows and code of lessons, misconceptions, and the questions of quizzes (never their
 * answers: a search must not spoil a quiz). The best come first: a term of that name, then
 * headings, then the rest; among equals the course's order. */
#ifndef ASYNCTUT_SEARCH_H
#define ASYNCTUT_SEARCH_H

#include <stddef.h>

#include "engine/base/error.h"
#include "engine/lesson/course.h"
#include "engine/lesson/reference.h"

enum hit_kind { HIT_TERM, HIT_LESSON, HIT_ITEM, HIT_MISCONCEPTION };

struct hit {
    enum hit_kind kind;
    int chapter;         /* number; -1 if a term or misconception names none */
    const char *section; /* of a lesson: the heading above; "" before the first */
    size_t block;        /* of a lesson: index of the block, to open it there */
    int line;            /* in its file */
    const char *name;    /* of a term, an item (id) or a misconception (id); "" for a lesson */
    const char *excerpt; /* about 70 characters around the first word found, in one line, with an
                            ellipsis where the passage goes on */
    size_t found, found_length; /* that word in the excerpt, in bytes */
    int score;                  /* higher is better; comparable within one search */
};

struct hits {
    struct hit *items;
    size_t count;
    size_t more;      /* found besides, beyond the limit */
    int unreadable;   /* chapters that could not be loaded, and were left out */
    const char *near; /* if nothing was found: a term that may have been meant, or NULL. Borrowed
                         from the reference */
    void *memory;     /* private */
};

enum { SEARCH_LIMIT = 50 };

/* UV_EINVAL with a sentence if there is no word in `words`. */
int search_course(const struct course *course, const struct reference *reference, const char *words,
                  struct hits *ret_hits, struct error *error);
void hits_free(struct hits *hits); /* a zeroed one is fine */

#endif
