/* One run of an act, wherever it runs: in this process on a thread of its own (program.h), or, for
 * an act that is a program of its own and may crash, in a process of its own (apart.h). Whoever
 * shows or measures acts uses this and need not know which. The functions mean what those of
 * program.h mean. */
#ifndef ASYNCTUT_PERFORMANCE_H
#define ASYNCTUT_PERFORMANCE_H

#include "engine/probe/program.h"

struct performance;

/* What is run: a function, or, if that is NULL, a program by its path, which has the probe linked
 * in.
 */
struct performer {
    int (*main)(void);
    const char *program;
};

int performance_start(const struct performer *performer, const struct program_options *options,
                      struct performance **ret_performance);

/* True: it runs in a process of its own, whose modules are in its record. */
bool performance_is_apart(const struct performance *performance);

struct record *performance_record(struct performance *performance);
bool performance_ended(struct performance *performance);

/* Waits for the end. Returns what main returned or the program ended with; *ret_signal: the signal
 * that killed it, or 0. */
int performance_join(struct performance *performance, int *ret_signal);

void performance_stop(struct performance *performance);
void performance_go(struct performance *performance);
bool performance_stopped(struct performance *performance);
bool performance_held(struct performance *performance);
void performance_step(struct performance *performance, enum event_level level);
void performance_step_turn(struct performance *performance);
void performance_suspend(struct performance *performance, bool suspended);
void performance_slow(struct performance *performance, int percent);
int performance_percent(struct performance *performance);

/* Of a program of its own: of its first thread. */
int64_t performance_waited_for_cpu(struct performance *performance);

/* Frees an ended and joined run, or one that could be ended. */
void performance_free(struct performance *performance);

/* Ends a run that does not end by itself. False: it was a process, which was killed and is to be
 * freed; true: its threads stand in this process for ever, see program_abandon(), and it cannot be
 * freed. */
bool performance_abandon(struct performance *performance);

#endif
