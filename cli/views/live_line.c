/* Laying out one line: time, columns, name, words, place. What does not fit goes on in further
 * lines under the words, so nothing is lost and nothing is wrapped by the terminal. */
#include <string.h>

#include "cli/views/live_priv.h"

enum { TIME_WIDTH = 11, LEAST_COLUMNS = 3, WORDS_WISHED = 30 };

static int line_width(const struct live *live)
{
    return live->look->width > 100 ? 100 : live->look->width < 40 ? 40 : live->look->width;
}

/* How many columns leave enough room for words. */
static int most_columns(const struct live *live)
{
    int most = (line_width(live) - TIME_WIDTH - WORDS_WISHED) / 2;

    return most < LEAST_COLUMNS ? LEAST_COLUMNS : most > LIVE_COLUMNS ? LIVE_COLUMNS : most;
}

void live_give_column(struct live *live, struct player *player)
{
    int column = 0;

    if (live->names_only || live->look->plain || player->column != NO_COLUMN)
        return;
    while (column < live->column_count && live->columns[column])
        column++;
    if (player->home != NO_COLUMN && !live->columns[player->home])
        column = player->home;
    if (column >= most_columns(live)) {
        live->names_only = true;
        live->headed = false;
        return;
    }
    if (column == live->column_count) {
        live->column_count++;
        live->headed = false; /* the text moves to the right: a new heading */
    }
    live->columns[column] = (uint32_t)(player - live->players) + 1;
    player->column = player->home = column;
}

static bool has_columns(const struct live *live)
{
    return !live->names_only && !live->look->plain && live->column_count > 0;
}

/* --- pieces ----------------------------------------------------------------------------------- */

static int put_time(const struct live *live, uint64_t ns, struct str *out)
{
    struct str text = {0};
    int width;

    words_duration(ns, &text);
    width = text_width(str_text(&text), text.length);
    look_begin(live->look, STYLE_DIM, out);
    str_repeat(out, " ", TIME_WIDTH - 2 - width);
    str_puts(out, str_text(&text));
    look_end(live->look, STYLE_DIM, out);
    str_puts(out, "  ");
    str_free(&text);
    return width > TIME_WIDTH - 2 ? width + 2 : TIME_WIDTH;
}

static const char *state_glyph(const struct live *live, const struct player *player,
                               uint32_t asleep)
{
    if (!player->begun)
        return " ";
    if (asleep == player->id && player->state == SPAN_RUNNING)
        return look_glyph(live->look, GLYPH_ASLEEP_V);
    switch (player->state) {
    case SPAN_RUNNING:
        return look_glyph(live->look, GLYPH_RUN);
    case SPAN_BLOCKED:
        return look_glyph(live->look, player->type == ENTITY_THREAD ? GLYPH_WAIT_V : GLYPH_RUN);
    case SPAN_POOL:
        return look_glyph(live->look, GLYPH_POOL);
    case SPAN_READY:
        return look_glyph(live->look, GLYPH_READY);
    default:
        return look_glyph(live->look, asleep ? GLYPH_ASLEEP_V : GLYPH_WAIT_V);
    }
}

/* In the actor's own column; under a line that told its end there is nothing more of it. */
static const char *own_glyph(const struct live *live, const struct line *line, bool goes_on)
{
    if (goes_on && (line->glyph == GLYPH_DONE || line->glyph == GLYPH_CANCELLED))
        return " ";
    return goes_on ? state_glyph(live, &line->then, 0) : look_glyph(live->look, line->glyph);
}

/* `goes_on`: these are not the columns of the line's first row. */
static int put_columns(const struct live *live, const struct line *line, bool goes_on,
                       struct str *out)
{
    if (!has_columns(live))
        return 0;
    for (int c = 0; c < live->column_count; c++) {
        const struct player *player =
            live->columns[c] ? &live->players[live->columns[c] - 1] : NULL;
        const char *glyph = " ";

        if (player)
            glyph = player == line->who ? own_glyph(live, line, goes_on)
                                        : state_glyph(live, player, goes_on ? 0 : line->asleep);
        if (player && *glyph != ' ')
            look_text(live->look, STYLE_ACTOR_0 + player->style, glyph, out);
        else
            str_putc(out, ' ');
        str_putc(out, ' ');
    }
    str_putc(out, ' ');
    return 2 * live->column_count + 1;
}

static int put_name(const struct live *live, const struct line *line, struct str *out)
{
    const char *name = str_text(&line->name);
    size_t length = text_fit(name, line->name.length, LIVE_NAME_WIDTH);
    int width = text_width(name, length);
    enum style style = line->who ? STYLE_ACTOR_0 + line->who->style : STYLE_LOOP;

    look_begin(live->look, style, out);
    str_add(out, name, length);
    look_end(live->look, style, out);
    str_repeat(out, " ", live->name_width - width);
    str_puts(out, "  ");
    return (width > live->name_width ? width : live->name_width) + 2;
}

