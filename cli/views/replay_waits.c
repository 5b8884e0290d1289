/* Handles and requests that are waited for at a moment: what actors are for tasks and threads, for
 * all those that nobody named. Most waits are short: they are found by looking back over the events
 * before the moment. Those that last longer than that look are kept; there are few, as each spans
 * many events. So a moment costs the same anywhere in a trace of any size. */
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "cli/views/replay_priv.h"

enum { LOOK = 1 << 15, SLOTS = 1 << 16 }; /* slots: a table that is never more than half full */

static bool waits_once(const struct entity *entity)
{
    return entity && (entity->type == ENTITY_TIMER || entity_is_request(entity->type));
}

static bool is_stop(const struct event *event)
{
    return event->kind == EVENT_STOP || event->kind == EVENT_CLOSE || event->kind == EVENT_GONE;
}

static bool is_start(const struct event *event)
{
    return event->kind == EVENT_START || event->kind == EVENT_SUBMIT;
}

/* A timer that repeats goes on waiting after its callback; its start says so. */
static bool repeats(const struct event *start)
{
    return start->kind == EVENT_START && start->object != 0;
}

/* --- long waits ------------------------------------------------------------------------------- */

static bool keep(struct replay_waits *waits, uint32_t entity, uint32_t from, uint32_t to)
{
    if (to - from < LOOK)
        return true;
    if (!array_grow(&waits->items, &waits->capacity, waits->count))
        return false;
    waits->items[waits->count++] = (struct replay_wait){entity, from, to};
    return true;
}

/* Event i of an entity that waits since event *since - 1 (0: it does not). */
static bool follow(struct replay_waits *waits, const struct trace *trace, uint32_t *since,
                   uint32_t i)
{
    const struct event *event = trace_event(trace, i);
    const struct event *start = *since ? trace_event(trace, *since - 1) : NULL;
    bool over = start && event->kind == EVENT_CALL && !repeats(start) &&
                waits_once(trace_entity(trace, event->subject));
    bool kept = true;

    if (start && (over || is_stop(event) || is_start(event)))
        kept = keep(waits, event->subject, *since - 1, i);
    if (is_start(event))
        *since = i + 1;
    else if (over || is_stop(event))
        *since = 0;
    return kept;
}

static bool may_matter(const struct event *event)
{
    return is_start(event) || is_stop(event) || event->kind == EVENT_CALL;
}

static bool find_long(struct replay_waits *waits, const struct trace *trace)
{
    uint32_t entities = trace_entities(trace), count = (uint32_t)trace_count(trace);
    uint32_t *since = calloc((size_t)entities + 1, sizeof *since);
    bool found = since != NULL;

    for (uint32_t i = 0; i < count && found; i++) {
        const struct event *event = trace_event(trace, i);
        if (may_matter(event) && event->subject < entities)
            found = follow(waits, trace, &since[event->subject], i);
    }
    for (uint32_t id = 1; id < entities && found; id++)
        if (since[id])
            found = keep(waits, id, since[id] - 1, UINT32_MAX);
    free(since);
    return found;
}

void replay_waits_make(struct replay_waits *waits, const struct trace *trace)
{
    if (waits->made)
        return;
    waits->made = true;
    waits->slots = calloc(SLOTS, sizeof *waits->slots);
    if (!waits->slots || !find_long(waits, trace))
        replay_waits_free(waits); /* no marks for these: nothing else is lost */
}

void replay_waits_free(struct replay_waits *waits)
{
    free(waits->items);
    free(waits->slots);
    *waits = (struct replay_waits){.made = waits->made};
}

/* --- a moment --------------------------------------------------------------------------------- */

/* What looking back knows of an entity. */
enum {
    OPEN, /* its callback was seen: if it is a timer, its start decides */
    DECIDED
};

static struct replay_slot *slot_of(struct replay_waits *waits, uint32_t entity)
{
    uint32_t at = entity * UINT32_C(2654435761) >> 16;

    while (waits->slots[at].entity && waits->slots[at].entity != entity)
        at = (at + 1) % SLOTS;
    return &waits->slots[at];
}

/* Looking back, event i is the last of its entity that says something. */
static void look_at(struct replay_waits *waits, const struct trace *trace, uint32_t i,
                    replay_waits_told *tell, void *to)
{
    const struct event *event = trace_event(trace, i);
    struct replay_slot *slot = slot_of(waits, event->subject);
    bool called = slot->entity != 0; /* a callback came after it */

    if (slot->state == DECIDED)
        return;
    slot->entity = event->subject;
    if (is_start(event) || is_stop(event) || (event->kind == EVENT_CALL && !called))
        slot->state = DECIDED;
    if (is_start(event) && (!called || repeats(event)))
        tell(to, event->subject, i);
}

static bool says_something(const struct trace *trace, const struct event *event)
{
    bool call = event->kind == EVENT_CALL || event->kind == EVENT_CALL_END;

    if (!event->subject || event->subject >= trace_entities(trace))
        return false;
    return is_start(event) || is_stop(event) ||
           (call && waits_once(trace_entity(trace, event->subject)));
}

/* Was a timer that repeats called at the moment? Then the look back has decided so. */
static bool is_in_callback(struct replay_waits *waits, uint32_t entity)
{
    return slot_of(waits, entity)->state == DECIDED;
}

void replay_waits_at(struct replay_waits *waits, const struct trace *trace, size_t moment,
                     replay_waits_told *tell, void *to)
{
    size_t first = moment >= LOOK ? moment - LOOK + 1 : 0;

    if (!waits->slots || moment >= trace_count(trace))
        return;
    memset(waits->slots, 0, SLOTS * sizeof *waits->slots);
    for (size_t i = moment + 1; i-- > first;)
        if (says_something(trace, trace_event(trace, i)))
            look_at(waits, trace, (uint32_t)i, tell, to);
    for (size_t k = 0; k < waits->count; k++) {
        const struct replay_wait *wait = &waits->items[k];
        if (wait->from < first && wait->to > moment && !is_in_callback(waits, wait->entity))
            tell(to, wait->entity, wait->from);
    }
}
