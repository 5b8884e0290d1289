/* Two arrays of cells: what the program draws, and what the terminal shows once all that was sent
 * has arrived. A frame is the difference, row by row: runs of changed cells with short unchanged
 * gaps written through, as moving the cursor costs more bytes than a few cells. */
#include "engine/term/screen.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/utf8.h"
#include "engine/term/term_priv.h"

enum { CELL_BYTES = 12, GAP = 4, SYNCHRONIZED = 2026 };

struct cell {
    char text[CELL_BYTES]; /* one cluster; "" in the right half of a wide one */
    uint8_t length, width; /* width 0: the right half */
    uint8_t style;
    bool chosen;
};

struct screen {
    struct term *term;
    int width, height;
    struct cell *drawn, *shown; /* width × height each */
    bool all;                   /* the terminal shows we know not what */
    bool dropped;               /* a frame could not be sent */
    bool synchronized;
    struct str frame;
    struct str pens[STYLE_END]; /* what switches each style on, for reading it back */
};

static const struct cell blank = {.text = " ", .length = 1, .width = 1};

static struct cell *cell_at(const struct screen *screen, struct cell *cells, int row, int column)
{
    return &cells[(size_t)row * (size_t)screen->width + (size_t)column];
}

/* --- opening --- */

static int resize(struct screen *screen)
{
    const struct look *look = term_look(screen->term);
    size_t count = (size_t)look->width * (size_t)look->height;
    struct cell *drawn = malloc(count * sizeof *drawn), *shown = malloc(count * sizeof *shown);

    if (!drawn || !shown) {
        free(drawn);
        free(shown);
        return UV_ENOMEM;
    }
    free(screen->drawn);
    free(screen->shown);
    screen->drawn = drawn;
    screen->shown = shown;
    screen->width = look->width;
    screen->height = look->height;
    screen->all = true;
    screen_clear(screen);
    return 0;
}

int screen_open(struct term *term, struct screen **ret_screen)
{
    static const char question[] = "\033[?2026$p";
    const struct look *look = term_look(term);

    if (!term_interactive(term) || !look->bold || look->plain)
        return UV_ENOTSUP;
    struct screen *screen = calloc(1, sizeof *screen);
    if (!screen)
        return UV_ENOMEM;
    screen->term = term;
    if (resize(screen) < 0) {
        free(screen);
        return UV_ENOMEM;
    }
    for (int style = 0; style < STYLE_END; style++)
        look_begin(look, (enum style)style, &screen->pens[style]);
    output_full_screen(term, true);
    output_write(term, question, sizeof question - 1);
    *ret_screen = screen;
    return 0;
}

void screen_close(struct screen *screen)
{
    if (!screen)
        return;
    output_full_screen(screen->term, false);
    str_free(&screen->frame);
    for (int style = 0; style < STYLE_END; style++)
        str_free(&screen->pens[style]);
    free(screen->drawn);
    free(screen->shown);
    free(screen);
}

const struct look *screen_look(const struct screen *screen)
{
    return term_look(screen->term);
}

int screen_width(const struct screen *screen)
{
    return screen->width;
}

int screen_height(const struct screen *screen)
{
    return screen->height;
}

bool screen_event(struct screen *screen, const struct term_event *event)
{
    const struct key *key = &event->key;

    switch (event->type) {
    case TERM_RESIZE: /* without memory the old size is drawn: clipped by the terminal, not lost */
        resize(screen);
        return true;
    case TERM_CONTINUED:
        screen->all = true;
        return true;
    case TERM_WRITTEN:
        if (screen->dropped)
            screen_show(screen);
        return false;
    case TERM_KEY:
        if (key->type == KEY_MODE && key->code == SYNCHRONIZED)
            screen->synchronized = key->modifiers == 1 || key->modifiers == 2;
        return false;
    default:
        return false;
    }
}

/* --- drawing --- */

void screen_clear(struct screen *screen)
{
    for (size_t i = 0; i < (size_t)screen->width * (size_t)screen->height; i++)
        screen->drawn[i] = blank;
}

/* A cell is overwritten: the other half of a wide character that stood there is a blank now. */
static void part(struct screen *screen, int row, int column)
{
    struct cell *cell = cell_at(screen, screen->drawn, row, column);

    if (cell->width == 0 && column > 0)
        cell[-1] = blank;
    if (cell->width == 2 && column + 1 < screen->width)
        cell[1] = blank;
    *cell = blank;
}

