/* A lesson's markdown as a list of blocks of styled text, with the line where each begins.
 *
 * GFM by md4c: tables, but no task lists, no strike-through, and a bare address is plain text.
 * Directives are HTML comments on a line of their own; any other HTML is an error, because a
 * terminal cannot show it and a forge hides it. A block quote that opens with a bold word is a box.
 * All strings are owned by the document and are shown-safe: control characters of the source are
 * already made visible. Runs are merged: neighbours differ in style or target. */
#ifndef ASYNCTUT_MARKDOWN_H
#define ASYNCTUT_MARKDOWN_H

#include <stddef.h>

#include "engine/base/error.h"

enum block_type {
    BLOCK_HEADING, /* level 1..6 */
    BLOCK_PARAGRAPH,
    BLOCK_ITEM,      /* of a list: level = depth from 1, number = its number or 0 for a bullet */
    BLOCK_CODE,      /* info = language, text = the code, its lines kept, each ended; no runs */
    BLOCK_BOX,       /* info = title ("In Python"); its paragraphs follow as BLOCK_*, in_box set */
    BLOCK_TABLE_ROW, /* cells = runs, each cell ended by a run with style RUN_CELL; number = 0:
                        head, else the row from 1 */
    BLOCK_RULE,
    BLOCK_DIRECTIVE, /* info = name ("demo"), text = its argument ("chess:one-loop") */
};

enum run_style {
    RUN_STRONG = 1,
    RUN_EMPHASIS = 2,
    RUN_CODE = 4,
    RUN_LINK = 8,   /* text of a link; its target is in `target` */
    RUN_BREAK = 16, /* a hard line break; its text is "\n" */
    RUN_CELL = 32,  /* the end of a table cell; its text is "" */
    RUN_TERM = 64,  /* a term of the glossary, where the lesson says it first: see terms.h */
};

struct run {
    const char *text; /* not NUL-terminated; no line breaks, tabs or other controls */
    size_t length;
    unsigned style;
    const char *target; /* of links, else NULL */
};

struct block {
    enum block_type type;
    int level;               /* of what lies in a list item: the item's depth; else 0 */
    int number, line;        /* line in the file, from 1; of a block without text it may be near */
    int in_box;              /* inside a block quote: how many are around it */
    const char *info, *text; /* "" if there is none */
    struct run *runs;
    size_t run_count;
};

struct document {
    struct block *blocks;
    size_t block_count;
    void *memory; /* private */
};

/* Parses `length` bytes. `file` is for errors only. Errors, with the line: broken UTF-8, a NUL
 * byte, a malformed directive, other HTML, lists and quotes nested more than 8 deep. */
int markdown_parse(const char *file, const char *text, size_t length, struct document *ret_document,
                   struct error *error);
void markdown_free(struct document *document); /* a zeroed one is fine */

#endif
