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
 * (trace_entity() and the names of event.h do theirs). One thread at a time. Memory: 8 bytes an
 * event besides the record. */
#ifndef ASYNCTUT_TRACE_H
#define ASYNCTUT_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/event/event.h"

struct record;
struct trace;

struct entity {
    uint32_t id;
    uint32_t parent;       /* as in BORN: loop of a handle, parent of a task or thread; 0: none */
    enum entity_type type; /* ENTITY_UNKNOWN until BORN was seen */
    uint32_t number;   /* 1, 2, 3 … among those of its type, by birth; 0 until BORN was seen */
    const char *name;  /* as given, shown-safe (no control characters), lives as long as the
                          trace; "" if none */
    size_t born, gone; /* event numbers; SIZE_MAX if not seen */
    size_t last;       /* the last event whose subject it is */
    uint64_t where;    /* creation site, 0 if unknown */
    bool active, closing, referenced; /* of handles; a pending request is active */
};

enum { TRACE_LAG_MS = 20 };

int trace_open(struct record *record, struct trace **ret_trace);
void trace_close(struct trace *trace); /* NULL is fine */

/* now: the machine's CLOCK_MONOTONIC in ns. Returns how many events are new, or UV_ENOMEM. */
int trace_update(struct trace *trace, int64_t now);
int trace_finish(struct trace *trace);

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

/* Program time, ns, up to which nothing is missing any more; UINT64_MAX after trace_finish(). */
uint64_t trace_until(const struct trace *trace);

/* The program was stopped, and what it had written by then has been taken in: nothing more comes
 * before it goes on. As of the last update. */
bool trace_stands(const struct trace *trace);

/* The version of the program's libuv, as uv_version() gives it; 0 if it is not known. */
uint32_t trace_libuv(const struct trace *trace);

/* Program time of the last event taken in, ns; dropped and damaged events so far. */
uint64_t trace_end(const struct trace *trace);
uint64_t trace_dropped(const struct trace *trace);
uint64_t trace_damaged(const struct trace *trace);

#endif
