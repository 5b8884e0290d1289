/* What the whole course refers to: common misconceptions, and the glossary.
 *
 * misconceptions.json: { "misconceptions": [ { "id": "parallel", "sentence": "What people think.",
 *   "truth": "What is so.", "chapter": 3, "demo": "spinners:one-loop" } ] }
 * glossary.json: { "terms": [ { "term": "loop", "also": ["event loop"], "text": "…", "chapter": 3,
 *   "see": ["task"], "ordinary": true } ] }
 *
 * "also" (other words for it) and "see" may be missing. "ordinary": the word has an everyday
 * meaning too ("check"), so that chapters before the one that explains it may use it. Ids and words
 * are unique. A file that is not there is an empty list. Strings are owned by the reference,
 * shown-safe.
 */
#ifndef ASYNCTUT_REFERENCE_H
#define ASYNCTUT_REFERENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/error.h"

struct misconception {
    const char *id, *sentence, *truth;
    int chapter;      /* where it is cleared up; -1 if that is not said */
    const char *demo; /* of that chapter: "demo:act"; NULL if there is none */
    int line;
};

struct term {
    const char *term, *text;
    const char *const *also, *const *see; /* NULL-terminated */
    int chapter;                          /* where it is explained; -1 if that is not said */
    bool ordinary;
    int line;
};

struct reference {
    struct misconception *misconceptions;
    size_t misconception_count;
    struct term *terms;
    size_t term_count;
    void *memory; /* private */
};

int reference_load(const char *folder, struct reference *ret_reference, struct error *error);
/* Adds what a text holds, of the kind of file that it is. */
int reference_parse_misconceptions(struct reference *reference, const char *file, const char *text,
                                   size_t length, struct error *error);
int reference_parse_terms(struct reference *reference, const char *file, const char *text,
                          size_t length, struct error *error);
void reference_free(struct reference *reference); /* a zeroed one is fine */

const struct misconception *reference_misconception(const struct reference *reference,
                                                    const char *id);

/* By its word or one of its other words, without regard to case. NULL: none; then *ret_near (if
 * not NULL) is the term that was most likely meant, or NULL. */
const struct term *reference_term(const struct reference *reference, const char *word,
                                  const char **ret_near);

#endif
