/* Blocks are written one after the other; what differs between them is the text before each line.
 * That text is put together once a block (margin, bar of the box, indent of the list), and
 * everything else is wrapping. */
#include "cli/views/page.h"

#include <stdlib.h>
#include <string.h>

enum { INDENT_MAX = 24 };

void page_init(struct page *page, const struct look *look)
{
    int width = look->width < PAGE_WIDTH_MAX ? look->width : PAGE_WIDTH_MAX;

    *page = (struct page){.look = look, .margin = look->plain ? "" : " "};
    page->width = width - 2 * (int)strlen(page->margin);
    if (page->width < 10)
        page->width = 10;
}

void page_free(struct page *page)
{
    wrap_free(&page->wrap);
}

static void add_blanks(struct str *out, int count)
{
    str_repeat(out, " ", count);
}

static void box_prefix(const struct page *page, const struct block *block, struct str *prefix)
{
    str_puts(prefix, page->margin);
    if (!block->in_box)
        return;
    if (page->look->plain) {
        str_puts(prefix, "  ");
        return;
    }
    look_text(page->look, STYLE_BOX, look_glyph(page->look, GLYPH_BAR), prefix);
    str_putc(prefix, ' ');
}

static int text_columns(const struct page *page, const struct block *block, int indent)
{
    int columns = page->width - indent - (block->in_box ? 2 : 0);

    return columns < 10 ? 10 : columns;
}

static void add_wrapped(struct page *page, const char *prefix, const char *first, int indent,
                        struct str *out)
{
    struct str begin = {0}, rest = {0};

    str_printf(&begin, "%s%s", prefix, first);
    str_puts(&rest, prefix);
    add_blanks(&rest, indent);
    wrap_add(&page->wrap, str_text(&begin), str_text(&rest), out);
    str_free(&begin);
    str_free(&rest);
}

static void add_heading(struct page *page, const char *prefix, const struct block *block,
                        struct str *out)
{
    enum style style = block->level == 1 ? STYLE_TITLE : STYLE_HEADING;
    struct str text = {0};
    int columns;

    for (size_t i = 0; i < block->run_count; i++)
        str_add(&text, block->runs[i].text, block->runs[i].length);
    wrap_text(page->look, style, str_text(&text), text_columns(page, block, 0), &page->wrap);
    add_wrapped(page, prefix, "", 0, out);
    if (!page->look->bold && !page->look->color && !page->look->plain && page->wrap.count) {
        columns = page->wrap.lines[page->wrap.count - 1].columns;
        str_puts(out, prefix);
        str_repeat(out, block->level == 1 ? "=" : "-", columns);
        str_putc(out, '\n');
    }
    str_free(&text);
}

static void add_item(struct page *page, const char *prefix, const struct block *block,
                     struct str *out)
{
    int depth = block->level > 1 ? 2 * (block->level - 1) : 0;
    struct str mark = {0};
    int indent;

    if (depth > INDENT_MAX)
        depth = INDENT_MAX;
    add_blanks(&mark, depth);
    if (block->number)
        str_printf(&mark, "%2d. ", block->number);
    else
        str_printf(&mark, " %s ", page->look->plain ? "-" : look_glyph(page->look, GLYPH_BULLET));
    indent = text_width(str_text(&mark), mark.length);
    wrap_runs(page->look, block->runs, block->run_count, text_columns(page, block, indent),
              &page->wrap);
    add_wrapped(page, prefix, str_text(&mark), indent, out);
    str_free(&mark);
}

static void add_box_title(struct page *page, const struct block *block, struct str *out)
{
    struct block inside = {.in_box = 1};
    struct str prefix = {0};

    if (page->look->plain)
        str_puts(&prefix, "Box: ");
    else
        box_prefix(page, &inside, &prefix);
    str_puts(out, str_text(&prefix));
    look_text(page->look, STYLE_STRONG, block->info, out);
    str_putc(out, '\n');
    str_free(&prefix);
}

static void add_rule(const struct page *page, const char *prefix, struct str *out)
{
    str_puts(out, prefix);
    if (!page->look->plain)
        str_repeat(out, look_glyph(page->look, GLYPH_RULE), 20);
    str_putc(out, '\n');
}

