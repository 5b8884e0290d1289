/* The entities of a trace: a table by id that grows with what was seen. Ids come from a record that
 * is not trusted, so the owner says up to where they are plausible. */
#ifndef ASYNCTUT_TRACE_ENTITIES_H
#define ASYNCTUT_TRACE_ENTITIES_H

#include "engine/base/arena.h"
#include "engine/trace/trace.h"

struct entities {
    struct entity *items; /* by id */
    size_t capacity;
    uint32_t count; /* ids seen are below this */
    uint32_t of_type[ENTITY_TYPES];
    struct arena names;
    bool failed; /* memory ran out, and something is missing */
};

/* The entity with that id, made if it is new; NULL if memory runs out. id > 0. */
struct entity *entities_see(struct entities *entities, uint32_t id);

/* NULL if it was never seen. Valid until the next entities_see(). */
static inline struct entity *entities_find(const struct entities *entities, uint32_t id)
{
    return id < entities->count && entities->items[id].seen ? &entities->items[id] : NULL;
}

/* Takes in event number i, a copy; `text` is the text of a TEXT event. */
void entities_apply(struct entities *entities, const struct event *event, size_t i,
                    const char *text, size_t length);

void entities_free(struct entities *entities);

#endif
