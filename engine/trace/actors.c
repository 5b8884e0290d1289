/* Actors and their spans, in one pass over the events. Everything that may turn out to be an actor
 * is followed from its first event on; at the end those that are none are left out. A request that
 * a task hands to libuv is that task's own: its time in the pool is the task's. */
#include "engine/trace/query.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/array.h"
#include "engine/trace/acts.h"

#define NO_STATE SPAN_STATES /* not born yet, or ended */

struct candidate {
    struct actor actor;
    size_t capacity;      /* of actor.spans while it is built */
    bool active, closing; /* a handle or request that will be called back; that is being closed */
    bool told;            /* a thread that did something of its own */
    bool looped, hosted;  /* a thread that ran a loop; on which other actors ran */
    bool worked;          /* a thread that ran work of requests which are actors themselves */
    size_t born;          /* event number, for the order */
};

struct cast {
    const struct trace *trace;
    struct acts acts;
    uint32_t *index; /* by entity id: candidate + 1; a task's requests lead to the task */
    struct candidate *items;
    size_t count, capacity;
    bool failed;
};

/* --- spans ------------------------------------------------------------------------------------ */

static enum span_state state_of(const struct candidate *who)
{
    const struct actor *actor = &who->actor;

    if (!actor->span_count || actor->spans[actor->span_count - 1].last != SIZE_MAX)
        return NO_STATE;
    return actor->spans[actor->span_count - 1].state;
}

static void close_span(struct actor *actor, size_t i, uint64_t time)
{
    struct span *span = actor->span_count ? &actor->spans[actor->span_count - 1] : NULL;

    if (!span || span->last != SIZE_MAX)
        return;
    span->last = i;
    span->end = time > span->begin ? time : span->begin;
}

/* From event i on the actor is in that state. */
static void enter(struct cast *cast, struct candidate *who, enum span_state state, size_t i)
{
    struct actor *actor = &who->actor;
    uint64_t time = trace_event(cast->trace, i)->time;
    bool runs = state == SPAN_RUNNING || state == SPAN_BLOCKED || state == SPAN_POOL;

    if (actor->ended)
        return;
    close_span(actor, i, time);
    if (actor->span_count && time < actor->spans[actor->span_count - 1].end)
        time = actor->spans[actor->span_count - 1].end;
    if (!array_grow(&actor->spans, &who->capacity, actor->span_count)) {
        cast->failed = true;
        return;
    }
    actor->spans[actor->span_count++] =
        (struct span){.begin = time,
                      .end = time,
                      .state = state,
                      .first = i,
                      .last = SIZE_MAX,
                      .thread = runs ? trace_thread(cast->trace, i) : 0};
}

static void finish(struct cast *cast, struct candidate *who, size_t i, int64_t result)
{
    if (who->actor.ended)
        return;
    close_span(&who->actor, i, trace_event(cast->trace, i)->time);
    who->actor.ended = true;
    who->actor.result = result;
}

/* --- candidates ------------------------------------------------------------------------------- */

static struct candidate *find(struct cast *cast, uint32_t id)
{
    if (id >= trace_entities(cast->trace) || !cast->index[id])
        return NULL;
    return &cast->items[cast->index[id] - 1];
}

static struct candidate *add(struct cast *cast, const struct entity *entity, size_t i)
{
    struct candidate *who;

    if (!array_grow(&cast->items, &cast->capacity, cast->count)) {
        cast->failed = true;
        return NULL;
    }
    who = &cast->items[cast->count++];
    *who = (struct candidate){.actor = {.id = entity->id, .type = entity->type},
                              .born = entity->born < i ? entity->born : i};
    cast->index[entity->id] = (uint32_t)cast->count;
    return who;
}

/* The candidate that this entity is or becomes with event i; NULL if it cannot be one. */
static struct candidate *meet(struct cast *cast, uint32_t id, size_t i)
{
    struct candidate *who = find(cast, id);
    const struct entity *entity = who ? NULL : trace_entity(cast->trace, id);

    if (who || !entity)
        return who && who->actor.id == id ? who : NULL;
    if (entity->type == ENTITY_TASK || entity->type == ENTITY_THREAD ||
        (entity->type != ENTITY_LOOP && entity->name[0]))
        return add(cast, entity, i);
    return NULL;
}

/* Who acts on the thread of the last event: a task, a named handle or request, or the thread. */
static struct candidate *acting(struct cast *cast, size_t i)
{
    uint32_t lane = trace_lane(cast->trace, i);
    const struct frame *top = act_actor(&cast->acts.lanes[lane]);
    struct candidate *who = top ? find(cast, top->subject) : NULL;

    return who ? who : meet(cast, trace_lane_thread(cast->trace, lane), i);
}

