/* Lines of code: what they have in common as indent is taken off, numbers stand before quoted
 * source, and a line too long for the screen goes on in the next one, further in. */
#include <stdio.h>
#include <string.h>

#include "cli/views/page.h"

enum { INDENT = 3, NUMBER_COLUMNS = 6, COLUMNS_MIN = 20 };

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

static void add_code(const struct page *page, const char *text, size_t length, bool is_c,
                     struct str *out)
{
    (void)is_c;
    look_begin(page->look, STYLE_CODE, out);
    str_add(out, text, length);
    look_end(page->look, STYLE_CODE, out);
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

static void add_line(const struct page *page, const char *prefix, const char *line, size_t length,
                     int number, bool is_c, struct str *out)
{
    int gutter = number ? NUMBER_COLUMNS : INDENT;
    int columns = page->width - gutter < COLUMNS_MIN ? COLUMNS_MIN : page->width - gutter;
    size_t piece = fit(line, length, columns);

    str_puts(out, prefix);
    if (number)
        add_number(page, number, out);
    else if (length)
        str_repeat(out, " ", INDENT);
    add_code(page, line, piece, is_c, out);
    str_putc(out, '\n');
    while (piece < length) {
        line += piece;
        length -= piece;
        piece = fit(line, length, columns - 2);
        str_puts(out, prefix);
        str_repeat(out, " ", gutter + 2);
        add_code(page, line, piece, is_c, out);
        str_putc(out, '\n');
    }
}

void page_code(struct page *page, const char *prefix, const char *text, int first_line, bool is_c,
               struct str *out)
{
    int common = common_indent(text), number = first_line;

    for (const char *line = text; *line; line = next_line(line)) {
        size_t length = line_length(line);
        size_t skip = length < (size_t)common ? length : (size_t)common;

        add_line(page, prefix, line + skip, length - skip, number, is_c, out);
        if (number)
            number++;
    }
}
