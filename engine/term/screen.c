/* Drawing, into an array of cells. The other array has what the terminal shows once all that was
 * sent has arrived; screen_show.c sends the difference. */
#include "engine/term/screen.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/utf8.h"
#include "engine/term/screen_priv.h"
#include "engine/term/term_priv.h"

enum { SYNCHRONIZED = 2026 };

const struct cell screen_blank = {.text = " ", .length = 1, .width = 1};

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
        screen->drawn[i] = screen_blank;
}

/* A cell is overwritten: the other half of a wide character that stood there is a blank now. */
static void part(struct screen *screen, int row, int column)
{
    struct cell *cell = screen_cell(screen, screen->drawn, row, column);

    if (cell->width == 0 && column > 0)
        cell[-1] = screen_blank;
    if (cell->width == 2 && column + 1 < screen->width)
        cell[1] = screen_blank;
    *cell = screen_blank;
}

static void put(struct screen *screen, int row, int column, const struct cell *cell)
{
    for (int i = 0; i < cell->width; i++)
        part(screen, row, column + i);
    *screen_cell(screen, screen->drawn, row, column) = *cell;
    if (cell->width == 2)
        *screen_cell(screen, screen->drawn, row, column + 1) =
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
            screen_cell(screen, screen->drawn, row, i)->chosen = true;
}

void screen_row(const struct screen *screen, int row, struct str *out)
{
    int end = screen->width;

    while (end > 0 && strcmp(screen_cell(screen, screen->drawn, row, end - 1)->text, " ") == 0)
        end--;
    for (int column = 0; column < end; column++) {
        const struct cell *cell = screen_cell(screen, screen->drawn, row, column);
        str_add(out, cell->text, cell->length);
    }
}

enum style screen_style(const struct screen *screen, int row, int column)
{
    return (enum style)screen_cell(screen, screen->drawn, row, column)->style;
}

bool screen_chosen(const struct screen *screen, int row, int column)
{
    return screen_cell(screen, screen->drawn, row, column)->chosen;
}
