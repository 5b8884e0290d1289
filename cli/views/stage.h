/* The stage: a demo runs here, on a thread of its own, while this thread shows its trace and
 * answers keys. */
#ifndef ASYNCTUT_VIEW_STAGE_H
#define ASYNCTUT_VIEW_STAGE_H

#include <stdint.h>

#include "chapters/chapter.h"
#include "cli/views/prompt.h"
#include "engine/trace/query.h"

struct performance;
struct symbols;
struct trace;

struct stage_options {
    bool instant;        /* skip idle waits */
    bool stopped;        /* begin stopped, for stepping */
    int percent;         /* slow motion; 0: full speed */
    size_t cap;          /* of the record in bytes; 0: as is usual */
    int64_t pause_at;    /* ms of the act's clock at which to stop; 0: none */
    const char *perturb; /* "SEED[:KINDS]"; NULL: undisturbed */
};

/* A run that is over: its record is complete and can be asked. */
struct stage_run {
    const struct demo *demo;
    const struct act *act;
    struct performance *performance;
    struct trace *trace;
    struct symbols *symbols; /* of what ran; NULL if they cannot be had */
    bool own_symbols;        /* not this process's, to be closed with the run */
    struct actors actors;
    int status;             /* what the act returned */
    int signal;             /* that killed it, if it was a program of its own; or 0 */
    int64_t waited_for_cpu; /* ns; -1: not known */
};

/* Runs one act and shows it. FLOW_NEXT: it ended, *ret_run is the caller's to free with
 * stage_free(). Otherwise nothing is left to free; FLOW_BACK: the person left it before its end.
 * When an act that was left does not end, app->abandoned is set and FLOW_AGAIN returned. */
enum flow stage_play(struct app *app, const struct demo *demo, const struct act *act,
                     const struct stage_options *options, struct stage_run *ret_run);
void stage_free(struct stage_run *run);

/* Whether its threads waited for a processor for so long that it shows. */
bool stage_was_busy(const struct stage_run *run);

/* Shows the whole run again, from its record, at the level that is set now. */
void stage_show(struct app *app, const struct stage_run *run);

/* Plays "chess:one-loop", or all acts of "chess", and after each waits for a key: again, step,
 * other levels of the trace, source. FLOW_NEXT, or why to leave. Without a terminal it runs whole.
 */
enum flow stage_session(struct app *app, int chapter, const char *name);

/* The same with options; `played`, if not NULL, is called with each finished run. A status other
 * than 0 of it ends the session with FLOW_FAILED. */
enum flow stage_session_with(struct app *app, int chapter, const char *name,
                             const struct stage_options *options,
                             int (*played)(void *to, const struct stage_run *run), void *to);

/* Finds the demo and act of "chess:one-loop"; *ret_act is NULL if no act is named. False if there
 * are none of that name. */
bool stage_lookup(int chapter, const char *name, const struct demo **ret_demo,
                  const struct act **ret_act);

#endif
