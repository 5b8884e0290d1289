/* Up to the difference, the events that count are the same on both sides, one by one, so that each
 * row shows a pair; behind it each side goes on by itself. Rows are found by walking from the
 * difference, which a bound on the rows keeps short. */
#include "cli/views/differ.h"

#include <string.h>

#include "cli/views/words.h"

enum { ROWS_AT_MOST = 2000, WALK_AT_MOST = 2000000, TIME_COLUMNS = 11 };

int differ_open(struct differ *differ, const struct diff_side sides[2], const char *const names[2])
{
    *differ = (struct differ){.sides = {sides[0], sides[1]}, .names = {names[0], names[1]}};
    return diff_traces(sides, &differ->difference);
}

/* --- in words --------------------------------------------------------------------------------- */

static uint64_t time_at(const struct differ *differ, int side, size_t event)
{
    return trace_event(differ->sides[side].trace, event)->time;
}

static void say_event(const struct differ *differ, int side, size_t event, struct str *out)
{
    const struct diff_side *of = &differ->sides[side];
    struct str place = {0};

    str_printf(out, "   %s  ", differ->names[side]);
    if (event == SIZE_MAX) {
        str_puts(out, "does no more on that thread\n");
        return;
    }
    words_duration(time_at(differ, side, event), out);
    str_puts(out, "  ");
    words_event(of->trace, event, out);
    if (words_place(of->trace, of->symbols, event, true, &place) && place.length)
        str_printf(out, "  %s", str_text(&place));
    str_putc(out, '\n');
    str_free(&place);
}

static void say_pair(const struct differ *differ, const size_t events[2], struct str *out)
{
    say_event(differ, 0, events[0], out);
    say_event(differ, 1, events[1], out);
}

/* How long each took from the last that was the same to where they part. */
static bool took(const struct differ *differ, uint64_t ret_ns[2])
{
    const struct difference *difference = &differ->difference;

    for (int side = 0; side < 2; side++) {
        if (difference->event[side] == SIZE_MAX || difference->last[side] == SIZE_MAX)
            return false;
        uint64_t from = time_at(differ, side, difference->last[side]);
        uint64_t to = time_at(differ, side, difference->event[side]);
        ret_ns[side] = to > from ? to - from : 0;
    }
    return true;
}

static void say_times(const struct differ *differ, struct str *out)
{
    uint64_t ns[2];

    if (!took(differ, ns))
        return;
    str_printf(out, " Between the two: %s ", differ->names[0]);
    words_duration(ns[0], out);
    str_printf(out, ", %s ", differ->names[1]);
    words_duration(ns[1], out);
    str_puts(out, ".\n");
}

void differ_say(const struct differ *differ, struct str *out)
{
    const struct difference *difference = &differ->difference;

    if (!difference->found) {
        str_printf(out, " %s and %s are the same: %zu events, times apart.\n", differ->names[0],
                   differ->names[1], difference->same);
        return;
    }
    str_printf(out, " %s and %s part after %zu event%s the same.\n", differ->names[0],
               differ->names[1], difference->same,
               difference->same == 1 ? " that is" : "s that are");
    if (difference->last[0] != SIZE_MAX) {
        str_puts(out, " The last that is the same on that thread:\n");
        say_pair(differ, difference->last, out);
    }
    str_puts(out, " Then:\n");
    say_pair(differ, difference->event, out);
    say_times(differ, out);
}

/* --- rows ------------------------------------------------------------------------------------- */

/* The next event that counts on the same thread, or the one before; SIZE_MAX. */
static size_t next_event(const struct trace *trace, size_t event, long by)
{
    uint32_t lane = trace_lane(trace, event);

    for (size_t steps = 0; steps < WALK_AT_MOST; steps++) {
        event += (size_t)by;
        if (event >= trace_count(trace))
            return SIZE_MAX;
        if (trace_lane(trace, event) == lane && diff_counts(trace, event))
            return event;
    }
    return SIZE_MAX;
}

/* The event in a row of a side, counted from that of the difference; SIZE_MAX: there is none. */
static size_t event_in_row(const struct differ *differ, int side, long row)
{
    const struct difference *difference = &differ->difference;
    const struct trace *trace = differ->sides[side].trace;
    size_t event = row < 0 ? difference->last[side] : difference->event[side];

    for (row += row < 0; row && event != SIZE_MAX; row += row < 0 ? 1 : -1)
        event = next_event(trace, event, row < 0 ? -1 : 1);
    return event;
}

/* --- drawing ---------------------------------------------------------------------------------- */

struct column {
    const struct differ *differ;
    struct screen *screen;
    int side, at, columns;
};