static void put(struct screen *screen, int row, int column, const struct cell *cell)
{
    for (int i = 0; i < cell->width; i++)
        part(screen, row, column + i);
    *cell_at(screen, screen->drawn, row, column) = *cell;
    if (cell->width == 2)
        *cell_at(screen, screen->drawn, row, column + 1) =
            (struct cell){.style = cell->style, .width = 0};
}

/* May all of a cluster be sent? */
static bool is_shown(const char *bytes, size_t length)
{
    uint32_t code;

    for (size_t i = 0, n; i < length; i += n) {
        n = utf8_decode(bytes + i, length - i, &code);
        if (n == 0 || !utf8_is_shown(code))
            return false;
    }
    return true;
}

/* The cluster as a cell; what is too long for one loses marks at its end. */
static struct cell make_cell(const struct screen *screen, const char *bytes, size_t length,
                             int columns, enum style style)
{
    struct cell cell = {.style = (uint8_t)style, .width = (uint8_t)columns};

    if (columns == 0 || !is_shown(bytes, length)) {
        bytes = term_look(screen->term)->unicode ? "\xef\xbf\xbd" : "?";
        length = strlen(bytes);
        cell.width = 1;
    }
    while (length >= CELL_BYTES)
        do
            length--;
        while (length > 0 && ((unsigned char)bytes[length] & 0xc0) == 0x80);
    memcpy(cell.text, bytes, length);
    cell.length = (uint8_t)length;
    return cell;
}

int screen_text(struct screen *screen, int row, int column, int columns, enum style style,
                const char *text, size_t length)
{
    int end = columns < screen->width - column ? column + columns : screen->width, cluster;

    for (size_t at = 0, used; at < length; at += used) {
        used = text_cluster(text + at, length - at, &cluster);
        if (cluster == 0 && text[at] == '\033' && used > 1)
            used = 1; /* an escape is nothing to a screen but bytes that cannot be shown */
        struct cell cell = make_cell(screen, text + at, used, cluster, style);
        if (column + cell.width > end)
            break;
        if (column >= 0 && row >= 0 && row < screen->height)
            put(screen, row, column, &cell);
        column += cell.width;
    }
    return column;
}

int screen_puts(struct screen *screen, int row, int column, enum style style, const char *text)
{
    return screen_text(screen, row, column, screen->width, style, text, strlen(text));
}

/* The style that an escape switches on; several look alike, then the first. Anything else, and what
 * switches off, is plain text. */
static enum style style_of(const struct screen *screen, const char *escape, size_t length)
{
    for (int style = 0; style < STYLE_END; style++)
        if (screen->pens[style].length == length &&
            memcmp(screen->pens[style].data, escape, length) == 0)
            return (enum style)style;
    return STYLE_TEXT;
}

int screen_styled(struct screen *screen, int row, int column, int columns, const char *text,
                  size_t length)
{
    int end = columns < screen->width - column ? column + columns : screen->width, cluster;
    enum style style = STYLE_TEXT;

    while (length > 0) {
        const char *escape = memchr(text, '\033', length);
        size_t plain = escape ? (size_t)(escape - text) : length;
        column = screen_text(screen, row, column, end - column, style, text, plain);
        text += plain;
        length -= plain;
        size_t used = text_cluster(text, length, &cluster);
        if (used > 1)
            style = style_of(screen, text, used);
        else if (used == 1)
            column = screen_text(screen, row, column, end - column, style, text, used);
        text += used;
        length -= used;
    }
    return column;
}

int screen_repeat(struct screen *screen, int row, int column, int times, enum style style,
                  enum glyph glyph)
{
    const char *text = look_glyph(term_look(screen->term), glyph);

    for (int i = 0; i < times; i++)
        column = screen_text(screen, row, column, 1, style, text, strlen(text));
    return column;
}

void screen_choose(struct screen *screen, int row, int column, int columns)
{
    for (int i = column; i < column + columns; i++)
        if (row >= 0 && row < screen->height && i >= 0 && i < screen->width)
            cell_at(screen, screen->drawn, row, i)->chosen = true;
}

