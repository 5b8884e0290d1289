/* A trace: a record read in order, with what is known about its entities.
 *
 * trace_update() takes in what was committed since the last call, merges the threads by time (ties
 * by thread, then sequence; causal pairs such as submit before work before done repaired) and
 * brings the entities up to date. While the program runs, events younger than the lag are left for
 * later, so what was once returned never moves. After the end, trace_finish() takes in the rest.
 *
 * Events are borrowed from the record, which must outlive the trace; nothing in it is trusted: bad
 * kinds, lengths and ids are counted in `damaged` and skipped. A hostile process may still change
 * an event after it was taken in, so readers index nothing by an event's fields without a check
 * (trace_entity() and the names of event.h do theirs). One thread at a time; a finished trace is
 * not changed by looking at it, from any number of threads. Memory: 5 bytes an event besides the
 * record, and 32 an entity. */
#ifndef ASYNCTUT_TRACE_H
#define ASYNCTUT_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/event/event.h"

struct record;
struct trace;

/* Large traces have one for every few events, as each request is one: it is kept small. */
struct entity {
    const char *name;    /* as given, shown-safe (no control characters), lives as long as the
                            trace; "" if none */
    uint32_t parent;     /* as in BORN: loop of a handle, parent of a task or thread; 0: none */
    uint32_t number;     /* 1, 2, 3 … among those of its type, by birth; 0 until BORN was seen */
    uint32_t born, gone; /* event numbers; ENTITY_NEVER if not seen */
    uint32_t turns;      /* of a loop: those that are over */
    enum entity_type type : 8;                    /* ENTITY_UNKNOWN until BORN was seen */
    bool active : 1, closing : 1, referenced : 1; /* of handles; a pending request is active */
    bool submitted : 1, working : 1; /* of a request: SUBMIT was seen; WORK was, WORK_END not */
    bool by_kernel : 1;              /* of a request: it does not go to the pool */
    bool repeats : 1;                /* of a timer: it stays active after its callback */
    bool seen : 1;                   /* always, to those who can look */
};
static_assert(sizeof(struct entity) == 32, "an entity costs as much as an event");
#define ENTITY_NEVER UINT32_MAX

enum { TRACE_LAG_MS = 20 };

int trace_open(struct record *record, struct trace **ret_trace);
void trace_close(struct trace *trace); /* NULL is fine */

/* now: the machine's CLOCK_MONOTONIC in ns. Returns how many events are new, or UV_ENOMEM. */
int trace_update(struct trace *trace, int64_t now);
int trace_finish(struct trace *trace);
/* The same of a program that was ended from outside when it had lived for so long, ns of program
 * time: whatever it did last, it did until then. */
int trace_finish_ended(struct trace *trace, uint64_t lived);

/* For a record that is still being filled from a file: before more of a chunk is read than its head
 * and first event, `await` is called, which returns when the whole chunk is there. Before
 * trace_finish(). */
void trace_await(struct trace *trace, void (*await)(void *to, uint32_t chunk), void *to);

size_t trace_count(const struct trace *trace);
/* Event number i in order; valid while the record is. i < trace_count(). */
const struct event *trace_event(const struct trace *trace, size_t i);
uint32_t trace_thread(const struct trace *trace, size_t i); /* entity id of the writing thread */
/* The writing threads are also numbered from 0, in the order in which they were found. */
uint32_t trace_lane(const struct trace *trace, size_t i);
uint32_t trace_lanes(const struct trace *trace);
uint32_t trace_lane_thread(const struct trace *trace, uint32_t lane);
/* The text of a TEXT event, shown-safe, copied into the buffer and NUL-terminated; its length. */
size_t trace_text(const struct trace *trace, size_t i, char *buffer, size_t size);

/* Entities in order of their ids; NULL if the id was never seen. Valid until the next update. */
const struct entity *trace_entity(const struct trace *trace, uint32_t id);
uint32_t trace_entities(const struct trace *trace); /* ids are below this number */
/* Its creation site, 0 if unknown. */
uint64_t trace_made_at(const struct trace *trace, const struct entity *entity);

/* Program time, ns, up to which nothing is missing any more; UINT64_MAX after trace_finish(). */
uint64_t trace_until(const struct trace *trace);

/* The program was stopped, and what it had written by then has been taken in: nothing more comes
 * before it goes on. As of the last update. */
bool trace_stands(const struct trace *trace);

/* The version of the program's libuv, as uv_version() gives it; 0 if it is not known. */
uint32_t trace_libuv(const struct trace *trace);

/* Program time of the last event taken in, ns; of a finished trace in which a loop is left that was
 * not ended, and of a program that was ended, the time until which it lived: who sleeps writes no
 * events. */
uint64_t trace_end(const struct trace *trace);
/* Program time until which it was seen to live, ns. Not before trace_end(). */
uint64_t trace_lasted(const struct trace *trace);
/* Dropped and damaged events so far. */
uint64_t trace_dropped(const struct trace *trace);
/* Program time until which no event is missing, ns: trace_end(), unless some were dropped. What was
 * under way then may have ended at any time after it. */
uint64_t trace_whole_until(const struct trace *trace);
uint64_t trace_damaged(const struct trace *trace);

#endif
