/* A stack of frames for each thread. An end closes the innermost frame that it fits and whatever
 * was opened inside it, so that a lost event does not shift everything after it. */
#include "engine/trace/acts.h"

#include <errno.h>
#include <stdlib.h>

#include "engine/base/array.h"

const struct frame *act_top(const struct act *act)
{
    if (!act->depth)
        return NULL;
    return &act->frames[(act->depth < ACTS_DEPTH ? act->depth : ACTS_DEPTH) - 1];
}

static void push(struct act *act, enum frame_kind kind, uint32_t subject, size_t event)
{
    if (act->depth < ACTS_DEPTH)
        act->frames[act->depth] = (struct frame){kind, subject, event};
    act->depth++;
}

static void pop(struct act *act, enum frame_kind kind, uint32_t subject)
{
    if (act->depth > ACTS_DEPTH) {
        act->depth--;
        return;
    }
    for (uint32_t i = act->depth; i-- > 0;) {
        if (act->frames[i].kind == kind && act->frames[i].subject == subject) {
            act->depth = i;
            return;
        }
    }
}

/* A task that resumes while another runs has been switched to directly. */
static void resume(struct act *act, uint32_t task, size_t event)
{
    const struct frame *top = act_top(act);

    if (top && top->kind == FRAME_STEP)
        pop(act, FRAME_STEP, top->subject);
    push(act, FRAME_STEP, task, event);
}

static void run(struct act *act, uint32_t loop)
{
    if (act->runs < ACTS_DEPTH)
        act->outer[act->runs] = act->loop;
    act->runs++;
    act->loop = loop;
}

static void run_end(struct act *act)
{
    if (!act->runs)
        return;
    act->runs--;
    act->loop = act->runs < ACTS_DEPTH ? act->outer[act->runs] : 0;
}

static void apply(struct act *act, const struct event *event, size_t i)
{
    switch ((enum event_kind)event->kind) {
    case EVENT_RUN:
        run(act, event->subject);
        break;
    case EVENT_RUN_END:
        run_end(act);
        break;
    case EVENT_POLL:
    case EVENT_POLL_END:
        act->poll = event->kind == EVENT_POLL ? i : SIZE_MAX;
        break;
    case EVENT_BLOCK:
    case EVENT_BLOCK_END:
        act->block = event->kind == EVENT_BLOCK ? i : SIZE_MAX;
        break;
    case EVENT_CALL:
        push(act, FRAME_CALL, event->subject, i);
        break;
    case EVENT_CALL_END:
        pop(act, FRAME_CALL, event->subject);
        break;
    case EVENT_WORK:
        push(act, FRAME_WORK, event->subject, i);
        break;
    case EVENT_WORK_END:
        pop(act, FRAME_WORK, event->subject);
        break;
    case EVENT_RESUME:
        resume(act, event->subject, i);
        break;
    case EVENT_SUSPEND:
    case EVENT_END:
        pop(act, FRAME_STEP, event->subject);
        break;
    default:
        break;
    }
    act->last = i;
}

int acts_follow(struct acts *acts, const struct trace *trace, size_t i)
{
    uint32_t lane = trace_lane(trace, i);

    if (!array_reserve_bytes((void **)&acts->lanes, &acts->capacity, (size_t)lane + 1,
                             sizeof *acts->lanes))
        return -ENOMEM;
    for (; acts->count <= lane; acts->count++)
        acts->lanes[acts->count] =
            (struct act){.poll = SIZE_MAX, .block = SIZE_MAX, .last = SIZE_MAX};
    apply(&acts->lanes[lane], trace_event(trace, i), i);
    return 0;
}

void acts_free(struct acts *acts)
{
    free(acts->lanes);
    *acts = (struct acts){0};
}
