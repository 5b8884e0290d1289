/* md4c calls back for each block, span and piece of text; this turns the calls into blocks.
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

static bool in_source(const struct parse *parse, const char *at)
{
    return at >= parse->source && at < parse->end;
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

/* md4c gives a text in pieces: plain ones and entities. */
static const char *attribute(struct parse *parse, const MD_ATTRIBUTE *from)
{
    struct str text = {0};

    for (size_t i = 0; from->text && from->substr_offsets[i] < from->size; i++) {
        const char *piece = from->text + from->substr_offsets[i];
        size_t length = from->substr_offsets[i + 1] - from->substr_offsets[i];
        if (from->substr_types[i] == MD_TEXT_ENTITY)
            entity_add(&text, piece, length);
        else
            str_add(&text, piece, length);
    }
    parse->builder.failed |= text.failed;
    const char *copy = arena_copy(parse->builder.arena, str_text(&text), text.length);
    str_free(&text);
    return copy ? copy : "";
}

static void enter_code(struct parse *parse, const MD_BLOCK_CODE_DETAIL *detail)
{
    close_block(parse);
    struct block *block = parse_open(parse, BLOCK_CODE);
    if (block && detail->lang.size)
        block->info = attribute(parse, &detail->lang);
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

static int span(struct parse *parse, MD_SPANTYPE type, int by)
{
    switch (type) {
    case MD_SPAN_STRONG:
        parse->strong += by;
        break;
    case MD_SPAN_EM:
        parse->emphasis += by;
        break;
    case MD_SPAN_CODE:
        parse->code += by;
        break;
    case MD_SPAN_A:
    case MD_SPAN_IMG:
        parse->link += by;
        break;
    default:
        break;
    }
    return 0;
}

static int enter_span(MD_SPANTYPE type, void *detail, void *data)
{
    struct parse *parse = data;

    if (parse->link == 0 && type == MD_SPAN_A)
        parse->target = attribute(parse, &((MD_SPAN_A_DETAIL *)detail)->href);
    else if (parse->link == 0 && type == MD_SPAN_IMG)
        parse->target = attribute(parse, &((MD_SPAN_IMG_DETAIL *)detail)->src);
    return span(parse, type, 1);
}

static int leave_span(MD_SPANTYPE type, void *detail, void *data)
{
    (void)detail;
    return span(data, type, -1);
}

static unsigned style(const struct parse *parse)
{
    return (parse->strong ? RUN_STRONG : 0) | (parse->emphasis ? RUN_EMPHASIS : 0) |
           (parse->code ? RUN_CODE : 0) | (parse->link ? RUN_LINK : 0);
}

/* The line of the open block is that of its first text; of a fence, the line above the code. */
static void note_line(struct parse *parse, const char *text)
{
    struct block *block = builder_current(&parse->builder);

    if (!in_source(parse, text))
        return;
    int line = lines_of(&parse->lines, text);
    if (block->line == 0 && block->type == BLOCK_CODE)
        line -= parse->code_lines + parse->fenced;
    if (block->line == 0)
        block->line = line;
}

/* In a table even code writes a bar as \|; md4c leaves the backslash. */
static void add_code(struct parse *parse, const char *text, size_t length, const char *target)
{
    struct builder *builder = &parse->builder;
    const char *escape = NULL;

    if (builder_current(builder)->type == BLOCK_TABLE_ROW)
        while ((escape = memmem(text, length, "\\|", 2))) {
            builder_add(builder, text, (size_t)(escape - text), style(parse), target);
            length -= (size_t)(escape + 1 - text);
            text = escape + 1;
            builder_add(builder, text++, 1, style(parse), target);
            length--;
        }
    builder_add(builder, text, length, style(parse), target);
}

static int text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE length, void *data)
{
    struct parse *parse = data;
    struct builder *builder = &parse->builder;
    const char *target = parse->link ? parse->target : NULL;

    if (parse->html)
        return in_source(parse, text) ? parse_directive(parse, text, length) : 0;
    if (type == MD_TEXT_HTML)
        return parse_fault(parse, text, "HTML in a paragraph is not shown in a terminal");
    if (!builder->open && !parse_open(parse, BLOCK_PARAGRAPH))
        return PARSE_STOP;
    note_line(parse, text);
    if (builder_current(builder)->type == BLOCK_CODE) {
        str_add(&builder->text, text, length);
        parse->code_lines += text[length - 1] == '\n';
    } else if (type == MD_TEXT_BR) {
        builder_add(builder, "\n", 1, RUN_BREAK, NULL);
    } else if (type == MD_TEXT_SOFTBR) {
        builder_add(builder, " ", 1, style(parse), target);
    } else if (type == MD_TEXT_ENTITY) {
        struct str decoded = {0};
        entity_add(&decoded, text, length);
        builder_add(builder, str_text(&decoded), decoded.length, style(parse), target);
        builder->failed |= decoded.failed;
        str_free(&decoded);
    } else if (type == MD_TEXT_CODE) {
        add_code(parse, text, length, target);
    } else {
        builder_add(builder, text, length, style(parse), target);
    }
    return builder->failed ? PARSE_STOP : 0;
}

int parse_run(struct parse *parse)
{
    static const MD_PARSER parser = {
        .flags = MD_FLAG_TABLES, /* bare links cost md4c the square of their number */
        .enter_block = enter_block,
        .leave_block = leave_block,
        .enter_span = enter_span,
        .leave_span = leave_span,
        .text = text,
    };
    size_t length = (size_t)(parse->end - parse->source);

    lines_begin(&parse->lines, parse->source, length);
    int stopped = md_parse(parse->source, (MD_SIZE)length, &parser, parse);
    builder_close(&parse->builder);
    return stopped;
}
