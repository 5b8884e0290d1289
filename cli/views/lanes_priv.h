/* Shared by the files of the lanes only. */
#ifndef ASYNCTUT_LANES_PRIV_H
#define ASYNCTUT_LANES_PRIV_H

#include "cli/views/lanes.h"

enum { AXIS_RIGHT = 11, AXIS_TICK = 10, AXIS_CELLS_AT_MOST = 91 };

struct axis {
    int gutter, cells; /* cells: a multiple of AXIS_TICK, and one */
    double per_cell;   /* ns */
    double step;       /* ns between two ticks */
    uint64_t total;
};

struct canvas {
    const struct trace *trace;
    const struct look *look;
    struct axis axis;
    struct str *out;
};

/* --- lanes_axis.c --- */
int axis_line_width(const struct look *look);
struct axis axis_for(const struct actors *actors, const struct look *look, uint64_t total);
/* The cell of a moment. */
int axis_cell(const struct axis *axis, uint64_t time);
void axis_put(const struct canvas *canvas);
/* A length in the unit of the axis. */
void axis_duration(const struct axis *axis, uint64_t ns, struct str *out);

/* How much of each cell went to what: time by [cell][layer]. */
enum layer { LAYER_WAIT, LAYER_READY, LAYER_RUN, LAYER_POOL, LAYERS };
struct cells {
    double time[AXIS_CELLS_AT_MOST][LAYERS];
    uint64_t from, to; /* surely within `cell`: where the last stretch was is the next one, too */
    int cell;
};
void cells_add(struct cells *cells, const struct axis *axis, enum layer layer, uint64_t begin,
               uint64_t end);

/* --- lanes_draw.c --- */
void lane_actor(const struct canvas *canvas, const struct actor *actor, size_t number);
void lane_loops(const struct canvas *canvas);

/* --- lanes_say.c --- */
void lane_say_actor(const struct canvas *canvas, const struct actor *actor);
void lane_say_loops(const struct canvas *canvas);

#endif
