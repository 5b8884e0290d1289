/* Tables. Columns are as wide as their widest cell; if that is too much, the widest give way until
 * the table fits, and their cells are wrapped. Where even that leaves columns too narrow to read
 * (40 columns, plain output), each row becomes a short list: "Head: cell". */
#include <stdlib.h>
#include <string.h>

#include "cli/views/page.h"

enum { COLUMNS_MAX = 12, CELL_MIN = 8, GAP = 2, NO_WRAP = 100000 };

struct cell {
    const struct run *runs;
    size_t count;
};

struct table {
    struct page *page;
    const char *prefix;
    int columns, room;
    int widths[COLUMNS_MAX];
};

/* Splits a row at its RUN_CELL runs; how many cells there are. */
static int row_cells(const struct block *row, struct cell *cells)
{
    size_t from = 0;
    int count = 0;

    for (size_t i = 0; i <= row->run_count && count < COLUMNS_MAX; i++) {
        bool last = i == row->run_count;

        if (!last && !(row->runs[i].style & RUN_CELL))
            continue;
        if (!last || i > from)
            cells[count++] = (struct cell){row->runs + from, i - from};
        from = i + 1;
    }
    return count;
}

static void wrap_cell(struct table *table, const struct cell *cell, int width)
{
    wrap_runs(table->page->look, cell->runs, cell->count, width, &table->page->wrap);
}

static void measure(struct table *table, const struct block *rows, size_t count)
{
    struct cell cells[COLUMNS_MAX];

    for (size_t i = 0; i < count; i++) {
        int n = row_cells(&rows[i], cells);

        if (n > table->columns)
            table->columns = n;
        for (int c = 0; c < n; c++) {
            wrap_cell(table, &cells[c], NO_WRAP);
            if (table->page->wrap.lines[0].columns > table->widths[c])
                table->widths[c] = table->page->wrap.lines[0].columns;
        }
    }
}

static int total(const struct table *table)
{
    int sum = GAP * (table->columns - 1);

    for (int c = 0; c < table->columns; c++)
        sum += table->widths[c];
    return sum;
}

/* Takes columns from the widest until the table fits; false if it cannot. */
static bool shrink(struct table *table)
{
    while (total(table) > table->room) {
        int widest = 0;

        for (int c = 1; c < table->columns; c++)
            if (table->widths[c] > table->widths[widest])
                widest = c;
        if (table->widths[widest] <= CELL_MIN)
            return false;
        table->widths[widest]--;
    }
    return true;
}

/* One line of a cell, padded unless it is the last of its row; true if there was such a line. */
static bool cell_line(struct table *table, const struct cell *cell, int column, size_t line,
                      bool head, struct str *out)
{
    struct wrap *wrap = &table->page->wrap;
    int columns = 0;

    wrap->cuts = true;
    wrap_cell(table, cell, table->widths[column]);
    wrap->cuts = false;
    if (line < wrap->count) {
        if (head)
            look_begin(table->page->look, STYLE_STRONG, out);
        str_add(out, wrap->text.data + wrap->lines[line].offset, wrap->lines[line].length);
        if (head)
            look_end(table->page->look, STYLE_STRONG, out);
        columns = wrap->lines[line].columns;
    }
    if (column + 1 < table->columns)
        str_repeat(out, " ", table->widths[column] - columns + GAP);
    return line + 1 < wrap->count;
}

static void aligned_row(struct table *table, const struct block *row, struct str *out)
{
    struct cell cells[COLUMNS_MAX];
    int count = row_cells(row, cells);
    bool more = true;

    for (size_t line = 0; more; line++) {
        more = false;
        str_puts(out, table->prefix);
        for (int c = 0; c < count; c++)
            more |= cell_line(table, &cells[c], c, line, row->number == 0, out);
        str_putc(out, '\n');
    }
}

static void rule(const struct table *table, struct str *out)
{
    str_puts(out, table->prefix);
    str_repeat(out, look_glyph(table->page->look, GLYPH_RULE), total(table));
    str_putc(out, '\n');
}

static void listed_row(struct table *table, const struct block *head, const struct block *row,
                       struct str *out)
{
    struct cell cells[COLUMNS_MAX], names[COLUMNS_MAX];
    int count = row_cells(row, cells), name_count = head ? row_cells(head, names) : 0;
    struct wrap *wrap = &table->page->wrap;

    for (int c = 0; c < count; c++) {
        struct str first = {0}, rest = {0};

        str_puts(&first, table->prefix);
        str_printf(&rest, "%s  ", table->prefix);
        if (c < name_count && names[c].count > 0) {
            wrap_cell(table, &names[c], NO_WRAP);
            str_add(&first, str_text(&wrap->text), wrap->text.length);
            str_puts(&first, ": ");
        }
        wrap_cell(table, &cells[c], table->room > 20 ? table->room - 14 : table->room);
        wrap_add(wrap, str_text(&first), str_text(&rest), out);
        str_free(&first);
        str_free(&rest);
    }
}

void page_table(struct page *page, const char *prefix, const struct block *rows, size_t count,
                struct str *out)
{
    struct table table = {page, prefix, 0, page->width - (rows[0].in_box ? 2 : 0), {0}};
    const struct block *head = rows[0].number == 0 ? &rows[0] : NULL;
    bool aligned;

    measure(&table, rows, count);
    aligned = !page->look->plain && shrink(&table);
    for (size_t i = 0; i < count; i++) {
        if (aligned)
            aligned_row(&table, &rows[i], out);
        else if (&rows[i] != head)
            listed_row(&table, head, &rows[i], out);
        if (aligned && &rows[i] == head)
            rule(&table, out);
        if (!aligned && i + 1 < count && &rows[i] != head)
            str_printf(out, "%s\n", prefix);
    }
}