static void add_source(struct page *page, const char *prefix, const struct block *block,
                       struct str *out)
{
    char *text, *path;
    int first_line;
    struct error error = {0};

    if (page->source(page->to, block->text, &text, &first_line, &path, &error) < 0) {
        str_puts(out, prefix);
        look_text(page->look, STYLE_WARNING, error.text, out);
        str_putc(out, '\n');
        return;
    }
    str_puts(out, prefix);
    look_text(page->look, STYLE_DIM, path, out);
    str_putc(out, '\n');
    page_code(page, prefix, text, first_line, true, out);
    free(text);
    free(path);
}

static bool is_c(const struct block *block)
{
    return strcmp(block->info, "c") == 0;
}

static void add_block(struct page *page, const char *prefix, const struct block *block,
                      struct str *out)
{
    switch (block->type) {
    case BLOCK_HEADING:
        add_heading(page, prefix, block, out);
        break;
    case BLOCK_PARAGRAPH:
        wrap_runs(page->look, block->runs, block->run_count, text_columns(page, block, 0),
                  &page->wrap);
        wrap_add(&page->wrap, prefix, prefix, out);
        break;
    case BLOCK_ITEM:
        add_item(page, prefix, block, out);
        break;
    case BLOCK_CODE:
        page_code(page, prefix, block->text, 0, is_c(block), out);
        break;
    case BLOCK_BOX:
        add_box_title(page, block, out);
        break;
    case BLOCK_RULE:
        add_rule(page, prefix, out);
        break;
    case BLOCK_DIRECTIVE:
        add_source(page, prefix, block, out);
        break;
    case BLOCK_TABLE_ROW:
        break;
    }
}

static bool is_silent(const struct page *page, const struct block *block)
{
    return block->type == BLOCK_DIRECTIVE && (!page->source || strcmp(block->info, "source") != 0);
}

/* The line between two blocks: none between items and after a box's title, the bar within a box. */
static void add_gap(struct page *page, const struct block *before, const struct block *block,
                    struct str *out)
{
    struct str prefix = {0};

    if (before->type == BLOCK_BOX || (before->type == BLOCK_ITEM && block->type == BLOCK_ITEM))
        return;
    if (before->in_box && block->in_box && block->type != BLOCK_BOX) {
        box_prefix(page, block, &prefix);
        while (prefix.length && prefix.data[prefix.length - 1] == ' ')
            prefix.data[--prefix.length] = '\0';
        str_puts(out, str_text(&prefix));
        str_free(&prefix);
    }
    str_putc(out, '\n');
}

static size_t table_end(const struct block *blocks, size_t from, size_t to)
{
    size_t end = from + 1;

    while (end < to && blocks[end].type == BLOCK_TABLE_ROW && blocks[end].number != 0)
        end++;
    return end;
}

void page_blocks(struct page *page, const struct block *blocks, size_t from, size_t to,
                 const struct block *before, struct str *out)
{
    struct str prefix = {0};

    for (size_t i = from, next; i < to; i = next) {
        next = blocks[i].type == BLOCK_TABLE_ROW ? table_end(blocks, i, to) : i + 1;
        if (is_silent(page, &blocks[i]))
            continue;
        if (before)
            add_gap(page, before, &blocks[i], out);
        str_clear(&prefix);
        box_prefix(page, &blocks[i], &prefix);
        if (blocks[i].type == BLOCK_TABLE_ROW)
            page_table(page, str_text(&prefix), blocks + i, next - i, out);
        else
            add_block(page, str_text(&prefix), &blocks[i], out);
        before = &blocks[i];
    }
    str_free(&prefix);
}

size_t page_unit(const struct block *blocks, size_t count, size_t from)
{
    size_t end = from + 1;

    if (blocks[from].type == BLOCK_TABLE_ROW)
        return table_end(blocks, from, count);
    if (blocks[from].type == BLOCK_BOX) {
        while (end < count && blocks[end].in_box && blocks[end].type != BLOCK_BOX)
            end++;
        return end;
    }
    if (blocks[from].type == BLOCK_HEADING && end < count && blocks[end].type != BLOCK_HEADING &&
        blocks[end].type != BLOCK_DIRECTIVE)
        return page_unit(blocks, count, end);
    return end;
}
