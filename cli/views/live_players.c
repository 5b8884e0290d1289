/* The actors of a live trace and their states, followed event by event. Unlike query_actors(),
 * which looks back, this has to say at once who acts: a thread becomes a player when it first does
 * something that nobody on it accounts for. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/views/live_priv.h"
#include "engine/base/array.h"

struct player *live_find(const struct live *live, uint32_t id)
{
    return id < live->indexed && live->index[id] ? &live->players[live->index[id] - 1] : NULL;
}

static bool may_play(const struct entity *entity)
{
    return entity->type == ENTITY_TASK || entity->type == ENTITY_THREAD ||
           (entity->type > ENTITY_TASK && entity->name[0]);
}

struct player *live_meet(struct live *live, uint32_t id)
{
    struct player *player = live_find(live, id);
    const struct entity *entity = trace_entity(live->trace, id);
    size_t before = live->indexed;

    if (player || !entity || !may_play(entity))
        return player;
    if (!array_grow(&live->players, &live->capacity, live->count) ||
        !array_reserve_bytes((void **)&live->index, &live->indexed, (size_t)id + 1,
                             sizeof *live->index))
        return NULL;
    memset(live->index + before, 0, (live->indexed - before) * sizeof *live->index);
    player = &live->players[live->count++];
    *player = (struct player){.id = id,
                              .type = entity->type,
                              .state = entity->type == ENTITY_THREAD ? SPAN_RUNNING : SPAN_READY,
                              .column = NO_COLUMN,
                              .home = NO_COLUMN};
    if (entity->born != ENTITY_NEVER)
        player->born = player->since = trace_event(live->trace, entity->born)->time;
    live->index[id] = (uint32_t)live->count;
    return player;
}

struct player *live_acting(struct live *live, size_t i, bool or_thread)
{
    uint32_t lane = trace_lane(live->trace, i);
    const struct act *act = lane < live->acts.count ? &live->acts.lanes[lane] : NULL;
    const struct frame *frame = act ? act_actor(act) : NULL;
    struct player *player = frame ? live_meet(live, frame->subject) : NULL;

    if (player || !or_thread)
        return player;
    return live_meet(live, trace_lane_thread(live->trace, lane));
}

/* Every run begins on a thread called main: what a demo has named is something else. */
bool live_has_own_name(const struct live *live, const struct player *player)
{
    const char *name = trace_entity(live->trace, player->id)->name;

    return name[0] && strcmp(name, "main") != 0;
}

/* --- states ----------------------------------------------------------------------------------- */

static void leave_column(struct live *live, struct player *player)
{
    if (player->column != NO_COLUMN)
        live->columns[player->column] = 0;
    player->column = NO_COLUMN;
}

static void release(struct live *live, struct player *player, int64_t result)
{
    player->ended = true;
    player->state = SPAN_IDLE;
    player->result = result;
    leave_column(live, player);
}

static void on_suspend(struct player *player, const struct event *event)
{
    player->state = event_wait(event) == WAIT_READY ? SPAN_READY : SPAN_WAITING;
    player->awaits = event->object;
}

/* A request is over; a timer too, unless its callback has started it again. What was stopped or
 * closed in its callback had its column until here. */
static void on_call_end(struct live *live, struct player *player, const struct event *event)
{
    player->state = SPAN_WAITING;
    if (player->ended)
        leave_column(live, player);
    else if (event->object == CALLBACK_DONE ||
             (event->object == CALLBACK_TIMER && player->since == UINT64_MAX && !player->repeats))
        release(live, player, player->result);
}

/* A task in whose name the pool works. */
static struct player *awaiting(struct live *live, uint32_t request)
{
    for (int c = 0; c < live->column_count; c++) {
        struct player *player = live->columns[c] ? &live->players[live->columns[c] - 1] : NULL;

        if (player && player->awaits == request && player->state != SPAN_RUNNING)
            return player;
    }
    return NULL;
}

