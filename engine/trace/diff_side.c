/* One trace in words that mean the same in any run: a number for each entity, from its name or its
 * birth, so that two events are the same if a few numbers are. */
#include <stdlib.h>

#include "engine/trace/diff_priv.h"
#include "engine/trace/query.h"
#include "engine/trace/symbols.h"

static uint64_t mix(uint64_t a, uint64_t b)
{
    return numbers_mix(a ^ numbers_mix(b + 1));
}

static uint64_t mix_text(uint64_t hash, const char *text)
{
    bool digits = false;

    for (; *text; text++) {
        bool digit = *text >= '0' && *text <= '9';

        if (!digit || !digits) /* a number is one letter */
            hash = mix(hash, digit ? '0' : (unsigned char)*text);
        digits = digit;
    }
    return hash;
}

/* --- who -------------------------------------------------------------------------------------- */

static uint64_t place_of(struct side *side, const struct event *event)
{
    uint64_t address = event->where - query_where_is_return(event);
    uint64_t *known = event->where ? numbers_at(&side->places, address) : NULL;
    struct place place;

    if (!known) {
        side->failed = side->failed || event->where;
        return 1;
    }
    if (!*known) {
        symbols_wait(side->symbols, address, false, &place);
        *known = mix_text(mix_text(2, place.function), place.file) | 1;
    }
    return *known;
}

static uint64_t who(const struct side *side, uint32_t id)
{
    return id < trace_entities(side->trace) ? side->who[id] : 0;
}

static void on_born(struct side *side, const struct event *event, size_t i)
{
    const struct entity *entity = trace_entity(side->trace, event->subject);
    uint32_t thread = trace_lane_thread(side->trace, lane_at(side->trace, i));
    uint64_t what, *count;

    if (!entity || entity->born != i)
        return;
    what = mix(mix(entity->type, place_of(side, event)),
               thread == event->subject ? 0 : who(side, thread));
    count = numbers_at(&side->births, what);
    if (!count)
        side->failed = true;
    else
        side->who[event->subject] = mix(what, ++*count);
    if (entity->name[0])
        side->who[event->subject] = mix_text(entity->type, entity->name);
}

/* --- what happened ---------------------------------------------------------------------------- */

static uint64_t what_was_said(const struct side *side, size_t i)
{
    char text[4 * EVENT_TEXT_MAX + 1];

    trace_text(side->trace, i, text, sizeof text);
    return mix_text(event_at(side->trace, i)->object, text);
}

static uint64_t only_error(int64_t value)
{
    return value < 0 ? (uint64_t)value : 0;
}

bool diff_counts(const struct trace *trace, size_t i)
{
    const struct event *event = event_at(trace, i);

    switch ((enum event_kind)event->kind) {
    case EVENT_TEXT:
        return event->object != TEXT_NAME;
    case EVENT_CALL:
        return event->object != CALLBACK_ALLOC;
    case EVENT_BLOCK: /* whether a lock is free is a matter of time */
        return event->object != BLOCK_LOCK && event->object != BLOCK_CONDITION;
    case EVENT_BORN: /* a lock or the like is born when some task first uses it */
        return event->arg < 0 || !entity_is_of_tasks((unsigned)event->arg);
    case EVENT_RUN:
    case EVENT_RUN_END:
    case EVENT_START:
    case EVENT_STOP:
    case EVENT_CLOSE:
    case EVENT_REF:
    case EVENT_UNREF:
    case EVENT_SEND:
    case EVENT_SUBMIT:
    case EVENT_CANCEL:
    case EVENT_RESUME:
    case EVENT_SUSPEND:
    case EVENT_WAKE:
    case EVENT_END:
    case EVENT_TASK_CANCEL:
        return true;
    default: /* DO: that a task does something else is seen by where it waits */
        return false;
    }
}

/* What an event says beside its kind and whom it is about. */
static uint64_t detail_of(struct side *side, const struct event *event, size_t i)
{
    switch ((enum event_kind)event->kind) {
    case EVENT_TEXT:
        return what_was_said(side, i);
    case EVENT_BORN:
        return place_of(side, event);
    case EVENT_CALL:
        return mix(event->object, only_error(event->arg));
    case EVENT_SUBMIT:
    case EVENT_WAKE:
        return who(side, event->object);
    case EVENT_SUSPEND:
        return mix(event_wait(event), place_of(side, event));
    case EVENT_END:
    case EVENT_RUN_END:
    case EVENT_CANCEL:
        return (uint64_t)event->arg;
    case EVENT_BLOCK:
        return event->object;
    default:
        return 0;
    }
}

uint64_t side_meaning(struct side *side, size_t i)
{
    const struct event *event = event_at(side->trace, i);

    if (side->pool[lane_at(side->trace, i)] || !diff_counts(side->trace, i))
        return 0;
    return mix(mix(event->kind, who(side, event->subject)), detail_of(side, event, i)) | 1;
}

/* --- a side ----------------------------------------------------------------------------------- */

/* Of threads that cannot be told apart, the first is the first of the other side, and so on. */
static void name_lane(struct side *side, uint32_t lane)
{
    uint64_t thread = mix(3, who(side, trace_lane_thread(side->trace, lane)));
    uint64_t *count = numbers_at(&side->births, thread), *known;

    if (count)
        side->threads[lane] = mix(thread, ++*count);
    known = count ? numbers_at(&side->lanes, side->threads[lane]) : NULL;
    if (known)
        *known = lane + 1;
    else
        side->failed = true;
}

bool side_open(struct side *side, const struct diff_side *of)
{
    uint32_t lanes = trace_lanes(of->trace);

    *side = (struct side){.trace = of->trace, .symbols = of->symbols};
    side->who = calloc((size_t)trace_entities(of->trace) + 1, sizeof *side->who);
    side->pool = calloc((size_t)lanes + 1, sizeof *side->pool);
    side->first = calloc((size_t)lanes + 2, sizeof *side->first);
    side->threads = calloc((size_t)lanes + 1, sizeof *side->threads);
    if (!side->who || !side->pool || !side->first || !side->threads)
        return false;
    for (size_t i = 0; i < trace_count(of->trace) && !side->failed; i++) {
        const struct event *event = event_at(of->trace, i);

        if (event->kind == EVENT_BORN)
            on_born(side, event, i);
        else if (event->kind == EVENT_WORK)
            side->pool[lane_at(of->trace, i)] = true;
    }
    for (uint32_t lane = 0; lane < lanes && !side->failed; lane++)
        name_lane(side, lane);
    return !side->failed;
}

/* The events that count, lane by lane: counted first, then put in their places. */
bool side_sort(struct side *side)
{
    uint32_t lanes = trace_lanes(side->trace);
    size_t count = trace_count(side->trace);

    side->events = malloc((count + 1) * sizeof *side->events);
    if (!side->events)
        return false;
    for (size_t i = 0; i < count; i++)
        if (side_meaning(side, i))
            side->first[lane_at(side->trace, i) + 2]++;
    for (uint32_t lane = 0; lane < lanes; lane++)
        side->first[lane + 2] += side->first[lane + 1];
    for (size_t i = 0; i < count; i++) {
        size_t *next = &side->first[lane_at(side->trace, i) + 1];

        if (side_meaning(side, i) && *next < count) /* a live record may have changed meanwhile */
            side->events[(*next)++] = (uint32_t)i;
    }
    return !side->failed;
}

void side_close(struct side *side)
{
    free(side->who);
    free(side->pool);
    free(side->first);
    free(side->threads);
    free(side->events);
    numbers_free(&side->places);
    numbers_free(&side->births);
    numbers_free(&side->lanes);
}
