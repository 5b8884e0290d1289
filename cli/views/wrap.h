/* Styled text broken into lines by display width. */
#ifndef ASYNCTUT_VIEW_WRAP_H
#define ASYNCTUT_VIEW_WRAP_H

#include <stdbool.h>

#include "engine/base/str.h"
#include "engine/lesson/markdown.h"
#include "engine/term/look.h"

struct wrap_line {
    size_t offset, length; /* in text */
    int columns;
    bool whole; /* an address too wide for the page: it stands alone, from the first column on */
};

struct wrap {
    struct str text;
    struct wrap_line *lines;
    size_t count, capacity;
    bool cuts; /* addresses too: in a column between others */
};

/* Breaks at blanks; a word wider than the line is cut, unless it is an address ("https://…"), which
 * could then not be copied. Blanks at a break and at both ends are
 * dropped, several become one. Replaces what was in *wrap, whose memory is used again; zero it
 * before the first use. */
void wrap_runs(const struct look *look, const struct run *runs, size_t count, int width,
               struct wrap *wrap);

/* The same for one string in one style, in which `backquotes` mark code. */
void wrap_text(const struct look *look, enum style style, const char *text, int width,
               struct wrap *wrap);

/* The same, plain, after a few words in a style: "Right. The reason is". */
void wrap_led(const struct look *look, enum style style, const char *lead, const char *text,
              int width, struct wrap *wrap);

void wrap_free(struct wrap *wrap);

/* Appends the lines, the first after `first`, the others after `rest` unless they are whole, each
 * ended by a newline. */
void wrap_add(const struct wrap *wrap, const char *first, const char *rest, struct str *out);

#endif
