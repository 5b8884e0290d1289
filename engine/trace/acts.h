/* Who acts on each thread at one moment of a trace: a stack of what the thread is in, from uv_run()
 * outside to the blocking call inside. Fed with events in order. */
#ifndef ASYNCTUT_TRACE_ACTS_H
#define ASYNCTUT_TRACE_ACTS_H

#include "engine/trace/trace.h"

enum frame_kind {
    FRAME_RUN,   /* uv_run() of the subject */
    FRAME_POLL,  /* the loop polls */
    FRAME_CALL,  /* a callback of the subject */
    FRAME_STEP,  /* the task runs */
    FRAME_WORK,  /* pool work of the request */
    FRAME_BLOCK, /* a blocking call */
};

struct frame {
    enum frame_kind kind;
    uint32_t subject; /* loop, handle, request, task or thread */
    size_t event;     /* that began it */
};

enum { ACT_DEPTH = 32 };

struct act {
    struct frame frames[ACT_DEPTH]; /* the outermost first */
    uint32_t depth;                 /* may exceed ACT_DEPTH: deeper frames are not told */
    uint32_t kept;                  /* frames that the last event left as they were, */
    uint32_t was;                   /* of so many that were told */
    struct frame replaced;          /* what the last push has overwritten */
    size_t last;                    /* the last event of the thread; SIZE_MAX: none yet */
};

/* Zero-initialise; acts_free() at the end. */
struct acts {
    struct act *lanes; /* by trace_lane() */
    size_t count, capacity;
};

/* Takes in event i, which is of that lane. 0 or UV_ENOMEM. */
int acts_follow(struct acts *acts, uint32_t lane, const struct event *event, size_t i);
void acts_free(struct acts *acts);

/* Frame k that the last event has closed, for k from `kept` up to but not including `was`. */
const struct frame *act_closed(const struct act *act, uint32_t k);

/* How many frames are told. */
static inline uint32_t act_told(const struct act *act)
{
    return act->depth < ACT_DEPTH ? act->depth : ACT_DEPTH;
}
/* The innermost frame of any kind; the innermost of that kind; NULL if there is none. */
const struct frame *act_top(const struct act *act);
const struct frame *act_in(const struct act *act, enum frame_kind kind);
/* The innermost callback, task step or pool work: who acts. NULL: the thread itself. */
const struct frame *act_actor(const struct act *act);

#endif
