/* A cell of a lane stands for a stretch of time around its tick and shows the state that had most
 * of it. At 80 columns: gutter 8, axis 61, right column 11; the axis is always a whole number of
 * tens, so that its ticks are even. */
#include "cli/views/lanes.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/views/words.h"
#include "engine/base/array.h"

enum { GUTTER = 8, GUTTER_AT_MOST = 14, RIGHT = 11, TICK = 10, CELLS_AT_MOST = 91 };

struct axis {
    int gutter, cells; /* cells: a multiple of TICK, and one */
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

/* --- the axis --------------------------------------------------------------------------------- */

static int line_width(const struct look *look)
{
    return look->width > 100 ? 100 : look->width < 40 ? 40 : look->width;
}

/* The smallest round step of which `ticks` cover the time, or nearly. */
static double round_step(double total, int ticks)
{
    static const double mantissas[] = {1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10};
    double least = total / ticks / 1.02, scale;

    if (least < 100)
        return 100;
    scale = pow(10, floor(log10(least)));
    for (size_t i = 0; i < array_length(mantissas); i++)
        if (mantissas[i] * scale >= least)
            return mantissas[i] * scale;
    return 10 * scale;
}

static struct axis axis_for(const struct actors *actors, const struct look *look, uint64_t total)
{
    struct axis axis = {.gutter = GUTTER, .total = total};
    int ticks;

