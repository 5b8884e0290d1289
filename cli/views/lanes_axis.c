/* The axis of time: at 80 columns a gutter of 8, 61 cells and a right column of 11; always a whole
 * number of tens, so that its ticks are even. A cell stands for a stretch of time around its tick.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/views/lanes_priv.h"
#include "cli/views/words.h"
#include "engine/base/array.h"

enum { GUTTER = 8, GUTTER_AT_MOST = 14 };

int axis_line_width(const struct look *look)
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

struct axis axis_for(const struct actors *actors, const struct look *look, uint64_t total)
{
    struct axis axis = {.gutter = GUTTER, .total = total};
    int ticks;

    for (size_t i = 0; i < actors->count && i < LANES_AT_MOST; i++) {
        int width = text_width(actors->items[i].name, strlen(actors->items[i].name)) + 2;

        if (width > axis.gutter)
            axis.gutter = width < GUTTER_AT_MOST ? width : GUTTER_AT_MOST;
    }
    ticks = (axis_line_width(look) - axis.gutter - AXIS_RIGHT - 1) / AXIS_TICK;
    axis.cells = ticks * AXIS_TICK + 1;
    axis.step = round_step((double)total, ticks);
    axis.per_cell = axis.step / AXIS_TICK;
    return axis;
}

int axis_cell(const struct axis *axis, uint64_t time)
{
    double cell = (double)time / axis->per_cell + 0.5;

    return cell < axis->cells ? (int)cell : axis->cells - 1;
}

/* "2.5", and the unit that all labels of the axis share. */
static const char *unit_of(const struct axis *axis, double *ret_ns)
{
    double end = axis->step * (axis->cells / AXIS_TICK);

    *ret_ns = end < 1e6 ? 1e3 : end < 1e10 ? 1e6 : 1e9;
    return end < 1e6 ? "us" : end < 1e10 ? "ms" : "s";
}

void axis_duration(const struct axis *axis, uint64_t ns, struct str *out)
{
    double unit_ns;
    const char *unit = unit_of(axis, &unit_ns);

    if (unit_ns < 1e6)
        str_printf(out, "%.1f %s", (double)ns / unit_ns, unit);
    else
        words_duration(ns, out);
}

void axis_put(const struct canvas *canvas)
{
    const struct axis *axis = &canvas->axis;
    double unit_ns;
    const char *unit = unit_of(axis, &unit_ns);

    str_repeat(canvas->out, " ", axis->gutter);
    for (int tick = 0; tick <= axis->cells / AXIS_TICK; tick++) {
        bool last = tick == axis->cells / AXIS_TICK;
        char label[32];

        snprintf(label, sizeof label, "%.6g%s%s", axis->step * tick / unit_ns, last ? " " : "",
                 last ? unit : "");
        str_printf(canvas->out, "%-*s", last ? 0 : AXIS_TICK, label);
    }
    str_putc(canvas->out, '\n');
    str_repeat(canvas->out, " ", axis->gutter);
    for (int c = 0; c < axis->cells; c++)
        str_puts(canvas->out, look_glyph(canvas->look, c == 0                 ? GLYPH_AXIS_LEFT
                                                       : c == axis->cells - 1 ? GLYPH_AXIS_RIGHT
                                                       : c % AXIS_TICK        ? GLYPH_AXIS
                                                                              : GLYPH_AXIS_TICK));
    str_putc(canvas->out, '\n');
}

void cells_add(struct cells *cells, const struct axis *axis, enum layer layer, uint64_t begin,
               uint64_t end)
{
    int first, last;

    if (begin >= cells->from && end < cells->to) {
        cells->time[cells->cell][layer] += end > begin ? (double)(end - begin) : 0;
        return;
    }
    first = axis_cell(axis, begin);
    last = axis_cell(axis, end);
    if (first == last) { /* nearly all stretches of a long run are as short */
        cells->time[first][layer] += end > begin ? (double)(end - begin) : 0;
        cells->cell = first;
        cells->from = begin;
        cells->to = (uint64_t)((first + 0.5) * axis->per_cell);
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
