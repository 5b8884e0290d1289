/* Lanes of actors and of loops: a cell shows the state that had most of it. */
#include <errno.h>
#include <string.h>

#include "cli/views/lanes_priv.h"
#include "cli/views/words.h"
#include "engine/base/array.h"

/* --- actors ----------------------------------------------------------------------------------- */

static enum layer layer_of(const struct actor *actor, enum span_state state)
{
    switch (state) {
    case SPAN_RUNNING:
        return LAYER_RUN;
    case SPAN_READY:
        return LAYER_READY;
    case SPAN_BLOCKED: /* a task that blocks holds its loop; a thread that blocks only waits */
        return actor->type == ENTITY_THREAD ? LAYER_WAIT : LAYER_RUN;
    case SPAN_POOL:
        return LAYER_POOL;
    default:
        return LAYER_WAIT;
    }
}

/* What most of a cell was. */
static enum layer most_of(const double *time)
{
    static const enum layer others[] = {LAYER_RUN, LAYER_POOL, LAYER_READY};
    enum layer most = LAYER_WAIT;

    for (size_t i = 0; i < array_length(others); i++)
        if (time[others[i]] > time[most])
            most = others[i];
    return most;
}

static const char *glyph_at(const struct canvas *canvas, const struct actor *actor,
                            const struct cells *cells, int c)
{
    static const enum glyph glyphs[LAYERS] = {[LAYER_WAIT] = GLYPH_WAIT_H,
                                              [LAYER_READY] = GLYPH_READY,
                                              [LAYER_RUN] = GLYPH_RUN,
                                              [LAYER_POOL] = GLYPH_POOL};
    int begin = axis_cell(&canvas->axis, actor->begin), end = axis_cell(&canvas->axis, actor->end);
    const double *time = cells->time[c];
    enum layer most = most_of(time);

    if (c < begin || c > end)
        return " ";
    if (c == end && actor->ended)
        return look_glyph(canvas->look, actor->result == -ECANCELED ? GLYPH_CANCELLED : GLYPH_DONE);
    if (c == begin && (most == LAYER_WAIT || most == LAYER_READY))
        return look_glyph(canvas->look, GLYPH_START_H);
    if (time[most] <= 0)
        return " ";
    return look_glyph(canvas->look, glyphs[most]);
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

void lane_actor(const struct canvas *canvas, const struct actor *actor, size_t number)
{
    enum style style = (enum style)(STYLE_ACTOR_0 + number % STYLE_ACTORS);
    struct cells cells = {0};
    struct str length = {0};

    uint64_t begin = actor->begin;
    for (size_t i = 0; i < actor->span_count; i++) {
        enum span_state state = (enum span_state)(actor->steps[i] % 8);
        uint64_t end = query_span_end(canvas->trace, actor, i);
        if (state != SPAN_IDLE)
            cells_add(&cells, &canvas->axis, layer_of(actor, state), begin, end);
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

/* --- loops ----------------------------------------------------------------------------------- */

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
        cells_add(&lane->cells, &canvas->axis, lane->asleep ? LAYER_WAIT : LAYER_RUN, lane->since,
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
        lane->asleep = event->kind == EVENT_POLL && event->arg;
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

void lane_loops(const struct canvas *canvas, const struct loop_share *shares, size_t count)
{
    struct loop_lane lanes[LANES_LOOPS] = {0};

    for (size_t i = 0; i < count; i++)
        lanes[i].share = &shares[i];
    fill_lanes(canvas, lanes, count);
    for (size_t i = 0; i < count; i++)
        put_loop(canvas, &lanes[i]);
}