static void on_work(struct live *live, const struct event *event, size_t i)
{
    struct player *player = live_find(live, event->subject);
    struct player *thread = live_find(live, trace_thread(live->trace, i));

    if (!player)
        player = awaiting(live, event->subject);
    if (player && !player->ended)
        player->state = event->kind == EVENT_WORK ? SPAN_POOL : SPAN_READY;
    if (thread && !thread->ended) /* without work a thread of the pool waits for some */
        thread->state = event->kind == EVENT_WORK ? SPAN_RUNNING : SPAN_WAITING;
}

static void on_block(struct live *live, const struct event *event, size_t i)
{
    struct player *player = live_acting(live, i, true);

    if (player && !player->ended)
        player->state = event->kind == EVENT_BLOCK ? SPAN_BLOCKED : SPAN_RUNNING;
}

static void start(struct player *player, const struct event *event)
{
    player->begun = player->begun && !player->ended;
    player->ended = false;
    player->repeats =
        event->kind == EVENT_START && player->type == ENTITY_TIMER && event->object != 0;
    player->since = event->time;
    if (player->state != SPAN_RUNNING)
        player->state = SPAN_WAITING;
}

static bool is_aside(const struct event *call)
{
    return call->object == CALLBACK_CLOSE || call->object == CALLBACK_ALLOC ||
           call->object == CALLBACK_WALK;
}

static void change(struct live *live, struct player *player, const struct event *event)
{
    switch ((enum event_kind)event->kind) {
    case EVENT_RESUME:
        if (!player->resumed)
            player->before = event->time - player->born;
        player->state = SPAN_RUNNING;
        player->resumed = true;
        break;
    case EVENT_SUSPEND:
        on_suspend(player, event);
        break;
    case EVENT_WAKE:
        player->state = SPAN_READY;
        break;
    case EVENT_START:
    case EVENT_SUBMIT:
        start(player, event);
        break;
    case EVENT_CALL:
        if (is_aside(event))
            break;
        player->result = event->arg;
        player->state = SPAN_RUNNING;
        if (event->object == CALLBACK_TIMER)
            player->since = UINT64_MAX;
        break;
    case EVENT_CALL_END:
        if (!is_aside(event))
            on_call_end(live, player, event);
        else if (player->ended)
            leave_column(live, player);
        break;
    case EVENT_END:
        release(live, player, event->arg);
        break;
    case EVENT_STOP:
    case EVENT_CLOSE:
    case EVENT_GONE:
        if (!player->ended && player->type != ENTITY_TASK)
            release(live, player, player->type == ENTITY_THREAD ? 0 : -ECANCELED);
        else if (event->kind == EVENT_GONE)
            leave_column(live, player);
        break;
    default:
        break;
    }
}

void live_change(struct live *live, size_t i, struct player *player)
{
    const struct event *event = trace_event(live->trace, i);

    player->begun = true;
    player->column = NO_COLUMN; /* it is a copy: the column stays with the player */
    if (event->kind == EVENT_BLOCK || event->kind == EVENT_BLOCK_END)
        player->state = event->kind == EVENT_BLOCK ? SPAN_BLOCKED : SPAN_RUNNING;
    else if (event->kind == EVENT_WORK || event->kind == EVENT_WORK_END)
        player->state = event->kind == EVENT_WORK ? SPAN_POOL : SPAN_READY;
    else
        change(live, player, event);
}

/* Who was there before is not any more. */
static void on_exec(struct live *live, const struct event *event)
{
    for (size_t k = 0; k < live->count; k++) {
        struct player *player = &live->players[k];

        if (player->id < event->arg && !player->ended)
            release(live, player, 0);
    }
}

bool live_follow(struct live *live, size_t i)
{
    const struct event *event = trace_event(live->trace, i);
    struct player *player = live_meet(live, event->subject);

    if (event->kind == EVENT_EXEC)
        on_exec(live, event);
    if (event->kind == EVENT_BLOCK || event->kind == EVENT_BLOCK_END)
        on_block(live, event, i);
    else if (event->kind == EVENT_WORK || event->kind == EVENT_WORK_END)
        on_work(live, event, i);
    else if (player)
        change(live, player, event);
    return acts_follow(&live->acts, trace_lane(live->trace, i), trace_event(live->trace, i), i) ==
           0;
}
