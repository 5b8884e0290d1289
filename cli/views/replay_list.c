/* Which events are shown. The list is made whole when the level or the filter changes, by one pass
 * that compares numbers: names are compared once for each entity and kind, not for each event, so
 * ten million events take a fraction of a second and moving about in them takes nothing. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <uv.h>

#include "cli/views/replay_priv.h"

/* What a filter lets through. */
struct sieve {
    bool *entities; /* by id */
    uint32_t entity_count;
    bool kinds[EVENT_KINDS];
    bool all;
};

static bool contains(const char *text, const char *part)
{
    return strcasestr(text, part) != NULL;
}

static int make_sieve(struct sieve *sieve, const struct trace *trace, const char *filter)
{
    struct str name = {0};

    *sieve = (struct sieve){.all = !filter[0], .entity_count = trace_entities(trace)};
    if (sieve->all)
        return 0;
    sieve->entities = calloc(sieve->entity_count + 1, sizeof *sieve->entities);
    if (!sieve->entities)
        return UV_ENOMEM;
    for (uint32_t id = 1; id < sieve->entity_count; id++) {
        if (!trace_entity(trace, id))
            continue;
        str_clear(&name);
        query_name(trace, id, &name);
        sieve->entities[id] = contains(str_text(&name), filter);
    }
    for (unsigned kind = 1; kind < EVENT_KINDS; kind++)
        sieve->kinds[kind] = contains(event_kind_name(kind), filter);
    str_free(&name);
    return 0;
}

/* That something got its name is nothing that happened. */
static bool passes(const struct sieve *sieve, const struct event *event)
{
    uint32_t subject = event->subject;
    unsigned kind = event->kind;

    if (kind == EVENT_TEXT && event->object == TEXT_NAME)
        return false;
    return sieve->all || (subject < sieve->entity_count && sieve->entities[subject]) ||
           (kind < EVENT_KINDS && sieve->kinds[kind]);
}

int replay_list_make(struct replay_list *list, const struct trace *trace, enum event_level level,
                     const char *filter)
{
    struct replay_list made = {.level = level};
    struct sieve sieve;
    int result = make_sieve(&sieve, trace, filter);

    for (size_t i = 0; i < trace_count(trace) && result == 0; i++) {
        const struct event *event = trace_event(trace, i);
        enum event_level least = event_level((enum event_kind)event->kind);
        if (least > level || !passes(&sieve, event))
            continue;
        if (array_grow(&made.items, &made.capacity, made.count))
            made.items[made.count++] = (uint32_t)i;
        else
            result = UV_ENOMEM;
    }
    free(sieve.entities);
    if (result < 0) {
        free(made.items);
        return result;
    }
    free(list->items);
    strncpy(made.filter, filter, sizeof made.filter - 1);
    *list = made;
    return 0;
}

size_t replay_list_at_event(const struct replay_list *list, size_t event)
{
    size_t low = 0, high = list->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list->items[middle] <= event)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? low - 1 : 0;
}

static uint64_t turn_at(const struct replay_list *list, const struct trace *trace, size_t at)
{
    return query_turn(trace, list->items[at]);
}

size_t replay_list_next_turn(const struct replay_list *list, const struct trace *trace, size_t at)
{
    for (size_t i = at + 1; i < list->count; i++)
        if (turn_at(list, trace, i) != turn_at(list, trace, at))
            return i;
    return list->count ? list->count - 1 : 0;
}

size_t replay_list_previous_turn(const struct replay_list *list, const struct trace *trace,
                                 size_t at)
{
    if (at == 0 || at >= list->count)
        return 0;
    for (at--; at > 0; at--)
        if (turn_at(list, trace, at) != turn_at(list, trace, at - 1))
            break;
    return at;
}
