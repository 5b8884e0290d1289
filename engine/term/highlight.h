/* C source to styled text, line by line: keywords, comments, strings, numbers, directives.
 *
 * A lexer, not a parser: it needs nothing but the lines, in order from one that begins outside of
 * comments, and holds between them only what a line can leave open. Any bytes will do; each line is
 * split into pieces that follow each other and together are the whole line. */
#ifndef ASYNCTUT_HIGHLIGHT_H
#define ASYNCTUT_HIGHLIGHT_H

#include <stddef.h>

#include "engine/term/look.h"

enum highlight_open {
    HIGHLIGHT_NOTHING,
    HIGHLIGHT_COMMENT,      /* the slash and star were seen, not their counterpart */
    HIGHLIGHT_LINE_COMMENT, /* a // comment or a string whose line ends with a backslash */
    HIGHLIGHT_STRING,
};

struct highlight { /* zero-initialise at the first line of a file */
    enum highlight_open open;
};

/* A line without its newline. `piece` is called for each part with its style, never with no bytes;
 * what it gets points into the line and is as hostile as the line. */
void highlight_line(struct highlight *highlight, const char *line, size_t length,
                    void (*piece)(enum style style, const char *bytes, size_t length, void *to),
                    void *to);

/* The same as text for the look, made fit to show: tabs become blanks up to the next multiple of
 * four columns, what cannot be shown is shown as str_add_shown() does. */
void highlight_text(struct highlight *highlight, const struct look *look, const char *line,
                    size_t length, struct str *out);

#endif
