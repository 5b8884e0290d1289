/* Where a lesson says the words of the glossary.
 *
 * A use is a whole word, or words, of a term in prose: in a paragraph, an item or a table. A plural
 * in s is the same word, capitals do not matter, and of two terms that begin at one place the
 * longer is meant ("non-blocking" is not "blocking"). What stands in code is a use only if the code
 * is just that word (`EAGAIN`). Headings, quoted source and the texts of links are not looked at:
 * they name things, and their explanation follows. */
#ifndef ASYNCTUT_TERMS_H
#define ASYNCTUT_TERMS_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/lesson/markdown.h"
#include "engine/lesson/reference.h"

struct term_use {
    const struct term *term;
    size_t run;            /* of the block */
    size_t offset, length; /* in the run's text */
};

/* The use behind *use, or with a zeroed one the first of the block. False: there is none. */
bool term_next(const struct reference *reference, const struct block *block, struct term_use *use);

/* Is the term explained in this chapter or in an earlier one? */
bool term_is_known(const struct term *term, int chapter);

/* Marks the first use in the document of each term that is known in `chapter`: its letters become a
 * run of their own with RUN_TERM. 0 or UV_ENOMEM, and then nothing is lost but marks. */
int terms_mark(const struct reference *reference, int chapter, struct document *document);

#endif
