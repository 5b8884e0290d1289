/* Sending a frame: the difference between what was drawn and what is shown, row by row, as runs of
 * changed cells. Short unchanged gaps are written through, because moving the cursor costs more
 * bytes than a few cells. */
#include <string.h>

#include "engine/term/screen_priv.h"

enum { GAP = 4 };

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
    const struct cell *drawn = screen_cell(screen, screen->drawn, row, 0);

    str_printf(&screen->frame, "\033[%d;%dH", row + 1, begin + 1);
    for (int i = begin; i < end; i++) {
        set_pen(screen, pen, &drawn[i]);
        str_add(&screen->frame, drawn[i].text, drawn[i].length);
    }
}

/* A run never begins or ends within a wide character. */
static void draw_row(struct screen *screen, struct pen_state *pen, int row)
{
    const struct cell *drawn = screen_cell(screen, screen->drawn, row, 0);
    const struct cell *shown = screen_cell(screen, screen->shown, row, 0);

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
            screen->shown[i] = screen_blank;
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
