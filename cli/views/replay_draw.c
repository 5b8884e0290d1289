/* The picture. Rows are given out from the outside in: title and lanes at the top, keys at the
 * bottom; the source and the events share what is left. A wide screen has the source beside the
 * lanes instead. A small one goes without the source, then without the lanes. */
#include <stdio.h>
#include <string.h>

#include "cli/views/legend.h"
#include "cli/views/loop_row.h"
#include "cli/views/replay_priv.h"
#include "cli/views/words.h"
#include "cli/views/wrap.h"
#include "engine/base/array.h"

enum { WIDE = 130, LANES_WIDTH = 84, TIME_COLUMNS = 11, SOURCE_LEAST = 4 };

struct drawing {
    struct replay *replay;
    struct screen *screen;
    const struct look *look;
    int width, height;
};

/* --- the moment ------------------------------------------------------------------------------- */

static void draw_position(struct drawing *drawing, int row)
{
    struct replay *replay = drawing->replay;
    struct str left = {0}, right = {0};
    size_t event = replay_event(replay);

    words_duration(replay->time, &right);
    str_printf(&right, "  event %zu of %zu", replay->list.count ? replay->at + 1 : 0,
               replay->list.count);
    if (replay->list.filter[0])
        str_printf(&right, " with \"%s\"", replay->list.filter);
    if (replay->playing && replay->slowness > 0)
        str_printf(&right, "  playing at 1/%u", 1u << replay->slowness);
    else if (replay->playing)
        str_printf(&right, "  playing at %ux", 1u << -replay->slowness);
    int width = text_width(str_text(&right), right.length);
    if (event != SIZE_MAX && query_turn(replay->trace, event) == 0)
        str_puts(&left, "outside of the loop");
    else if (event != SIZE_MAX) {
        struct loop_row loop = loop_row_at(replay->trace, event);
        struct look look = *drawing->look;
        loop.time = UINT64_MAX;
        look.width = drawing->width - width - 3;
        loop_row_view(&loop, &look, &left);
    }
    int column = drawing->width - width - 1;
    screen_styled(drawing->screen, row, 1, column - 2, str_text(&left), left.length);
    screen_text(drawing->screen, row, column < 0 ? 0 : column, drawing->width, STYLE_STRONG,
                str_text(&right), right.length);
    str_free(&left);
    str_free(&right);
}

/* --- events ----------------------------------------------------------------------------------- */

static void add_place(struct drawing *drawing, size_t event, struct str *out)
{
    struct place place;

    if (replay_place(drawing->replay, event, &place))
        str_printf(out, "  %s (%s:%d)", place.function, place.file, place.line);
}

static void draw_event(struct drawing *drawing, int row, size_t at)
{
    struct replay *replay = drawing->replay;
    size_t event = replay_list_item(&replay->list, at);
    struct str time = {0}, words = {0}, place = {0};
    bool here = at == replay->at;

    words_duration(trace_event(replay->trace, event)->time, &time);
    words_event(replay->trace, event, &words);
    add_place(drawing, event, &place);
    int column = TIME_COLUMNS - 2 - text_width(str_text(&time), time.length);
    if (here)
        screen_puts(drawing->screen, row, 0, STYLE_STRONG,
                    look_glyph(drawing->look, GLYPH_POINTER));
    screen_puts(drawing->screen, row, column < 1 ? 1 : column, STYLE_DIM, str_text(&time));
    column = screen_styled(drawing->screen, row, TIME_COLUMNS, drawing->width, str_text(&words),
                           words.length);
    screen_puts(drawing->screen, row, column, STYLE_DIM, str_text(&place));
    if (here)
        screen_choose(drawing->screen, row, 1, drawing->width - 1);
    str_free(&time);
    str_free(&words);
    str_free(&place);
}

static void draw_events(struct drawing *drawing, int row, int rows)
{
    struct replay *replay = drawing->replay;
    size_t count = replay->list.count, first = 0, room = rows > 0 ? (size_t)rows : 0;

    replay->events_per_page = (int)room;
    if (replay->at > room / 2)
        first = replay->at - room / 2;
    if (first + room > count)
        first = count > room ? count - room : 0;
    for (size_t i = 0; i < room && first + i < count; i++)
        draw_event(drawing, row + (int)i, first + i);
}

/* --- keys ------------------------------------------------------------------------------------- */

/* An empty key is that of the arrows, an empty meaning the level of the trace. */
static const char *const key_names[][2] = {
    {"", "event"}, {"[ ]", "turn"}, {"space", "play"}, {"/", "filter"}, {"w", "warn"},
    {"t", ""},     {"?", "help"},   {"q", "leave"},    {"d", "diff"}, /* where there is room */
};

static const char *level_word(enum event_level level)
{
    return level == LEVEL_ALL ? "all" : level == LEVEL_LOOP ? "loop" : "tasks";
}

static void draw_keys(struct drawing *drawing, int row)
{
    int column = 1;

    for (size_t i = 0; i < array_length(key_names); i++) {
        const char *key = key_names[i][0], *what = key_names[i][1];
        char text[32];

        if (!key[0])
            key = drawing->look->unicode ? "\u2190\u2192" : "<- ->";
        if (key[0] == 'd' && !drawing->replay->options.other)
            continue;
        if (!what[0])
            what = level_word(drawing->replay->list.level);
        snprintf(text, sizeof text, " %s", what);
        int width = text_width(key, strlen(key)) + text_width(text, strlen(text));
        if (column + width >= drawing->width)
            continue;
        column = screen_puts(drawing->screen, row, column, STYLE_KEY, key);
        column = screen_puts(drawing->screen, row, column, STYLE_TEXT, text) + 2;
    }
}

