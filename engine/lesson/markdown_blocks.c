/* md4c calls back for each block, span and piece of text; here are the blocks.
 *
 * md4c opens list items before it says whether a paragraph or a text follows, so an item is opened
 * at once and its first paragraph continues it. Depth and table width are bounded, because md4c's
 * output is the product of both with the input's length. */
#include <errno.h>
#include <md4c.h>
#include <string.h>

#include "engine/lesson/markdown_priv.h"

int parse_fault(struct parse *parse, const char *at, const char *text)
{
    int line = at ? lines_of(&parse->lines, at) : lines_next(&parse->lines);

    error_at(&parse->error, -EINVAL, parse->file, line, "%s", text);
    return PARSE_STOP;
}

struct block *parse_open(struct parse *parse, enum block_type type)
{
    struct block *block = builder_open(&parse->builder, type);

    if (block) {
        block->in_box = parse->quotes;
        block->level = parse->lists;
    }
    return block;
}

/* Closes the open block; one in which no text was seen takes the next line. */
static void close_block(struct parse *parse)
{
    if (parse->builder.open && builder_current(&parse->builder)->line == 0)
        builder_current(&parse->builder)->line = lines_next(&parse->lines);
    builder_close(&parse->builder);
}

static int enter_list(struct parse *parse, int first_number)
{
    close_block(parse);
    if (parse->quotes + parse->lists >= PARSE_DEEPEST)
        return parse_fault(parse, NULL, "lists and quotes are nested too deep");
    parse->next_number[++parse->lists] = first_number;
    return 0;
}

static int enter_quote(struct parse *parse)
{
    close_block(parse);
    if (parse->quotes + parse->lists >= PARSE_DEEPEST)
        return parse_fault(parse, NULL, "lists and quotes are nested too deep");
    parse->quotes++;
    parse->builder.quote_begins = true;
    return 0;
}

static void enter_item(struct parse *parse)
{
    close_block(parse);
    struct block *item = parse_open(parse, BLOCK_ITEM);
    int *number = &parse->next_number[parse->lists];
    if (item && *number >= 0)
        item->number = (*number)++;
}

static void enter_paragraph(struct parse *parse)
{
    struct builder *builder = &parse->builder;

    if (builder->open && builder_current(builder)->type == BLOCK_ITEM && builder->run_count == 0)
        return;
    close_block(parse);
    parse_open(parse, BLOCK_PARAGRAPH);
}

static void enter_code(struct parse *parse, const MD_BLOCK_CODE_DETAIL *detail)
{
    close_block(parse);
    struct block *block = parse_open(parse, BLOCK_CODE);
    if (block && detail->lang.size)
        block->info = parse_attribute(parse, &detail->lang);
    parse->fenced = detail->fence_char != 0;
    parse->code_lines = 0;
}

static void leave_code(struct parse *parse)
{
    if (parse->builder.open) {
        struct block *block = builder_current(&parse->builder);
        if (block->line == 0)
            block->line = lines_next(&parse->lines);
        if (parse->fenced)
            lines_leave_code(&parse->lines, block->line + parse->code_lines);
    }
    close_block(parse);
}

static void enter_row(struct parse *parse)
{
    close_block(parse);
    struct block *row = parse_open(parse, BLOCK_TABLE_ROW);
    if (row)
        row->number = parse->head ? 0 : ++parse->row;
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *data)
{
    struct parse *parse = data;
    struct block *block;

    switch (type) {
    case MD_BLOCK_QUOTE:
        return enter_quote(parse);
    case MD_BLOCK_UL:
        return enter_list(parse, -1);
    case MD_BLOCK_OL:
        return enter_list(parse, (int)((MD_BLOCK_OL_DETAIL *)detail)->start);
    case MD_BLOCK_LI:
        enter_item(parse);
        break;
    case MD_BLOCK_HR:
        close_block(parse);
        block = parse_open(parse, BLOCK_RULE);
        if (block)
            block->line = lines_next_rule(&parse->lines);
        break;
    case MD_BLOCK_H:
        close_block(parse);
        block = parse_open(parse, BLOCK_HEADING);
        if (block)
            block->level = (int)((MD_BLOCK_H_DETAIL *)detail)->level;
        break;
    case MD_BLOCK_CODE:
        enter_code(parse, detail);
        break;
    case MD_BLOCK_HTML:
        close_block(parse);
        parse->html = true;
        break;
    case MD_BLOCK_P:
        enter_paragraph(parse);
        break;
    case MD_BLOCK_TABLE:
        if (((MD_BLOCK_TABLE_DETAIL *)detail)->col_count > PARSE_COLUMNS)
            return parse_fault(parse, NULL, "a table has more than 32 columns");
        parse->row = 0;
        break;
    case MD_BLOCK_THEAD:
    case MD_BLOCK_TBODY:
        parse->head = type == MD_BLOCK_THEAD;
        break;
    case MD_BLOCK_TR:
        enter_row(parse);
        break;
    case MD_BLOCK_DOC:
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
        break;
    }
    return parse->builder.failed ? PARSE_STOP : 0;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *data)
{
    struct parse *parse = data;

    (void)detail;
    switch (type) {
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
        builder_add(&parse->builder, "", 0, RUN_CELL, NULL);
        return 0;
    case MD_BLOCK_CODE:
        leave_code(parse);
        break;
    case MD_BLOCK_H:
        close_block(parse);
        lines_leave_heading(&parse->lines);
        break;
    case MD_BLOCK_THEAD:
        parse->lines.used++; /* the line of dashes */
        break;
    case MD_BLOCK_HTML:
        parse->html = false;
        break;
    default:
        close_block(parse);
        parse->quotes -= type == MD_BLOCK_QUOTE;
        parse->lists -= type == MD_BLOCK_UL || type == MD_BLOCK_OL;
        if (type == MD_BLOCK_QUOTE)
            parse->builder.quote_begins = false;
    }
    return parse->builder.failed ? PARSE_STOP : 0;
}

int parse_run(struct parse *parse)
{
    static const MD_PARSER parser = {
        .flags = MD_FLAG_TABLES, /* bare links cost md4c the square of their number */
        .enter_block = enter_block,
        .leave_block = leave_block,
        .enter_span = parse_enter_span,
        .leave_span = parse_leave_span,
        .text = parse_text,
    };
    size_t length = (size_t)(parse->end - parse->source);

    lines_begin(&parse->lines, parse->source, length);
    int stopped = md_parse(parse->source, (MD_SIZE)length, &parser, parse);
    builder_close(&parse->builder);
    return stopped;
}
