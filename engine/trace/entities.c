/* The table is an array by id: ids are handed out from 1 upwards, so it is dense, and a look-up is
 * one load. What an event changes is decided by its kind alone; an event of an entity whose birth
 * was lost still makes an entry, of unknown type. */
#include "engine/trace/entities.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/array.h"
#include "engine/base/str.h"

/* What lies behind the last entity is never touched, so it takes no memory. */
static bool grow_to(struct entities *entities, uint32_t id)
{
    if (!array_reserve_bytes((void **)&entities->items, &entities->capacity, (size_t)id + 1,
                             sizeof *entities->items))
        return false;
    memset(entities->items + entities->count, 0,
           ((size_t)id + 1 - entities->count) * sizeof *entities->items);
    entities->count = id + 1;
    return true;
}

struct entity *entities_see(struct entities *entities, uint32_t id)
{
    struct entity *entity;

    if (id >= entities->count && !grow_to(entities, id)) {
        entities->failed = true;
        return NULL;
    }
    entity = &entities->items[id];
    if (!entity->seen)
        *entity =
            (struct entity){.name = "", .born = ENTITY_NEVER, .gone = ENTITY_NEVER, .seen = true};
    return entity;
}

static void on_born(struct entities *entities, struct entity *entity, const struct event *event,
                    size_t i)
{
    if (entity->born != ENTITY_NEVER) /* ids are not used twice: a damaged record */
        return;
    if (event->arg > 0 && event->arg < ENTITY_TYPES)
        entity->type = (enum entity_type)event->arg;
    entity->born = (uint32_t)i;
    entity->parent = event->object;
    entity->referenced = entity_is_handle(entity->type);
    entity->active = entity->type == ENTITY_ASYNC; /* from uv_async_init() until it is closed */
    entity->number = ++entities->of_type[entity->type];
}

/* libuv clears a one-shot timer before its callback; one that fires again without a start is a
 * repeating one, and stays active from then on. */
static void on_call(struct entity *entity, const struct event *event, bool is_new)
{
    if (event->object != CALLBACK_TIMER)
        return;
    if (!entity->active && !is_new && !entity->closing)
        entity->repeats = true;
    entity->active = entity->repeats;
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

/* Nobody of the program before is there any more. */
static void on_exec(struct entities *entities, int64_t first, size_t i)
{
    for (size_t id = 1; id < entities->count && (int64_t)id < first; id++) {
        struct entity *entity = &entities->items[id];

        if (!entity->seen || entity->gone != ENTITY_NEVER)
            continue;
        entity->gone = (uint32_t)i;
        entity->active = entity->working = false;
    }
}

static void change(struct entity *entity, const struct event *event, size_t i)
{
    switch ((enum event_kind)event->kind) {
    case EVENT_GONE:
        entity->gone = (uint32_t)i;
        entity->active = false;
        break;
    case EVENT_START:
        entity->active = true;
        entity->repeats = event->object != 0 && entity->type == ENTITY_TIMER;
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
        entity->submitted = true;
        entity->active = true;
        break;
    case EVENT_WORK:
    case EVENT_WORK_END:
        entity->working = event->kind == EVENT_WORK;
        break;
    case EVENT_KERNEL:
        entity->by_kernel = true;
        break;
    case EVENT_CALL_END:
        if (event->object == CALLBACK_DONE && entity_is_request(entity->type))
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
    struct entity *entity = entities_find(entities, event->subject);
    bool is_new = !entity;

    if (is_new && event->subject)
        entity = entities_see(entities, event->subject);
    if (!entity)
        return;
    if (event->kind == EVENT_BORN)
        on_born(entities, entity, event, i);
    else if (event->kind == EVENT_TEXT && event->object == TEXT_NAME)
        on_name(entities, entity, text, length);
    else if (event->kind == EVENT_CALL)
        on_call(entity, event, is_new);
    else if (event->kind == EVENT_EXEC)
        on_exec(entities, event->arg, i);
    else
        change(entity, event, i);
}

void entities_free(struct entities *entities)
{
    free(entities->items);
    arena_free(&entities->names);
    *entities = (struct entities){0};
}
