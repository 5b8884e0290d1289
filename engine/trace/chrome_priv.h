/* Between chrome.c, which goes through the events, and chrome_put.c and chrome_spans.c, which write
 * what they mean. */
#ifndef ASYNCTUT_TRACE_CHROME_PRIV_H
#define ASYNCTUT_TRACE_CHROME_PRIV_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "engine/trace/acts.h"
#include "engine/trace/trace.h"

struct symbols;

/* Where a request is that the pool was given. */
enum in_pool { POOL_NOT, POOL_QUEUED, POOL_RUNNING };

/* What is open for an entity. Threads and tasks have lanes. */
struct open {
    uint64_t edge;         /* on a lane: when a slice began or ended last, */
    uint32_t slices;       /* how many are open, */
    bool marked;           /* an instant came after the edge */
    uint32_t span;         /* number of its async span; 0: none */
    bool arrow;            /* an arrow leads to its next act, */
    uint32_t lane;         /* from this tid, */
    uint64_t since;        /* at this time */
    uint32_t handle, wait; /* of a write; enum wait, of a task */
    int64_t bytes;         /* of a write: its own; of a handle: all that wait */
    bool repeats;          /* a timer */
    uint8_t pool;          /* enum in_pool, of a request */
};

/* Numbers of spans that have ended. */
struct spare {
    uint32_t *numbers;
    size_t count, capacity;
};

struct chrome {
    const struct trace *trace;
    struct symbols *symbols;
    FILE *out;
    struct acts acts;
    struct open *open; /* by entity id; 0: of what has none */
    uint32_t count;    /* of entities */
    struct spare spare[ENTITY_TYPES];
    uint32_t pid, numbers;
    uint64_t now;             /* ns; never goes back, since lanes must not */
    uint32_t queued, running; /* pool work */
    bool first;
};

/* A JSON string with its quotes. */
void chrome_put_string(struct chrome *chrome, const char *text);
/* Begins an object with what all have; the caller adds members, then calls chrome_finish(). */
void chrome_begin(struct chrome *chrome, const char *phase, uint32_t tid);
void chrome_put_time(struct chrome *chrome);
void chrome_put_name(struct chrome *chrome, const char *category, const char *name);
void chrome_finish(struct chrome *chrome);
/* The lane with that number; one for all that are no entity's. */
struct open *chrome_lane(struct chrome *chrome, uint32_t tid);
/* Slices of the frames from `kept` on end; the slice of one frame begins. */
void chrome_close_frames(struct chrome *chrome, const struct act *act, uint32_t thread,
                         uint32_t kept);
void chrome_open_frame(struct chrome *chrome, const struct act *act, uint32_t index,
                       uint32_t thread);
/* Counters, and marks of what was said and done. */
void chrome_count_pool(struct chrome *chrome);
void chrome_count_writes(struct chrome *chrome, uint32_t handle, int64_t change);
void chrome_instant(struct chrome *chrome, size_t i, uint32_t tid);
void chrome_operation(struct chrome *chrome, const struct event *event, uint32_t tid);

/* What is open for the entity; NULL if there is no such entity. */
struct open *chrome_open_of(struct chrome *chrome, uint32_t id);
/* Asynchronous spans of an entity: one at a time. */
void chrome_span_end(struct chrome *chrome, uint32_t id, uint32_t tid);
void chrome_span_begin(struct chrome *chrome, uint32_t id, uint32_t tid);
void chrome_spans_free(struct chrome *chrome);
/* From here to the next act of that entity, if it is on another lane. */
void chrome_arrow_from(struct chrome *chrome, uint32_t id, uint32_t tid);
void chrome_arrow_to(struct chrome *chrome, uint32_t id, uint32_t tid);

#endif
