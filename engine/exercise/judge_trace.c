/* What a trace shows of a whole run: how much was pending at once, how long the loop was held, what
 * was left open, and what kept it alive. One pass each. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/str.h"
#include "engine/exercise/judge_priv.h"
#include "engine/trace/query.h"

static enum entity_type type_of(const struct trace *trace, uint32_t id)
{
    const struct entity *entity = trace_entity(trace, id);

    return entity ? entity->type : ENTITY_UNKNOWN;
}

/* --- pending at once -------------------------------------------------------------------------- */

struct pending {
    const struct trace *trace;
    const struct selector *of;
    unsigned char *state; /* by entity id: 0, PENDING, or that and REPEATS */
    uint32_t ids;
    size_t now, most, event;
};
enum { PENDING = 1, REPEATS = 2 };

/* Does this event begin what the selector is about? */
static bool begins(const struct pending *pending, const struct event *event)
{
    const struct selector *of = pending->of;

    if (of->entity >= 0 && (int)type_of(pending->trace, event->subject) != of->entity)
        return false;
    if (event->kind == EVENT_SUSPEND)
        return of->wait >= 0 ? (int)event_wait(event) == of->wait : of->entity == ENTITY_TASK;
    if (event->kind == EVENT_BLOCK)
        return of->block >= 0 && (int)event->object == of->block;
    return of->entity >= 0 && (event->kind == EVENT_START || event->kind == EVENT_SUBMIT);
}

static bool ends(const struct pending *pending, const struct event *event)
{
    enum entity_type type = type_of(pending->trace, event->subject);

    switch ((enum event_kind)event->kind) {
    case EVENT_STOP:
    case EVENT_CLOSE:
    case EVENT_GONE:
    case EVENT_END:
    case EVENT_RESUME:
    case EVENT_WAKE:
    case EVENT_BLOCK_END:
        return true;
    case EVENT_CALL:
        return entity_is_request(type) ||
               (type == ENTITY_TIMER && !(pending->state[event->subject] & REPEATS));
    default:
        return false;
    }
}

static void follow(struct pending *pending, const struct event *event, size_t i)
{
    unsigned char *state;

    if (!event->subject || event->subject >= pending->ids)
        return;
    state = &pending->state[event->subject];
    if (begins(pending, event)) {
        pending->now += !*state;
        *state = PENDING | (event->kind == EVENT_START && event->object ? REPEATS : 0);
        if (pending->now > pending->most) {
            pending->most = pending->now;
            pending->event = i;
        }
    } else if (*state && ends(pending, event)) {
        pending->now--;
        *state = 0;
    }
}

void judge_overlap(const struct check *check, const struct trace *trace, struct finding *finding)
{
    struct pending pending = {
        .trace = trace, .of = &check->steps[0], .ids = trace_entities(trace), .event = SIZE_MAX};

    pending.state = calloc(pending.ids ? pending.ids : 1, 1);
    for (size_t i = 0; i < trace_count(trace) && pending.state; i++)
        follow(&pending, trace_event(trace, i), i);
    free(pending.state);
    finding->passed = (double)pending.most >= check->least && (double)pending.most <= check->most;
    finding_at(finding, trace, pending.event);
    if (pending.most == 0)
        snprintf(finding->got, sizeof finding->got, "none was ever pending (%s)",
                 selector_noun(pending.of));
    else
        snprintf(finding->got, sizeof finding->got, "at most %zu %s pending at once (%s)",
                 pending.most, pending.most == 1 ? "was" : "were", selector_noun(pending.of));
}

/* --- how long --------------------------------------------------------------------------------- */

struct stretch {
    uint64_t began, longest;
    size_t first, event; /* with which it began; with which the longest did */
    int depth;
};

static int stretch_change(enum check_stretch what, unsigned kind)
{
    if (what == STRETCH_CALLBACK)
        return kind == EVENT_CALL ? 1 : kind == EVENT_CALL_END ? -1 : 0;
    return kind == EVENT_RESUME ? 1 : kind == EVENT_SUSPEND || kind == EVENT_END ? -1 : 0;
}

