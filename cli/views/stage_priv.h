/* Shared by the files of the stage only. */
#ifndef ASYNCTUT_VIEW_STAGE_PRIV_H
#define ASYNCTUT_VIEW_STAGE_PRIV_H

#include "cli/views/live.h"
#include "cli/views/stage.h"
#include "engine/trace/trace.h"

struct stage {
    struct app *app;
    const struct demo *demo;
    const struct act *act;
    struct performance *run;
    struct symbols *symbols; /* of the program that runs */
    struct trace *trace;
    struct live *live;
    size_t off_from; /* the event from which on the trace was off */
    bool said;       /* that the loop is blocked, where there is no status line */
    int steps;       /* left of a step that goes on until it shows a line; 0: none */
    size_t placed;   /* events whose places were looked up while it stood still */
    bool of_loop;    /* what the step shows is an event of the loop */
    size_t stepped;  /* events that the step has looked at */
    size_t left_out; /* events, since that was said last */
    int64_t left_out_said;
    bool told;           /* a line was written */
    bool leaving, again; /* the person wants to leave, or to begin again, before the end */
    int64_t left_at;     /* machine time, ns */
};

/* Starts stage->act: sets run, trace and symbols. 0 or a negative UV_E*. */
int stage_start(struct stage *stage, const struct stage_options *options);

/* Where the status line is drawn; elsewhere states are written as lines. */
bool stage_draws(const struct stage *stage);

/* A screen cannot take more than so many events at once, nor a reader: if `live` is further behind,
 * it goes on near the end. Returns how many events that leaves out; 0 without a terminal. */
size_t stage_catch_up(const struct app *app, const struct trace *trace, struct live *live);
/* Says that so many were left out; nothing for 0. */
void stage_say_left_out(size_t count, struct str *out);

/* A key while it runs. */
void stage_key(struct stage *stage, int key);

/* Steps on if a step has not shown a line yet. wrote: a line was written. */
void stage_step_on(struct stage *stage, bool wrote);

/* The line with the state and the keys. */
void stage_status(struct stage *stage, struct str *out);

/* What to say after the run: lanes, share of the loop, what is missing. */
void stage_summary(struct app *app, const struct stage_run *run, struct str *out);

/* The source of the act: its region, or the whole file. */
void stage_source(struct app *app, const struct demo *demo, const struct act *act, struct str *out);

/* The whole run on a full screen. FLOW_NEXT, or why to leave. */
enum flow stage_replay(struct app *app, const struct stage_run *run);

/* The help for keys while a demo runs. */
void stage_help(struct app *app, struct str *out);

/* Program time, ns. */
uint64_t stage_now(struct performance *run);

#endif
