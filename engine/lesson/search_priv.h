/* Between search.c, which goes through the course, and search_match.c, which judges one passage. */
#ifndef ASYNCTUT_SEARCH_PRIV_H
#define ASYNCTUT_SEARCH_PRIV_H

#include "engine/base/arena.h"
#include "engine/lesson/search.h"

enum { SEARCH_WORDS = 8, SEARCH_WORD_LENGTH = 63 };

struct query {
    char words[SEARCH_WORDS][SEARCH_WORD_LENGTH + 1];
    size_t count;
    char whole[256]; /* all of them as they were typed, without blanks around */
};

/* Splits at blanks; words beyond the bounds are cut. False if there is none. */
bool query_read(struct query *query, const char *words);

/* How well a passage fits: 0: a word is missing. *ret_found: the first word found, for the
 * excerpt. */
int query_fit(const struct query *query, const char *passage, const char **ret_found,
              size_t *ret_length);

/* The words around `found` in one line, in the arena. */
const char *query_excerpt(struct arena *arena, const char *passage, const char *found,
                          size_t length, size_t *ret_at);

#endif