    for (size_t i = 0; i < actors->count && i < LANES_AT_MOST; i++) {
        int width = text_width(actors->items[i].name, strlen(actors->items[i].name)) + 2;

        if (width > axis.gutter)
            axis.gutter = width < GUTTER_AT_MOST ? width : GUTTER_AT_MOST;
    }
    ticks = (line_width(look) - axis.gutter - RIGHT - 1) / TICK;
    axis.cells = ticks * TICK + 1;
    axis.step = round_step((double)total, ticks);
    axis.per_cell = axis.step / TICK;
    return axis;
}

static int cell_of(const struct axis *axis, uint64_t time)
{
    double cell = (double)time / axis->per_cell + 0.5;

    return cell < axis->cells ? (int)cell : axis->cells - 1;
}

/* "2.5", and the unit that all labels of the axis share. */
static const char *unit_of(const struct axis *axis, double *ret_ns)
{
    double end = axis->step * (axis->cells / TICK);

    *ret_ns = end < 1e6 ? 1e3 : end < 1e10 ? 1e6 : 1e9;
    return end < 1e6 ? "us" : end < 1e10 ? "ms" : "s";
}

static void put_axis(const struct canvas *canvas)
{
    const struct axis *axis = &canvas->axis;
    double unit_ns;
    const char *unit = unit_of(axis, &unit_ns);

    str_repeat(canvas->out, " ", axis->gutter);
    for (int tick = 0; tick <= axis->cells / TICK; tick++) {
        bool last = tick == axis->cells / TICK;
        char label[32];

        snprintf(label, sizeof label, "%.6g%s%s", axis->step * tick / unit_ns, last ? " " : "",
                 last ? unit : "");
        str_printf(canvas->out, "%-*s", last ? 0 : TICK, label);
    }
    str_putc(canvas->out, '\n');
    str_repeat(canvas->out, " ", axis->gutter);
    for (int c = 0; c < axis->cells; c++)
        str_puts(canvas->out, look_glyph(canvas->look, c == 0                 ? GLYPH_AXIS_LEFT
                                                       : c == axis->cells - 1 ? GLYPH_AXIS_RIGHT
                                                       : c % TICK             ? GLYPH_AXIS
                                                                              : GLYPH_AXIS_TICK));
    str_putc(canvas->out, '\n');
}

/* --- lanes ------------------------------------------------------------------------------------ */

/* How much of each cell went to what: time by [cell][layer]. */
enum layer { LAYER_WAIT, LAYER_RUN, LAYER_POOL, LAYERS };

struct cells {
    double time[CELLS_AT_MOST][LAYERS];
};

static void add_stretch(struct cells *cells, const struct axis *axis, enum layer layer,
                        uint64_t begin, uint64_t end)
{
    int first = cell_of(axis, begin), last = cell_of(axis, end);

    if (first == last) { /* nearly all stretches of a long run are as short */
        cells->time[first][layer] += end > begin ? (double)(end - begin) : 0;
        return;
    }
    for (int c = first; c <= last; c++) {
        double from = fmax((double)begin, (c - 0.5) * axis->per_cell);
        double to = fmin((double)end, (c + 0.5) * axis->per_cell);

        if (c == axis->cells - 1)
            to = (double)end;
        if (to > from)
            cells->time[c][layer] += to - from;
    }
}

static enum layer layer_of(const struct actor *actor, enum span_state state)
{
    switch (state) {
    case SPAN_RUNNING:
        return LAYER_RUN;
    case SPAN_BLOCKED: /* a task that blocks holds its loop; a thread that blocks only waits */
        return actor->type == ENTITY_THREAD ? LAYER_WAIT : LAYER_RUN;
    case SPAN_POOL:
        return LAYER_POOL;
    default:
        return LAYER_WAIT;
    }
}

static const char *glyph_at(const struct canvas *canvas, const struct actor *actor,
                            const struct cells *cells, int c)
{
    const double *time = cells->time[c];
    int begin = cell_of(&canvas->axis, actor->begin), end = cell_of(&canvas->axis, actor->end);
    enum glyph glyph = GLYPH_WAIT_H;

    if (c < begin || c > end)
        return " ";
    if (c == end && actor->ended)
        return look_glyph(canvas->look, actor->result == -ECANCELED ? GLYPH_CANCELLED : GLYPH_DONE);
    if (time[LAYER_RUN] > time[LAYER_WAIT] && time[LAYER_RUN] >= time[LAYER_POOL])
        glyph = GLYPH_RUN;
    else if (time[LAYER_POOL] > time[LAYER_WAIT])
        glyph = GLYPH_POOL;
    else if (c == begin)
        glyph = GLYPH_START_H;
    else if (time[LAYER_WAIT] == 0 && time[LAYER_RUN] == 0)
        return " ";
    return look_glyph(canvas->look, glyph);
}

static void put_gutter(const struct canvas *canvas, enum style style, const char *name)
{
    size_t length = text_fit(name, strlen(name), canvas->axis.gutter - 2);

    str_putc(canvas->out, ' ');
    look_begin(canvas->look, style, canvas->out);
    str_add(canvas->out, name, length);
    look_end(canvas->look, style, canvas->out);
    str_repeat(canvas->out, " ", canvas->axis.gutter - 1 - text_width(name, length));
}

static void put_actor(const struct canvas *canvas, const struct actor *actor, size_t number)
{
    enum style style = (enum style)(STYLE_ACTOR_0 + number % STYLE_ACTORS);
    struct cells cells = {0};
    struct str length = {0};

    uint64_t begin = actor->begin;
    for (size_t i = 0; i < actor->span_count; i++) {
        enum span_state state = (enum span_state)(actor->steps[i] % 8);
        uint64_t end = query_span_end(canvas->trace, actor, i);
        if (state != SPAN_IDLE)
            add_stretch(&cells, &canvas->axis, layer_of(actor, state), begin, end);
        begin = end;
    }
    put_gutter(canvas, style, actor->name);
    look_begin(canvas->look, style, canvas->out);
    for (int c = 0; c < canvas->axis.cells; c++)
        str_puts(canvas->out, glyph_at(canvas, actor, &cells, c));
    look_end(canvas->look, style, canvas->out);
    if (actor->ended)
        words_duration(actor->end - actor->begin, &length);
    str_printf(canvas->out, " %10s\n", actor->ended ? str_text(&length) : "unfinished");
    str_free(&length);
}

/* --- the loop's lane -------------------------------------------------------------------------- */

/* What a loop did with its time. */
struct loop_lane {
    const struct loop_share *share;
    struct cells cells;
    uint64_t since;
    bool running, asleep;
};

static struct loop_lane *lane_of(struct loop_lane *lanes, size_t count, uint32_t loop)
{
    for (size_t i = 0; i < count; i++)
        if (lanes[i].share->loop == loop)
            return &lanes[i];
    return NULL;
}

/* Up to a time; at least a nanosecond, so that a cell shows the shortest work. */
static void add_time(const struct canvas *canvas, struct loop_lane *lane, uint64_t time)
{
    if (lane->running)
        add_stretch(&lane->cells, &canvas->axis, lane->asleep ? LAYER_WAIT : LAYER_RUN, lane->since,
                    time > lane->since ? time : lane->since + 1);
    lane->since = time;
}

/* All loops by one pass over the events. */
static void fill_lanes(const struct canvas *canvas, struct loop_lane *lanes, size_t count)
{
    for (size_t i = 0; i < trace_count(canvas->trace); i++) {
        const struct event *event = trace_event(canvas->trace, i);
        struct loop_lane *lane;

        if (event->kind < EVENT_RUN || event->kind > EVENT_POLL_END ||
            !(lane = lane_of(lanes, count, event->subject)))
            continue;
        add_time(canvas, lane, event->time);
        lane->running = event->kind != EVENT_RUN_END;
        lane->asleep = event->kind == EVENT_POLL;
    }
    for (size_t i = 0; i < count; i++)
        add_time(canvas, &lanes[i], trace_end(canvas->trace));
}

static void put_loop(const struct canvas *canvas, const struct loop_lane *lane)
{
    const struct loop_share *share = lane->share;
    struct str name = {0};
    bool before = false;

    words_actor(canvas->trace, share->loop, &name);
    put_gutter(canvas, STYLE_LOOP, str_text(&name));
    look_begin(canvas->look, STYLE_LOOP, canvas->out);
    for (int c = 0; c < canvas->axis.cells; c++) {
        double busy = lane->cells.time[c][LAYER_RUN], asleep = lane->cells.time[c][LAYER_WAIT];
        enum glyph glyph = before && busy >= asleep ? GLYPH_RUN : GLYPH_RUN_HALF;

        before = busy > 0;
        if (busy <= 0)
            glyph = GLYPH_ASLEEP_H;
        str_puts(canvas->out, busy <= 0 && asleep <= 0 ? " " : look_glyph(canvas->look, glyph));
    }
    look_end(canvas->look, STYLE_LOOP, canvas->out);
    str_printf(canvas->out, " busy %.0f%%\n",
               share->total ? 100 * (double)share->busy / (double)share->total : 0.0);
    str_free(&name);
}

static void put_loops(const struct canvas *canvas, const struct loop_share *shares, size_t count)
{
    struct loop_lane lanes[LANES_LOOPS] = {0};

    for (size_t i = 0; i < count; i++)
        lanes[i].share = &shares[i];
    fill_lanes(canvas, lanes, count);
    for (size_t i = 0; i < count; i++)
        put_loop(canvas, &lanes[i]);
}

/* --- in words --------------------------------------------------------------------------------- */

static void say_time(struct str *out, const char *verb, uint64_t ns, bool always)
{
    if (!ns && !always)
        return;
    str_printf(out, ", %s ", verb);
    words_duration(ns, out);
}

static void say_actor(const struct trace *trace, const struct actor *actor, struct str *out)
{
    uint64_t in[SPAN_STATES] = {0};

    for (size_t i = 0; i < actor->span_count; i++) {
        struct span span = query_span(trace, actor, i);
        in[span.state] += span.end - span.begin;
    }
    str_printf(out, "%s: from ", actor->name);
    words_duration(actor->begin, out);
    str_puts(out, actor->ended ? " to " : ", not ended at ");
    words_duration(actor->end, out);
    say_time(out, "waited", in[SPAN_WAITING], true);
    say_time(out, "ran", in[SPAN_RUNNING], true);
    say_time(out, "was ready to run", in[SPAN_READY], false);
    say_time(out, "blocked its thread", in[SPAN_BLOCKED], false);
    say_time(out, "was in the pool", in[SPAN_POOL], false);
    str_puts(out, actor->ended && actor->result == -ECANCELED ? ", cancelled.\n" : ".\n");
}

static void say_loop(const struct canvas *canvas, const struct loop_share *share)
{
    words_actor(canvas->trace, share->loop, canvas->out);
    str_printf(canvas->out, ": busy %.0f%%",
               share->total ? 100 * (double)share->busy / (double)share->total : 0.0);
    say_time(canvas->out, "ran", share->busy, true);
    say_time(canvas->out, "slept", share->asleep, true);
    str_printf(canvas->out, ", %llu turn%s.\n", (unsigned long long)share->turns,
               share->turns == 1 ? "" : "s");
}

/* --- the whole -------------------------------------------------------------------------------- */

static void put_title(const struct canvas *canvas, const char *title)
{
    struct str total = {0};
    int room;

    str_puts(&total, "total ");
    words_duration(canvas->axis.total, &total);
    if (canvas->look->plain) {
        str_printf(canvas->out, "%s, %s\n", title, str_text(&total));
    } else {
        size_t length =
            text_fit(title, strlen(title), line_width(canvas->look) - 3 - (int)total.length);

        room = line_width(canvas->look) - 1 - (int)total.length - text_width(title, length);
        str_putc(canvas->out, ' ');
        look_begin(canvas->look, STYLE_STRONG, canvas->out);
        str_add(canvas->out, title, length);
        look_end(canvas->look, STYLE_STRONG, canvas->out);
        str_repeat(canvas->out, " ", room);
        str_printf(canvas->out, "%s\n", str_text(&total));
    }
    str_free(&total);
}

static void put_rest(const struct canvas *canvas, const struct actors *actors)
{
    if (actors->count > LANES_AT_MOST)
        str_printf(canvas->out, " %s %zu more are not shown\n",
                   look_glyph(canvas->look, GLYPH_ELLIPSIS), actors->count - LANES_AT_MOST);
}

static struct canvas canvas_for(const struct trace *trace, const struct actors *actors,
                                const struct look *look, struct str *out)
{
    return (struct canvas){
        .trace = trace, .look = look, .axis = axis_for(actors, look, trace_end(trace)), .out = out};
}

void lanes_head(const struct trace *trace, const struct actors *actors, const struct look *look,
                const char *title, struct str *out)
{
    struct canvas canvas = canvas_for(trace, actors, look, out);

    put_title(&canvas, title);
    if (!look->plain)
        put_axis(&canvas);
}

void lanes_actor(const struct trace *trace, const struct actors *actors, const struct look *look,
                 size_t i, struct str *out)
{
    struct canvas canvas = canvas_for(trace, actors, look, out);

    if (look->plain)
        say_actor(trace, &actors->items[i], out);
    else
        put_actor(&canvas, &actors->items[i], i);
}

void lanes_loops(const struct trace *trace, const struct actors *actors, const struct look *look,
                 struct str *out)
{
    struct canvas canvas = canvas_for(trace, actors, look, out);
    struct loop_share loops[LANES_LOOPS];
    size_t count = query_loops(trace, loops, LANES_LOOPS);

    for (size_t i = 0; i < count && look->plain; i++)
        say_loop(&canvas, &loops[i]);
    if (!look->plain)
        put_loops(&canvas, loops, count);
}

void lanes_view(const struct trace *trace, const struct actors *actors, const struct look *look,
                const char *title, struct str *out)
{
    struct canvas canvas = canvas_for(trace, actors, look, out);

    lanes_head(trace, actors, look, title, out);
    for (size_t i = 0; i < actors->count && i < LANES_AT_MOST; i++)
        lanes_actor(trace, actors, look, i, out);
    put_rest(&canvas, actors);
    lanes_loops(trace, actors, look, out);
}

int lanes_column(const struct trace *trace, const struct actors *actors, const struct look *look,
                 uint64_t time)
{
    struct axis axis = axis_for(actors, look, trace_end(trace));

    return look->plain ? -1 : axis.gutter + cell_of(&axis, time);
}