/* --- what events do --------------------------------------------------------------------------- */

static void on_task(struct cast *cast, const struct event *event, size_t i)
{
    struct candidate *who = meet(cast, event->subject, i);

    if (!who || who->actor.type != ENTITY_TASK)
        return;
    if (event->kind == EVENT_RESUME) {
        enter(cast, who, SPAN_RUNNING, i);
    } else if (event->kind == EVENT_END) {
        finish(cast, who, i, event->arg);
    } else if (event->kind == EVENT_SUSPEND && event_wait(event) != WAIT_READY) {
        enter(cast, who, SPAN_WAITING, i);
        if (who->actor.span_count)
            who->actor.spans[who->actor.span_count - 1].object = event->object;
    } else if (event->kind != EVENT_WAKE || state_of(who) != SPAN_RUNNING) {
        enter(cast, who, SPAN_READY, i);
    }
}

static void on_birth(struct cast *cast, const struct event *event, size_t i)
{
    struct candidate *who;

    if (event->arg != ENTITY_TASK && event->arg != ENTITY_THREAD)
        return;
    who = meet(cast, event->subject, i);
    if (who && state_of(who) == NO_STATE) /* a thread may have written events before its birth */
        enter(cast, who, event->arg == ENTITY_TASK ? SPAN_READY : SPAN_RUNNING, i);
}

/* A handle or request that the program named. */
static void on_start(struct cast *cast, const struct event *event, size_t i)
{
    struct candidate *who = meet(cast, event->subject, i);
    const struct frame *top = act_actor(&cast->acts.lanes[trace_lane(cast->trace, i)]);
    struct candidate *task = top && top->kind == FRAME_STEP ? find(cast, top->subject) : NULL;

    if (who) {
        who->active = true;
        if (state_of(who) != SPAN_RUNNING)
            enter(cast, who, SPAN_WAITING, i);
    } else if (task && event->kind == EVENT_SUBMIT &&
               event->subject < trace_entities(cast->trace)) {
        cast->index[event->subject] = (uint32_t)(task - cast->items) + 1;
    }
}

static void on_stop(struct cast *cast, const struct event *event, size_t i)
{
    struct candidate *who = meet(cast, event->subject, i);

    if (!who)
        return;
    who->active = false;
    who->closing = event->kind == EVENT_CLOSE;
    if (who->closing && state_of(who) != SPAN_RUNNING)
        finish(cast, who, i, who->actor.result);
    else if (state_of(who) == SPAN_WAITING)
        enter(cast, who, SPAN_IDLE, i);
}

static bool is_aside(const struct event *call)
{
    return call->object == CALLBACK_CLOSE || call->object == CALLBACK_ALLOC ||
           call->object == CALLBACK_WALK;
}

static void on_call(struct cast *cast, const struct event *event, size_t i)
{
    struct candidate *who = is_aside(event) ? NULL : meet(cast, event->subject, i);

    if (!who)
        return;
    if (!who->active && state_of(who) == SPAN_IDLE) /* it did wait: a timer that repeats */
        who->actor.spans[who->actor.span_count - 1].state = SPAN_WAITING;
    if (event->object == CALLBACK_TIMER)
        who->active = false;
    who->actor.result = event->arg;
    enter(cast, who, SPAN_RUNNING, i);
}

static void on_call_end(struct cast *cast, const struct event *event, size_t i)
{
    struct candidate *who = is_aside(event) ? NULL : meet(cast, event->subject, i);

    if (!who)
        return;
    if (event->object == CALLBACK_DONE || who->closing)
        finish(cast, who, i, who->actor.result);
    else
        enter(cast, who, who->active ? SPAN_WAITING : SPAN_IDLE, i);
}

static void on_work(struct cast *cast, const struct event *event, size_t i)
{
    struct candidate *who = find(cast, event->subject);
    struct candidate *thread;
    bool begins = event->kind == EVENT_WORK;

    if (!who)
        who = meet(cast, event->subject, i);
    thread = meet(cast, trace_thread(cast->trace, i), i);
    who = find(cast, event->subject);
    if (thread && who)
        thread->worked = true;
    else if (thread)
        thread->told = true;
    if (who && who->actor.type == ENTITY_TASK && state_of(who) != SPAN_WAITING &&
        state_of(who) != SPAN_POOL)
        return; /* it has not parked yet, or was woken by something else */
    if (who)
        enter(cast, who, begins ? SPAN_POOL : SPAN_READY, i);
}

