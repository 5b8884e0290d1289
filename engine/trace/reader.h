/* One thread's events, in the order in which it wrote them, out of chunks that are not trusted.
 *
 * A reader stands before one event, its head, and knows where that event happened: in which phase
 * and turn of the loop which the thread runs. */
#ifndef ASYNCTUT_TRACE_READER_H
#define ASYNCTUT_TRACE_READER_H

#include "engine/event/record.h"
#include "engine/trace/entities.h"
#include "engine/trace/marks.h"
#include "engine/trace/query.h"

enum { MAX_TURN = UINT32_MAX - 1 };

/* A loop that is being run on the thread. */
struct running {
    uint32_t loop, turn;
    uint32_t calls; /* callbacks entered and not left */
    enum phase phase;
    bool polled; /* this turn's poll is over: what opens a turn opens the next one */
    bool again;  /* that poll was cut short, so libuv polls again in the same turn */
};

enum { RUNNING_DEPTH = 4 }; /* uv_run() of another loop in a callback; deeper ones are not told */

struct queued {
    uint32_t chunk, sequence;
};

struct reader {
    uint32_t thread, number; /* entity id; among the readers */
    struct queued *queue;    /* chunks that were not read yet, by sequence, from `next` on */
    size_t next, count, capacity;
    uint32_t chunk; /* the one being read, if `open` */
    bool open;
    uint32_t slot, sequence; /* the next slot; the sequence of the next chunk */
    uint64_t key;            /* the latest time so far: a thread's own order wins over its clock */
    struct running running[RUNNING_DEPTH];
    uint32_t depth; /* of running; may exceed RUNNING_DEPTH */
    bool merging;   /* in the heap, or waiting for a cause */
    bool released;  /* the head need not wait for its cause any longer */

    bool ready;        /* the head is there: */
    struct event head; /* a copy, checked */
    struct spot spot;
    uint32_t turn; /* in which it happened; 0: outside of uv_run() */
    enum phase phase;
    bool left; /* the head ends a uv_run() */
};

/* Hands the reader a chunk of its thread, in any order. False: no memory. *ret_damaged is counted
 * up for a chunk that comes twice. */
bool reader_queue(struct reader *reader, uint32_t chunk, uint32_t sequence, uint64_t *ret_damaged);

/* What readers of one record share. */
struct reading {
    struct record *record;
    struct entities *entities;
    struct marks *marks;
    uint32_t ids;     /* those of entities are below this, as of the last look, */
    uint64_t ids_max; /* and never above this */
    void (*await)(void *to, uint32_t chunk); /* see trace_await(); may be NULL */
    void *await_to;
    bool last;        /* the program has ended, what is not committed never will be */
    bool failed;      /* out: no memory */
    uint64_t damaged; /* out: counted up */
};

/* As the record says now. */
bool reading_knows_now(struct reading *reading, uint32_t id);
/* Is it an id that was given out? Those above what events there are could have made are not. */
static inline bool reading_knows(struct reading *reading, uint32_t id)
{
    return id < reading->ids || reading_knows_now(reading, id);
}

/* Moves on to the next event if the head was taken; true if there is a head. */
bool reader_settle(struct reader *reader, struct reading *reading);

/* How many raw slots the text of that event fills; 0 if it is not a sound text event. */
uint32_t text_slots(const struct event *event);

#endif
