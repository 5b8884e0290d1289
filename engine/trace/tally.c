/* One pass, with a picture of who acts (acts.h); calls are collected in a hash table by place. */
#include "engine/trace/tally.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/array.h"
#include "engine/trace/acts.h"
#include "engine/trace/inside.h"

struct count {
    const struct trace *trace;
    struct acts acts;
    uint64_t *begun; /* by entity id: when a request was submitted, then when its work began */
    size_t *submits; /* by entity id: its SUBMIT event */
    uint64_t *steps; /* by lane: ns of task steps within the current callback */
    size_t steps_capacity;
    uint32_t *slots; /* hash table: call + 1 */
    size_t slot_count, call_capacity;
    struct tally tally;
    bool failed;
};

static uint64_t between(uint64_t begin, uint64_t end)
{
    return end > begin ? end - begin : 0;
}

/* --- calls ------------------------------------------------------------------------------------ */

static size_t slot_of(const struct count *count, uint64_t where, bool step)
{
    return (size_t)(((where * 2 + step) * UINT64_C(0x9e3779b97f4a7c15)) >> 20) % count->slot_count;
}

static bool grow_slots(struct count *count)
{
    size_t wanted = count->slot_count ? count->slot_count * 2 : 256;
    uint32_t *slots = calloc(wanted, sizeof *slots);

    if (!slots)
        return false;
    free(count->slots);
    count->slots = slots;
    count->slot_count = wanted;
    for (size_t i = 0; i < count->tally.call_count; i++) {
        const struct tally_call *call = &count->tally.calls[i];
        size_t slot = slot_of(count, call->where, call->step);

        while (slots[slot])
            slot = (slot + 1) % wanted;
        slots[slot] = (uint32_t)i + 1;
    }
    return true;
}

/* NULL: no memory. */
static struct tally_call *call_at(struct count *count, uint64_t where, bool step)
{
    struct tally *tally = &count->tally;
    size_t slot;

    if (tally->call_count * 2 >= count->slot_count && !grow_slots(count))
        return NULL;
    for (slot = slot_of(count, where, step); count->slots[slot];
         slot = (slot + 1) % count->slot_count) {
        struct tally_call *call = &tally->calls[count->slots[slot] - 1];

        if (call->where == where && call->step == step)
            return call;
    }
    if (!array_grow(&tally->calls, &count->call_capacity, tally->call_count))
        return NULL;
    tally->calls[tally->call_count] = (struct tally_call){.where = where, .step = step};
    count->slots[slot] = (uint32_t)++tally->call_count;
    return &tally->calls[tally->call_count - 1];
}

static void add_call(struct count *count, const struct frame *frame, uint64_t length)
{
    const struct event *event = event_at(count->trace, frame->event);
    struct tally_call *call = call_at(count, event->where, frame->kind == FRAME_STEP);

    if (!call) {
        count->failed = true;
        return;
    }
    call->callback = event->object;
    call->count++;
    call->total += length;
    if (length >= call->longest) {
        call->longest = length;
        call->longest_event = frame->event;
    }
}

static void on_closed(struct count *count, uint32_t lane, const struct frame *frame, uint64_t time)
{
    uint64_t length = between(event_at(count->trace, frame->event)->time, time);

    if (frame->kind == FRAME_STEP) {
        count->steps[lane] += length;
    } else if (frame->kind == FRAME_CALL) {
        length = between(count->steps[lane], length);
        count->steps[lane] = 0;
    } else {
        return;
    }
    add_call(count, frame, length);
}

/* --- the pool --------------------------------------------------------------------------------- */

static void on_begun(struct tally_pool *pool, const struct count *count, uint32_t id,
                     uint64_t waited)
{
    pool->begun++;
    pool->waited += waited;
    if (waited >= pool->waited_longest) {
        pool->waited_longest = waited;
        pool->waited_event = count->submits[id];
    }
}

