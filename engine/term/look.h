/* How text looks: what the terminal can do, styles by meaning, glyphs in Unicode and ASCII.
 *
 * Styles are named for what they mean; only this module knows SGR numbers. Words carry the whole
 * meaning, so every look may drop colour or glyphs. */
#ifndef ASYNCTUT_LOOK_H
#define ASYNCTUT_LOOK_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/str.h"

struct look {
    bool color;    /* SGR colours; off under NO_COLOR, --no-color, TERM=dumb, not a terminal */
    bool bold;     /* bold, reverse and cursor moves: stay under NO_COLOR, off for dumb and pipes */
    bool unicode;  /* the locale is UTF-8 and --ascii was not given */
    bool plain;    /* --plain, ACCESSIBLE=1: append only, words for every state, no box glyphs */
    bool terminal; /* output is a terminal (status line possible if also not plain, not dumb) */
    bool okabe_ito;    /* the opt-in theme: 256 colours that the colour-blind can tell apart */
    int width, height; /* columns and rows, 1..1000; 80 and 24 when unknown */
};

enum style {
    STYLE_TEXT,
    STYLE_TITLE,
    STYLE_HEADING,
    STYLE_STRONG,
    STYLE_EMPHASIS,
    STYLE_DIM,
    STYLE_CODE,
    STYLE_KEY, /* the name of a key */
    STYLE_LINK,
    STYLE_TERM,        /* a word that the glossary explains */
    STYLE_TERM_STRONG, /* the same, where it is explained */
    STYLE_BOX,         /* the bar of a box */
    STYLE_RIGHT,       /* a right answer, a pass */
    STYLE_WRONG,
    STYLE_WARNING,
    STYLE_ERROR,
    STYLE_LOOP,    /* the loop itself in traces */
    STYLE_COMMENT, /* of C source */
    STYLE_KEYWORD,
    STYLE_STRING,
    STYLE_NUMBER,
    STYLE_CHOSEN,  /* where the reader is: reversed */
    STYLE_ACTOR_0, /* columns of a trace: STYLE_ACTOR_0 + n % STYLE_ACTORS */
    STYLE_ACTORS = 6,
    STYLE_END = STYLE_ACTOR_0 + STYLE_ACTORS
};

/* Appends what switches a style on, and what switches all styles off; nothing if the look gives
 * that style no difference. Styles do not nest: end one before the next begins. */
void look_begin(const struct look *look, enum style style, struct str *out);
void look_end(const struct look *look, enum style style, struct str *out);
/* Appends text in a style. */
void look_text(const struct look *look, enum style style, const char *text, struct str *out);

enum glyph {
    GLYPH_START_H,    /* ╶ |  a lane begins */
    GLYPH_START_V,    /* ╷ ,  a column begins */
    GLYPH_WAIT_H,     /* ─ - */
    GLYPH_WAIT_V,     /* │ | */
    GLYPH_READY,      /* ░ ~  could run, but something else does */
    GLYPH_RUN,        /* █ # */
    GLYPH_RUN_HALF,   /* ▌ # */
    GLYPH_ASLEEP_H,   /* · . */
    GLYPH_ASLEEP_V,   /* ┆ : */
    GLYPH_DONE,       /* ● o */
    GLYPH_POOL,       /* ▒ = */
    GLYPH_CANCELLED,  /* ✕ x */
    GLYPH_ELLIPSIS,   /* … . */
    GLYPH_POINTER,    /* ▸ > */
    GLYPH_BAR,        /* │ | the bar of a box */
    GLYPH_BULLET,     /* • * */
    GLYPH_AXIS_LEFT,  /* ├ + */
    GLYPH_AXIS,       /* ─ - */
    GLYPH_AXIS_TICK,  /* ┼ + at 80 columns: ┬ is not used */
    GLYPH_AXIS_RIGHT, /* ┤ + */
    GLYPH_ROW_LEFT,   /* ╭ ( */
    GLYPH_ROW_RIGHT,  /* ╮ ) */
    GLYPH_RULE,       /* ─ - */
    GLYPHS
};

/* The glyph of this look: Unicode, or ASCII where that is asked for and under --plain. */
const char *look_glyph(const struct look *look, enum glyph glyph);

/* Columns that a UTF-8 text takes (widest code point of each grapheme cluster); escapes of ours
 * count nothing, a byte that is not UTF-8 counts one. Tabs count nothing: expand them before. */
int text_width(const char *text, size_t length);

/* The longest prefix of at most `columns` columns that ends at a cluster; its length in bytes. */
size_t text_fit(const char *text, size_t length, int columns);

/* The first cluster (or escape of ours) of a text: its length in bytes, 0 only if there is no text,
 * and its columns, 0..2. */
size_t text_cluster(const char *text, size_t length, int *ret_columns);

/* A look from flags, environment (NO_COLOR, TERM, ACCESSIBLE, LC_ALL, LC_CTYPE, LANG) and the
 * terminal behind a descriptor, which need not be one. Flags win over the environment. */
struct look_options {
    bool ascii, plain, no_color;
    const char *theme; /* NULL or "okabe-ito" */
    int width;         /* 0: ask the terminal */
};
void look_detect(const struct look_options *options, int output_fd, struct look *ret_look);

/* Asks for the size again, as after a resize. */
void look_measure(const struct look_options *options, int output_fd, struct look *look);

#endif
