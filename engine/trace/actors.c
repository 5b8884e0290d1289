/* Actors and their spans, in one pass over the events: what each event does to them. A request that
 * a task hands to libuv is that task's own: its time in the pool is the task's. */
#include <errno.h>
#include <stdlib.h>

#include "engine/trace/cast.h"

/* --- what events do --------------------------------------------------------------------------- */

static void on_task(struct cast *cast, const struct event *event, size_t i)
{
    struct candidate *who = cast_meet(cast, event->subject, i);

    if (!who || who->actor.type != ENTITY_TASK)
        return;
    if (event->kind == EVENT_RESUME) {
        cast_enter(cast, who, SPAN_RUNNING, i);
    } else if (event->kind == EVENT_END) {
        cast_finish(who, i, event->arg);
    } else if (event->kind == EVENT_SUSPEND && event_wait(event) != WAIT_READY) {
        cast_enter(cast, who, SPAN_WAITING, i);
    } else if (event->kind != EVENT_WAKE || cast_state_of(who) != SPAN_RUNNING) {
        cast_enter(cast, who, SPAN_READY, i);
    }
}

static void on_birth(struct cast *cast, const struct event *event, size_t i)
{
    struct candidate *who;

    if (event->arg != ENTITY_TASK && event->arg != ENTITY_THREAD)
        return;
    who = cast_meet(cast, event->subject, i);
    if (who &&
        cast_state_of(who) == NO_STATE) /* a thread may have written events before its birth */
        cast_enter(cast, who, event->arg == ENTITY_TASK ? SPAN_READY : SPAN_RUNNING, i);
}

/* A handle or request that the program named. */
static void on_start(struct cast *cast, const struct event *event, size_t i)
{
    struct candidate *who = cast_meet(cast, event->subject, i);
    const struct frame *top = act_actor(&cast->acts.lanes[lane_at(cast->trace, i)]);
    struct candidate *task = top && top->kind == FRAME_STEP ? cast_find(cast, top->subject) : NULL;

    if (who) {
        who->active = true;
        who->repeats =
            event->kind == EVENT_START && who->actor.type == ENTITY_TIMER && event->object;
        if (cast_state_of(who) != SPAN_RUNNING)
            cast_enter(cast, who, SPAN_WAITING, i);
    } else if (task && event->kind == EVENT_SUBMIT &&
               event->subject < trace_entities(cast->trace)) {
        cast->index[event->subject] = (uint32_t)(task - cast->items) + 1;
    }
}

static void on_stop(struct cast *cast, const struct event *event, size_t i)
{
    struct candidate *who = cast_meet(cast, event->subject, i);

    if (!who)
        return;
    who->active = false;
    who->closing = event->kind == EVENT_CLOSE;
    if (who->closing && cast_state_of(who) != SPAN_RUNNING)
        cast_finish(who, i, who->actor.result);
    else if (cast_state_of(who) == SPAN_WAITING)
        cast_enter(cast, who, SPAN_IDLE, i);
}

static bool is_aside(const struct event *call)
{
    return call->object == CALLBACK_CLOSE || call->object == CALLBACK_ALLOC ||
           call->object == CALLBACK_WALK;
}

static void on_call(struct cast *cast, const struct event *event, size_t i)
{
    struct candidate *who = is_aside(event) ? NULL : cast_meet(cast, event->subject, i);

    if (!who)
        return;
    if (!who->active && cast_state_of(who) == SPAN_IDLE) /* it did wait: a timer that repeats */
        cast_correct(who, SPAN_WAITING);
    if (event->object == CALLBACK_TIMER)
        who->active = who->repeats;
    who->actor.result = event->arg;
    cast_enter(cast, who, SPAN_RUNNING, i);
}

static void on_call_end(struct cast *cast, const struct event *event, size_t i)
{
    struct candidate *who = is_aside(event) ? NULL : cast_meet(cast, event->subject, i);

    if (!who)
        return;
    if (event->object == CALLBACK_DONE || who->closing)
        cast_finish(who, i, who->actor.result);
    else
        cast_enter(cast, who, who->active ? SPAN_WAITING : SPAN_IDLE, i);
}

