/* What is inside blocks: styles that nest, and the pieces of text that md4c finds between them. */
#include <string.h>

#include "engine/lesson/markdown_priv.h"

static bool in_source(const struct parse *parse, const char *at)
{
    return at >= parse->source && at < parse->end;
}

/* md4c gives a text in pieces: plain ones and entities. */
const char *parse_attribute(struct parse *parse, const MD_ATTRIBUTE *from)
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

int parse_enter_span(MD_SPANTYPE type, void *detail, void *data)
{
    struct parse *parse = data;

    if (parse->link == 0 && type == MD_SPAN_A)
        parse->target = parse_attribute(parse, &((MD_SPAN_A_DETAIL *)detail)->href);
    else if (parse->link == 0 && type == MD_SPAN_IMG)
        parse->target = parse_attribute(parse, &((MD_SPAN_IMG_DETAIL *)detail)->src);
    return span(parse, type, 1);
}

int parse_leave_span(MD_SPANTYPE type, void *detail, void *data)
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

int parse_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE length, void *data)
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
