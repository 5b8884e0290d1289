/* Text is read once, word by word; at the beginning of a word all terms are tried. There are some
 * sixty, and nearly all differ from it in the first letter. */
#include "engine/lesson/terms.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "engine/base/arena.h"

static bool is_letter(char byte)
{
    return isalnum((unsigned char)byte) || byte == '_' || byte == '-' || (byte & 0x80);
}

/* The bytes that `words` take at the beginning of the text, with a plural's s; 0: something else
 * stands there. */
static size_t said_here(const char *text, size_t left, const char *words)
{
    size_t length = strlen(words);

    if (length > left || tolower((unsigned char)*text) != tolower((unsigned char)*words) ||
        strncasecmp(text, words, length) != 0)
        return 0;
    if (length < left && text[length] == 's')
        length++;
    return length == left || !is_letter(text[length]) ? length : 0;
}

static size_t longest_of(const struct term *term, const char *text, size_t left)
{
    size_t longest = said_here(text, left, term->term);

    for (const char *const *also = term->also; *also; also++) {
        size_t length = said_here(text, left, *also);
        if (length > longest)
            longest = length;
    }
    return longest;
}

/* The longest term that begins at use->offset. */
static bool begins_here(const struct reference *reference, const struct run *run,
                        struct term_use *use)
{
    const char *text = run->text + use->offset;
    size_t left = run->length - use->offset;

    use->length = 0;
    for (size_t i = 0; i < reference->term_count; i++) {
        size_t length = longest_of(&reference->terms[i], text, left);
        if (length <= use->length || (run->style & RUN_CODE && length != run->length))
            continue;
        use->term = &reference->terms[i];
        use->length = length;
    }
    return use->length > 0;
}

static bool is_prose(const struct block *block)
{
    return block->type == BLOCK_PARAGRAPH || block->type == BLOCK_ITEM ||
           block->type == BLOCK_TABLE_ROW;
}

bool term_next(const struct reference *reference, const struct block *block, struct term_use *use)
{
    use->offset += use->length;
    for (; is_prose(block) && use->run < block->run_count; use->run++, use->offset = 0) {
        const struct run *run = &block->runs[use->run];

        if (run->style & (RUN_LINK | RUN_BREAK | RUN_CELL))
            continue;
        for (; use->offset < run->length; use->offset++)
            if ((use->offset == 0 || !is_letter(run->text[use->offset - 1])) &&
                begins_here(reference, run, use))
                return true;
    }
    return false;
}

bool term_is_known(const struct term *term, int chapter)
{
    return term->chapter >= 0 && term->chapter <= chapter;
}

/* Cuts a use out of its run; the use is then at the beginning of the new one. */
static bool cut_out(struct arena *arena, struct block *block, struct term_use *use)
{
    struct run *runs = arena_zeroed(arena, block->run_count + 2, sizeof *runs);
    struct run whole = block->runs[use->run], *next = runs;

    if (!runs)
        return false;
    memcpy(next, block->runs, use->run * sizeof *next);
    next += use->run;
    if (use->offset > 0) {
        *next = whole;
        next++->length = use->offset;
        use->run++;
    }
    *next = whole;
    next->text += use->offset;
    next->length = use->length;
    next++->style |= RUN_TERM;
    if (use->offset + use->length < whole.length) {
        *next = whole;
        next->text += use->offset + use->length;
        next++->length -= use->offset + use->length;
    }
    size_t behind = block->run_count - (use->run - (use->offset > 0)) - 1;
    memcpy(next, block->runs + block->run_count - behind, behind * sizeof *next);
    block->run_count = (size_t)(next - runs) + behind;
    block->runs = runs;
    use->offset = 0;
    return true;
}

static int mark_block(const struct reference *reference, int chapter, struct arena *arena,
                      struct block *block, bool *marked)
{
    struct term_use use = {0};

    while (term_next(reference, block, &use)) {
        bool *done = &marked[use.term - reference->terms];

        if (*done || !term_is_known(use.term, chapter))
            continue;
        if (!cut_out(arena, block, &use))
            return -ENOMEM;
        *done = true;
    }
    return 0;
}

int terms_mark(const struct reference *reference, int chapter, struct document *document)
{
    bool *marked = calloc(reference->term_count + 1, sizeof *marked);
    int code = marked ? 0 : -ENOMEM;

    for (size_t i = 0; i < document->block_count && code == 0; i++)
        code = mark_block(reference, chapter, document->memory, &document->blocks[i], marked);
    free(marked);
    return code;
}
