/* Lines of code: what they have in common as indent is taken off, numbers stand before quoted
 * source, and a line too long for the screen goes on in the next one, further in. */
#include <stdio.h>
#include <string.h>

#include "cli/views/page.h"
#include "engine/term/highlight.h"

enum { INDENT = 3, NUMBER_COLUMNS = 6, COLUMNS_MIN = 20, FOLD_INDENT = 2 };

static const char *next_line(const char *line)
{
    const char *end = strchr(line, '\n');

    return end ? end + 1 : line + strlen(line);
}

static size_t line_length(const char *line)
{
    return strcspn(line, "\n");
}

static int common_indent(const char *text)
{
    int common = 1000;

    for (const char *line = text; *line; line = next_line(line)) {
        int indent = (int)strspn(line, " ");

        if (line_length(line) > (size_t)indent && indent < common)
            common = indent;
    }
    return common;
}

static void add_number(const struct page *page, int number, struct str *out)
{
    char text[16];

    snprintf(text, sizeof text, "%4d  ", number);
    look_text(page->look, STYLE_DIM, text, out);
}

/* How much of the line fits, broken at a blank where there is one in its second half. */
static size_t fit(const char *line, size_t length, int columns)
{
    size_t piece = text_fit(line, length, columns), at = piece;

    if (piece == 0 || piece == length)
        return length;
    while (at > piece / 2 && line[at - 1] != ' ')
        at--;
    return at > piece / 2 ? at : piece;
}

/* A line that is being written: pieces come in order, and are cut where the line is folded. */
struct folding {
    const struct page *page;
    const char *prefix, *line;
    size_t length, fold; /* fold: the byte before which the next row begins */
    int gutter, columns; /* columns: of the rows after the first */
    struct str *out;
};

static void next_row(struct folding *folding)
{
    size_t at = folding->fold;

    str_putc(folding->out, '\n');
    str_puts(folding->out, folding->prefix);
    str_repeat(folding->out, " ", folding->gutter + FOLD_INDENT);
    folding->fold = at + fit(folding->line + at, folding->length - at, folding->columns);
}

static void add_piece(enum style style, const char *bytes, size_t length, void *to)
{
    struct folding *folding = to;

    while (length > 0) {
        size_t at = (size_t)(bytes - folding->line), part = length;

        if (at == folding->fold)
            next_row(folding);
        if (at + part > folding->fold)
            part = folding->fold - at;
        look_begin(folding->page->look, style, folding->out);
        str_add(folding->out, bytes, part);
        look_end(folding->page->look, style, folding->out);
        bytes += part;
        length -= part;
    }
}

/* highlight: NULL if the language is not known. */
static void add_line(const struct page *page, const char *prefix, const char *line, size_t length,
                     int number, struct highlight *highlight, struct str *out)
{
    int gutter = number ? NUMBER_COLUMNS : INDENT;
    int columns = page->width - gutter < COLUMNS_MIN ? COLUMNS_MIN : page->width - gutter;
    struct folding folding = {.page = page,
                              .prefix = prefix,
                              .line = line,
                              .length = length,
                              .fold = fit(line, length, columns),
                              .gutter = gutter,
                              .columns = columns - FOLD_INDENT,
                              .out = out};

    str_puts(out, prefix);
    if (number)
        add_number(page, number, out);
    else if (length)
        str_repeat(out, " ", INDENT);
    if (highlight)
        highlight_line(highlight, line, length, add_piece, &folding);
    else
        add_piece(STYLE_CODE, line, length, &folding);
    str_putc(out, '\n');
}

void page_code(struct page *page, const char *prefix, const char *text, int first_line, bool is_c,
               struct str *out)
{
    int common = common_indent(text), number = first_line;
    struct highlight highlight = {0};

    for (const char *line = text; *line; line = next_line(line)) {
        size_t length = line_length(line);
        size_t skip = length < (size_t)common ? length : (size_t)common;

        add_line(page, prefix, line + skip, length - skip, number, is_c ? &highlight : NULL, out);
        if (number)
            number++;
    }
}
