/* A program that runs in this process under the probe, on a thread of its own.
 *
 * program_start() runs `main` on a new thread whose libuv and libc calls are recorded, together
 * with the threads it makes and the pool work it queues; no other thread of the process is. What it
 * writes to descriptors 1 and 2 becomes TEXT events. One program at a time in a process.
 *
 * What a stop means. The program's clock stops at once, for all its threads. Each thread then
 * halts: at its next probe point (every recorded call or callback), or, if it is computing, by a
 * signal as soon as it executes code of the program itself, so that it never holds a lock of libc.
 * A thread inside a system call halts when that returns; a wait that would have ended meanwhile
 * does not end. program_held() says whether all have halted. Signals: SIGRTMIN+3 is reserved for
 * this.
 *
 * All functions are for one controlling thread, which is not a thread of the program. */
#ifndef ASYNCTUT_PROGRAM_H
#define ASYNCTUT_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/event/event.h"

struct program;
struct record;

struct program_options {
    const char *name;        /* of its first thread in the trace; NULL: "main" */
    size_t cap;              /* of the record in bytes; 0: 512 MiB of address space */
    bool instant;            /* skip idle waits when nothing else can happen */
    bool stopped;            /* begin stopped, before the first event */
    int64_t pause_at;        /* stop when its clock has run so many ns; 0: do not */
    const char *perturb;     /* "SEED[:KINDS]" as in perturb.h; NULL: undisturbed */
    void (*ended)(void *to); /* called once on the program's own thread when main has returned; */
    void *to;                /* it may only do what is safe there, such as uv_async_send() */
};

/* Starts. `options` may be NULL and is not kept. 0 or a negative UV_E* (UV_EBUSY: one runs). */
int program_start(int (*main)(void), const struct program_options *options,
                  struct program **ret_program);

struct record *program_record(struct program *program);       /* valid until program_free() */
bool program_ended(struct program *program, int *ret_status); /* status: what main returned */

void program_stop(struct program *program);
void program_go(struct program *program); /* clears steps too */
bool program_stopped(struct program *program);
bool program_held(struct program *program);

/* From a stop: lets the program run until the next event of that level or below, then stops it. */
void program_step(struct program *program, enum event_level level);
/* The same, until its next turn of the loop begins (the next poll is over). */
void program_step_turn(struct program *program);

/* This whole process is about to stop, or has gone on: its clock stands as long, and whatever it
 * did before, it does again then. */
void program_suspend(struct program *program, bool suspended);

/* Slow motion by stop and go: runs `percent` of the real time (1..100; 100: full speed). */
void program_slow(struct program *program, int percent);
int program_percent(struct program *program);

/* ns that threads of the program were ready to run but had no processor, by the kernel's count
 * (/proc/self/task/TID/schedstat); -1 where the kernel does not tell. */
int64_t program_waited_for_cpu(struct program *program);
/* ns of processor time that its threads have used, including ended ones. */
int64_t program_cpu_time(struct program *program);

/* Waits for the end, restores descriptors, stops the recorder. The record stays. Returns status. */
int program_join(struct program *program);

/* Frees an ended and joined program and its record. */
void program_free(struct program *program);

/* For a program that does not end: its threads are stopped for ever, descriptors restored. The
 * process can run no further program; it should re-execute itself when convenient. */
void program_abandon(struct program *program);

#endif