void screen_row(const struct screen *screen, int row, struct str *out)
{
    int end = screen->width;

    while (end > 0 && strcmp(cell_at(screen, screen->drawn, row, end - 1)->text, " ") == 0)
        end--;
    for (int column = 0; column < end; column++) {
        const struct cell *cell = cell_at(screen, screen->drawn, row, column);
        str_add(out, cell->text, cell->length);
    }
}

enum style screen_style(const struct screen *screen, int row, int column)
{
    return (enum style)cell_at(screen, screen->drawn, row, column)->style;
}

bool screen_chosen(const struct screen *screen, int row, int column)
{
    return cell_at(screen, screen->drawn, row, column)->chosen;
}

/* --- showing --- */

static bool same(const struct cell *a, const struct cell *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

/* The pen of a frame: which style is switched on. */
struct pen_state {
    uint8_t style;
    bool chosen;
};

static void set_pen(struct screen *screen, struct pen_state *pen, const struct cell *cell)
{
    const struct look *look = term_look(screen->term);

    if (pen->style == cell->style && pen->chosen == cell->chosen)
        return;
    str_puts(&screen->frame, "\033[0m");
    look_begin(look, (enum style)cell->style, &screen->frame);
    if (cell->chosen)
        look_begin(look, STYLE_CHOSEN, &screen->frame);
    *pen = (struct pen_state){cell->style, cell->chosen};
}

/* One past the last changed cell of the run that begins at `column`. */
static int end_of_run(const struct screen *screen, const struct cell *drawn,
                      const struct cell *shown, int column)
{
    int end = column + 1;

    for (int i = end; i < screen->width && i < end + GAP; i++)
        if (!same(&drawn[i], &shown[i]))
            end = i + 1;
    return end;
}

static void draw_run(struct screen *screen, struct pen_state *pen, int row, int begin, int end)
{
    const struct cell *drawn = cell_at(screen, screen->drawn, row, 0);

    str_printf(&screen->frame, "\033[%d;%dH", row + 1, begin + 1);
    for (int i = begin; i < end; i++) {
        set_pen(screen, pen, &drawn[i]);
        str_add(&screen->frame, drawn[i].text, drawn[i].length);
    }
}

/* A run never begins or ends within a wide character. */
static void draw_row(struct screen *screen, struct pen_state *pen, int row)
{
    const struct cell *drawn = cell_at(screen, screen->drawn, row, 0);
    const struct cell *shown = cell_at(screen, screen->shown, row, 0);

    for (int column = 0; column < screen->width; column++) {
        if (same(&drawn[column], &shown[column]))
            continue;
        int begin = column, end = end_of_run(screen, drawn, shown, column);
        while (begin > 0 && drawn[begin].width == 0)
            begin--;
        while (end < screen->width && drawn[end].width == 0)
            end++;
        draw_run(screen, pen, row, begin, end);
        column = end - 1;
    }
}

static void draw_frame(struct screen *screen)
{
    size_t size = (size_t)screen->width * (size_t)screen->height * sizeof *screen->drawn;
    struct pen_state pen = {0};

    str_clear(&screen->frame);
    if (screen->all) {
        str_puts(&screen->frame, "\033[0m\033[2J");
        for (size_t i = 0; i < (size_t)screen->width * (size_t)screen->height; i++)
            screen->shown[i] = blank;
    }
    for (int row = 0; row < screen->height; row++)
        draw_row(screen, &pen, row);
    if (pen.style || pen.chosen)
        str_puts(&screen->frame, "\033[0m");
    memcpy(screen->shown, screen->drawn, size);
}

static void send_frame(struct screen *screen)
{
    static const char begin[] = "\033[?2026h", end[] = "\033[?2026l";
    struct str marked = {0};

    if (!screen->synchronized) {
        term_send(screen->term, screen->frame.data, screen->frame.length);
        return;
    }
    str_puts(&marked, begin);
    str_add(&marked, screen->frame.data, screen->frame.length);
    str_puts(&marked, end);
    term_send(screen->term, str_text(&marked), marked.length);
    str_free(&marked);
}

void screen_show(struct screen *screen)
{
    screen->dropped = term_busy(screen->term);
    if (screen->dropped)
        return;
    draw_frame(screen);
    screen->all = screen->frame.failed; /* without memory: once more, later */
    if (screen->frame.length > 0 && !screen->frame.failed)
        send_frame(screen);
}