/* Blocking is told of who acts; in the pool it is no news. */
static void on_block(struct cast *cast, const struct event *event, size_t i)
{
    struct candidate *who = acting(cast, i);
    bool begins = event->kind == EVENT_BLOCK;

    if (!who)
        return;
    if (who->actor.type == ENTITY_THREAD)
        who->told = true;
    if (state_of(who) == (begins ? SPAN_RUNNING : SPAN_BLOCKED))
        enter(cast, who, begins ? SPAN_BLOCKED : SPAN_RUNNING, i);
}

static void on_thread(struct cast *cast, const struct event *event, size_t i)
{
    uint32_t lane = trace_lane(cast->trace, i);
    struct candidate *who = meet(cast, trace_lane_thread(cast->trace, lane), i);

    if (!who || who->actor.type != ENTITY_THREAD)
        return;
    if (state_of(who) == NO_STATE)
        enter(cast, who, SPAN_RUNNING, i);
    who->looped = who->looped || event->kind == EVENT_RUN;
    who->hosted = who->hosted || (event->kind == EVENT_RESUME) ||
                  (event->kind == EVENT_CALL && find(cast, event->subject));
    if (event->kind == EVENT_POLL)
        enter(cast, who, SPAN_WAITING, i);
    else if (event->kind == EVENT_POLL_END)
        enter(cast, who, SPAN_RUNNING, i);
}

static void on_gone(struct cast *cast, const struct event *event, size_t i)
{
    struct candidate *who = find(cast, event->subject);

    if (who && who->actor.id == event->subject)
        finish(cast, who, i, who->actor.result);
}

static void apply(struct cast *cast, const struct event *event, size_t i)
{
    on_thread(cast, event, i);
    switch ((enum event_kind)event->kind) {
    case EVENT_BORN:
        on_birth(cast, event, i);
        break;
    case EVENT_GONE:
        on_gone(cast, event, i);
        break;
    case EVENT_RESUME:
    case EVENT_SUSPEND:
    case EVENT_WAKE:
    case EVENT_END:
        on_task(cast, event, i);
        break;
    case EVENT_START:
    case EVENT_SUBMIT:
        on_start(cast, event, i);
        break;
    case EVENT_STOP:
    case EVENT_CLOSE:
        on_stop(cast, event, i);
        break;
    case EVENT_CALL:
        on_call(cast, event, i);
        break;
    case EVENT_CALL_END:
        on_call_end(cast, event, i);
        break;
    case EVENT_WORK:
    case EVENT_WORK_END:
        on_work(cast, event, i);
        break;
    case EVENT_BLOCK:
    case EVENT_BLOCK_END:
        on_block(cast, event, i);
        break;
    default:
        break;
    }
}

/* --- the result ------------------------------------------------------------------------------- */

/* A handle's life as an actor ends when it waits for nothing any more. */
static void trim(struct candidate *who, uint64_t end)
{
    struct actor *actor = &who->actor;
    bool open = !actor->ended;

    close_span(actor, SIZE_MAX, end);
    while (actor->span_count && actor->spans[actor->span_count - 1].state == SPAN_IDLE) {
        actor->span_count--;
        open = false;
    }
    actor->ended = !open;
    if (actor->span_count) {
        actor->begin = actor->spans[0].begin;
        actor->end = actor->spans[actor->span_count - 1].end;
    }
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

/* Moves what qualifies into the result, which then owns the spans. */
static int deliver(struct cast *cast, struct actors *ret_actors)
{
    struct actors actors = {0};
    size_t others = 0;

    for (size_t i = 0; i < cast->count; i++) {
        trim(&cast->items[i], trace_end(cast->trace));
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
        actor->spans = NULL;
        if (!actors.items[actors.count - 1].name) {
            query_actors_free(&actors);
            return -ENOMEM;
        }
    }
    *ret_actors = actors;
    return 0;
}

static void cast_free(struct cast *cast)
{
    for (size_t i = 0; i < cast->count; i++)
        free(cast->items[i].actor.spans);
    free(cast->items);
    free(cast->index);
    acts_free(&cast->acts);
}

int query_actors(const struct trace *trace, struct actors *ret_actors)
{
    struct cast cast = {.trace = trace, .index = calloc((size_t)trace_entities(trace) + 1, 4)};
    int r = 0;

    cast.failed = !cast.index;
    for (size_t i = 0; i < trace_count(trace) && !cast.failed; i++) {
        cast.failed = acts_follow(&cast.acts, trace, i) != 0;
        if (!cast.failed)
            apply(&cast, trace_event(trace, i), i);
    }
    r = cast.failed ? -ENOMEM : deliver(&cast, ret_actors);
    cast_free(&cast);
    return r;
}

void query_actors_free(struct actors *actors)
{
    for (size_t i = 0; i < actors->count; i++)
        free(actors->items[i].spans);
    free(actors->items);
    arena_free(&actors->memory);
    *actors = (struct actors){0};
}
