/* Inside the markdown parser: finding lines, building blocks, decoding entities. */
#ifndef ASYNCTUT_MARKDOWN_PRIV_H
#define ASYNCTUT_MARKDOWN_PRIV_H

#include <stdbool.h>
#include <stddef.h>

#include <md4c.h>

#include "engine/base/arena.h"
#include "engine/base/str.h"
#include "engine/lesson/markdown.h"

/* Lines, from pointers into the source. md4c reports blocks in order, so one cursor goes once
 * through the text; `used` is the last line that is known to belong to a block. */
struct lines {
    const char *end;
    const char *at, *stop; /* where line number `line` begins, and its newline or the end */
    int line, used;
    bool guessed; /* `used` is that of a block without text */
};

void lines_begin(struct lines *lines, const char *source, size_t length);
/* The line of a pointer into the source; it is used from now on. */
int lines_of(struct lines *lines, const char *at);
/* The first line after the used ones that is not blank, for a block that has no text; or, of a
 * rule, the first that is one. It is used from now on. */
int lines_next(struct lines *lines);
int lines_next_rule(struct lines *lines);
/* After a block: its last line is `last` or a later one already used; and so is the next line if it
 * closes a code fence, or underlines a heading that does not begin with #. */
void lines_leave_code(struct lines *lines, int last);
void lines_leave_heading(struct lines *lines);

/* The document while it grows. Text of the open block is gathered in one string and its runs are
 * kept as lengths, until the block is closed and both move to the arena. */
struct open_run {
    size_t length;
    unsigned style;
    const char *target;
};

struct builder {
    struct arena *arena;
    struct block *blocks; /* malloc'd; the last one may be open */
    size_t block_count, block_capacity;
    struct str text;
    struct open_run *runs;
    size_t run_count, run_capacity;
    bool open, failed;
    bool quote_begins; /* no block came yet since a block quote began */
    bool may_be_box;   /* the open block is the first of its quote */
};

/* Closes the open block, if any, and opens one; NULL if memory ran out. Valid until the next. */
struct block *builder_open(struct builder *builder, enum block_type type);
struct block *builder_current(struct builder *builder); /* of an open block */
void builder_add(struct builder *builder, const char *text, size_t length, unsigned style,
                 const char *target);
void builder_close(struct builder *builder); /* nothing if none is open */

/* One parse. `error` keeps the first fault; md4c is told to stop by returning PARSE_STOP. */
enum { PARSE_STOP = 1, PARSE_DEEPEST = 8, PARSE_COLUMNS = 32 };

struct parse {
    const char *file;
    struct error error;
    const char *source, *end;
    struct lines lines;
    struct builder builder;
    int strong, emphasis, code, link;
    const char *target; /* of the outermost link */
    int quotes, lists;
    int next_number[PARSE_DEEPEST + 1]; /* of each list, -1 for bullets; number 0 is no list */
    bool head;                          /* in a table's head */
    int row;
    bool html, fenced;
    int code_lines; /* lines of the open code block so far */
};

/* Notes a fault in the line of `at`, or, if that is NULL, in the next unused line. PARSE_STOP. */
int parse_fault(struct parse *parse, const char *at, const char *text);
struct block *parse_open(struct parse *parse, enum block_type type);
/* An attribute of md4c (a target, a language) as a text in the arena; never NULL. */
const char *parse_attribute(struct parse *parse, const MD_ATTRIBUTE *from);
/* md4c's callbacks for what is inside blocks. */
int parse_enter_span(MD_SPANTYPE type, void *detail, void *data);
int parse_leave_span(MD_SPANTYPE type, void *detail, void *data);
int parse_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE length, void *data);
/* One line of HTML, which must be blank or a directive: <!-- name argument -->. */
int parse_directive(struct parse *parse, const char *line, size_t length);
/* Goes through parse->source with md4c. 0, or anything else after a fault. */
int parse_run(struct parse *parse);

/* Appends what an entity ("&amp;", "&#8212;") stands for; itself if that is unknown or not fit to
 * be shown. */
void entity_add(struct str *str, const char *entity, size_t length);

#endif
