/* Opening, closing and looking; how events come into their order is in merge.c. */
#include "engine/trace/trace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/str.h"
#include "engine/base/utf8.h"
#include "engine/trace/inside.h"

/* --- open and close --------------------------------------------------------------------------- */

int trace_open(struct record *record, struct trace **ret_trace)
{
    struct trace *trace = calloc(1, sizeof *trace);
    uint64_t chunks = (record->size - RECORD_HEADER_SIZE) / RECORD_CHUNK_SIZE;

    if (!trace)
        return -ENOMEM;
    trace->record = record;
    trace->start = record->start;
    trace->chunks = (uint32_t)(chunks < SPOT_MAX_CHUNKS ? chunks : SPOT_MAX_CHUNKS);
    trace->frozen = CONTROL_RUNNING;
    trace->reading =
        (struct reading){.record = record, .entities = &trace->entities, .marks = &trace->marks};
    *ret_trace = trace;
    return 0;
}

void trace_close(struct trace *trace)
{
    if (!trace)
        return;
    for (size_t i = 0; i < trace->reader_count; i++) {
        free(trace->readers[i]->queue);
        free(trace->readers[i]);
    }
    free(trace->readers);
    free(trace->heap);
    free(trace->waiting);
    free(trace->spares);
    free(trace->owner);
    free(trace->spots);
    marks_free(&trace->marks);
    entities_free(&trace->entities);
    free(trace);
}

void trace_await(struct trace *trace, void (*await)(void *to, uint32_t chunk), void *to)
{
    trace->reading.await = await;
    trace->reading.await_to = to;
}

/* --- looking ---------------------------------------------------------------------------------- */

size_t trace_count(const struct trace *trace)
{
    return trace->count;
}

const struct event *trace_event(const struct trace *trace, size_t i)
{
    return event_at(trace, i);
}

uint32_t trace_thread(const struct trace *trace, size_t i)
{
    return trace_lane_thread(trace, trace_lane(trace, i));
}

uint32_t trace_lane(const struct trace *trace, size_t i)
{
    return lane_at(trace, i);
}

uint32_t trace_lanes(const struct trace *trace)
{
    return (uint32_t)trace->reader_count;
}

uint32_t trace_lane_thread(const struct trace *trace, uint32_t lane)
{
    return thread_of(trace, lane);
}

size_t trace_text(const struct trace *trace, size_t i, char *buffer, size_t size)
{
    const struct event copy = *trace_event(trace, i);
    struct str shown = {0};
    size_t length = 0;

    if (!size)
        return 0;
    if (trace->spots[i].slot + text_slots(&copy) < RECORD_CHUNK_SLOTS && text_slots(&copy)) {
        str_add_shown(&shown, (const char *)(trace_event(trace, i) + 1), (size_t)copy.arg, true);
        length = shown.length < size ? shown.length : utf8_valid_prefix(shown.data, size - 1);
        memcpy(buffer, str_text(&shown), length);
        str_free(&shown);
    }
    buffer[length] = '\0';
    return length;
}

const struct entity *trace_entity(const struct trace *trace, uint32_t id)
{
    return entities_find(&trace->entities, id);
}

uint64_t trace_made_at(const struct trace *trace, const struct entity *entity)
{
    return entity->born < trace->count ? trace_event(trace, entity->born)->where : 0;
}

uint32_t trace_entities(const struct trace *trace)
{
    return trace->entities.count;
}

uint64_t trace_until(const struct trace *trace)
{
    return trace->until;
}

bool trace_stands(const struct trace *trace)
{
    return trace->stands;
}

uint32_t trace_libuv(const struct trace *trace)
{
    return atomic_load_explicit(&trace->record->libuv, memory_order_relaxed);
}

uint64_t trace_end(const struct trace *trace)
{
    return trace->end;
}

uint64_t trace_lasted(const struct trace *trace)
{
    return trace->lasted > trace->end ? trace->lasted : trace->end;
}

uint64_t trace_dropped(const struct trace *trace)
{
    return atomic_load_explicit(&trace->record->dropped, memory_order_relaxed);
}

uint64_t trace_whole_until(const struct trace *trace)
{
    uint64_t first = atomic_load_explicit(&trace->record->first_dropped, memory_order_relaxed);

    return trace_dropped(trace) && first && first < trace->end ? first : trace->end;
}

uint64_t trace_damaged(const struct trace *trace)
{
    return trace->reading.damaged;
}
