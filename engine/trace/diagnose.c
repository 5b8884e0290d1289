/* One pass over the events with a picture of who acts (acts.h) and small notes on every loop and
 * entity; then a look at what is left at the end. The checks of callbacks and turns are here, those
 * of handles, requests and timers in diagnose_handles.c. */
#include "engine/trace/diagnose.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/array.h"
#include "engine/trace/diagnose_priv.h"
#include "engine/trace/inside.h"

enum { NS_PER_MS = 1000000, STARVED_NS = 50 * NS_PER_MS, BUSY_IDLE_NS = 100 * NS_PER_MS };

const struct thresholds thresholds_default = {
    {[CHECK_BLOCKED_LOOP] = 100 * NS_PER_MS,
     [CHECK_SLOW_TURN] = 100 * NS_PER_MS,
     [CHECK_STALE_CLOCK] = 10 * NS_PER_MS,
     [CHECK_OVERSLEEP] = 10 * NS_PER_MS,
     [CHECK_STARVED_PHASE] = 500,
     [CHECK_NOT_CLOSED] = 1,
     [CHECK_CLOSED_TWICE] = 1,
     [CHECK_WRITE_QUEUE] = 8 * 1024 * 1024,
     [CHECK_POOL_SATURATED] = 100 * NS_PER_MS,
     [CHECK_SYNC_FS] = 10 * NS_PER_MS,
     [CHECK_WRONG_THREAD] = 1,
     [CHECK_BUSY_IDLE] = 1000,
     [CHECK_WORK_LEFT] = 1},
};

static const char *const names[CHECKS] = {
    [CHECK_BLOCKED_LOOP] = "blocked-loop",     [CHECK_SLOW_TURN] = "slow-turn",
    [CHECK_STALE_CLOCK] = "stale-clock",       [CHECK_OVERSLEEP] = "oversleep",
    [CHECK_STARVED_PHASE] = "starved-phase",   [CHECK_NOT_CLOSED] = "not-closed",
    [CHECK_CLOSED_TWICE] = "closed-twice",     [CHECK_WRITE_QUEUE] = "write-queue",
    [CHECK_POOL_SATURATED] = "pool-saturated", [CHECK_SYNC_FS] = "sync-fs",
    [CHECK_WRONG_THREAD] = "wrong-thread",     [CHECK_BUSY_IDLE] = "busy-idle",
    [CHECK_WORK_LEFT] = "work-left",
};

const char *check_name(enum check check)
{
    return (unsigned)check < CHECKS ? names[check] : "unknown";
}

bool check_by_name(const char *name, enum check *ret_check)
{
    for (unsigned check = 0; check < CHECKS; check++) {
        if (!strcmp(names[check], name)) {
            *ret_check = (enum check)check;
            return true;
        }
    }
    return false;
}

/* --- findings --------------------------------------------------------------------------------- */

static uint64_t place_of(const struct clinic *clinic, size_t event)
{
    return event < trace_count(clinic->trace) ? event_at(clinic->trace, event)->where : 0;
}

/* What has no size of its own is counted: how often it happened at one place. */
static bool is_counted(enum check check)
{
    return check == CHECK_NOT_CLOSED || check == CHECK_CLOSED_TWICE ||
           check == CHECK_WRONG_THREAD || check == CHECK_WORK_LEFT;
}

static void drop_too_few(struct clinic *clinic)
{
    struct findings *found = &clinic->found;
    size_t kept = 0;

    for (size_t i = 0; i < found->count; i++)
        if (!is_counted(found->items[i].check) ||
            found->items[i].count >= clinic->thresholds->least[found->items[i].check])
            found->items[kept++] = found->items[i];
    found->count = kept;
}

void clinic_find(struct clinic *clinic, enum check check, size_t event, uint32_t entity,
                 uint64_t value)
{
    struct findings *found = &clinic->found;
    struct finding *finding = NULL;
    size_t of_check = 0;

    if (value < clinic->thresholds->least[check] && !is_counted(check))
        return;
    for (size_t i = 0; i < found->count; i++) {
        if (found->items[i].check != check)
            continue;
        of_check++;
        finding = &found->items[i];
        if (place_of(clinic, finding->event) == place_of(clinic, event))
            break;
        finding = of_check < PLACES_AT_MOST ? NULL : finding; /* the last one takes the rest */
    }
    if (!finding && !array_grow(&found->items, &clinic->capacity, found->count)) {
        clinic->failed = true;
        return;
    }
    if (!finding) {
        finding = &found->items[found->count++];
        *finding = (struct finding){.check = check, .event = event, .entity = entity};
    }
    finding->count++;
    if (value > finding->value)
        *finding = (struct finding){check, event, entity, value, finding->count};
}

/* --- loops ------------------------------------------------------------------------------------ */