static void draw_filter(struct drawing *drawing, int row)
{
    const struct line_edit *edit = &drawing->replay->filter;
    const char *prompt =
        drawing->replay->asks_file ? " compare with the trace: " : " events of actor or kind: ";
    int column = screen_puts(drawing->screen, row, 0, STYLE_STRONG, prompt);

    screen_puts(drawing->screen, row, column, STYLE_TEXT, edit->text);
    screen_choose(drawing->screen, row, column + text_width(edit->text, edit->cursor), 1);
}

/* In as many of the last rows as it needs, half of all at most; returns how many are left above it.
 */
static int draw_message(struct drawing *drawing, const char *message)
{
    struct wrap wrap = {0};
    struct str text = {0};
    int rows = (drawing->height + 1) / 2, row;

    wrap_text(drawing->look, STYLE_WARNING, message, drawing->width - 2, &wrap);
    if (wrap.count < (size_t)rows)
        rows = (int)wrap.count;
    row = drawing->height - rows;
    wrap_add(&wrap, " ", " ", &text);
    replay_draw_lines(drawing->screen, row, drawing->width, str_text(&text), rows);
    str_free(&text);
    wrap_free(&wrap);
    return row;
}

/* Returns how many rows are left above it. */
static int draw_bottom(struct drawing *drawing)
{
    int row = drawing->height - 1;

    if (!drawing->replay->typing && drawing->replay->message[0])
        return draw_message(drawing, drawing->replay->message);
    if (drawing->replay->typing)
        draw_filter(drawing, row);
    else
        draw_keys(drawing, row);
    return row;
}

/* Returns the row behind it. */
static int draw_legend(struct drawing *drawing, int row)
{
    struct str text = {0};

    legend_view(drawing->look, false, &text);
    row = replay_draw_lines(drawing->screen, row, drawing->width, str_text(&text), drawing->height);
    str_free(&text);
    return row;
}

static void draw_help(struct drawing *drawing)
{
    static const char *const lines[][2] = {
        {"left, right", "one event back, on; also up and down"},
        {"[, ]", "one turn of the loop back, on; also shift with left and right"},
        {"page up, down", "as many events as are on the screen"},
        {"home, end", "the first event, the last"},
        {"space", "play, and stop; a short run plays in slow motion"},
        {"-, +", "slower, faster"},
        {"t", "how much is shown: tasks, loop, all"},
        {"/", "only events of an actor or of a kind, by a part of its name"},
        {"w", "the next warning"},
        {"d", "another trace beside this one, from where they differ"},
        {"q, escape", "leave"},
    };

    screen_clear(drawing->screen);
    screen_puts(drawing->screen, 0, 1, STYLE_TITLE, "Replay");
    for (size_t i = 0; i < array_length(lines); i++) {
        screen_puts(drawing->screen, 2 + (int)i, 1, STYLE_KEY, lines[i][0]);
        screen_puts(drawing->screen, 2 + (int)i, 16, STYLE_TEXT, lines[i][1]);
    }
    int row = draw_legend(drawing, 3 + (int)array_length(lines)) + 1;
    screen_puts(drawing->screen, row, 1, STYLE_TEXT,
                "In the source, the pointer is at the event; names stand where somebody waits.");
    screen_puts(drawing->screen, drawing->height - 1, 1, STYLE_DIM, "any key goes back");
}

/* --- the whole -------------------------------------------------------------------------------- */

/* A program without debug information has no source, and needs no room for it. */
static bool has_source(const struct replay *replay)
{
    return replay->place.line > 0 || replay->awaits_places;
}

/* Rows: lanes, source (narrow only), the moment, events, keys. */
static void draw_panes(struct drawing *drawing)
{
    struct replay *replay = drawing->replay;
    int height = drawing->height, width = drawing->width;

    replay_follow_place(replay);
    bool source_seen = has_source(replay), wide = source_seen && width >= WIDE;
    int lanes_width = wide ? LANES_WIDTH : width, most = wide ? height / 2 : height * 2 / 5;
    int top = replay_draw_lanes(replay, drawing->screen, drawing->look, lanes_width, most);
    struct pane source = {top, 0, (height - top - 2) / 2, width};

    if (wide)
        source = (struct pane){0, lanes_width + 1, height / 2, width - lanes_width - 1};
    else if (!source_seen || source.rows < SOURCE_LEAST)
        source.rows = 0;
    top = wide ? source.rows : top + source.rows;
    replay_draw_source(replay, drawing->screen, drawing->look, source);
    int bottom = draw_bottom(drawing);
    draw_position(drawing, top);
    draw_events(drawing, top + 1, bottom - top - 1);
}

void replay_draw(struct replay *replay, struct screen *screen)
{
    struct drawing drawing = {.replay = replay,
                              .screen = screen,
                              .look = screen_look(screen),
                              .width = screen_width(screen),
                              .height = screen_height(screen)};

    replay->awaits_places = replay->awaits_lanes = false;
    screen_clear(screen);
    if (replay->differs)
        differ_draw(&replay->differ, screen);
    else if (replay->help)
        draw_help(&drawing);
    else
        draw_panes(&drawing);
}
