/* Single lines and paragraphs that views write themselves, in the measures of the page. */
#include <string.h>

#include "cli/views/page.h"

enum { COLUMNS_MIN = 10 };

void page_title(struct page *page, enum style style, const char *left, const char *right,
                struct str *out)
{
    int left_columns = text_width(left, strlen(left));
    int right_columns = text_width(right, strlen(right));
    int gap = page->width - left_columns - right_columns;

    if (page->look->plain || (*right && gap < 2)) {
        page_text(page, style, 0, left, out);
        if (page->look->plain && *right)
            page_text(page, STYLE_TEXT, 0, right, out);
        return;
    }
    str_puts(out, page->margin);
    look_text(page->look, style, left, out);
    if (*right) {
        str_repeat(out, " ", gap);
        look_text(page->look, STYLE_DIM, right, out);
    }
    str_putc(out, '\n');
}

static int columns_after(const struct page *page, int indent)
{
    return page->width - indent < COLUMNS_MIN ? COLUMNS_MIN : page->width - indent;
}

void page_text(struct page *page, enum style style, int indent, const char *text, struct str *out)
{
    struct str prefix = {0};

    str_puts(&prefix, page->margin);
    str_repeat(&prefix, " ", indent);
    wrap_text(page->look, style, text, columns_after(page, indent), &page->wrap);
    wrap_add(&page->wrap, str_text(&prefix), str_text(&prefix), out);
    str_free(&prefix);
}

void page_led(struct page *page, enum style style, const char *lead, const char *text,
              struct str *out)
{
    wrap_led(page->look, style, lead, text, page->width, &page->wrap);
    wrap_add(&page->wrap, page->margin, page->margin, out);
}

void page_labelled(struct page *page, const char *label, const char *text, struct str *out)
{
    int indent = text_width(label, strlen(label));
    struct str first = {0}, rest = {0};

    str_printf(&first, "%s%s", page->margin, label);
    str_puts(&rest, page->margin);
    str_repeat(&rest, " ", indent);
    wrap_text(page->look, STYLE_TEXT, text, columns_after(page, indent), &page->wrap);
    wrap_add(&page->wrap, str_text(&first), str_text(&rest), out);
    str_free(&first);
    str_free(&rest);
}
