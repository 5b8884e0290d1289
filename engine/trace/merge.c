/* The merge. Each thread's reader stands before one event; a heap of readers by (time, thread) says
 * whose comes next, so n events of t threads take n log t steps and nothing is allocated for one.
 *
 * Design notes, causes before effects. Times of two threads may contradict what must have been: the
 * work of a request seems to begin before it was queued, because the queueing thread noted the call
 * a moment later. A reader whose head needs a cause that was not taken in steps out of the heap
 * until that cause comes, but no longer than `PATIENCE` of program time: causes can be lost. */
#include <errno.h>
#include <stdlib.h>

#include "engine/base/array.h"
#include "engine/trace/inside.h"
#include "engine/trace/trace.h"

#define PATIENCE ((uint64_t)TRACE_LAG_MS * 1000000)

/* --- chunks to readers ------------------------------------------------------------------------ */

static struct reader *reader_of(struct trace *trace, uint32_t thread)
{
    struct reader *reader;

    for (size_t i = trace->reader_count; i-- > 0;)
        if (trace->readers[i]->thread == thread)
            return trace->readers[i];
    if (!array_grow(&trace->readers, &trace->reader_capacity, trace->reader_count) ||
        !array_reserve_bytes((void **)&trace->heap, &trace->heap_capacity, trace->reader_count + 1,
                             sizeof(struct reader *)) ||
        !array_reserve_bytes((void **)&trace->waiting, &trace->waiting_capacity,
                             trace->reader_count + 1, sizeof(struct reader *)))
        return NULL;
    reader = calloc(1, sizeof *reader);
    if (!reader)
        return NULL;
    reader->thread = thread;
    reader->number = (uint32_t)trace->reader_count;
    trace->readers[trace->reader_count++] = reader;
    return reader;
}

/* A chunk has an owner once its first slot is committed: before, it may go back to the mailbox. */
static bool is_owned(struct chunk *chunk, bool last)
{
    return __atomic_load_n((const uint64_t *)&chunk->slots[0] + 1, __ATOMIC_ACQUIRE) ||
           atomic_load_explicit(&chunk->full, memory_order_acquire) ||
           (last && atomic_load_explicit(&chunk->claimed, memory_order_acquire));
}

/* Gives a chunk to the reader of its thread. False: no memory. */
static bool assign(struct trace *trace, uint32_t index)
{
    struct chunk *chunk = record_chunk(trace->record, index);
    uint32_t thread = chunk->thread;
    struct reader *reader;

    /* Each id has its BORN, so a hostile record cannot make the table of entities larger than
     * itself. */
    trace->reading.ids_max += 2 * RECORD_CHUNK_SLOTS;
    if (!thread || !reading_knows(&trace->reading, thread)) {
        trace->reading.damaged++;
        return true;
    }
    reader = reader_of(trace, thread);
    if (!reader || !entities_see(&trace->entities, thread))
        return false;
    trace->owner[index] = reader->number;
    return reader_queue(reader, index, chunk->sequence, &trace->reading.damaged);
}

/* One look at every chunk that was handed out and had no owner at the last look. Returns how many
 * have one now, or -ENOMEM. */
static int look_at_chunks(struct trace *trace, bool last)
{
    uint32_t fresh = atomic_load_explicit(&trace->record->fresh, memory_order_acquire);
    size_t kept = 0;
    int found = 0;

    for (fresh = fresh < trace->chunks ? fresh : trace->chunks; trace->seen < fresh;
         trace->seen++) {
        if (!array_grow(&trace->spares, &trace->spare_capacity, trace->spare_count) ||
            !array_grow(&trace->owner, &trace->owner_capacity, trace->seen))
            return -ENOMEM;
        trace->spares[trace->spare_count++] = trace->seen;
    }
    for (size_t i = 0; i < trace->spare_count; i++) {
        uint32_t index = trace->spares[i];

        if (!is_owned(record_chunk(trace->record, index), last))
            trace->spares[kept++] = index;
        else if (!assign(trace, index))
            return -ENOMEM;
        else
            found++;
    }
    trace->spare_count = kept;
    return found;
}

/* --- the heap --------------------------------------------------------------------------------- */

static bool before(const struct reader *a, const struct reader *b)
{
    return a->key != b->key ? a->key < b->key : a->thread < b->thread;
}

