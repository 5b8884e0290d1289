/* Who acts on each thread at one moment of a trace: the loop it runs, the callbacks, task steps and
 * pool work it is in, and whether it blocks or polls. Fed with events in order. */
#ifndef ASYNCTUT_TRACE_ACTS_H
#define ASYNCTUT_TRACE_ACTS_H

#include "engine/trace/trace.h"

enum frame_kind { FRAME_CALL, FRAME_STEP, FRAME_WORK };

struct frame {
    enum frame_kind kind;
    uint32_t subject; /* whose callback, the task, the request */
    size_t event;     /* that began it */
};

enum { ACTS_DEPTH = 16 };

struct act {
    uint32_t loop;              /* that the thread runs; 0: none */
    uint32_t outer[ACTS_DEPTH]; /* loops whose uv_run() a callback of theirs has nested */
    uint32_t runs;
    struct frame frames[ACTS_DEPTH]; /* the outermost first */
    uint32_t depth;                  /* may exceed ACTS_DEPTH: deeper ones are not told */
    size_t poll, block;              /* the event that began it; SIZE_MAX: does not */
    size_t last;                     /* the last event of the thread; SIZE_MAX: none yet */
};

/* Zero-initialise; acts_free() at the end. */
struct acts {
    struct act *lanes;
    size_t count, capacity;
};

/* Takes in event i. 0 or UV_ENOMEM. */
int acts_follow(struct acts *acts, const struct trace *trace, size_t i);
void acts_free(struct acts *acts);

/* The innermost frame; NULL outside all. */
const struct frame *act_top(const struct act *act);

#endif
