/* Where the person decides: one key from those named in the status line, or a line of text. Without
 * a terminal no key is waited for, and lines come from standard input. */
#ifndef ASYNCTUT_VIEW_PROMPT_H
#define ASYNCTUT_VIEW_PROMPT_H

#include <stddef.h>

#include "cli/app.h"

/* What a step of a lesson, a question or a demo ended with, and so what comes next. */
enum flow {
    FLOW_NEXT,
    FLOW_BACK,
    FLOW_LEAVE,        /* the person wants to stop here */
    FLOW_END_OF_INPUT, /* nothing more can be asked */
    FLOW_INTERRUPT,    /* Ctrl-C */
    FLOW_TERMINATE,    /* SIGTERM, or the output is closed */
    FLOW_FAILED,       /* it was said why */
    FLOW_REPEAT,       /* the same once more */
    FLOW_AGAIN,        /* the process is to run itself anew at the saved place */
};

/* The status that the program ends with after a flow. */
int flow_status(enum flow flow);
/* True for all but NEXT, BACK and REPEAT: unwind and leave. */
bool flow_ends(enum flow flow);

struct hint {
    int key;          /* a character; '\n' is Enter, ' ' the space bar */
    const char *does; /* "next" */
};

enum {
    PROMPT_END = -1,
    PROMPT_INTERRUPT = -2,
    PROMPT_TERMINATE = -3,
};

/* Waits for one of the keys and returns it, or one of PROMPT_*; without a terminal it returns '\n'
 * at once. The space bar and the arrows do for Enter and b where those are hinted; ? lists the
 * hints, unless it is one of them. */
int prompt_key(struct app *app, const struct hint *hints, size_t count);

/* Reads a line into *ret_line. 0, or one of PROMPT_*. */
int prompt_line(struct app *app, const char *prompt, struct str *ret_line);

/* The flow of a PROMPT_* value or of 'q'. */
enum flow prompt_flow(int result);

/* The hints as one line for the status line: as many as fit, the last two always. */
void prompt_hints(const struct look *look, const struct hint *hints, size_t count, struct str *out);

/* Is there a status line? Where there is none, what it would say is a line of text. */
bool prompt_draws_status(const struct look *look);

/* The character of a key as hints have it ('\n', ' ', 'b'); 0 if it has none. */
int prompt_character(const struct key *key);

/* Writes what a view has put together, and empties it. Of two blank lines that would meet, its
 * first is left out. */
void prompt_write(struct app *app, struct str *text);

#endif
