/* A line being typed: keys in, text and what to draw out. I/O-free. term_read_line()
 * uses it, and views that read a line within a full screen. */
#ifndef ASYNCTUT_LINE_EDIT_H
#define ASYNCTUT_LINE_EDIT_H

#include <stddef.h>

#include "engine/term/key.h"
#include "engine/term/look.h"

enum { LINE_EDIT_MAX = 4096 };

struct line_edit {
    char text[LINE_EDIT_MAX + 1]; /* UTF-8, NUL-terminated */
    size_t length, cursor;        /* bytes; the cursor stands between clusters */
};

enum line_edit_result {
    LINE_EDIT_GOES_ON,
    LINE_EDIT_DONE, /* Enter */
    LINE_EDIT_END,  /* Ctrl-D on an empty line */
};

/* Characters that cannot be shown are not taken; a pasted Enter is a space. */
enum line_edit_result line_edit_key(struct line_edit *edit, const struct key *key);

/* Appends what draws prompt and text over the present line, and puts the cursor in its place. A
 * text too long for the width scrolls, so that the cursor is seen. */
void line_edit_draw(const struct line_edit *edit, const char *prompt, const struct look *look,
                    struct str *out);

/* The same for a terminal that can only go back by one column (TERM=dumb): appends what turns the
 * old text into the new one. */
void line_edit_retype(const struct line_edit *old, const struct line_edit *edit, struct str *out);

#endif