static void heap_down(struct trace *trace, size_t at)
{
    struct reader *reader = trace->heap[at];

    for (size_t child; (child = 2 * at + 1) < trace->heap_count; at = child) {
        if (child + 1 < trace->heap_count && before(trace->heap[child + 1], trace->heap[child]))
            child++;
        if (!before(trace->heap[child], reader))
            break;
        trace->heap[at] = trace->heap[child];
    }
    trace->heap[at] = reader;
}

static void heap_push(struct trace *trace, struct reader *reader)
{
    size_t at = trace->heap_count++;

    for (; at && before(reader, trace->heap[(at - 1) / 2]); at = (at - 1) / 2)
        trace->heap[at] = trace->heap[(at - 1) / 2];
    trace->heap[at] = reader;
    reader->merging = true;
}

static void heap_pop(struct trace *trace)
{
    trace->heap[0] = trace->heap[--trace->heap_count];
    if (trace->heap_count)
        heap_down(trace, 0);
}

static bool settle(struct trace *trace, struct reader *reader)
{
    return reader_settle(reader, &trace->reading);
}

/* --- causes before effects -------------------------------------------------------------------- */

static bool lacks_its_cause(const struct trace *trace, const struct reader *reader)
{
    const struct event *event = &reader->head;
    const struct entity *known;

    if (event->kind != EVENT_WORK && (event->kind != EVENT_CALL || event->object != CALLBACK_DONE))
        return false;
    known = entities_find(&trace->entities, event->subject);
    if (event->kind == EVENT_WORK)
        return !known || !known->submitted;
    return known && known->working;
}

static void release(struct trace *trace, size_t i)
{
    struct reader *reader = trace->waiting[i];

    trace->waiting[i] = trace->waiting[--trace->waiting_count];
    reader->released = true;
    heap_push(trace, reader);
}

/* Readers whose cause was just taken in, or that have waited long enough before program time t. */
static void release_some(struct trace *trace, uint32_t caused, uint64_t t)
{
    for (size_t i = trace->waiting_count; i-- > 0;) {
        const struct reader *reader = trace->waiting[i];

        if (reader->head.subject == caused || (t > PATIENCE && reader->key < t - PATIENCE))
            release(trace, i);
    }
}

/* --- merging ---------------------------------------------------------------------------------- */

static bool is_cause(const struct event *event)
{
    return event->kind == EVENT_SUBMIT || event->kind == EVENT_WORK_END;
}

/* Behind its event. */
static const char *text_of(const struct trace *trace, struct spot spot)
{
    return (const char *)(record_chunk(trace->record, spot.chunk)->slots + spot.slot + 1);
}

static bool take(struct trace *trace, struct reader *reader)
{
    const struct event *event = &reader->head;
    bool is_text = event->kind == EVENT_TEXT;
    const char *text = is_text ? text_of(trace, reader->spot) : NULL;

    if (trace->count == trace->spot_capacity &&
        !array_grow(&trace->spots, &trace->spot_capacity, trace->count))
        return false;
    trace->spots[trace->count] = reader->spot;
    entities_apply(&trace->entities, event, trace->count, text, is_text ? (size_t)event->arg : 0);
    trace->count++;
    if (reader->key > trace->end)
        trace->end = reader->key;
    reader->ready = false;
    return !trace->entities.failed && !trace->reading.failed;
}

/* Up to when the first reader comes before all others, and no later than `limit`. */
static uint64_t its_turn(const struct trace *trace, uint64_t limit)
{
    const struct reader *first = trace->heap[0];

    for (size_t child = 1; child < 3 && child < trace->heap_count; child++) {
        const struct reader *other = trace->heap[child];
        uint64_t last = first->thread < other->thread ? other->key : other->key - 1;

        limit = last < limit ? last : limit;
    }
    return limit;
}

/* Takes what the first reader has up to `last`, and lets it move on: one event if others wait, as
 * it may be what they wait for. False: no memory. */
static bool take_some(struct trace *trace, struct reader *reader, uint64_t last)
{
    uint32_t subject = reader->head.subject;
    bool cause = is_cause(&reader->head), more;

    do {
        if (!take(trace, reader))
            return false;
        more = settle(trace, reader);
    } while (more && !trace->waiting_count && reader->key <= last &&
             !lacks_its_cause(trace, reader));
    if (more) {
        heap_down(trace, 0);
    } else {
        heap_pop(trace);
        reader->merging = false;
    }
    if (trace->waiting_count && cause)
        release_some(trace, subject, 0);
    return true;
}