/* --- words over one or more lines ------------------------------------------------------------- */

/* How many bytes go on this line: up to the last space that fits, or what fits. */
static size_t cut(const char *words, size_t length, int columns)
{
    size_t fit = text_fit(words, length, columns);

    if (fit == length)
        return fit;
    for (size_t at = fit; at > fit / 2; at--)
        if (words[at] == ' ')
            return at;
    return fit ? fit : length;
}

static void end_line(struct str *out)
{
    while (out->length && out->data[out->length - 1] == ' ')
        out->length--;
    if (out->data)
        out->data[out->length] = '\0';
    str_putc(out, '\n');
}

static void next_line(const struct live *live, const struct line *line, int indent, struct str *out)
{
    end_line(out);
    str_repeat(out, " ", TIME_WIDTH);
    indent -= TIME_WIDTH + put_columns(live, line, true, out);
    str_repeat(out, " ", indent);
}

static void put_place(const struct live *live, const struct line *line, int indent, int used,
                      struct str *out)
{
    int room = line_width(live) - used;
    const char *place = str_text(&line->place);
    int width = text_width(place, line->place.length);

    if (!line->place.length)
        return;
    if (width + 2 > room && line->short_place.length) {
        place = str_text(&line->short_place);
        width = text_width(place, line->short_place.length);
    }
    if (width + 2 > room) {
        next_line(live, line, indent, out);
        room = line_width(live) - indent;
    }
    str_repeat(out, " ", room - width > 0 ? room - width : 0);
    look_begin(live->look, STYLE_DIM, out);
    str_add(out, place, text_fit(place, strlen(place), room));
    look_end(live->look, STYLE_DIM, out);
}

static void put_words(const struct live *live, const struct line *line, int indent, struct str *out)
{
    const char *words = str_text(&line->words);
    size_t left = line->words.length;
    enum style style = line->who ? STYLE_TEXT : STYLE_LOOP;
    int room = line_width(live) - indent, used = 0;

    for (bool first = true; left || first; first = false) {
        size_t length = cut(words, left, room);

        if (!first)
            next_line(live, line, indent, out);
        look_begin(live->look, style, out);
        str_add(out, words, length);
        look_end(live->look, style, out);
        used = indent + text_width(words, length);
        words += length;
        left -= length;
        for (; left && *words == ' '; left--)
            words++;
    }
    put_place(live, line, indent, used, out);
    end_line(out);
}

void live_line(struct live *live, const struct line *line, struct str *out)
{
    int indent = put_time(live, line->time, out);

    indent += put_columns(live, line, false, out);
    indent += put_name(live, line, out);
    put_words(live, line, indent, out);
}

/* --- the heading ------------------------------------------------------------------------------ */

/* One column for an actor: its only letter, the digit it ends with, or the first letter of its
 * name that no column to the left has (bits of `taken`: a to z); its first one if all are taken. */
static void put_label(const struct live *live, const struct player *player, uint32_t *taken,
                      struct str *out)
{
    struct str name = {0};
    const char *label, *letter;
    size_t length;

    words_actor(live->trace, player->id, &name);
    label = str_text(&name);
    if (name.length > 2 && label[name.length - 2] == ' ')
        label += name.length - 1;
    letter = label;
    while (*letter >= 'a' && *letter <= 'z' && *taken >> (*letter - 'a') & 1)
        letter++;
    if (*letter >= 'a' && *letter <= 'z') {
        *taken |= 1u << (*letter - 'a');
        label = letter;
    }
    length = text_fit(label, strlen(label), 1);
    look_begin(live->look, STYLE_ACTOR_0 + player->style, out);
    str_add(out, length ? label : " ", length ? length : 1);
    look_end(live->look, STYLE_ACTOR_0 + player->style, out);
    str_free(&name);
}

void live_heading(struct live *live, struct str *out)
{
    uint32_t taken = 0;

    live->headed = true;
    look_begin(live->look, STYLE_DIM, out);
    str_puts(out, "    time   ");
    look_end(live->look, STYLE_DIM, out);
    for (int c = 0; has_columns(live) && c < live->column_count; c++) {
        if (live->columns[c])
            put_label(live, &live->players[live->columns[c] - 1], &taken, out);
        else
            str_putc(out, ' ');
        str_putc(out, ' ');
    }
    look_begin(live->look, STYLE_DIM, out);
    if (has_columns(live))
        str_putc(out, ' ');
    else
        str_printf(out, "%-*s  ", live->name_width, live->name_width >= 3 ? "who" : "");
    str_puts(out, "what happened");
    look_end(live->look, STYLE_DIM, out);
    str_putc(out, '\n');
}
