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
        if (state != SPAN_IDLE || actor->type == ENTITY_THREAD) /* a thread without work sleeps */
            cells_add(&cells, &canvas->axis, layer_of(actor, state), begin, end);
        begin = end;
    }
    put_gutter(canvas, style, actor->name);
    look_begin(canvas->look, style, canvas->out);
    for (int c = 0; c < canvas->axis.cells; c++)
        str_puts(canvas->out, glyph_at(canvas, actor, &cells, c));
    look_end(canvas->look, style, canvas->out);
    if (actor->ended)
        axis_duration(&canvas->axis, actor->end - actor->begin, &length);
    str_printf(canvas->out, " %10s\n", actor->ended ? str_text(&length) : "unfinished");
    str_free(&length);
}

/* --- loops ----------------------------------------------------------------------------------- */

/* What the loops did with their time. */
struct loop_lanes {
    const struct axis *axis;
    struct loop_share shares[LANES_LOOPS];
    struct cells cells[LANES_LOOPS];
};

/* At least a nanosecond, so that a cell shows the shortest work. */
static void add_stretch(void *to, size_t i, uint64_t begin, uint64_t end, bool asleep)
{
    struct loop_lanes *lanes = to;

    cells_add(&lanes->cells[i], lanes->axis, asleep ? LAYER_WAIT : LAYER_RUN, begin,
              end > begin ? end : begin + 1);
}

static void put_loop(const struct canvas *canvas, const struct loop_share *share,
                     const struct cells *cells)
{
    struct str name = {0};
    bool before = false;

    words_actor(canvas->trace, share->loop, &name);
    put_gutter(canvas, STYLE_LOOP, str_text(&name));
    look_begin(canvas->look, STYLE_LOOP, canvas->out);
    for (int c = 0; c < canvas->axis.cells; c++) {
        double busy = cells->time[c][LAYER_RUN], asleep = cells->time[c][LAYER_WAIT];
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

void lane_loops(const struct canvas *canvas)
{
    struct loop_lanes lanes = {.axis = &canvas->axis};
    size_t count = query_loops_told(canvas->trace, lanes.shares, LANES_LOOPS, add_stretch, &lanes);

    for (size_t i = 0; i < count; i++)
        put_loop(canvas, &lanes.shares[i], &lanes.cells[i]);
}
