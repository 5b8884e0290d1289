/* Lanes as a whole: title, axis, a lane for each actor and loop, or all of it in sentences. */
#include "cli/views/lanes.h"

#include <string.h>

#include "cli/views/lanes_priv.h"
#include "cli/views/words.h"

/* The longest run of a loop; the whole record if it has none. */
static uint64_t longest_loop(const struct trace *trace)
{
    struct loop_share loops[LANES_LOOPS];
    size_t count = query_loops(trace, loops, LANES_LOOPS);
    uint64_t longest = count ? 0 : trace_end(trace);

    for (size_t i = 0; i < count; i++)
        longest = loops[i].total > longest ? loops[i].total : longest;
    return longest;
}

/* From the first begin to the last end, so that it goes with the figures of the lanes, and not with
 * the time in which the program came up. Where the actors are only a part of what happened their
 * loop can be longer. */
static uint64_t total_of(const struct trace *trace, const struct actors *actors)
{
    uint64_t begin = UINT64_MAX, end = 0, whole, loop;

    for (size_t i = 0; i < actors->count; i++) {
        begin = actors->items[i].begin < begin ? actors->items[i].begin : begin;
        end = actors->items[i].end > end ? actors->items[i].end : end;
    }
    whole = end > begin ? end - begin : 0;
    loop = whole > trace_end(trace) / 2 ? 0 : longest_loop(trace);
    return loop > whole ? loop : whole;
}

static void put_title(const struct canvas *canvas, const struct actors *actors, const char *title)
{
    struct str total = {0};
    int room;

    str_puts(&total, "total ");
    axis_duration(&canvas->axis, total_of(canvas->trace, actors), &total);
    if (canvas->look->plain) {
        str_printf(canvas->out, "%s, %s\n", title, str_text(&total));
    } else {
        size_t length =
            text_fit(title, strlen(title), axis_line_width(canvas->look) - 3 - (int)total.length);

        room = axis_line_width(canvas->look) - 1 - (int)total.length - text_width(title, length);
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

    put_title(&canvas, actors, title);
    if (!look->plain)
        axis_put(&canvas);
}

void lanes_actor(const struct trace *trace, const struct actors *actors, const struct look *look,
                 size_t i, struct str *out)
{
    struct canvas canvas = canvas_for(trace, actors, look, out);

    if (look->plain)
        lane_say_actor(&canvas, &actors->items[i]);
    else
        lane_actor(&canvas, &actors->items[i], i);
}

void lanes_loops(const struct trace *trace, const struct actors *actors, const struct look *look,
                 struct str *out)
{
    struct canvas canvas = canvas_for(trace, actors, look, out);

    if (look->plain)
        lane_say_loops(&canvas);
    else
        lane_loops(&canvas);
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

    return look->plain ? -1 : axis.gutter + axis_cell(&axis, time);
}