static void follow_stretch(struct stretch *stretch, int change, const struct event *event, size_t i)
{
    if (change > 0 && stretch->depth++ == 0) {
        stretch->began = event->time;
        stretch->first = i;
    }
    if (change < 0 && stretch->depth > 0 && --stretch->depth == 0 &&
        event->time - stretch->began > stretch->longest) {
        stretch->longest = event->time - stretch->began;
        stretch->event = stretch->first;
    }
}

static void find_longest(const struct trace *trace, enum check_stretch what,
                         struct stretch *ret_longest)
{
    struct stretch *lanes = calloc(trace_lanes(trace) + 1, sizeof *lanes);

    for (size_t i = 0; i < trace_count(trace) && lanes; i++) {
        const struct event *event = trace_event(trace, i);
        int change = stretch_change(what, event->kind);
        if (change && trace_lane(trace, i) < trace_lanes(trace))
            follow_stretch(&lanes[trace_lane(trace, i)], change, event, i);
    }
    for (uint32_t lane = 0; lane < trace_lanes(trace) && lanes; lane++)
        if (lanes[lane].longest > ret_longest->longest)
            *ret_longest = lanes[lane];
    free(lanes);
}

static void find_longest_busy(const struct trace *trace, struct stretch *ret_longest)
{
    struct loop_share loops[64];
    size_t count = query_loops(trace, loops, 64);

    for (size_t i = 0; i < count; i++)
        if (loops[i].longest_busy > ret_longest->longest) {
            ret_longest->longest = loops[i].longest_busy;
            ret_longest->event = loops[i].longest_event;
        }
}

void judge_longest(const struct check *check, const struct trace *trace, struct finding *finding)
{
    static const char *const names[] = {"callback", "step of a task", "stretch between two polls"};
    struct stretch longest = {.event = SIZE_MAX};

    if (check->stretch == STRETCH_BUSY)
        find_longest_busy(trace, &longest);
    else
        find_longest(trace, check->stretch, &longest);
    double took = (double)longest.longest / 1e6;
    finding->passed = took >= check->least && took <= check->most;
    finding_at(finding, trace, longest.event);
    snprintf(finding->got, sizeof finding->got, "the longest %s took %.1f ms",
             names[check->stretch], took);
}

/* --- what was left ---------------------------------------------------------------------------- */

void judge_closed(const struct trace *trace, struct finding *finding)
{
    struct str name = {0};

    finding->passed = true;
    for (uint32_t id = 1; id < trace_entities(trace) && finding->passed; id++) {
        const struct entity *entity = trace_entity(trace, id);
        if (!entity || !entity_is_handle(entity->type) || entity->gone != ENTITY_NEVER)
            continue;
        finding->passed = false;
        query_name(trace, id, &name);
        snprintf(finding->got, sizeof finding->got,
                 entity->closing ? "%s was closed, but the loop did not run to say so"
                                 : "%s was never closed",
                 str_text(&name));
        finding->where = trace_made_at(trace, entity);
        finding->is_return = true;
    }
    str_free(&name);
}

/* A thread of the program: one that does anything but work which libuv's pool was given. */
void judge_threads(const struct check *check, const struct trace *trace, struct finding *finding)
{
    uint32_t lanes = trace_lanes(trace), count = 0;
    bool *own = calloc(lanes + 1, sizeof *own), *pool = calloc(lanes + 1, sizeof *pool);

    for (size_t i = 0; i < trace_count(trace) && own && pool; i++) {
        unsigned kind = trace_event(trace, i)->kind;
        uint32_t lane = trace_lane(trace, i);
        if (lane < lanes && kind == EVENT_WORK)
            pool[lane] = true;
        else if (lane < lanes)
            own[lane] = true;
    }
    for (uint32_t lane = 0; lane < lanes && own && pool; lane++)
        count += own[lane] && !pool[lane];
    free(own);
    free(pool);
    finding->passed = count >= check->least && count <= check->most;
    snprintf(finding->got, sizeof finding->got, "it used %u thread%s", count,
             count == 1 ? "" : "s");
}
