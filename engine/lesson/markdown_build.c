/* Blocks are gathered one at a time: its texts follow each other in one string, so that neighbours
 * of the same style become one run whatever they were in the source, and what is kept is one copy
 * of the text and one array of runs a block. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/array.h"
#include "engine/lesson/markdown_priv.h"

struct block *builder_current(struct builder *builder)
{
    return &builder->blocks[builder->block_count - 1];
}

static struct block *push(struct builder *builder, enum block_type type)
{
    if (builder->failed ||
        !array_grow(&builder->blocks, &builder->block_capacity, builder->block_count)) {
        builder->failed = true;
        return NULL;
    }
    builder->blocks[builder->block_count++] = (struct block){.type = type, .info = "", .text = ""};
    return builder_current(builder);
}

struct block *builder_open(struct builder *builder, enum block_type type)
{
    builder_close(builder);
    str_clear(&builder->text);
    builder->run_count = 0;
    builder->may_be_box = builder->quote_begins && type == BLOCK_PARAGRAPH;
    builder->quote_begins = false;
    struct block *block = push(builder, type);
    builder->open = block != NULL;
    return block;
}

void builder_add(struct builder *builder, const char *text, size_t length, unsigned style,
                 const char *target)
{
    struct open_run *last = builder->run_count ? &builder->runs[builder->run_count - 1] : NULL;

    if (length == 0 && !(style & RUN_CELL))
        return;
    str_add(&builder->text, text, length);
    if (last && last->style == style && last->target == target &&
        !(style & (RUN_BREAK | RUN_CELL))) {
        last->length += length;
        return;
    }
    if (!array_grow(&builder->runs, &builder->run_capacity, builder->run_count)) {
        builder->failed = true;
        return;
    }
    builder->runs[builder->run_count++] =
        (struct open_run){.length = length, .style = style, .target = target};
}

static void tabs_to_blanks(char *text, size_t length)
{
    for (char *tab = text; (tab = memchr(tab, '\t', length - (size_t)(tab - text)));)
        *tab = ' ';
}

/* Moves the runs from number `first` on, whose text begins at `offset`, into the block. */
static void move_runs(struct builder *builder, struct block *block, size_t first, size_t offset)
{
    size_t n = builder->run_count - first, length = builder->text.length - offset;

    if (n == 0)
        return;
    char *text = arena_copy(builder->arena, str_text(&builder->text) + offset, length);
    block->runs = arena_alloc(builder->arena, n * sizeof *block->runs);
    if (!text || !block->runs)
        return;
    tabs_to_blanks(text, length);
    for (size_t i = 0; i < n; i++) {
        const struct open_run *run = &builder->runs[first + i];
        block->runs[i] = (struct run){text, run->length, run->style, run->target};
        text += run->length;
    }
    block->run_count = n;
}

/* The title: without the colon or stop that may end it. */
static const char *title_of(struct builder *builder, size_t length)
{
    const char *text = str_text(&builder->text);

    if (length && (text[length - 1] == ':' || text[length - 1] == '.'))
        length--;
    const char *title = arena_copy(builder->arena, text, length);
    return title ? title : "";
}

/* The open paragraph begins its quote with a bold word: a box of that title takes its place, and
 * the rest, if any, follows as a paragraph. */
static void close_as_box(struct builder *builder)
{
    struct block *box = builder_current(builder);
    size_t offset = builder->runs[0].length, first = 1;
    const struct block like = *box;

    box->type = BLOCK_BOX;
    box->info = title_of(builder, offset);
    if (first < builder->run_count && !(builder->runs[first].style & RUN_BREAK)) {
        struct open_run *rest = &builder->runs[first];
        size_t blanks = strspn(builder->text.data + offset, ": ");
        if (blanks > rest->length)
            blanks = rest->length;
        rest->length -= blanks;
        offset += blanks;
    }
    if (first < builder->run_count &&
        (builder->runs[first].style & RUN_BREAK || builder->runs[first].length == 0))
        offset += builder->runs[first++].length;
    if (first == builder->run_count)
        return;
    struct block *rest = push(builder, BLOCK_PARAGRAPH);
    if (!rest)
        return;
    *rest = like;
    move_runs(builder, rest, first, offset);
}

void builder_close(struct builder *builder)
{
    if (!builder->open)
        return;
    builder->open = false;
    struct block *block = builder_current(builder);
    if (builder->may_be_box && builder->run_count && builder->runs[0].style == RUN_STRONG) {
        close_as_box(builder);
    } else if (block->type == BLOCK_CODE) {
        const char *text =
            arena_copy(builder->arena, str_text(&builder->text), builder->text.length);
        block->text = text ? text : "";
    } else {
        move_runs(builder, block, 0, 0);
    }
    builder->failed |= builder->text.failed || builder->arena->failed;
}