struct loop_notes *clinic_loop(struct clinic *clinic, uint32_t id)
{
    for (size_t i = 0; i < clinic->loop_count; i++)
        if (clinic->loops[i].id == id)
            return &clinic->loops[i];
    if (!array_grow(&clinic->loops, &clinic->loop_capacity, clinic->loop_count)) {
        clinic->failed = true;
        return NULL;
    }
    clinic->loops[clinic->loop_count] =
        (struct loop_notes){.id = id, .lane = NO_LANE, .poll = SIZE_MAX, .run = SIZE_MAX};
    return &clinic->loops[clinic->loop_count++];
}

static uint64_t between(uint64_t begin, uint64_t end)
{
    return end > begin ? end - begin : 0;
}

/* The loop has been busy from `since` until event i. */
static void end_stretch(struct clinic *clinic, struct loop_notes *loop, size_t i)
{
    uint64_t busy = between(loop->since, event_at(clinic->trace, i)->time);

    if (loop->longest_frame < clinic->thresholds->least[CHECK_BLOCKED_LOOP])
        clinic_find(clinic, CHECK_SLOW_TURN, loop->longest_event, loop->id, busy);
    for (int phase = 0; phase < PHASES; phase++)
        if (phase != PHASE_POLL && busy >= STARVED_NS && loop->calls[phase])
            clinic_find(clinic, CHECK_STARVED_PHASE, loop->call_event[phase], loop->id,
                        loop->calls[phase]);
    if (loop->sync_ns)
        clinic_find(clinic, CHECK_SYNC_FS, loop->sync_event, loop->id, loop->sync_ns);
}

static void begin_stretch(struct loop_notes *loop, uint64_t time, size_t i)
{
    loop->since = time;
    loop->longest_frame = 0;
    loop->longest_event = i;
    loop->sync_ns = loop->sync_longest = 0;
    loop->worked = false;
    memset(loop->calls, 0, sizeof loop->calls);
}

/* Turns in a row that are over now, or with the trace. Some programs do their work in idle
 * callbacks: then most of the time is in them. */
static void end_idle_turns(struct clinic *clinic, struct loop_notes *loop)
{
    uint64_t lasted = between(loop->idle_since, loop->idle_until);

    if (loop->idle_turns && lasted >= BUSY_IDLE_NS && loop->idle_ns < lasted / 2)
        clinic_find(clinic, CHECK_BUSY_IDLE, loop->idle_event, loop->id, loop->idle_turns);
    loop->idle_turns = 0;
}

/* A turn without a pause in which nothing but idle, prepare and check callbacks ran. */
static void on_poll(struct clinic *clinic, struct loop_notes *loop, const struct event *event)
{
    if (loop->worked || event->arg != 0 || !loop->calls[PHASE_IDLE]) {
        end_idle_turns(clinic, loop);
        return;
    }
    if (loop->idle_turns++ == 0) {
        loop->idle_since = event->time;
        loop->idle_ns = 0;
    }
    loop->idle_until = event->time;
    loop->idle_event = loop->call_event[PHASE_IDLE];
}

static void on_loop(struct clinic *clinic, const struct event *event, size_t i)
{
    struct loop_notes *loop = clinic_loop(clinic, event->subject);

    if (!loop)
        return;
    if ((event->kind == EVENT_POLL || event->kind == EVENT_RUN_END) && loop->lane != NO_LANE)
        end_stretch(clinic, loop, i);
    if (event->kind == EVENT_POLL) {
        on_poll(clinic, loop, event);
        clinic_writes(clinic, loop);
    }
    loop->lane = event->kind == EVENT_RUN_END ? NO_LANE : (int64_t)lane_at(clinic->trace, i);
    loop->poll = event->kind == EVENT_POLL ? i : SIZE_MAX;
    if (event->kind == EVENT_RUN) {
        loop->run = i;
        loop->mode = event->arg;
    }
    if (event->kind == EVENT_RUN_END)
        loop->result = event->arg;
    if (event->kind == EVENT_POLL) {
        loop->last_poll = i;
        loop->before_poll = loop->longest_event;
    }
    if (event->kind == EVENT_RUN || event->kind == EVENT_POLL_END)
        begin_stretch(loop, event->time, i);
    if (event->kind == EVENT_POLL_END && event->arg)
        loop->worked = true;
}

/* --- callbacks and steps ---------------------------------------------------------------------- */

/* The loop that the thread of event i runs; NULL. */
static struct loop_notes *loop_of_lane(struct clinic *clinic, size_t i)
{
    const struct frame *run = act_in(&clinic->acts.lanes[lane_at(clinic->trace, i)], FRAME_RUN);

    return run ? clinic_loop(clinic, run->subject) : NULL;
}

/* A frame that event i has closed: how long it kept the loop by itself. */
static void on_closed(struct clinic *clinic, const struct frame *frame, size_t i)
{
    struct loop_notes *loop = loop_of_lane(clinic, i);
    uint64_t begun = event_at(clinic->trace, frame->event)->time;
    uint64_t length = between(begun, event_at(clinic->trace, i)->time);

    if (!loop || (frame->kind != FRAME_CALL && frame->kind != FRAME_STEP))
        return;
    if (frame->kind == FRAME_CALL) /* the steps of tasks within it are told by themselves */
        length -= length < loop->steps_ns ? length : loop->steps_ns;
    if (frame->kind == FRAME_CALL)
        loop->steps_ns = 0;
    else
        loop->steps_ns += length;
    loop->idle_ns += length;
    if (length > loop->longest_frame) {
        loop->longest_frame = length;
        loop->longest_event = frame->event;
    }
    clinic_find(clinic, CHECK_BLOCKED_LOOP, frame->event, frame->subject, length);
}

