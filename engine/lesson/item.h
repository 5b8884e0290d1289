/* The items of a quiz.json: questions, and predictions that a run answers.
 *
 *   { "items": [
 *     { "id": "q1", "type": "choice", "topics": ["concurrency"],
 *       "ask": "…", "choices": [
 *         { "text": "…", "right": true, "why": "…" },
 *         { "text": "…", "why": "…", "misconception": "parallel" } ], "see": "chess:one-loop" },
 *     { "id": "q2", "type": "multi",  … several right },
 *     { "id": "q3", "type": "order",  "ask": "…", "entries": ["first", "second", …], "why": "…" },
 *     { "id": "q4", "type": "number", "ask": "…", "answer": 500, "tolerance": 50, "unit": "ms",
 *       "why": "…" },
 *     { "id": "q5", "type": "text",   "ask": "…", "answers": ["poll", "epoll"], "why": "…" },
 *     { "id": "p1", "type": "predict", "demo": "chess:one-loop", "ask": "…",
 *       "measure": { "what": "ratio", "of": "total", "to": "longest-wait", "names": ["board *"] },
 *       "choices": [ { "text": "one wait", "from": 0.9, "to": 1.6, "why": "…" }, … ],
 *       "promise": 1, "bend": "a busy machine can …" } ] }
 *
 * Every item may have "topics", "see" (where to see it happen: "demo" or "demo:act" of this
 * chapter) and "why". A choice of a prediction says which runs it is right for: those whose number
 * falls in "from" … "to" (either may be left out), whose order "is" [names], or whose word
 * "equals". No run is right for two choices. "promise" is the number (from 1) of the choice that a
 * healthy run gives; the content gate holds the demo to it, the learner is graded by the run alone.
 * Measures are described in engine/quiz/measure.h and kept here as parsed, unevaluated data. Every
 * choice has a `why`. A choice's order is as in the file. Strings are owned by the quiz,
 * shown-safe; line breaks and tabs stay. */
#ifndef ASYNCTUT_ITEM_H
#define ASYNCTUT_ITEM_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/error.h"

enum { ITEM_CHOICES = 9 }; /* at most, so that one key answers */

enum item_type { ITEM_CHOICE, ITEM_MULTI, ITEM_ORDER, ITEM_NUMBER, ITEM_TEXT, ITEM_PREDICT };

struct choice {
    const char *text, *why;
    const char *misconception; /* id, or NULL */
    bool right;
    double from, to;       /* predict by number: the measure falls in [from, to) */
    const char *const *is; /* predict by order: the names, NULL-terminated; else NULL */
    const char *equals;    /* predict by word (a phase, a name); else NULL */
    int line;              /* in the file */
};

struct measure {
    const char *what;    /* "ratio", "order", "count", "overlap", "phase", "threads", "first" */
    const char *of, *to; /* NULL if absent */
    const char *kind;    /* an event kind's name, or NULL */
    const char *state;   /* a span state's name, or NULL */
    const char *const *names; /* actors ("board *": all that begin so), NULL-terminated; or NULL */
};

struct item {
    const char *id;
    enum item_type type;
    int line; /* in the file */
    const char *ask, *why, *see, *unit;
    const char *const *topics; /* NULL-terminated, never NULL */
    struct choice *choices;
    size_t choice_count;
    const char *const *entries; /* order: in the right order, NULL-terminated */
    const char *const *answers; /* text: accepted answers */
    double answer, tolerance;   /* number */
    const char *demo;           /* predict */
    struct measure measure;
    int promise; /* index of the promised choice, from 0; -1: none is promised */
    const char *bend;
};

struct quiz {
    struct item *items;
    size_t item_count;
    void *memory; /* private */
};

/* Every structural fault is an error with file and line: unknown type or key, missing id, ask, why
 * or answer, no right choice, two equal ids, more than 9 choices, an unknown measure, choices of a
 * prediction that overlap, a promise out of range. */
int quiz_parse(const char *file, const char *text, size_t length, struct quiz *ret_quiz,
               struct error *error);
void quiz_free(struct quiz *quiz); /* a zeroed one is fine */
const struct item *quiz_find(const struct quiz *quiz, const char *id);
const char *item_type_name(enum item_type type); /* as in the file */

/* The words that a measure may use; each list ends with NULL. */
extern const char *const measure_whats[], *const measure_quantities[], *const measure_kinds[],
                                                                           *const measure_states[];

#endif
