/* Everybody who may turn out to be an actor, and the spans of each, while a trace is gone through;
 * at the end those who are none are left out. For actors.c. */
#ifndef ASYNCTUT_TRACE_CAST_H
#define ASYNCTUT_TRACE_CAST_H

#include "engine/trace/acts.h"
#include "engine/trace/inside.h"
#include "engine/trace/query.h"

#define NO_STATE SPAN_STATES /* not born yet, or ended */

struct candidate {
    struct actor actor;
    size_t capacity;      /* of actor.steps while it is built */
    bool active, closing; /* a handle or request that will be called back; that is being closed */
    bool repeats;         /* a timer that stays active when it has fired */
    bool told;            /* a thread that did something of its own */
    bool looped, hosted;  /* a thread that ran a loop; on which other actors ran */
    bool worked;          /* a thread that ran work of requests which are actors themselves */
    size_t born;          /* event number, for the order */
};

struct cast {
    const struct trace *trace;
    struct acts acts;
    bool *begun;     /* by lane: its thread has a state */
    uint32_t *index; /* by entity id: candidate + 1; a task's requests lead to the task; */
                     /* 0: not met yet; CAST_NOBODY: it cannot be one */
    struct candidate *items;
    size_t count, capacity;
    int error; /* 0, UV_ENOMEM or UV_EFBIG */
};

#define CAST_NOBODY UINT32_MAX

/* The state it is in now; NO_STATE. */
static inline enum span_state cast_state_of(const struct candidate *who)
{
    const struct actor *actor = &who->actor;

    if (!actor->span_count || actor->ended)
        return NO_STATE;
    return (enum span_state)(actor->steps[actor->span_count - 1] % 8);
}
/* From event i on it is in that state. */
void cast_enter(struct cast *cast, struct candidate *who, enum span_state state, size_t i);
/* With event i its life as an actor is over. */
void cast_finish(struct candidate *who, size_t i, int64_t result);
/* The candidate that the entity is, or to which it leads; NULL. */
static inline struct candidate *cast_find(struct cast *cast, uint32_t id)
{
    uint32_t found = id < cast->trace->entities.count ? cast->index[id] : 0;

    return found && found != CAST_NOBODY ? &cast->items[found - 1] : NULL;
}
/* The same of one that was not met yet. */
struct candidate *cast_meet_new(struct cast *cast, uint32_t id, size_t i);
/* The candidate that the entity is or becomes with event i; NULL if it cannot be one. */
static inline struct candidate *cast_meet(struct cast *cast, uint32_t id, size_t i)
{
    uint32_t found = id < cast->trace->entities.count ? cast->index[id] : CAST_NOBODY;

    if (!found)
        return cast_meet_new(cast, id, i);
    if (found == CAST_NOBODY || cast->items[found - 1].actor.id != id)
        return NULL;
    return &cast->items[found - 1];
}
/* Who acts on the thread of event i: a task, a named handle or request, or the thread; NULL. */
struct candidate *cast_acting(struct cast *cast, size_t i);
/* From now on its last state is known to have been another. */
void cast_correct(struct candidate *who, enum span_state state);
/* Moves those who are actors into the result, which then owns their steps. 0 or UV_ENOMEM. */
int cast_deliver(struct cast *cast, struct actors *ret_actors);

#endif
