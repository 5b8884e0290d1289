/* Replay: a run that is over, on a full screen. Lanes above, with the moment that is looked at; the
 * source, with a mark at each line where a task, thread or handle waits at that moment; events
 * below. One moves by event, by turn, to the next warning, or lets it play.
 *
 * A model without I/O (keys and time in, a drawing out), and a loop that runs it on a terminal. */
#ifndef ASYNCTUT_REPLAY_H
#define ASYNCTUT_REPLAY_H

#include "engine/base/error.h"
#include "engine/base/str.h"
#include "engine/event/event.h"
#include "engine/term/screen.h"
#include "engine/trace/diff.h"
#include "engine/trace/trace.h"

struct replay;
struct symbols;

struct replay_options {
    const char *title;
    const char *name;       /* of its file, beside another one; NULL: "this" */
    enum event_level level; /* to begin with, if it shows anything; LEVEL_OFF: tasks */

    /* The text of a source file, by its path as the debug information has it, NUL-terminated; the
     * caller frees it. 0 or a negative UV_E*. May be NULL. */
    int (*load)(void *to, const char *path, char **ret_text);
    /* Another trace, to be compared: it stays until the replay is closed or another is asked for.
     * 0, or a negative UV_E* and why not. May be NULL. */
    int (*other)(void *to, const char *path, struct diff_side *ret_side, struct error *error);
    void *to;
};

/* The trace is finished; it and the symbols (which may be NULL) are borrowed. The options are
 * copied, their title and name are not. 0, UV_ENOMEM, or UV_EFBIG above 4,000,000,000 events. */
int replay_open(const struct trace *trace, struct symbols *symbols,
                const struct replay_options *options, struct replay **ret_replay);
void replay_close(struct replay *replay); /* NULL is fine */

/* Compares with another trace, borrowed, and shows it side by side until the person goes back. 0 or
 * UV_ENOMEM. The name is copied. */
int replay_diff(struct replay *replay, const struct diff_side *other, const char *name);

/* A key; true: leave. */
bool replay_key(struct replay *replay, const struct key *key);

/* So much real time has passed, ns; moves on if it plays, and does what a key asked for that takes
 * long: the next warning, another trace. */
void replay_tick(struct replay *replay, uint64_t elapsed);

/* How long until something to draw may have changed without a key, ms; -1: it does not. */
int replay_timeout(const struct replay *replay);

void replay_draw(struct replay *replay, struct screen *screen);

/* The event that is looked at, SIZE_MAX if none is shown, and the moment, ns of program time. */
size_t replay_event(const struct replay *replay);
uint64_t replay_time(const struct replay *replay);

/* Lanes, figures and findings, as text. Waits for places. */
void replay_summary(struct replay *replay, const struct look *look, struct str *out);

/* On a terminal until the person leaves; elsewhere writes the summary. Returns what ended it:
 * TERM_KEY, TERM_INTERRUPT, TERM_TERMINATE or TERM_END. */
enum term_event_type replay_run(struct replay *replay, struct term *term);

#endif