static void on_request(struct count *count, const struct event *event, size_t i)
{
    const struct entity *entity = trace_entity(count->trace, event->subject);
    struct tally_pool *pool = &count->tally.pool;
    uint64_t *begun = entity ? &count->begun[event->subject] : NULL;

    if (!entity || entity->type < ENTITY_WORK || entity->type > ENTITY_RANDOM)
        return;
    if (entity->by_kernel) {
        pool->by_kernel += event->kind == EVENT_SUBMIT;
        return;
    }
    if (event->kind == EVENT_SUBMIT) {
        pool->works++;
        count->submits[event->subject] = i;
    } else if (event->kind == EVENT_CALL && event->object == CALLBACK_DONE) {
        pool->delivered++;
    } else if (event->kind == EVENT_WORK && count->submits[event->subject] != SIZE_MAX) {
        on_begun(pool, count, event->subject, between(*begun, event->time));
    } else if (event->kind == EVENT_WORK_END && *begun) {
        uint64_t ran = between(*begun, event->time);

        pool->ended++;
        pool->ran += ran;
        pool->ran_longest = ran > pool->ran_longest ? ran : pool->ran_longest;
    }
    *begun = event->time;
}

/* --- handles ---------------------------------------------------------------------------------- */

static bool keeps_loop(const struct entity *entity)
{
    if (!entity->active)
        return false;
    return entity_is_request(entity->type) ||
           (entity_is_handle(entity->type) && entity->referenced && !entity->closing);
}

static bool count_entities(struct count *count)
{
    size_t capacity = 0;

    for (uint32_t id = 1; id < trace_entities(count->trace); id++) {
        const struct entity *entity = trace_entity(count->trace, id);
        struct tally_type *type = entity ? &count->tally.types[entity->type] : NULL;

        if (!entity || (!entity_is_handle(entity->type) && !entity_is_request(entity->type)))
            continue;
        type->made++;
        type->gone += entity->gone != ENTITY_NEVER;
        type->active += keeps_loop(entity);
        if (!keeps_loop(entity))
            continue;
        if (!array_grow(&count->tally.keepers, &capacity, count->tally.keeper_count))
            return false;
        count->tally.keepers[count->tally.keeper_count++] = id;
    }
    return true;
}

/* --- the whole -------------------------------------------------------------------------------- */

static void follow(struct count *count, size_t i)
{
    const struct event *event = event_at(count->trace, i);
    uint32_t lane = lane_at(count->trace, i);
    size_t before = count->steps_capacity;
    const struct act *act;

    count->failed = acts_follow(&count->acts, lane, event, i) ||
                    !array_reserve_bytes((void **)&count->steps, &count->steps_capacity,
                                         (size_t)lane + 1, sizeof *count->steps);
    if (count->failed)
        return;
    memset(count->steps + before, 0, (count->steps_capacity - before) * sizeof *count->steps);
    act = &count->acts.lanes[lane];
    for (uint32_t k = act->was; k-- > act->kept;)
        on_closed(count, lane, act_closed(act, k), event->time);
    if (event->kind == EVENT_SUBMIT || event->kind == EVENT_WORK || event->kind == EVENT_WORK_END ||
        event->kind == EVENT_CALL)
        on_request(count, event, i);
}

static int by_longest(const void *a, const void *b)
{
    const struct tally_call *x = a, *y = b;

    return (x->longest < y->longest) - (x->longest > y->longest);
}

int tally_trace(const struct trace *trace, struct tally *ret_tally)
{
    size_t ids = (size_t)trace_entities(trace) + 1;
    struct count count = {.trace = trace,
                          .begun = calloc(ids, sizeof(uint64_t)),
                          .submits = malloc(ids * sizeof(size_t))};

    count.tally.pool.waited_event = SIZE_MAX;
    count.failed = !count.begun || !count.submits;
    if (count.submits)
        memset(count.submits, 0xff, ids * sizeof(size_t));
    for (size_t i = 0; i < trace_count(trace) && !count.failed; i++)
        follow(&count, i);
    count.failed = count.failed || !count_entities(&count);
    acts_free(&count.acts);
    free(count.begun);
    free(count.submits);
    free(count.steps);
    free(count.slots);
    if (count.failed) {
        tally_free(&count.tally);
        return -ENOMEM;
    }
    if (count.tally.call_count)
        qsort(count.tally.calls, count.tally.call_count, sizeof *count.tally.calls, by_longest);
    *ret_tally = count.tally;
    return 0;
}

void tally_free(struct tally *tally)
{
    free(tally->calls);
    free(tally->keepers);
    *tally = (struct tally){0};
}
