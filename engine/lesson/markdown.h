/* A lesson's markdown as a list of blocks of styled text, with the line where each begins.
 *
 * GFM by md4c. Directives are HTML comments on a line of their own. A block quote that opens with a
 * bold word is a box. All strings are owned by the document and are shown-safe: control characters
 * of the source are already made visible. */
#ifndef ASYNCTUT_MARKDOWN_H
#define ASYNCTUT_MARKDOWN_H

#include <stddef.h>

#include "engine/base/error.h"

enum block_type {
    BLOCK_HEADING, /* level 1..6 */
    BLOCK_PARAGRAPH,
    BLOCK_ITEM,      /* of a list: level = depth from 1, number = its number or 0 for a bullet */
    BLOCK_CODE,      /* info = language, text in one run, lines kept */
    BLOCK_BOX,       /* info = title ("In Python"); its paragraphs follow as BLOCK_*, in_box set */
    BLOCK_TABLE_ROW, /* cells = runs separated by a run with style RUN_CELL; number = 0: head */
    BLOCK_RULE,
    BLOCK_DIRECTIVE, /* info = name ("demo"), text = its argument ("chess:one-loop") */
};

enum run_style {
    RUN_STRONG = 1,
    RUN_EMPHASIS = 2,
    RUN_CODE = 4,
    RUN_LINK = 8,   /* text of a link; its target is in `target` */
    RUN_BREAK = 16, /* a hard line break */
    RUN_CELL = 32,  /* the end of a table cell */
};

struct run {
    const char *text;
    size_t length;
    unsigned style;
    const char *target; /* of links, else NULL */
};

struct block {
    enum block_type type;
    int level, number, line; /* line in the file, from 1 */
    int in_box;              /* inside a block quote */
    const char *info, *text; /* "" if there is none */
    struct run *runs;
    size_t run_count;
};

struct document {
    struct block *blocks;
    size_t block_count;
    void *memory; /* private */
};

/* Parses `length` bytes that are followed by at least 16 zero bytes (as file_read gives them).
 * `file` is for errors only. Errors: broken UTF-8, a NUL byte, a malformed directive, nesting too
 * deep. */
int markdown_parse(const char *file, const char *text, size_t length, struct document *ret_document,
                   struct error *error);
void markdown_free(struct document *document); /* a zeroed one is fine */

#endif
