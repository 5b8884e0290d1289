/* Words and lengths. A column is a character here: wide ones are too rare in prose to decide
 * whether a paragraph is too long. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "engine/base/str.h"
#include "engine/lesson/check_priv.h"
#include "engine/lesson/skeleton.h"

enum {
    SENTENCE_WORDS = 35,
    PARAGRAPH_LINES = 6,
    COLUMNS = 80,
};

void block_text(const struct block *block, struct str *out)
{
    for (size_t i = 0; i < block->run_count; i++) {
        const struct run *run = &block->runs[i];
        if (run->style & (RUN_BREAK | RUN_CELL))
            str_putc(out, ' ');
        else
            str_add(out, run->text, run->length);
    }
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\n';
}

/* A stop that a small letter follows is that of an abbreviation. */
static bool ends_sentence(const char *at, const char *end)
{
    if (!*at || !strchr(".?!", *at))
        return false;
    for (at++; at < end && strchr(")\"'", *at); at++)
        ;
    if (at < end && !is_blank(*at))
        return false;
    while (at < end && is_blank(*at))
        at++;
    return at == end || !islower((unsigned char)*at);
}

/* Where to cut a quotation: behind whole words. */
static int quoted_length(const char *text, const char *end)
{
    const char *at = text;

    for (const char *blank = text; blank < end && blank - text < 40; blank++)
        if (is_blank(*blank))
            at = blank;
    return (int)(at - text);
}

void check_sentences(struct check *check, const char *file, int line, const char *text,
                     size_t length)
{
    const char *end = text + length, *first = text;
    int words = 0;

    for (const char *at = text; at < end; at++) {
        words += !is_blank(*at) && (at + 1 == end || is_blank(at[1]));
        if (!ends_sentence(at, end) && at + 1 < end)
            continue;
        while (is_blank(*first))
            first++;
        if (words > SENTENCE_WORDS)
            check_warning(check, file, line, "a sentence has %d words: \"%.*s …\"", words,
                          quoted_length(first, end), first);
        first = at + 1;
        words = 0;
    }
}

/* Lines that a text takes when it is broken at blanks. */
static int lines_of(const char *text, size_t length)
{
    int lines = 1, column = 0;

    for (size_t at = 0; at < length;) {
        size_t word = at;
        int columns = 0;
        for (; word < length && text[word] != ' '; word++)
            columns += (text[word] & 0xc0) != 0x80;
        if (column && column + 1 + columns > COLUMNS) {
            lines++;
            column = columns;
        } else {
            column += (column > 0) + columns;
        }
        at = word + 1;
    }
    return lines;
}

void check_marks(struct check *check, const char *file, int line, const char *text)
{
    for (const char *at = text; (at = strstr(at, SKELETON_MARK));) {
        at += strlen(SKELETON_MARK);
        check_warning(check, file, line, "still to be written:%.*s", (int)strcspn(at, ".;,:?\n"),
                      at);
    }
}

static void check_block(struct check *check, const struct lesson *lesson, const struct block *block)
{
    struct str text = {0};

    block_text(block, &text);
    check->failed |= text.failed;
    check_marks(check, lesson->path, block->line, str_text(&text));
    if (block->type == BLOCK_PARAGRAPH || block->type == BLOCK_ITEM) {
        check_sentences(check, lesson->path, block->line, str_text(&text), text.length);
        int lines = lines_of(str_text(&text), text.length);
        if (lines > PARAGRAPH_LINES)
            check_warning(check, lesson->path, block->line,
                          "a paragraph has %d lines at %d columns", lines, COLUMNS);
    }
    str_free(&text);
}

void check_reading(struct check *check, const struct lesson *lesson)
{
    for (size_t i = 0; i < lesson->document.block_count; i++)
        check_block(check, lesson, &lesson->document.blocks[i]);
}
