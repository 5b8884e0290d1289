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
    uint32_t seen, owned; /* chunks looked at; with an owner */

    int64_t frozen, frozen_seen; /* the program's clock when last seen, and when that began */
    uint64_t until, end, damaged;
    bool stands; /* the clock has been stopped for the lag */
    bool last;   /* trace_finish() was called */
};

/* Ids from this number on are implausible: each takes an event of 32 bytes, so a hostile record
 * cannot make the table of entities larger than itself. */
uint32_t trace_id_limit(const struct trace *trace);

#endif
