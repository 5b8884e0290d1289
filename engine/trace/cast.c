/* Candidates are found by the id of their entity; the requests of a task lead to the task. Pointers
 * to candidates hold until the next one is added. */
#include "engine/trace/cast.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/array.h"
#include "engine/base/str.h"

/* --- spans ------------------------------------------------------------------------------------ */

/* From event i on the actor is in that state. */
void cast_enter(struct cast *cast, struct candidate *who, enum span_state state, size_t i)
{
    struct actor *actor = &who->actor;

    if (actor->ended)
        return;
    if (actor->span_count < who->capacity ||
        array_grow(&actor->steps, &who->capacity, actor->span_count))
        actor->steps[actor->span_count++] = (uint32_t)(i * 8 + state);
    else
        cast->error = -ENOMEM;
}

void cast_correct(struct candidate *who, enum span_state state)
{
    uint32_t *step = &who->actor.steps[who->actor.span_count - 1];

    *step = *step / 8 * 8 + state;
}

void cast_finish(struct candidate *who, size_t i, int64_t result)
{
    if (who->actor.ended)
        return;
    who->actor.last = i;
    who->actor.ended = true;
    who->actor.result = result;
}

/* --- candidates ------------------------------------------------------------------------------- */

static struct candidate *add(struct cast *cast, uint32_t id, const struct entity *entity, size_t i)
{
    struct candidate *who;

    if (!array_grow(&cast->items, &cast->capacity, cast->count)) {
        cast->error = -ENOMEM;
        return NULL;
    }
    who = &cast->items[cast->count++];
    *who = (struct candidate){.actor = {.id = id, .type = entity->type, .last = SIZE_MAX},
                              .born = entity->born < i ? entity->born : i};
    cast->index[id] = (uint32_t)cast->count;
    return who;
}

struct candidate *cast_meet_new(struct cast *cast, uint32_t id, size_t i)
{
    const struct entity *entity = trace_entity(cast->trace, id);

    if (entity && (entity->type == ENTITY_TASK || entity->type == ENTITY_THREAD ||
                   (entity->type != ENTITY_LOOP && entity->name[0])))
        return add(cast, id, entity, i);
    cast->index[id] = CAST_NOBODY;
    return NULL;
}

/* Who acts on the thread of the last event: a task, a named handle or request, or the thread. */
struct candidate *cast_acting(struct cast *cast, size_t i)
{
    uint32_t lane = lane_at(cast->trace, i);
    const struct frame *top = act_actor(&cast->acts.lanes[lane]);
    struct candidate *who = top ? cast_find(cast, top->subject) : NULL;

    return who ? who : cast_meet(cast, trace_lane_thread(cast->trace, lane), i);
}

/* --- the result ------------------------------------------------------------------------------- */

/* A handle's life as an actor ends when it waits for nothing any more. */
static void trim(const struct trace *trace, struct candidate *who)
{
    struct actor *actor = &who->actor;

    while (actor->span_count && actor->steps[actor->span_count - 1] % 8 == SPAN_IDLE) {
        actor->last = actor->steps[--actor->span_count] / 8;
        actor->ended = true;
    }
    if (!actor->span_count)
        return;
    actor->begin = event_at(trace, actor->steps[0] / 8)->time;
    actor->end = actor->ended ? event_at(trace, actor->last)->time : trace_end(trace);
    if (actor->end < actor->begin)
        actor->end = actor->begin;
}

static bool is_first_thread(const struct cast *cast, const struct candidate *who)
{
    for (size_t i = 0; i < cast->count; i++)
        if (cast->items[i].actor.type == ENTITY_THREAD && cast->items[i].actor.id < who->actor.id)
            return false;
    return true;
}

static bool qualifies(const struct cast *cast, const struct candidate *who, size_t others)
{
    if (!who->actor.span_count)
        return false;
    if (who->actor.type != ENTITY_THREAD || who->told)
        return true;
    if (is_first_thread(cast, who))
        return others == 0;
    return !who->worked && !(who->looped && who->hosted);
}

static int by_birth(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;

    if (x->born != y->born)
        return x->born < y->born ? -1 : 1;
    return (x->actor.id > y->actor.id) - (x->actor.id < y->actor.id);
}

static const char *name_of(struct cast *cast, uint32_t id, struct arena *memory)
{
    const struct entity *entity = trace_entity(cast->trace, id);
    struct str text = {0};
    const char *name;

    if (entity && entity->name[0])
        return entity->name;
    query_name(cast->trace, id, &text);
    name = text.failed ? NULL : arena_copy(memory, str_text(&text), text.length);
    str_free(&text);
    return name;
}

/* Moves what qualifies into the result, which then owns the steps. */
int cast_deliver(struct cast *cast, struct actors *ret_actors)
{
    struct actors actors = {0};
    size_t others = 0;

    for (size_t i = 0; i < cast->count; i++) {
        trim(cast->trace, &cast->items[i]);
        others +=
            cast->items[i].actor.type != ENTITY_THREAD || !is_first_thread(cast, &cast->items[i]);
    }
    if (cast->count)
        qsort(cast->items, cast->count, sizeof *cast->items, by_birth);
    actors.items = calloc(cast->count + 1, sizeof *actors.items);
    if (!actors.items)
        return -ENOMEM;
    for (size_t i = 0; i < cast->count; i++) {
        struct actor *actor = &cast->items[i].actor;

        if (!qualifies(cast, &cast->items[i], others))
            continue;
        actor->name = name_of(cast, actor->id, &actors.memory);
        actors.items[actors.count++] = *actor;
        actor->steps = NULL;
        if (!actors.items[actors.count - 1].name) {
            query_actors_free(&actors);
            return -ENOMEM;
        }
    }
    *ret_actors = actors;
    return 0;
}
