/* The checks of handles, requests and timers, and of what is left at the end. */
#include <string.h>

#include "engine/trace/diagnose_priv.h"

enum { NS_PER_MS = 1000000, MANY_HANDLES = 100, STUCK_NS = 1000 * NS_PER_MS };

static struct notes *notes_on(struct clinic *clinic, uint32_t id)
{
    return id && id < trace_entities(clinic->trace) ? &clinic->notes[id] : NULL;
}

static uint64_t begun_at(const struct clinic *clinic, const struct notes *notes)
{
    return trace_event(clinic->trace, notes->begun - 1)->time;
}

static bool is_handle(const struct entity *entity)
{
    return entity_is_handle(entity->type);
}

/* --- threads ---------------------------------------------------------------------------------- */

/* A loop, or that of a handle or request, is being run by a thread that is not the caller. */
static void check_thread(struct clinic *clinic, const struct event *event, size_t i)
{
    const struct entity *entity = trace_entity(clinic->trace, event->subject);
    uint32_t lane = trace_lane(clinic->trace, i), loop = event->subject;

    if (!entity || (entity->type < ENTITY_TIMER && entity->type != ENTITY_LOOP))
        return;
    if (entity->type != ENTITY_LOOP)
        loop = entity->parent;
    for (size_t k = 0; loop && k < clinic->loop_count; k++)
        if (clinic->loops[k].id == loop && clinic->loops[k].lane != NO_LANE &&
            clinic->loops[k].lane != lane)
            clinic_find(clinic, CHECK_WRONG_THREAD, i, event->subject, 1);
}

/* --- timers ----------------------------------------------------------------------------------- */

static void on_start(struct clinic *clinic, const struct event *event, size_t i)
{
    const struct entity *entity = trace_entity(clinic->trace, event->subject);
    struct notes *notes = notes_on(clinic, event->subject);

    if (!notes || !entity || entity->type != ENTITY_TIMER)
        return;
    *notes =
        (struct notes){.begun = (uint32_t)i + 1, .amount = event->arg, .started = event->arg >= 0};
}

/* The poll from which the timer's loop came, if it lasted past the time at which the timer was due:
 * by its own time-out, not because the machine was busy. The place is what made the clock old. */
static void check_oversleep(struct clinic *clinic, uint32_t id, uint64_t due)
{
    const struct entity *entity = trace_entity(clinic->trace, id);
    struct loop_notes *loop = entity ? clinic_loop(clinic, entity->parent) : NULL;
    const struct event *poll;
    uint64_t planned;

    if (!loop || !loop->last_poll)
        return;
    poll = trace_event(clinic->trace, loop->last_poll);
    if (poll->kind != EVENT_POLL || poll->arg <= 0 || poll->arg > INT32_MAX || poll->time > due)
        return;
    planned = poll->time + (uint64_t)poll->arg * NS_PER_MS;
    if (loop->since < planned) /* it was woken before */
        planned = loop->since;
    if (planned > due)
        clinic_find(clinic, CHECK_OVERSLEEP, loop->before_poll, id, planned - due);
}

static void on_fire(struct clinic *clinic, const struct event *event)
{
    struct notes *notes = notes_on(clinic, event->subject);
    uint64_t due;

    if (!notes || !notes->started || notes->amount > INT32_MAX)
        return;
    notes->started = false;
    due = begun_at(clinic, notes) + (uint64_t)notes->amount * NS_PER_MS;
    if (event->time < due)
        clinic_find(clinic, CHECK_STALE_CLOCK, notes->begun - 1, event->subject, due - event->time);
    else
        check_oversleep(clinic, event->subject, due);
}

/* --- requests --------------------------------------------------------------------------------- */

/* Whether it really waits shows when the loop polls: what libuv could write at once has been called
 * back by then. */
static void note_filled(struct clinic *clinic, uint32_t id, uint32_t handle, size_t i)
{
    struct loop_notes *loop = clinic_loop(clinic, id);
    const struct notes *most = loop ? notes_on(clinic, loop->filled) : NULL;

    if (!loop || (most && most->amount > notes_on(clinic, handle)->amount))
        return;
    loop->filled = handle;
    loop->filled_event = i;
}

