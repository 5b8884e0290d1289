/* Chunks are read slot by slot with an acquiring load of the word that the writer stores last. A
 * slot that is claimed and not committed holds the thread's later events back, because a signal
 * handler may have written them in the middle of it; in a full chunk, and after the end, it is
 * passed over. Phase and turn are worked out here, before the threads are merged: they follow from
 * one thread's events alone. */
#include "engine/trace/reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/array.h"

bool reader_queue(struct reader *reader, uint32_t chunk, uint32_t sequence, uint64_t *ret_damaged)
{
    size_t at = reader->count;

    while (at > reader->next && reader->queue[at - 1].sequence > sequence)
        at--;
    if (sequence < reader->sequence ||
        (at > reader->next && reader->queue[at - 1].sequence == sequence)) {
        ++*ret_damaged;
        return true;
    }
    if (!array_grow(&reader->queue, &reader->capacity, reader->count))
        return false;
    memmove(reader->queue + at + 1, reader->queue + at,
            (reader->count - at) * sizeof *reader->queue);
    reader->queue[at] = (struct queued){chunk, sequence};
    reader->count++;
    return true;
}

/* False: there is none, or no memory. */
static bool open_next(struct reader *reader, struct reading *reading)
{
    if (reader->next == reader->count)
        return false;
    if (!marks_begin(reading->marks, reader->queue[reader->next].chunk, reader->turn)) {
        reading->failed = true;
        return false;
    }
    reader->chunk = reader->queue[reader->next].chunk;
    if (reading->await)
        reading->await(reading->await_to, reader->chunk);
    reader->sequence = reader->queue[reader->next].sequence + 1;
    reader->next++;
    reader->slot = 0;
    reader->open = true;
    return true;
}

uint32_t text_slots(const struct event *event)
{
    if (event->kind != EVENT_TEXT || event->arg < 1 || event->arg > EVENT_TEXT_MAX)
        return 0;
    return (uint32_t)(event->arg + (int64_t)sizeof *event - 1) / (uint32_t)sizeof *event;
}

/* --- phase and turn --------------------------------------------------------------------------- */

static void turn_opens(struct running *running)
{
    running->polled = running->again = false;
    if (running->turn < MAX_TURN)
        running->turn++;
}

static void enter_phase(struct running *running, enum phase phase)
{
    if (running->polled && (phase < PHASE_POLL || (phase == PHASE_POLL && !running->again)))
        turn_opens(running);
    if (phase != PHASE_POLL)
        running->again = false;
    running->polled = running->polled && phase != PHASE_POLL;
    running->phase = phase;
}

/* Writes and connects of a handle that closes are called back just before its close callback. */
static bool dies_with_its_handle(const struct event *call, const struct entity *request)
{
    if (call->object != CALLBACK_DONE || call->arg != -ECANCELED || !request)
        return false;
    return request->type >= ENTITY_WRITE && request->type <= ENTITY_UDP_SEND;
}

static enum phase phase_of_call(const struct running *running, const struct event *call,
                                const struct entities *entities)
{
    switch (call->object) {
    case CALLBACK_TIMER:
        return PHASE_TIMERS;
    case CALLBACK_IDLE:
        return PHASE_IDLE;
    case CALLBACK_PREPARE:
        return PHASE_PREPARE;
    case CALLBACK_CHECK:
        return PHASE_CHECK;
    case CALLBACK_CLOSE:
        return PHASE_CLOSING;
    case CALLBACK_WALK:
    case CALLBACK_ALLOC:
        return running->phase;
    default:
        if (running->polled && dies_with_its_handle(call, entities_find(entities, call->subject)))
            return PHASE_CLOSING;
        return running->phase == PHASE_POLL ? PHASE_POLL : PHASE_PENDING;
    }
}

static void on_call(struct running *running, const struct event *call,
                    const struct entities *entities)
{
    enum phase phase;

    if (running->calls++)
        return;
    phase = phase_of_call(running, call, entities);
    if (phase != running->phase)
        enter_phase(running, phase);
}

/* Counting goes on where the last uv_run() of the same loop left off. */
static void on_run(struct reader *reader, struct entities *entities, uint32_t loop)
{
    struct entity *known = loop ? entities_see(entities, loop) : NULL;

    if (reader->depth < RUNNING_DEPTH)
        reader->running[reader->depth] = (struct running){
            .loop = loop, .turn = known ? known->turns + 1 : 1, .phase = PHASE_TIMERS};
    reader->depth++;
}

static void on_run_end(struct reader *reader, struct entities *entities)
{
    struct running *running = &reader->running[--reader->depth];
    struct entity *known = entities_find(entities, running->loop);

    if (known) /* a turn is counted by its poll */
        known->turns = running->polled ? running->turn : running->turn - 1;
}

static struct running *current(struct reader *reader)
{
    bool told = reader->depth && reader->depth <= RUNNING_DEPTH;

    return told ? &reader->running[reader->depth - 1] : NULL;
}

