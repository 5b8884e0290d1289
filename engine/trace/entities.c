/* The table is an array by id: ids are handed out from 1 upwards, so it is dense, and a look-up is
 * one load. What an event changes is decided by its kind alone; an event of an entity whose birth
 * was lost still makes an entry, of unknown type. */
#include "engine/trace/entities.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/array.h"
#include "engine/base/str.h"

struct known *entities_find(const struct entities *entities, uint32_t id)
{
    if (id >= entities->count || !entities->items[id].entity.id)
        return NULL;
    return &entities->items[id];
}

static bool grow_to(struct entities *entities, uint32_t id)
{
    size_t before = entities->capacity;

    if (!array_reserve_bytes((void **)&entities->items, &entities->capacity, (size_t)id + 1,
                             sizeof *entities->items))
        return false;
    memset(entities->items + before, 0, (entities->capacity - before) * sizeof *entities->items);
    return true;
}

struct known *entities_see(struct entities *entities, uint32_t id)
{
    struct known *known;

    if (id >= entities->capacity && !grow_to(entities, id)) {
        entities->failed = true;
        return NULL;
    }
    known = &entities->items[id];
    if (!known->entity.id) {
        known->entity.id = id;
        known->entity.name = "";
        known->entity.born = known->entity.gone = known->entity.last = SIZE_MAX;
    }
    if (id >= entities->count)
        entities->count = id + 1;
    return known;
}

static bool is_handle(enum entity_type type)
{
    return type >= ENTITY_TIMER && type <= ENTITY_FS_POLL;
}

static bool is_request(enum entity_type type)
{
    return type >= ENTITY_WORK && type < ENTITY_TYPES;
}

static void on_born(struct entities *entities, struct entity *entity, const struct event *event,
                    size_t i)
{
    if (entity->born != SIZE_MAX) /* ids are not used twice: a damaged record */
        return;
    if (event->arg > 0 && event->arg < ENTITY_TYPES)
        entity->type = (enum entity_type)event->arg;
    entity->born = i;
    entity->parent = event->object;
    entity->where = event->where;
    entity->referenced = is_handle(entity->type);
    entity->number = ++entities->of_type[entity->type];
}

/* libuv clears a one-shot timer before its callback; one that fires again without a start is a
 * repeating one, and stays active from then on. */
static void on_call(struct known *known, const struct event *event)
{
    if (event->object != CALLBACK_TIMER)
        return;
    if (!known->entity.active && known->entity.last != SIZE_MAX && !known->entity.closing)
        known->repeats = true;
    known->entity.active = known->repeats;
}

static void on_name(struct entities *entities, struct entity *entity, const char *text,
                    size_t length)
{
    struct str shown = {0};
    const char *copy;

    str_add_shown(&shown, text, length, false);
    copy = shown.failed ? NULL : arena_copy(&entities->names, str_text(&shown), shown.length);
    str_free(&shown);
    if (copy)
        entity->name = copy;
    else
        entities->failed = true;
}

static void change(struct known *known, const struct event *event, size_t i)
{
    struct entity *entity = &known->entity;

    switch ((enum event_kind)event->kind) {
    case EVENT_GONE:
        entity->gone = i;
        entity->active = false;
        break;
    case EVENT_START:
        entity->active = true;
        known->repeats = event->object != 0 && entity->type == ENTITY_TIMER;
        break;
    case EVENT_CLOSE:
        entity->closing = true;
        entity->active = false;
        break;
    case EVENT_STOP:
        entity->active = false;
        break;
    case EVENT_REF:
    case EVENT_UNREF:
        entity->referenced = event->kind == EVENT_REF;
        break;
    case EVENT_SUBMIT:
        known->submitted = true;
        entity->active = true;
        break;
    case EVENT_WORK:
    case EVENT_WORK_END:
        known->working = event->kind == EVENT_WORK;
        break;
    case EVENT_CALL:
        on_call(known, event);
        break;
    case EVENT_CALL_END:
        if (event->object == CALLBACK_DONE && is_request(entity->type))
            entity->active = false;
        break;
    case EVENT_END:
        entity->active = false;
        break;
    default:
        break;
    }
}

void entities_apply(struct entities *entities, const struct event *event, size_t i,
                    const char *text, size_t length)
{
    struct known *known = event->subject ? entities_see(entities, event->subject) : NULL;

    if (!known)
        return;
    if (event->kind == EVENT_BORN)
        on_born(entities, &known->entity, event, i);
    else if (event->kind == EVENT_TEXT && event->object == TEXT_NAME)
        on_name(entities, &known->entity, text, length);
    else
        change(known, event, i);
    known->entity.last = i;
}

void entities_free(struct entities *entities)
{
    free(entities->items);
    arena_free(&entities->names);
    *entities = (struct entities){0};
}