static void on_submit(struct clinic *clinic, const struct event *event, size_t i)
{
    const struct entity *entity = trace_entity(clinic->trace, event->subject);
    struct notes *notes = notes_on(clinic, event->subject);
    struct notes *handle = notes_on(clinic, event->object);

    if (!notes || !entity)
        return;
    *notes = (struct notes){.begun = (uint32_t)i + 1};
    if ((entity->type != ENTITY_WRITE && entity->type != ENTITY_UDP_SEND) || !handle ||
        event->arg <= 0 || event->arg > INT64_MAX / 4)
        return;
    notes->handle = event->object & INT32_MAX;
    notes->amount = event->arg;
    handle->amount += event->arg;
    if (handle->amount > 0)
        note_filled(clinic, entity->parent, event->object, i);
    else
        handle->amount = 0;
}

void clinic_writes(struct clinic *clinic, struct loop_notes *loop)
{
    struct notes *handle = notes_on(clinic, loop->filled);

    if (handle && handle->amount > 0)
        clinic_find(clinic, CHECK_WRITE_QUEUE, loop->filled_event, loop->filled,
                    (uint64_t)handle->amount);
    loop->filled = 0;
}

static void on_work(struct clinic *clinic, const struct event *event)
{
    struct notes *notes = notes_on(clinic, event->subject);

    if (notes && notes->begun && event->time > begun_at(clinic, notes))
        clinic_find(clinic, CHECK_POOL_SATURATED, notes->begun - 1, event->subject,
                    event->time - begun_at(clinic, notes));
}

static void on_done(struct clinic *clinic, const struct event *event)
{
    struct notes *notes = notes_on(clinic, event->subject);
    struct notes *handle = notes ? notes_on(clinic, notes->handle) : NULL;

    if (!handle)
        return;
    handle->amount -= notes->amount;
    notes->handle = 0;
}

/* --- closing ---------------------------------------------------------------------------------- */

/* uv_loop_close() that failed: whatever of the loop is still there. */
static void check_left_handles(struct clinic *clinic, uint32_t loop, size_t i)
{
    for (uint32_t id = 1; id < trace_entities(clinic->trace); id++) {
        const struct entity *entity = trace_entity(clinic->trace, id);

        if (entity && is_handle(entity) && entity->parent == loop && entity->born < i &&
            !entity->closing)
            clinic_find(clinic, CHECK_NOT_CLOSED, entity->born, id, 1);
    }
}

static void on_close(struct clinic *clinic, const struct event *event, size_t i)
{
    const struct entity *entity = trace_entity(clinic->trace, event->subject);

    if (!entity)
        return;
    if (entity->type == ENTITY_LOOP && event->arg < 0)
        check_left_handles(clinic, event->subject, i);
    else if (is_handle(entity) && event->arg > 0)
        clinic_find(clinic, CHECK_CLOSED_TWICE, i, event->subject, 1);
}

void clinic_handle(struct clinic *clinic, const struct event *event, size_t i)
{
    switch ((enum event_kind)event->kind) {
    case EVENT_START:
        check_thread(clinic, event, i);
        on_start(clinic, event, i);
        break;
    case EVENT_STOP:
        check_thread(clinic, event, i);
        if (notes_on(clinic, event->subject))
            notes_on(clinic, event->subject)->started = false;
        break;
    case EVENT_SUBMIT:
        check_thread(clinic, event, i);
        on_submit(clinic, event, i);
        break;
    case EVENT_CLOSE:
        check_thread(clinic, event, i);
        on_close(clinic, event, i);
        break;
    case EVENT_CALL:
        if (event->object == CALLBACK_TIMER)
            on_fire(clinic, event);
        else if (event->object == CALLBACK_DONE)
            on_done(clinic, event);
        break;
    case EVENT_GONE: /* libuv did not take it */
        on_done(clinic, event);
        break;
    case EVENT_WORK:
        on_work(clinic, event);
        break;
    default:
        break;
    }
}

/* --- the end ---------------------------------------------------------------------------------- */

/* What keeps the loop alive, and whether all of it waits for the program itself. */
static uint32_t keeper_of(const struct clinic *clinic, uint32_t loop, bool *ret_only_own)
{
    uint32_t keeper = 0;

    *ret_only_own = true;
    for (uint32_t id = 1; id < trace_entities(clinic->trace); id++) {
        const struct entity *entity = trace_entity(clinic->trace, id);

        if (!entity || entity->parent != loop || entity->type < ENTITY_TIMER || !entity->active)
            continue;
        if (is_handle(entity) && !entity->referenced)
            continue;
        if (entity->type != ENTITY_ASYNC)
            *ret_only_own = false;
        if (!keeper)
            keeper = id;
    }
    return keeper;
}

