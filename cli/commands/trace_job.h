/* One traced run of a command: what was asked for, and what came of it. */
#ifndef ASYNCTUT_TRACE_JOB_H
#define ASYNCTUT_TRACE_JOB_H

#include <stdio.h>

#include "cli/app.h"
#include "cli/commands/trace_checks.h"
#include "cli/views/live.h"
#include "engine/event/event.h"
#include "engine/trace/trace.h"

struct tracee;
struct symbols;

struct trace_job {
    /* asked for */
    struct app *app;
    char **words;         /* the command and its arguments */
    const char *file;     /* -o; NULL: none */
    FILE *log;            /* where lines and the summary go */
    const char *log_path; /* unless that is standard error */
    bool live, summary, instant, step;
    enum event_level level;
    int slow;         /* percent of full speed; 100: full */
    int64_t pause_at; /* ms of program time; -1: none */
    const char *seed; /* "SEED[:KINDS]" for perturbation; NULL: none */
    size_t cap;       /* of the record, bytes; 0: the default */
    struct look look; /* of the log */
    struct trace_checks checks;

    /* while it runs */
    struct tracee *tracee;
    struct trace *trace;
    struct symbols *symbols;
    struct live *lines;
    FILE *keys; /* the terminal, where a stopped run waits for Enter; NULL: not needed */

    /* afterwards */
    int wait_status;   /* of waitpid() */
    bool check_failed; /* a finding that --fail-on names */
};

enum { STATUS_CHECK = 3 }; /* that of trace, where a check of --fail-on found something */

/* Runs the command to its end, and closes everything again. STATUS_OK if it could be started and
 * traced, whatever became of it; else what to exit with, which has been said. */
int trace_job_run(struct trace_job *job);

/* Runs it under the seeds 1 to `seeds` until one fails; `kinds` is ":KINDS" or "". A status. */
int trace_seeds_run(struct trace_job *job, long seeds, const char *kinds);

/* Follows the program until it has ended, steering its time as asked. */
void trace_job_follow(struct trace_job *job);

/* Prints lines for what is new, if lines are asked for. */
void trace_job_lines(struct trace_job *job);

/* Which libuv the program used and what of it was seen, a paragraph each; how many there are. */
struct str;
size_t trace_libuv_say(const struct trace_job *job, struct str *out);

/* The same, and what could not be seen of the process at all. */
void trace_seen_say(const struct trace_job *job, struct str *out);

/* "program was killed by signal 11"; nothing if it was not. */
void trace_job_say_end(const struct trace_job *job);

#endif
