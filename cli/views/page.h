/* A lesson's blocks as text: wrapped at a readable width, boxes with a bar, tables, lists, code,
 * and quoted source with the numbers of its lines. Pure: blocks and a look in, bytes out. */
#ifndef ASYNCTUT_VIEW_PAGE_H
#define ASYNCTUT_VIEW_PAGE_H

#include "cli/views/wrap.h"
#include "engine/base/error.h"

enum { PAGE_WIDTH_MAX = 100 };

struct page {
    const struct look *look;
    int width;          /* columns of the text, without the margin */
    const char *margin; /* before every line */
    /* The quoted source of a directive <!-- source ARGUMENT -->: the caller frees *ret_text and
     * *ret_path, which is what the reader is shown. */
    int (*source)(void *to, const char *argument, char **ret_text, int *ret_first_line,
                  char **ret_path, struct error *error);
    void *to;
    struct wrap wrap; /* scratch */
};

/* page->source is NULL: source directives are left out. */
void page_init(struct page *page, const struct look *look);
void page_free(struct page *page);

/* Appends blocks from..to. Other directives than `source` give nothing. A blank line stands between
 * blocks, but between items of a list; so it is with the first and `before`, unless that is NULL.
 */
void page_blocks(struct page *page, const struct block *blocks, size_t from, size_t to,
                 const struct block *before, struct str *out);

/* The end of what must stay together with block `from`: all rows of a table, a box with its
 * paragraphs, a heading with what follows it. */
size_t page_unit(const struct block *blocks, size_t count, size_t from);

/* One line with `left` and, as far right as it fits, `right`; both in a style. Too long on one
 * line: the right part is left out. */
void page_title(struct page *page, enum style style, const char *left, const char *right,
                struct str *out);

/* Wrapped text after an indent of `indent` columns, in one style, with `backquotes` for code. */
void page_text(struct page *page, enum style style, int indent, const char *text, struct str *out);

/* A paragraph that opens with a few words in a style. */
void page_led(struct page *page, enum style style, const char *lead, const char *text,
              struct str *out);

/* The same with `label` before its first line and the others aligned below. */
void page_labelled(struct page *page, const char *label, const char *text, struct str *out);

/* In page_table.c: rows from..to of one table. In page_code.c: lines of code; first_line 0: without
 * numbers. For page_blocks(). */
void page_table(struct page *page, const char *prefix, const struct block *rows, size_t count,
                struct str *out);
void page_code(struct page *page, const char *prefix, const char *text, int first_line, bool is_c,
               struct str *out);

#endif
