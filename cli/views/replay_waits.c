/* When handles and requests were waited for, and since which event: what actors are for tasks and
 * threads, for all those that nobody named. Made at the first picture with source, by one pass over
 * the events and one over what it found, grouped by entity, so that a moment is a binary search in
 * each. */
#include <stdlib.h>
#include <uv.h>

#include "cli/views/replay_priv.h"

/* An entity during the pass. */
struct waiting {
    uint32_t begun;  /* the event that began it, + 1; 0: it never was */
    uint32_t since;  /* waits since that event, + 1; 0: does not wait */
    uint32_t called; /* the end of its last callback, + 1; 0: none since it began */
};

struct found {
    struct replay_wait wait;
    uint32_t entity;
};

struct search {
    const struct trace *trace;
    struct waiting *waiting; /* by entity */
    struct found *items;
    size_t count, capacity;
    bool failed;
};

static void add(struct search *search, uint32_t entity, uint32_t from, uint32_t to)
{
    if (!array_grow(&search->items, &search->capacity, search->count)) {
        search->failed = true;
        return;
    }
    search->items[search->count++] =
        (struct found){{search->waiting[entity].begun - 1, from, to}, entity};
}

static void end_wait(struct search *search, uint32_t entity, uint32_t event)
{
    struct waiting *waiting = &search->waiting[entity];

    if (waiting->since)
        add(search, entity, waiting->since - 1, event);
    waiting->since = 0;
}

static void begin_wait(struct search *search, uint32_t entity, uint32_t event)
{
    end_wait(search, entity, event);
    search->waiting[entity] = (struct waiting){.begun = event + 1, .since = event + 1};
}

/* A timer or request that was due waits no more. One that is called again without having been
 * started anew was a timer that repeats: then it did wait in between. */
static void begin_call(struct search *search, uint32_t entity, uint32_t event)
{
    struct waiting *waiting = &search->waiting[entity];
    const struct entity *of = trace_entity(search->trace, entity);
    bool once = of && (of->type == ENTITY_TIMER || of->type >= ENTITY_WORK);

    if (once && waiting->begun && !waiting->since && waiting->called)
        add(search, entity, waiting->called - 1, event);
    if (once)
        end_wait(search, entity, event);
}

static void follow(struct search *search, uint32_t i)
{
    const struct event *event = trace_event(search->trace, i);
    uint32_t subject = event->subject;

    if (!subject || subject >= trace_entities(search->trace))
        return;
    switch ((enum event_kind)event->kind) {
    case EVENT_START:
    case EVENT_SUBMIT:
        begin_wait(search, subject, i);
        break;
    case EVENT_STOP:
    case EVENT_CLOSE:
    case EVENT_GONE:
        end_wait(search, subject, i);
        search->waiting[subject].begun = 0;
        break;
    case EVENT_CALL:
        begin_call(search, subject, i);
        break;
    case EVENT_CALL_END:
        search->waiting[subject].called = i + 1;
        break;
    default:
        break;
    }
}

/* Groups what was found by entity; within one it is in order of time already. */
static bool group(struct replay_waits *waits, const struct search *search, uint32_t entities)
{
    waits->first = calloc((size_t)entities + 2, sizeof *waits->first);
    waits->items = malloc((search->count + 1) * sizeof *waits->items);
    if (!waits->first || !waits->items)
        return false;
    for (size_t i = 0; i < search->count; i++)
        waits->first[search->items[i].entity + 2]++;
    for (uint32_t id = 2; id < entities + 2; id++)
        waits->first[id] += waits->first[id - 1];
    for (size_t i = 0; i < search->count; i++) /* first[id + 1] moves from begin to end of id */
        waits->items[waits->first[search->items[i].entity + 1]++] = search->items[i].wait;
    waits->entities = entities;
    return true;
}

void replay_waits_make(struct replay_waits *waits, const struct trace *trace)
{
    uint32_t entities = trace_entities(trace);
    struct search search = {.trace = trace};

    if (waits->made)
        return;
    waits->made = true;
    search.waiting = calloc((size_t)entities + 1, sizeof *search.waiting);
    search.failed = !search.waiting;
    for (size_t i = 0; i < trace_count(trace) && !search.failed; i++)
        follow(&search, (uint32_t)i);
    for (uint32_t id = 1; id < entities && !search.failed; id++)
        end_wait(&search, id, UINT32_MAX);
    if (search.failed || !group(waits, &search, entities))
        replay_waits_free(waits); /* no marks for these: nothing else is lost */
    free(search.waiting);
    free(search.items);
}

size_t replay_waits_for(const struct replay_waits *waits, uint32_t entity, size_t moment)
{
    if (entity + 1 >= waits->entities + 1)
        return SIZE_MAX;
    size_t begin = waits->first[entity], low = begin, high = waits->first[entity + 1];

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (waits->items[middle].from <= moment)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == begin || waits->items[low - 1].to <= moment)
        return SIZE_MAX;
    return waits->items[low - 1].event;
}

void replay_waits_free(struct replay_waits *waits)
{
    free(waits->items);
    free(waits->first);
    waits->items = NULL;
    waits->first = NULL;
    waits->entities = 0;
}
