/* A program in a process of its own, as a stage needs it: what it writes becomes TEXT events of its
 * record, its time is steered like that of a program in this process, and it never outlives its
 * tracer. The functions mean what those of program.h mean; all are for one controlling thread. */
#ifndef ASYNCTUT_APART_H
#define ASYNCTUT_APART_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/probe/program.h"

struct apart;

/* words: the program's path and its arguments, NULL-terminated; preload: as in tracee.h. 0 or a
 * negative errno, -ENOENT if there is no such program. */
int apart_start(char *const *words, const char *preload, const struct program_options *options,
                struct apart **ret_apart);

struct record *apart_record(struct apart *apart);
/* status: as of waitpid(). */
bool apart_ended(struct apart *apart, int *ret_status);
int apart_join(struct apart *apart); /* waits for the end; returns that status */

void apart_stop(struct apart *apart);
void apart_go(struct apart *apart);
void apart_step(struct apart *apart, uint32_t until); /* an enum event_level, or STEP_TURN */
bool apart_stopped(struct apart *apart);
bool apart_held(struct apart *apart);
void apart_suspend(struct apart *apart, bool suspended);
void apart_slow(struct apart *apart, int percent);
int apart_percent(const struct apart *apart);
int64_t apart_waited_for_cpu(struct apart *apart);

void apart_end(struct apart *apart); /* kills the process, if it still runs, and joins it */

/* Ends it, and frees it with its record; NULL is fine. */
void apart_free(struct apart *apart);

#endif
