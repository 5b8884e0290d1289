/* Lines that are being filled, word by word. Shared by the files of wrapping only. */
#ifndef ASYNCTUT_VIEW_WRAP_PRIV_H
#define ASYNCTUT_VIEW_WRAP_PRIV_H

#include "cli/views/wrap.h"

struct wrapper {
    const struct look *look;
    struct wrap *wrap;
    int width;
    struct str word;
    int word_columns;
    bool address, whole; /* the word holds one; the line is one that is too wide */
    bool blank;          /* a blank stands before the word */
    const char *span;   /* plain words that stand on the line but are not copied yet, as they lie */
    size_t span_length; /* in the source: copied together, with the blanks between them */
    size_t begin;       /* of the line that is being filled */
    int columns;
};

/* Words of text in one style; a word may go on from what was added before. */
void wrapper_add(struct wrapper *wrapper, enum style style, const char *text, size_t length);
/* The same, but what takes up to two thirds of a line is not broken at its blanks. */
void wrapper_add_whole(struct wrapper *wrapper, enum style style, const char *text, size_t length);
/* The word ends here. */
void wrapper_place(struct wrapper *wrapper);
/* The line ends here. */
void wrapper_end_line(struct wrapper *wrapper);
/* The last word and the last line end here; a text without words is one empty line. */
void wrapper_finish(struct wrapper *wrapper);

#endif
