/* A stack of frames for each thread. An end closes the innermost frame that it fits and whatever
 * was opened inside it, so that a lost event does not shift everything after it. */
#include "engine/trace/acts.h"

#include <errno.h>
#include <stdlib.h>

#include "engine/base/array.h"

const struct frame *act_top(const struct act *act)
{
    return act->depth ? &act->frames[act_told(act) - 1] : NULL;
}

const struct frame *act_in(const struct act *act, enum frame_kind kind)
{
    for (uint32_t i = act_told(act); i-- > 0;)
        if (act->frames[i].kind == kind)
            return &act->frames[i];
    return NULL;
}

const struct frame *act_actor(const struct act *act)
{
    for (uint32_t i = act_told(act); i-- > 0;)
        if (act->frames[i].kind >= FRAME_CALL && act->frames[i].kind <= FRAME_WORK)
            return &act->frames[i];
    return NULL;
}

const struct frame *act_closed(const struct act *act, uint32_t k)
{
    return k == act->kept && act->depth > act->kept ? &act->replaced : &act->frames[k];
}

static void push(struct act *act, enum frame_kind kind, uint32_t subject, size_t event)
{
    if (act->depth < ACT_DEPTH) {
        act->replaced = act->frames[act->depth];
        act->frames[act->depth] = (struct frame){kind, subject, event};
    }
    act->depth++;
}

static void pop(struct act *act, enum frame_kind kind, uint32_t subject)
{
    if (act->depth > ACT_DEPTH) {
        act->depth--;
        return;
    }
    for (uint32_t i = act->depth; i-- > 0;) {
        if (act->frames[i].kind == kind && act->frames[i].subject == subject) {
            act->depth = act->kept = i;
            return;
        }
    }
}

/* A task that resumes while another runs has been switched to directly. */
static void resume(struct act *act, uint32_t task, size_t event)
{
    const struct frame *running = act_in(act, FRAME_STEP);

    if (running && act_actor(act) == running)
        pop(act, FRAME_STEP, running->subject);
    push(act, FRAME_STEP, task, event);
}

static void apply(struct act *act, const struct event *event, size_t i)
{
    uint32_t subject = event->subject;

    act->kept = act->was = act_told(act);
    act->last = i;
    switch ((enum event_kind)event->kind) {
    case EVENT_RUN:
        push(act, FRAME_RUN, subject, i);
        break;
    case EVENT_RUN_END:
        pop(act, FRAME_RUN, subject);
        break;
    case EVENT_POLL:
        push(act, FRAME_POLL, subject, i);
        break;
    case EVENT_POLL_END:
        pop(act, FRAME_POLL, subject);
        break;
    case EVENT_CALL:
        push(act, FRAME_CALL, subject, i);
        break;
    case EVENT_CALL_END:
        pop(act, FRAME_CALL, subject);
        break;
    case EVENT_WORK:
        push(act, FRAME_WORK, subject, i);
        break;
    case EVENT_WORK_END:
        pop(act, FRAME_WORK, subject);
        break;
    case EVENT_BLOCK:
        push(act, FRAME_BLOCK, subject, i);
        break;
    case EVENT_BLOCK_END:
        pop(act, FRAME_BLOCK, subject);
        break;
    case EVENT_RESUME:
        resume(act, subject, i);
        break;
    case EVENT_SUSPEND:
    case EVENT_END:
        pop(act, FRAME_STEP, subject);
        break;
    default:
        break;
    }
}

/* A program that is executed begins with nobody, and its first thread has just begun. */
static void leave_all(struct acts *acts)
{
    for (uint32_t lane = 0; lane < acts->count; lane++)
        acts->lanes[lane].depth = acts->lanes[lane].kept = 0;
}

int acts_follow(struct acts *acts, uint32_t lane, const struct event *event, size_t i)
{
    if (lane >= acts->count && !array_reserve_bytes((void **)&acts->lanes, &acts->capacity,
                                                    (size_t)lane + 1, sizeof *acts->lanes))
        return -ENOMEM;
    for (; acts->count <= lane; acts->count++)
        acts->lanes[acts->count] = (struct act){.last = SIZE_MAX};
    if (event->kind == EVENT_EXEC)
        leave_all(acts);
    apply(&acts->lanes[lane], event, i);
    return 0;
}

void acts_free(struct acts *acts)
{
    free(acts->lanes);
    *acts = (struct acts){0};
}