/* Whether a thread can still send to another's loop: not if it is nobody any more, or waits for
 * other threads, or in a loop of its own that only asyncs keep. The first one is gone when it has
 * ended the program: it could. */
static bool can_send(const struct clinic *clinic, size_t lane)
{
    const struct act *act = &clinic->acts.lanes[lane];
    const struct frame *top = act_top(act);
    const struct entity *thread;
    const struct event *last;
    bool only_own;

    if (act->last == SIZE_MAX)
        return false;
    last = trace_event(clinic->trace, act->last);
    thread = trace_entity(clinic->trace, trace_lane_thread(clinic->trace, (uint32_t)lane));
    if (thread && thread->gone != ENTITY_NEVER)
        return thread->gone == act->last && !thread->parent && thread->name[0];
    if (!top)
        return last->kind != EVENT_WORK_END;
    last = trace_event(clinic->trace, top->event);
    if (top->kind == FRAME_POLL && last->arg < 0) {
        keeper_of(clinic, top->subject, &only_own);
        return !only_own;
    }
    return top->kind != FRAME_BLOCK || (last->object != BLOCK_JOIN && last->object != BLOCK_LOCK &&
                                        last->object != BLOCK_CONDITION);
}

/* It sleeps for ever, and only asyncs, which nobody sends, keep it. */
static bool is_stuck(const struct clinic *clinic, const struct loop_notes *loop)
{
    const struct event *poll;

    if (loop->poll == SIZE_MAX)
        return false;
    poll = trace_event(clinic->trace, loop->poll);
    if (poll->arg >= 0 || trace_lasted(clinic->trace) <= poll->time + STUCK_NS)
        return false;
    for (size_t lane = 0; lane < clinic->acts.count; lane++)
        if ((int64_t)lane != loop->lane && can_send(clinic, lane))
            return false;
    return true;
}

/* uv_run() returned with handles active and was not called again; or it can never return. */
static void check_work_left(struct clinic *clinic, const struct loop_notes *loop)
{
    const struct entity *entity;
    bool only_own;
    uint32_t keeper = keeper_of(clinic, loop->id, &only_own);
    bool ended = loop->lane == NO_LANE && loop->run != SIZE_MAX && loop->mode == 0 && loop->result;

    if (!keeper || (!ended && !(only_own && is_stuck(clinic, loop))))
        return;
    entity = trace_entity(clinic->trace, keeper);
    clinic_find(clinic, CHECK_WORK_LEFT, entity->born != ENTITY_NEVER ? entity->born : loop->run,
                keeper, ended ? WORK_ENDED : WORK_STUCK);
}

/* Hundreds of handles from one place that nothing uses any more. */
static void check_heap_of_handles(struct clinic *clinic)
{
    for (uint32_t id = 1; id < trace_entities(clinic->trace); id++) {
        const struct entity *entity = trace_entity(clinic->trace, id);

        if (entity && is_handle(entity) && !entity->closing && !entity->active &&
            entity->born != ENTITY_NEVER && entity->gone == ENTITY_NEVER)
            clinic_find(clinic, CHECK_NOT_CLOSED, entity->born, id, 1);
    }
}

void clinic_end(struct clinic *clinic)
{
    uint64_t many = clinic->thresholds->least[CHECK_NOT_CLOSED];
    size_t before, kept;

    if (many <= 1)
        many = MANY_HANDLES;
    for (size_t i = 0; i < clinic->loop_count; i++)
        check_work_left(clinic, &clinic->loops[i]);
    before = kept = clinic->found.count;
    for (size_t i = 0; i < before; i++)
        if (clinic->found.items[i].check == CHECK_NOT_CLOSED)
            return; /* a failed uv_loop_close() has told all */
    check_heap_of_handles(clinic);
    for (size_t i = before; i < clinic->found.count; i++)
        if (clinic->found.items[i].count >= many)
            clinic->found.items[kept++] = clinic->found.items[i];
    clinic->found.count = kept;
}
