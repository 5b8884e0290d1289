/* Runs a program under the probe to its end and opens its trace, for tests. */
#ifndef ASYNCTUT_TEST_RUN_H
#define ASYNCTUT_TEST_RUN_H

#include <stddef.h>
#include <stdint.h>

#include "engine/probe/program.h"
#include "engine/trace/trace.h"

struct run {
    struct program *program;
    struct trace *trace;
    int status;
};

/* `options` may be NULL. Asserts that it starts and that nothing was dropped or damaged. */
struct run run_whole(int (*program)(void), const struct program_options *options);
/* Joins a program that a test has started and steered, and opens its trace. */
struct run run_finish(struct program *program);
void run_close(struct run *run);

/* How many events there are of that kind and subject (0: any); the nth of them, from 0. The latter
 * fails the test if there are not so many. */
size_t run_count(const struct run *run, enum event_kind kind, uint32_t subject);
const struct event *run_event(const struct run *run, enum event_kind kind, uint32_t subject,
                              size_t nth);
/* The entity with that name or, without a name, the nth of that type, from 0; fails if there is
 * none. */
uint32_t run_named(const struct run *run, const char *name);
uint32_t run_typed(const struct run *run, enum entity_type type, size_t nth);

/* ms of program time from the first event of the program's main thread to this one. */
double run_ms(const struct event *event);

#endif