static void draw_event(const struct column *column, int row, size_t event)
{
    const struct trace *trace = column->differ->sides[column->side].trace;
    struct str time = {0}, words = {0};

    words_duration(trace_event(trace, event)->time, &time);
    words_event(trace, event, &words);
    int from = column->at + TIME_COLUMNS - 2 - text_width(str_text(&time), time.length);
    screen_text(column->screen, row, from, column->columns, STYLE_DIM, str_text(&time),
                time.length);
    screen_text(column->screen, row, column->at + TIME_COLUMNS, column->columns - TIME_COLUMNS,
                STYLE_TEXT, str_text(&words), words.length);
    str_free(&time);
    str_free(&words);
}

static void draw_column(const struct column *column, int rows)
{
    const struct differ *differ = column->differ;
    const char *name = differ->names[column->side];
    long first = differ->row - rows / 2;

    screen_text(column->screen, 1, column->at + 1, column->columns - 1, STYLE_STRONG, name,
                strlen(name));
    for (int i = 0; i < rows; i++) {
        size_t event = event_in_row(differ, column->side, first + i);
        if (event != SIZE_MAX)
            draw_event(column, 2 + i, event);
        else if (first + i == 0)
            screen_text(column->screen, 2 + i, column->at + TIME_COLUMNS,
                        column->columns - TIME_COLUMNS, STYLE_DIM, "(no more)", 9);
        if (first + i == 0)
            screen_choose(column->screen, 2 + i, column->at, column->columns);
    }
}

static void draw_title(const struct differ *differ, struct screen *screen)
{
    const struct difference *difference = &differ->difference;
    struct str title = {0};

    str_printf(&title, "%zu event%s the same, then they part", difference->same,
               difference->same == 1 ? " is" : "s are");
    for (int side = 0; side < 2; side++) {
        if (difference->event[side] == SIZE_MAX)
            continue;
        str_puts(&title, side && difference->event[0] != SIZE_MAX ? " and " : ": at ");
        words_duration(time_at(differ, side, difference->event[side]), &title);
    }
    screen_puts(screen, 0, 1, STYLE_TITLE, str_text(&title));
    str_free(&title);
}

static void draw_keys(struct screen *screen)
{
    const struct look *look = screen_look(screen);
    int row = screen_height(screen) - 1, column = 1;

    column =
        screen_puts(screen, row, column, STYLE_KEY, look->unicode ? "\u2191\u2193" : "up down");
    column = screen_puts(screen, row, column, STYLE_TEXT, " event  ");
    column = screen_puts(screen, row, column, STYLE_KEY, "home");
    column = screen_puts(screen, row, column, STYLE_TEXT, " the difference  ");
    column = screen_puts(screen, row, column, STYLE_KEY, "q");
    screen_puts(screen, row, column, STYLE_TEXT, " back");
}

void differ_draw(const struct differ *differ, struct screen *screen)
{
    int half = screen_width(screen) / 2, rows = screen_height(screen) - 3;
    struct column left = {differ, screen, 0, 0, half - 1};
    struct column right = {differ, screen, 1, half, screen_width(screen) - half};
    struct str same = {0};

    screen_clear(screen);
    if (differ->difference.found) {
        draw_title(differ, screen);
        draw_column(&left, rows);
        draw_column(&right, rows);
        for (int row = 1; row < 2 + rows; row++)
            screen_puts(screen, row, half - 1, STYLE_DIM,
                        look_glyph(screen_look(screen), GLYPH_BAR));
    } else {
        differ_say(differ, &same);
        screen_text(screen, 0, 0, screen_width(screen), STYLE_TITLE, str_text(&same),
                    same.length ? same.length - 1 : 0);
    }
    draw_keys(screen);
    str_free(&same);
}

/* --- keys ------------------------------------------------------------------------------------- */

static void move(struct differ *differ, long by)
{
    long row = differ->row + by;

    differ->row = row < -ROWS_AT_MOST ? -ROWS_AT_MOST : row > ROWS_AT_MOST ? ROWS_AT_MOST : row;
}

bool differ_key(struct differ *differ, const struct key *key)
{
    switch (key->type) {
    case KEY_UP:
        move(differ, -1);
        break;
    case KEY_DOWN:
        move(differ, 1);
        break;
    case KEY_PAGE_UP:
        move(differ, -10);
        break;
    case KEY_PAGE_DOWN:
        move(differ, 10);
        break;
    case KEY_HOME:
        differ->row = 0;
        break;
    case KEY_ESCAPE:
        return true;
    case KEY_CHAR:
        return !key->pasted && (key->code == 'q' || key->code == 'd');
    default:
        break;
    }
    return false;
}
