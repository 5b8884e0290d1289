/* One thread's events, in the order in which it wrote them, out of chunks that are not trusted.
 *
 * A reader stands before one event, its head, and knows where that event happened: in which phase
 * and turn of the loop which the thread runs. */
#ifndef ASYNCTUT_TRACE_READER_H
#define ASYNCTUT_TRACE_READER_H

#include "engine/event/record.h"
#include "engine/trace/entities.h"
#include "engine/trace/query.h"

/* Where an event lies and when in its loop it happened: what the trace keeps of it. */
struct spot {
    uint64_t chunk : 21;
    uint64_t slot : 11;
    uint64_t phase : 3; /* enum phase */
    uint64_t turn : 29; /* from 1; 0 outside uv_run */
};
static_assert(sizeof(struct spot) == 8, "a trace keeps 8 bytes an event");
static_assert(RECORD_CHUNK_SLOTS < 1 << 11 && PHASES <= 1 << 3, "they fit their fields");
enum { SPOT_MAX_CHUNKS = 1 << 21, SPOT_MAX_TURN = (1 << 29) - 1 };

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
};

/* Hands the reader a chunk of its thread, in any order. False: no memory. *ret_damaged is counted
 * up for a chunk that comes twice. */
bool reader_queue(struct reader *reader, uint32_t chunk, uint32_t sequence, uint64_t *ret_damaged);

/* Moves on to the next event if the head was taken; true if there is a head. `last`: the program
 * has ended, what is not committed never will be. Ids must be below `ids`. */
bool reader_settle(struct reader *reader, struct record *record, struct entities *entities,
                   uint32_t ids, bool last, uint64_t *ret_damaged);

/* How many raw slots the text of that event fills; 0 if it is not a sound text event. */
uint32_t text_slots(const struct event *event);

#endif
