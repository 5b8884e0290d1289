/* What readers ask of a trace: who acted, when each waited and ran, in which phase, how busy the
 * loop was. Lanes, the loop row, grading and judging all read these; none of them walks events
 * itself.
 *
 * Actors are the columns of a trace: every task, every thread that did more than run one loop of
 * tasks, and every handle or request that the program named (stage_name). The first thread of a
 * program is an actor only if it blocks or was the only thing that ran. Actors stand in order of
 * birth. */
#ifndef ASYNCTUT_QUERY_H
#define ASYNCTUT_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/arena.h"
#include "engine/base/str.h"
#include "engine/trace/trace.h"

enum span_state {
    SPAN_READY,   /* could run, but something else does */
    SPAN_RUNNING, /* on its thread: a task between resume and suspend, a callback, a thread */
    SPAN_WAITING, /* parked, or a handle or request that is pending: costs no thread */
    SPAN_BLOCKED, /* a thread inside a blocking call */
    SPAN_POOL,    /* a request that runs on a pool thread */
    SPAN_IDLE,    /* a handle between a stop and the next start: nothing is awaited */
    SPAN_STATES
};

struct span {
    uint64_t begin, end; /* program time, ns; end of the last span of a live actor: trace_end() */
    enum span_state state;
    size_t first, last; /* the events that begin and end it; last SIZE_MAX while open */
    uint32_t thread;    /* entity id of the thread it ran or blocked on; 0 while waiting */
    uint32_t object;    /* what it waits for, as in SUSPEND; 0 if nothing is known */
};

struct actor {
    uint32_t id;
    const char *name; /* its name, or "task 3", "timer 5"; valid while the actors are */
    enum entity_type type;
    struct span *spans; /* in order, without gaps, from its birth to its end; or NULL, and then */
    uint32_t *steps;    /* query_span() makes them of these: 8 * event + state */
    size_t span_count;
    size_t last; /* the event that ends the last one; SIZE_MAX while open */
    uint64_t begin, end;
    bool ended;
    int64_t result; /* of END or of the last callback; 0 while it lives */
};

struct actors {
    struct actor *items;
    size_t count;
    struct arena memory; /* of names and spans */
};

/* Adds an entity's name, or its type and number: "task 3", "timer 5". */
void query_name(const struct trace *trace, uint32_t id, struct str *out);

/* 0, UV_ENOMEM, or UV_EFBIG above ACTORS_EVENTS events. The trace must outlive the actors. */
int query_actors(const struct trace *trace, struct actors *ret_actors);
/* The same without `spans`, in a tenth of the memory: for traces of any size. */
int query_actors_small(const struct trace *trace, struct actors *ret_actors);
enum { ACTORS_EVENTS = 1 << 29 };
/* Span number k of an actor. */
struct span query_span(const struct trace *trace, const struct actor *actor, size_t k);
/* Only the end of that span: where the next one begins. */
uint64_t query_span_end(const struct trace *trace, const struct actor *actor, size_t k);
void query_actors_free(struct actors *actors);
/* By its exact name; NULL if there is none. */
const struct actor *query_actor(const struct actors *actors, const char *name);

/* ns that the actor spent in a state. The actors have their `spans`, here and below. */
uint64_t query_time_in(const struct actor *actor, enum span_state state);

/* The most actors (of all, or of the n given names) that were in that state at one instant; the
 * event at which that was first reached goes to ret_event if it is not NULL. Spans shorter than
 * min_ns do not count. */
size_t query_overlap(const struct actors *actors, const char *const *names, size_t n,
                     enum span_state state, uint64_t min_ns, size_t *ret_event);

/* One loop's life. busy + asleep = total; a loop is asleep inside a poll that
 * may wait, busy else. */
struct loop_share {
    uint32_t loop;
    uint64_t busy, asleep, total; /* ns */
    uint64_t turns;
    uint64_t longest_busy; /* ns: the longest time between two polls */
    size_t longest_event;  /* the event with which that began */
};
size_t query_loops(const struct trace *trace, struct loop_share *ret_loops, size_t capacity);
/* The same, and tells each stretch of loop ret_loops[i] as it passes: asleep inside poll, or busy.
 */
typedef void query_loops_tell(void *to, size_t i, uint64_t begin, uint64_t end, bool asleep);
size_t query_loops_told(const struct trace *trace, struct loop_share *ret_loops, size_t capacity,
                        query_loops_tell *tell, void *to);

enum phase {
    PHASE_NONE,
    PHASE_TIMERS,
    PHASE_PENDING,
    PHASE_IDLE,
    PHASE_PREPARE,
    PHASE_POLL,
    PHASE_CHECK,
    PHASE_CLOSING,
    PHASES
};
/* The phase of the loop in which event i happened; PHASE_NONE outside uv_run. */
enum phase query_phase(const struct trace *trace, size_t i);
const char *phase_name(enum phase phase);

/* The turn of its loop in which event i happened, from 1; 0 outside uv_run. A turn is counted by
 * its poll; a poll repeated at once after EINTR or a full batch of events is the same turn. */
uint64_t query_turn(const struct trace *trace, size_t i);
/* Is it another turn than that of the event before it on its thread? Cheaper than two turns. */
bool query_opens_turn(const struct trace *trace, size_t i);

/* Is the event's `where` a return address? As event_where_is_return(), but for a program's first
 * thread, which is born in its main function. */
bool query_where_is_return(const struct event *event);

/* The next event at or after `from` with that kind and subject (0: any); SIZE_MAX if none. */
size_t query_next(const struct trace *trace, size_t from, enum event_kind kind, uint32_t subject);

/* What had begun and had not ended when the trace ends: of each lane the innermost callback or step
 * of a task, the latest first, as the events with which they began. How many there are, at most
 * `most`; none without memory. A pass over all events, unless every lane has one near the end. */
size_t query_under_way(const struct trace *trace, size_t *ret_events, size_t most);

/* Distinct threads on which any actor ran. */
size_t query_threads(const struct actors *actors);

#endif