/* Merges what is not later than `limit`. */
static bool merge(struct trace *trace, uint64_t limit)
{
    for (;;) {
        struct reader *first = trace->heap_count ? trace->heap[0] : NULL;

        if (trace->waiting_count) {
            uint64_t t = first && first->key < limit ? first->key : limit;

            release_some(trace, 0, t);
            if (trace->heap_count && trace->heap[0] != first)
                continue;
        }
        if (!first || first->key > limit)
            return true;
        if (!first->released && lacks_its_cause(trace, first)) {
            heap_pop(trace);
            trace->waiting[trace->waiting_count++] = first;
        } else if (!take_some(trace, first, its_turn(trace, limit))) {
            return false;
        }
    }
}

/* Program time up to which all threads have committed: `lag` ago on its clock, or, when that clock
 * stands, where it stands once the lag has passed since it was seen standing. */
static uint64_t limit_at(struct trace *trace, int64_t now)
{
    const struct control *control = &trace->record->control;
    int64_t frozen = atomic_load(&control->frozen);
    uint64_t lag = PATIENCE;
    uint64_t limit;

    if (frozen != trace->frozen)
        trace->frozen_seen = now;
    trace->frozen = frozen;
    if (frozen == CONTROL_RUNNING) {
        limit = (uint64_t)now - (uint64_t)atomic_load(&control->offset) - (uint64_t)trace->start;
    } else {
        uint64_t stood = (uint64_t)now - (uint64_t)trace->frozen_seen;

        limit = (uint64_t)frozen - (uint64_t)trace->start;
        lag = stood < lag ? lag - stood : 0;
    }
    trace->stands = lag == 0;
    if (limit > INT64_MAX) /* before the start */
        return 0;
    return limit > lag ? limit - lag : 0;
}

static int update(struct trace *trace, uint64_t limit)
{
    size_t before_it = trace->count, fresh;
    int found;

    while ((found = look_at_chunks(trace, trace->reading.last)) >
           0) /* until none is missing between two */
        ;
    if (found < 0)
        return found;
    for (size_t i = 0; i < trace->reader_count; i++)
        if (!trace->readers[i]->merging && settle(trace, trace->readers[i]))
            heap_push(trace, trace->readers[i]);
    if (trace->entities.failed || trace->reading.failed || !merge(trace, limit))
        return -ENOMEM;
    for (size_t i = 0; i < trace->waiting_count; i++)
        if (trace->waiting[i]->key < limit)
            limit = trace->waiting[i]->key;
    if (limit > trace->until)
        trace->until = limit;
    fresh = trace->count - before_it;
    return fresh < INT32_MAX ? (int)fresh : INT32_MAX;
}

int trace_update(struct trace *trace, int64_t now)
{
    if (trace->reading.last)
        return 0;
    trace->lasted = limit_at(trace, now);
    return update(trace, trace->lasted);
}

/* The clock of a record in a file stands where it stood when the program ended. */
static uint64_t lasted_at_end(const struct trace *trace)
{
    int64_t frozen = atomic_load(&trace->record->control.frozen);

    return frozen != CONTROL_RUNNING && frozen > trace->start
               ? (uint64_t)frozen - (uint64_t)trace->start
               : trace->lasted;
}

/* A loop that was still run when the program ended ran until then, asleep or not. */
static bool is_loop_left(const struct trace *trace)
{
    for (size_t i = 0; i < trace->reader_count; i++)
        if (trace->readers[i]->depth)
            return true;
    return false;
}

int trace_finish_ended(struct trace *trace, uint64_t lived)
{
    int fresh = trace_finish(trace);

    if (lived > trace->end)
        trace->end = trace->lasted = lived;
    return fresh;
}

int trace_finish(struct trace *trace)
{
    int fresh;

    if (trace->reading.last)
        return 0;
    trace->reading.last = true;
    trace->stands = false;
    trace->lasted = lasted_at_end(trace);
    fresh = update(trace, UINT64_MAX);
    if (trace->lasted > trace->end && is_loop_left(trace))
        trace->end = trace->lasted;
    return fresh;
}
