/* Runs a program of which nothing good is known, through the supervisor (supervisor.c). */
#ifndef ASYNCTUT_SUPERVISE_H
#define ASYNCTUT_SUPERVISE_H

#include <stdbool.h>

#include "engine/base/error.h"
#include "engine/base/str.h"
#include "engine/exercise/exercise.h"
#include "engine/exercise/outcome.h"

enum { SUPERVISED_RECORD = 5 };

struct supervised {
    const char *supervisor; /* path of that program */
    const char *folder;     /* where the program runs */
    char *const *words;     /* the program by its path, and its arguments; NULL-terminated */
    char *const *environment;
    struct limits limits;
    /* A folder: where the kernel allows it the program is confined (confine.h), writes below that
     * folder alone, and has a process namespace of its own. NULL: it is not. */
    const char *writable;
    int record; /* a descriptor that it inherits as SUPERVISED_RECORD; -1: none */
    /* Called every few ms while it runs; true: cancel. May be NULL. */
    bool (*tick)(void *to);
    void *to;
};

/* Runs it and waits until nothing of it is left, which is at most the time limit and a second. 0
 * with the outcome, which outcome_free() frees; a negative UV_E* if there could be no supervisor.
 */
int supervise(const struct supervised *supervised, struct outcome **ret_outcome,
              struct error *error);
struct outcome *outcome_copy(const struct outcome *shared); /* NULL: no memory */
void outcome_free(struct outcome *outcome);                 /* NULL is fine */

/* "ended with status 3", "was ended after 3 s: it still ran" — continues "the program". */
void outcome_tell(const struct outcome *outcome, const struct limits *limits, struct str *out);

#endif
