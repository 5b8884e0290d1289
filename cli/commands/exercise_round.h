/* Shared by the files of `asynctut exercise watch` only: a session, and one round of it. */
#ifndef ASYNCTUT_EXERCISE_ROUND_H
#define ASYNCTUT_EXERCISE_ROUND_H

#include <stdatomic.h>

#include "cli/commands/exercise_job.h"
#include "engine/exercise/watch.h"
#include "engine/term/term.h"

struct session {
    struct exercise_job *job;
    struct watch *watch;
    _Atomic unsigned saves; /* so far; counted on the watch's thread */
    _Atomic int64_t last;   /* when the last was, by uv_hrtime() */
    unsigned checked;       /* saves before the last check began */
    int key;                /* that ended a check, or one of PROMPT_*; 0: none */
    bool said;              /* that this round compiles, where that is a line of text */
    bool owed;              /* a check was ended so, and has no verdict yet */
    struct verdict verdict;
    struct error error;
};

/* Checks what is saved until there is a verdict, and tells it; or until a key, which is then in
 * session->key. */
void watch_round(struct session *session);

/* The key of an event as hints have it, or one of PROMPT_*; 0: it is none of ours. */
int watch_key(const struct term_event *event);

/* Writes what was put together, and frees it. */
void watch_write(struct session *session, struct str *text);

#endif
