/* How a demo speaks to the learner. Nothing else in a demo is there for the tracer.
 *
 * Outside asynctut these calls do nothing, so a demo also runs as a plain program. Any thread that
 * is traced; text is cut at EVENT_TEXT_MAX bytes and copied. */
#ifndef ASYNCTUT_STAGE_H
#define ASYNCTUT_STAGE_H

#include <stdint.h>

/* Names an actor, which becomes a column of the trace: a handle or a request that was initialised
 * or submitted before, or, with NULL, the calling thread. Tasks have task_set_name(). */
void stage_name(const void *actor, const char *name);

/* Says a line at this moment of the run. */
void stage_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Set by the probe: the entity id that an address has now, 0 if unknown. */
extern uint32_t (*stage_find)(const void *actor);

#endif