static void on_call(struct clinic *clinic, const struct event *event, size_t i)
{
    struct loop_notes *loop = loop_of_lane(clinic, i);
    enum phase phase = query_phase(clinic->trace, i);

    if (!loop)
        return;
    if (!loop->calls[phase]++)
        loop->call_event[phase] = i;
    if (event->object != CALLBACK_IDLE && event->object != CALLBACK_PREPARE &&
        event->object != CALLBACK_CHECK)
        loop->worked = true;
}

static void on_block_end(struct clinic *clinic, const struct event *event,
                         const struct frame *frame, size_t i)
{
    struct loop_notes *loop = loop_of_lane(clinic, i);
    uint64_t length = between(event_at(clinic->trace, frame->event)->time, event->time);

    if (!loop ||
        (event->object != BLOCK_FS && event->object != BLOCK_DNS && event->object != BLOCK_FSYNC))
        return;
    loop->sync_ns += length;
    if (length >= loop->sync_longest) {
        loop->sync_longest = length;
        loop->sync_event = frame->event;
    }
}

/* --- the pass --------------------------------------------------------------------------------- */

static void follow(struct clinic *clinic, size_t i)
{
    uint32_t lane = lane_at(clinic->trace, i);
    const struct event *event = event_at(clinic->trace, i);
    const struct act *act;

    if (event->kind >= EVENT_RUN && event->kind <= EVENT_POLL_END)
        on_loop(clinic, event, i);
    if (acts_follow(&clinic->acts, lane, event, i)) {
        clinic->failed = true;
        return;
    }
    act = &clinic->acts.lanes[lane];
    for (uint32_t k = act->was; k-- > act->kept;) {
        on_closed(clinic, act_closed(act, k), i);
        if (act_closed(act, k)->kind == FRAME_BLOCK && event->kind == EVENT_BLOCK_END)
            on_block_end(clinic, event, act_closed(act, k), i);
    }
    if (event->kind == EVENT_CALL)
        on_call(clinic, event, i);
    else if (event->kind == EVENT_RESUME && loop_of_lane(clinic, i))
        loop_of_lane(clinic, i)->worked = true;
    clinic_handle(clinic, event, i);
}

/* What still runs at the last event that was followed. Where others are missing, it may have ended
 * after that, and what was left may be gone. */
static void end(struct clinic *clinic, size_t last)
{
    for (size_t i = 0; i < clinic->acts.count; i++) {
        const struct act *act = &clinic->acts.lanes[i];
        const struct frame *frame = act_actor(act);
        uint64_t begun = frame ? event_at(clinic->trace, frame->event)->time : 0;

        if (frame && frame->kind != FRAME_WORK && act_in(act, FRAME_RUN))
            clinic_find(clinic, CHECK_BLOCKED_LOOP, frame->event, frame->subject,
                        between(begun, event_at(clinic->trace, last)->time));
    }
    for (size_t i = 0; i < clinic->loop_count; i++)
        end_idle_turns(clinic, &clinic->loops[i]);
    if (!trace_dropped(clinic->trace))
        clinic_end(clinic);
}

static int by_check(const void *a, const void *b)
{
    const struct finding *x = a, *y = b;

    if (x->check != y->check)
        return x->check < y->check ? -1 : 1;
    return (x->value < y->value) - (x->value > y->value);
}

/* Where events are missing, nothing follows from what is not there: they are left out. */
static size_t count_whole(const struct trace *trace)
{
    size_t count = trace_count(trace);

    if (trace_dropped(trace))
        while (count && event_at(trace, count - 1)->time > trace_whole_until(trace))
            count--;
    return count;
}

int diagnose(const struct trace *trace, const struct thresholds *thresholds,
             struct findings *ret_findings)
{
    struct clinic clinic = {.trace = trace,
                            .thresholds = thresholds ? thresholds : &thresholds_default};
    size_t known = count_whole(trace);

    clinic.notes = calloc((size_t)trace_entities(trace) + 1, sizeof *clinic.notes);
    clinic.failed = !clinic.notes;
    for (size_t i = 0; i < known && !clinic.failed; i++)
        follow(&clinic, i);
    if (!clinic.failed && known)
        end(&clinic, known - 1);
    drop_too_few(&clinic);
    acts_free(&clinic.acts);
    free(clinic.notes);
    free(clinic.loops);
    if (clinic.failed) {
        findings_free(&clinic.found);
        return -ENOMEM;
    }
    if (clinic.found.count)
        qsort(clinic.found.items, clinic.found.count, sizeof *clinic.found.items, by_check);
    *ret_findings = clinic.found;
    return 0;
}

void findings_free(struct findings *findings)
{
    free(findings->items);
    *findings = (struct findings){0};
}
