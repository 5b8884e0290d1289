/* Marks: * strong, _ emphasis, ` code, [text](target) link, | end of a cell, / hard break. */
#include "tests/lesson/show.h"

static void show_run(const struct run *run, struct str *out)
{
    const char *strong = run->style & RUN_STRONG ? "*" : "";
    const char *emphasis = run->style & RUN_EMPHASIS ? "_" : "";
    const char *code = run->style & RUN_CODE ? "`" : "";

    if (run->style & RUN_CELL)
        str_puts(out, "|");
    else if (run->style & RUN_BREAK)
        str_puts(out, "/");
    else
        str_printf(out, "%s%s%s%s%.*s%s%s%s", run->style & RUN_LINK ? "[" : "", strong, emphasis,
                   code, (int)run->length, run->text, code, emphasis, strong);
    if (run->style & RUN_LINK)
        str_printf(out, "](%s)", run->target);
}

static void show_kind(const struct block *block, struct str *out)
{
    static const char *const names[] = {
        [BLOCK_HEADING] = "heading", [BLOCK_PARAGRAPH] = "paragraph",
        [BLOCK_ITEM] = "item",       [BLOCK_CODE] = "code",
        [BLOCK_BOX] = "box",         [BLOCK_TABLE_ROW] = "row",
        [BLOCK_RULE] = "rule",       [BLOCK_DIRECTIVE] = "directive",
    };

    str_puts(out, names[block->type]);
    if (block->type == BLOCK_ITEM)
        str_printf(out, " %d.%d", block->level, block->number);
    else if (block->type == BLOCK_TABLE_ROW)
        str_printf(out, " %d", block->number);
    else if (block->level)
        str_printf(out, " %d", block->level);
    str_printf(out, " @%d", block->line);
    if (block->in_box)
        str_printf(out, " in %d", block->in_box);
}

void show_document(const struct document *document, struct str *out)
{
    for (size_t i = 0; i < document->block_count; i++) {
        const struct block *block = &document->blocks[i];
        show_kind(block, out);
        if (block->info[0] || block->text[0] || block->run_count)
            str_puts(out, ": ");
        str_puts(out, block->info);
        if (block->text[0])
            str_printf(out, "%s%s", block->type == BLOCK_CODE ? "\n" : " ", block->text);
        for (size_t r = 0; r < block->run_count; r++)
            show_run(&block->runs[r], out);
        if (block->type != BLOCK_CODE || !block->text[0])
            str_putc(out, '\n');
    }
}
