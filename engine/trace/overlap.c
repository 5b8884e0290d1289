/* Questions to a set of actors. Overlap is swept by event numbers and not by times: events are in
 * one order, while many may share a time. */
#include "engine/trace/query.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/array.h"

const struct actor *query_actor(const struct actors *actors, const char *name)
{
    for (size_t i = 0; i < actors->count; i++)
        if (!strcmp(actors->items[i].name, name))
            return &actors->items[i];
    return NULL;
}

uint64_t query_time_in(const struct actor *actor, enum span_state state)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < actor->span_count; i++)
        if (actor->spans[i].state == state)
            sum += actor->spans[i].end - actor->spans[i].begin;
    return sum;
}

/* --- overlap ---------------------------------------------------------------------------------- */

struct edge {
    size_t event;
    int change; /* +1 at a begin, -1 at an end */
};

struct edges {
    struct edge *items;
    size_t count, capacity;
};

static bool is_named(const char *name, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!strcmp(names[i], name))
            return true;
    return n == 0;
}

static bool add_edges(struct edges *edges, const struct actor *actor, enum span_state state,
                      uint64_t min_ns)
{
    for (size_t i = 0; i < actor->span_count; i++) {
        const struct span *span = &actor->spans[i];

        if (span->state != state || span->end - span->begin < min_ns)
            continue;
        if (!array_reserve_bytes((void **)&edges->items, &edges->capacity, edges->count + 2,
                                 sizeof *edges->items))
            return false;
        edges->items[edges->count++] = (struct edge){span->first, 1};
        edges->items[edges->count++] = (struct edge){span->last, -1};
    }
    return true;
}

/* What ends with an event is over before what begins with it. */
static int by_event(const void *a, const void *b)
{
    const struct edge *x = a, *y = b;

    if (x->event != y->event)
        return x->event < y->event ? -1 : 1;
    return x->change - y->change;
}

size_t query_overlap(const struct actors *actors, const char *const *names, size_t n,
                     enum span_state state, uint64_t min_ns, size_t *ret_event)
{
    struct edges edges = {0};
    size_t most = 0, now = 0;

    for (size_t i = 0; i < actors->count; i++)
        if (is_named(actors->items[i].name, names, n) &&
            !add_edges(&edges, &actors->items[i], state, min_ns))
            break;
    if (edges.count)
        qsort(edges.items, edges.count, sizeof *edges.items, by_event);
    for (size_t i = 0; i < edges.count; i++) {
        now += (size_t)edges.items[i].change;
        if (now <= most || edges.items[i].change < 0)
            continue;
        most = now;
        if (ret_event)
            *ret_event = edges.items[i].event;
    }
    free(edges.items);
    return most;
}

/* --- threads ---------------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

size_t query_threads(const struct actors *actors)
{
    uint32_t *threads = NULL;
    size_t count = 0, capacity = 0, distinct = 0;

    for (size_t i = 0; i < actors->count; i++)
        for (size_t k = 0; k < actors->items[i].span_count; k++)
            if (actors->items[i].spans[k].thread && array_grow(&threads, &capacity, count))
                threads[count++] = actors->items[i].spans[k].thread;
    if (count)
        qsort(threads, count, sizeof *threads, by_number);
    for (size_t i = 0; i < count; i++)
        distinct += i == 0 || threads[i] != threads[i - 1];
    free(threads);
    return distinct;
}
