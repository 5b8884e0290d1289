/* A program in a process of its own, under the probe: the tracer's side.
 *
 * tracee_start() makes a record in a memfd, starts the program with the preload library and the
 * environment of attach.h, and a recorder that keeps its chunks ready. Its input, output, process
 * group and signals are the caller's own. What was written to the record stays readable whatever
 * becomes of the process. All functions are for one thread; no other may change the environment
 * while it starts. */
#ifndef ASYNCTUT_TRACEE_H
#define ASYNCTUT_TRACEE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "engine/event/event.h"

struct record;
struct tracee;

struct tracee_options {
    const char
        *preload; /* path of the preload library; NULL: the program has the probe linked in */
    size_t cap;   /* of the record in bytes; 0: 256 MiB */
    bool control; /* the clock will be stopped or skipped */
    bool instant; /* skip idle waits (with control) */
    const char *perturb; /* "SEED[:KINDS]", or NULL: see perturb.h */
    const char *name;    /* of its first thread in the trace; NULL: as the program is called */
    bool step;           /* stop at the first event of `level` (with control) */
    enum event_level level;

    /* Called with the process that is to become the program, which waits until this returns; should
     * the caller end before, it ends too. May be NULL. */
    void (*made)(pid_t pid);

    /* A captive: it writes to these descriptors instead of the caller's 1 and 2, reads nothing, has
     * no part in the caller's options of sanitizers, and is killed when the caller ends. */
    bool captive;
    int output[2];

    void (*tick)(void *to); /* as of recorder_start(); may be NULL */
    void *to;
};

/* Whether the program that this word starts, found by PATH, has the probe linked in. */
bool tracee_has_probe(const char *command);

/* words: the command and its arguments, NULL-terminated; found by PATH. 0; or a negative errno: of
 * execvp() (-ENOENT: not found, -EACCES: not executable), or of making the record. */
int tracee_start(char *const *words, const struct tracee_options *options,
                 struct tracee **ret_tracee);

struct record *tracee_record(struct tracee *tracee); /* valid until tracee_free() */
pid_t tracee_pid(const struct tracee *tracee);

/* Waits at most timeout_ms (-1: for ever) for its end. True: it has ended, and *ret_status is as of
 * waitpid(). A tracee that was stopped from outside, by Ctrl-Z for one, has not. */
bool tracee_wait(struct tracee *tracee, int timeout_ms, int *ret_status);

/* Stops its process and its clock, and lets both go on. With options.control only. */
void tracee_stop(struct tracee *tracee);
void tracee_go(struct tracee *tracee);

/* From a stop: on to the next event of that level or below, or to the next turn with STEP_TURN, at
 * which its clock and the thread of that event stop inside the process; tracee_halt() then stops
 * all of it, and does nothing before that. */
void tracee_step(struct tracee *tracee, uint32_t until);
void tracee_halt(struct tracee *tracee);
bool tracee_stands(struct tracee *tracee);        /* its clock stands */
int64_t tracee_time(const struct tracee *tracee); /* program time since the record's start, ns */

/* ns for which its first thread was ready but had no processor, by the kernel's count, until now or
 * until it ended; -1 where the kernel does not tell. */
int64_t tracee_waited_for_cpu(struct tracee *tracee);

/* Ends the recorder and frees the record; the process, if it still runs, goes on unrecorded. */
void tracee_free(struct tracee *tracee);

#endif
