/* Which events are shown: a bit for each event, and how many stand before every 512th, so the list
 * of a trace of any size takes a hundredth of it and any place in it is found at once. It is made
 * whole when the level or the filter changes, by one pass that compares numbers: names are compared
 * once for each entity and kind, not for each event. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <uv.h>

#include "cli/views/replay_priv.h"
#include "cli/views/words.h"

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

static bool names(const struct sieve *sieve, uint32_t id)
{
    return id < sieve->entity_count && sieve->entities[id];
}

/* What an event was done to, or what is waited for in it: of a lock, it and the task that has it.
 */
static bool names_object(const struct sieve *sieve, const struct event *event)
{
    int64_t detail = event_wait_detail(event);

    if (event->kind == EVENT_DO)
        return names(sieve, event->object);
    if (event->kind != EVENT_SUSPEND)
        return false;
    return names(sieve, event->object) || (event_wait(event) == WAIT_LOCK && detail > 0 &&
                                           detail <= UINT32_MAX && names(sieve, (uint32_t)detail));
}

/* That something got its name is nothing that happened. */
static bool passes(const struct sieve *sieve, const struct event *event)
{
    unsigned kind = event->kind;

    if (kind == EVENT_TEXT && event->object == TEXT_NAME)
        return false;
    return sieve->all || names(sieve, event->subject) ||
           (kind < EVENT_KINDS && sieve->kinds[kind]) || names_object(sieve, event);
}

/* --- the bits --------------------------------------------------------------------------------- */

enum { WORD = 64, WORDS = 8, BLOCK = WORD * WORDS };

static size_t bits_in(uint64_t word)
{
    return (size_t)__builtin_popcountll(word);
}

static bool reserve(struct replay_list *list, size_t events)
{
    size_t blocks = events / BLOCK + 1;

    list->bits = calloc(blocks, WORDS * sizeof *list->bits);
    list->before = calloc(blocks, sizeof *list->before);
    list->blocks = blocks;
    return list->bits && list->before;
}

static void count(struct replay_list *list)
{
    for (size_t i = 0; i < list->blocks; i++) {
        list->before[i] = (uint32_t)list->count;
        for (size_t k = 0; k < WORDS; k++)
            list->count += bits_in(list->bits[i * WORDS + k]);
    }
}

void replay_list_free(struct replay_list *list)
{
    free(list->bits);
    free(list->before);
    *list = (struct replay_list){0};
}

/* The number of items among the first `events`. */
static size_t rank(const struct replay_list *list, size_t events)
{
    size_t block = events / BLOCK, count = list->before[block];
    uint64_t last = list->bits[events / WORD] & ((UINT64_C(1) << events % WORD) - 1);

    for (size_t word = block * WORDS; word < events / WORD; word++)
        count += bits_in(list->bits[word]);
    return count + bits_in(last);
}

/* The last block with no more than `at` items before it. */
static size_t block_of(const struct replay_list *list, size_t at)
{
    size_t low = 0, high = list->blocks;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (list->before[middle] <= at)
            low = middle;
        else
            high = middle;
    }
    return low;
}

size_t replay_list_item(const struct replay_list *list, size_t at)
{
    size_t block = block_of(list, at), word = block * WORDS, left = at - list->before[block];
    uint64_t bits;

    while (left >= bits_in(list->bits[word]))
        left -= bits_in(list->bits[word++]);
    for (bits = list->bits[word]; left > 0; left--)
        bits &= bits - 1;
    return word * WORD + (size_t)__builtin_ctzll(bits);
}

/* --- the list --------------------------------------------------------------------------------- */

/* The bits of the events from one on. */
static uint64_t word_of(const struct trace *trace, size_t from, enum event_level level,
                        const bool *kinds, const struct sieve *sieve)
{
    size_t count = trace_count(trace) - from;
    uint64_t bits = 0;

    for (size_t i = 0; i < WORD && i < count; i++) {
        const struct event *event = trace_event(trace, from + i);
        unsigned kind = event->kind;
        if (kind < EVENT_KINDS && (kinds[kind] || words_told(trace, from + i, level)) &&
            passes(sieve, event))
            bits |= UINT64_C(1) << i;
    }
    return bits;
}

int replay_list_make(struct replay_list *list, const struct trace *trace, enum event_level level,
                     const char *filter)
{
    struct replay_list made = {.level = level};
    bool kinds[EVENT_KINDS];
    struct sieve sieve;
    int result = make_sieve(&sieve, trace, filter);

    if (result == 0 && !reserve(&made, trace_count(trace)))
        result = UV_ENOMEM;
    for (unsigned kind = 0; kind < EVENT_KINDS; kind++)
        kinds[kind] = event_level((enum event_kind)kind) <= level;
    for (size_t i = 0; i < trace_count(trace) && result == 0; i += WORD)
        made.bits[i / WORD] = word_of(trace, i, level, kinds, &sieve);
    free(sieve.entities);
    if (result < 0) {
        replay_list_free(&made);
        return result;
    }
    count(&made);
    strncpy(made.filter, filter, sizeof made.filter - 1); /* it may be the list's own */
    replay_list_free(list);
    *list = made;
    return 0;
}

size_t replay_list_at_event(const struct replay_list *list, size_t event)
{
    size_t items = rank(list, event + 1);

    return items ? items - 1 : 0;
}

/* --- turns ------------------------------------------------------------------------------------ */

/* Does event i open a turn of the thread of event `of`? If that is outside of a loop, of any. */
static bool opens_turn(const struct trace *trace, size_t i, size_t of, bool any)
{
    return query_opens_turn(trace, i) && (any || trace_lane(trace, i) == trace_lane(trace, of));
}

size_t replay_list_next_turn(const struct replay_list *list, const struct trace *trace, size_t at)
{
    size_t event, i;
    bool any;

    if (!list->count)
        return 0;
    event = replay_list_item(list, at);
    any = query_turn(trace, event) == 0;
    for (i = event + 1; i < trace_count(trace) && !opens_turn(trace, i, event, any); i++)
        ;
    i = i < trace_count(trace) ? rank(list, i) : list->count;
    return i < list->count ? i : list->count - 1;
}

/* The first item of the turn in which an event lies. */
static size_t turn_of(const struct replay_list *list, const struct trace *trace, size_t event)
{
    bool any = query_turn(trace, event) == 0;
    size_t i = event;

    while (i > 0 && !opens_turn(trace, i, event, any))
        i--;
    return rank(list, i);
}

size_t replay_list_previous_turn(const struct replay_list *list, const struct trace *trace,
                                 size_t at)
{
    size_t begin;

    if (at == 0 || at >= list->count)
        return 0;
    begin = turn_of(list, trace, replay_list_item(list, at));
    return begin < at ? begin : turn_of(list, trace, replay_list_item(list, at - 1));
}
