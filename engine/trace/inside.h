/* What a trace is made of; for the files of engine/trace alone. */
#ifndef ASYNCTUT_TRACE_INSIDE_H
#define ASYNCTUT_TRACE_INSIDE_H

#include "engine/trace/entities.h"
#include "engine/trace/reader.h"
#include "engine/trace/trace.h"

struct trace {
    struct record *record;
    int64_t start;   /* as the header said when it was opened */
    uint32_t chunks; /* how many the mapping can hold */

    struct spot *spots; /* the events in order */
    size_t count, spot_capacity;
    struct marks marks;
    struct reading reading; /* what the readers share; `last`: trace_finish() was called */
    struct entities entities;

    struct reader **readers;
    size_t reader_count, reader_capacity;
    struct reader **heap; /* readers with a head, the earliest first */
    size_t heap_count, heap_capacity;
    struct reader **waiting; /* readers whose head lacks its cause */
    size_t waiting_count, waiting_capacity;

    uint32_t *spares; /* chunks that were handed out and have no owner yet */
    size_t spare_count, spare_capacity;
    uint32_t *owner; /* of each chunk: the number of its reader */
    size_t owner_capacity;
    uint32_t seen; /* chunks looked at */

    int64_t frozen, frozen_seen; /* the program's clock when last seen, and when that began */
    uint64_t until, end, lasted;
    bool stands; /* the clock has been stopped for the lag */
};

/* trace_event() and trace_lane() for passes over all events, of which every ns is ten ms. */
static inline const struct event *event_at(const struct trace *trace, size_t i)
{
    return &record_chunk(trace->record, trace->spots[i].chunk)->slots[trace->spots[i].slot];
}

/* Asks for an event that a pass comes to soon: threads take turns in memory, which the processor
 * does not foresee. */
static inline void event_ahead(const struct trace *trace, size_t i)
{
    if (i + 16 < trace->count)
        __builtin_prefetch(event_at(trace, i + 16));
}

static inline uint32_t thread_of(const struct trace *trace, uint32_t lane)
{
    return trace->readers[lane]->thread;
}

static inline uint32_t lane_at(const struct trace *trace, size_t i)
{
    return trace->owner[trace->spots[i].chunk];
}

#endif