static void on_work(struct cast *cast, const struct event *event, size_t i)
{
    struct candidate *who = cast_find(cast, event->subject);
    struct candidate *thread;
    bool begins = event->kind == EVENT_WORK;

    if (!who)
        who = cast_meet(cast, event->subject, i);
    thread = cast_meet(cast, trace_thread(cast->trace, i), i);
    who = cast_find(cast, event->subject);
    if (thread && who)
        thread->worked = true;
    else if (thread)
        thread->told = true;
    if (thread) /* without work a thread of the pool is nobody */
        cast_enter(cast, thread, begins ? SPAN_RUNNING : SPAN_IDLE, i);
    if (who && who->actor.type == ENTITY_TASK && cast_state_of(who) != SPAN_WAITING &&
        cast_state_of(who) != SPAN_POOL)
        return; /* it has not parked yet, or was woken by something else */
    if (who)
        cast_enter(cast, who, begins ? SPAN_POOL : SPAN_READY, i);
}

/* Blocking is told of who acts; in the pool it is no news. */
static void on_block(struct cast *cast, const struct event *event, size_t i)
{
    struct candidate *who = cast_acting(cast, i);
    bool begins = event->kind == EVENT_BLOCK;

    if (!who)
        return;
    if (who->actor.type == ENTITY_THREAD)
        who->told = true;
    if (cast_state_of(who) == (begins ? SPAN_RUNNING : SPAN_BLOCKED))
        cast_enter(cast, who, begins ? SPAN_BLOCKED : SPAN_RUNNING, i);
}

/* What says something of the thread itself. */
static bool is_of_thread(unsigned kind)
{
    return kind == EVENT_RUN || kind == EVENT_POLL || kind == EVENT_POLL_END ||
           kind == EVENT_CALL || kind == EVENT_RESUME;
}

static void on_thread(struct cast *cast, uint32_t lane, const struct event *event, size_t i)
{
    struct candidate *who;

    if (cast->begun[lane] && !is_of_thread(event->kind))
        return;
    who = cast_meet(cast, thread_of(cast->trace, lane), i);
    if (!who || who->actor.type != ENTITY_THREAD)
        return;
    if (cast_state_of(who) == NO_STATE)
        cast_enter(cast, who, SPAN_RUNNING, i);
    cast->begun[lane] = true;
    who->looped = who->looped || event->kind == EVENT_RUN;
    who->hosted = who->hosted || (event->kind == EVENT_RESUME) ||
                  (event->kind == EVENT_CALL && cast_find(cast, event->subject));
    if (event->kind == EVENT_POLL)
        cast_enter(cast, who, SPAN_WAITING, i);
    else if (event->kind == EVENT_POLL_END)
        cast_enter(cast, who, SPAN_RUNNING, i);
}

static void on_gone(struct cast *cast, const struct event *event, size_t i)
{
    struct candidate *who = cast_find(cast, event->subject);

    if (who && who->actor.id == event->subject)
        cast_finish(who, i, who->actor.result);
}

static void on_exec(struct cast *cast, const struct event *event, size_t i)
{
    for (size_t k = 0; k < cast->count; k++)
        if (cast->items[k].actor.id < event->arg)
            cast_finish(&cast->items[k], i, cast->items[k].actor.result);
}

static void apply(struct cast *cast, uint32_t lane, const struct event *event, size_t i)
{
    on_thread(cast, lane, event, i);
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
    case EVENT_EXEC:
        on_exec(cast, event, i);
        break;
    default:
        break;
    }
}

/* --- the whole -------------------------------------------------------------------------------- */

static void cast_free(struct cast *cast)
{
    for (size_t i = 0; i < cast->count; i++)
        free(cast->items[i].actor.steps);
    free(cast->items);
    free(cast->index);
    free(cast->begun);
    acts_free(&cast->acts);
}

int query_actors_small(const struct trace *trace, struct actors *ret_actors)
{
    struct cast cast = {.trace = trace,
                        .index = calloc((size_t)trace_entities(trace) + 1, 4),
                        .begun = calloc((size_t)trace_lanes(trace) + 1, sizeof(bool))};
    int r;

    if (!cast.index || !cast.begun)
        cast.error = -ENOMEM;
    else if (trace_count(trace) > ACTORS_EVENTS)
        cast.error = -EFBIG;
    for (size_t i = 0; i < trace_count(trace) && !cast.error; i++) {
        const struct event *event = event_at(trace, i);
        uint32_t lane = lane_at(trace, i);

        event_ahead(trace, i);
        if (acts_follow(&cast.acts, lane, event, i))
            cast.error = -ENOMEM;
        else
            apply(&cast, lane, event, i);
    }
    r = cast.error ? cast.error : cast_deliver(&cast, ret_actors);
    cast_free(&cast);
    return r;
}