static void follow(struct running *running, const struct event *event,
                   const struct entities *entities)
{
    switch ((enum event_kind)event->kind) {
    case EVENT_POLL:
        enter_phase(running, PHASE_POLL);
        break;
    case EVENT_POLL_END:
        running->polled = true;
        running->again = event->arg == -EINTR || event->arg >= 1024;
        break;
    case EVENT_CALL:
        on_call(running, event, entities);
        break;
    case EVENT_CALL_END:
        running->calls -= running->calls > 0;
        break;
    default:
        break;
    }
}

/* Only these move a loop: they stand together in the list of kinds. */
static bool moves_loop(unsigned kind)
{
    return kind >= EVENT_RUN && kind <= EVENT_CALL_END;
}

/* Brings the loop's state up to the head; the phase and the turn in which the head happened. */
static enum phase place_in_loop(struct reader *reader, struct entities *entities)
{
    const struct event *event = &reader->head;
    struct running *running;
    enum phase phase;

    if (event->kind == EVENT_RUN)
        on_run(reader, entities, event->subject);
    running = current(reader);
    if (running)
        follow(running, event, entities);
    phase = running ? running->phase : PHASE_NONE;
    reader->turn = running ? running->turn : 0;
    if (event->kind == EVENT_RUN_END && running)
        on_run_end(reader, entities);
    else if (event->kind == EVENT_RUN_END && reader->depth)
        reader->depth--;
    return phase;
}

/* --- the head --------------------------------------------------------------------------------- */

bool reading_knows_now(struct reading *reading, uint32_t id)
{
    uint32_t used = atomic_load_explicit(&reading->record->next_id, memory_order_relaxed);

    reading->ids = used < reading->ids_max ? used : (uint32_t)reading->ids_max;
    return id < reading->ids;
}

/* A slot that looked empty: is it, and may it still be filled? The chunk is looked at before the
 * slot, for it is marked full after all that is in it. */
static bool may_still_come(const struct reader *reader, const struct reading *reading,
                           bool *ret_full, uint64_t *ret_word)
{
    struct chunk *chunk = record_chunk(reading->record, reader->chunk);
    uint32_t claimed;

    *ret_full = atomic_load_explicit(&chunk->full, memory_order_acquire);
    claimed = atomic_load_explicit(&chunk->claimed, memory_order_acquire);
    *ret_word =
        __atomic_load_n((const uint64_t *)&chunk->slots[reader->slot] + 1, __ATOMIC_ACQUIRE);
    return !*ret_word && !*ret_full && (!reading->last || reader->slot >= claimed);
}

/* The event in the slot, if it is committed and sound; else false, and *ret_wait if it may still
 * come. */
static bool read_slot(struct reader *reader, struct reading *reading, bool *ret_wait)
{
    const struct event *slot = &record_chunk(reading->record, reader->chunk)->slots[reader->slot];
    uint64_t word = __atomic_load_n((const uint64_t *)slot + 1, __ATOMIC_ACQUIRE);
    struct event *head = &reader->head;
    bool full = false;
    uint32_t more = 0;

    __builtin_prefetch(slot + 16); /* other threads' events come in between */

    if (!word && may_still_come(reader, reading, &full, &word)) {
        *ret_wait = true;
        return false;
    }
    *head = (struct event){.time = slot->time,
                           .where = word & UINT64_C(0xffffffffffff),
                           .kind = word >> 48,
                           .subject = slot->subject,
                           .object = slot->object,
                           .arg = slot->arg};
    reader->spot = (struct spot){.chunk = reader->chunk, .slot = reader->slot++};
    if (!head->kind) {
        reading->damaged += word != 0 || !full;
        return false;
    }
    if (head->kind == EVENT_TEXT)
        more = text_slots(head);
    if (head->kind >= EVENT_KINDS || !reading_knows(reading, head->subject) ||
        (head->kind == EVENT_TEXT && (!more || more + reader->slot > RECORD_CHUNK_SLOTS))) {
        reading->damaged++;
        return false;
    }
    reader->slot += more;
    return true;
}

/* Phase and turn of an event that moves no loop. */
static enum phase where_now(struct reader *reader)
{
    const struct running *running = current(reader);

    reader->turn = running ? running->turn : 0;
    return running ? running->phase : PHASE_NONE;
}

static void came(struct reader *reader, struct reading *reading)
{
    if (moves_loop(reader->head.kind))
        reader->phase = place_in_loop(reader, reading->entities);
    else if (reader->left) /* the loop that the last event left is not that of this one */
        reader->phase = where_now(reader);
    reader->left = reader->head.kind == EVENT_RUN_END;
    if (!marks_put(reading->marks, reader->spot, reader->phase, reader->turn))
        reading->failed = true;
    if (reader->head.time > reader->key)
        reader->key = reader->head.time;
    reader->released = false;
}

bool reader_settle(struct reader *reader, struct reading *reading)
{
    bool wait = false;

    while (!reader->ready && !wait) {
        if (reader->open && reader->slot >= RECORD_CHUNK_SLOTS)
            reader->open = false;
        if (!reader->open && !open_next(reader, reading))
            return false;
        reader->ready = read_slot(reader, reading, &wait);
        if (reader->ready)
            came(reader, reading);
        else if (wait && reading->last)
            wait = reader->open = false;
    }
    return reader->ready;
}
