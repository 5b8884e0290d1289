/* A demo's act, run under the probe as the learner's screen runs it, and its trace. */
#ifndef ASYNCTUT_TEST_RUN_H
#define ASYNCTUT_TEST_RUN_H

#include "engine/event/event.h"
#include "engine/probe/performance.h"
#include "engine/trace/query.h"
#include "engine/trace/trace.h"

struct trial {
    struct performance *performance;
    struct trace *trace;
    struct actors actors;
    int status; /* what the act returned, or the program ended with */
    int signal; /* that killed the program; 0: none */
};

/* Runs the act to its end. The act must exist, and the run must be complete: anything else fails
 * the test. */
struct trial run_act(int chapter, const char *demo, const char *act);
/* The same, for claims about time that a busy machine may bend: a run whose threads had to wait for
 * a processor for more than 10 ms in all is thrown away and repeated, at most ten times. */
struct trial run_quietly(int chapter, const char *demo, const char *act);

/* The same, and idle waits are skipped: the program's clock jumps over them. */
struct trial run_instantly(int chapter, const char *demo, const char *act);

void run_free(struct trial *run);

/* The actor with that name; the test fails if there is none. */
const struct actor *run_actor(const struct trial *run, const char *name);

/* Milliseconds of the run: its length; an actor's time waiting or blocked; its time running; when
 * it ended. */
double run_total(const struct trial *run);
double run_waited(const struct trial *run, const char *name);
double run_ran(const struct trial *run, const char *name);
double run_ended(const struct trial *run, const char *name);

/* The most of all actors that are in that state at one instant. */
size_t run_overlap(const struct trial *run, enum span_state state);

/* How many events of that kind the run has; `object` is compared if it is not negative. */
size_t run_count(const struct trial *run, enum event_kind kind, int64_t object);

/* How often the act, a program of its own, has written `words` to its descriptors 1 and 2. */
size_t run_wrote(const struct trial *run, const char *words);

/* What the act said: the number of lines, and whether any of them contains `words`. */
size_t run_said(const struct trial *run, const char *words);

#endif
