/* Styles and glyphs as two tables. A style has attributes, which stay without colour, and a colour
 * in each theme. The default theme keeps to the terminal's own sixteen colours, so that the
 * person's palette decides how they look, and never sets red against green. */
#include "engine/term/look.h"

#include <assert.h>
#include <stdio.h>

struct pen {
    const char *attributes; /* SGR parameters, "" for none */
    const char *basic;      /* the same, out of the sixteen colours */
    int okabe_ito;          /* index into the 256 colours, 0 for none */
};

/* The eight colours of Okabe and Ito ("Color Universal Design", 2008), as near as the 256 come. */
enum {
    ORANGE = 214,
    SKY_BLUE = 74,
    BLUISH_GREEN = 36,
    YELLOW = 227,
    BLUE = 32,
    VERMILLION = 166,
    PURPLE = 175,
    GREY = 245,
};

static const struct pen pens[STYLE_END] = {
    [STYLE_TEXT] = {"", "", 0},
    [STYLE_TITLE] = {"1", "", 0},
    [STYLE_HEADING] = {"1", "", 0},
    [STYLE_STRONG] = {"1", "", 0},
    [STYLE_EMPHASIS] = {"3", "", 0},
    [STYLE_DIM] = {"", "2", GREY},
    [STYLE_CODE] = {"", "36", SKY_BLUE},
    [STYLE_KEY] = {"1", "", 0},
    [STYLE_LINK] = {"4", "34", BLUE},
    [STYLE_TERM] = {"4", "", 0},
    [STYLE_TERM_STRONG] = {"1;4", "", 0},
    [STYLE_BOX] = {"", "34", BLUE},
    [STYLE_RIGHT] = {"1", "36", BLUISH_GREEN},
    [STYLE_WRONG] = {"1", "33", VERMILLION},
    [STYLE_WARNING] = {"1", "33", ORANGE},
    [STYLE_ERROR] = {"1", "35", VERMILLION},
    [STYLE_LOOP] = {"", "2", GREY},
    [STYLE_COMMENT] = {"", "36", BLUISH_GREEN}, /* they teach: not dim */
    [STYLE_KEYWORD] = {"1", "34", BLUE},
    [STYLE_STRING] = {"", "33", ORANGE},
    [STYLE_NUMBER] = {"", "35", PURPLE},
    [STYLE_CHOSEN] = {"7", "", 0},
    [STYLE_ACTOR_0 + 0] = {"", "36", ORANGE},
    [STYLE_ACTOR_0 + 1] = {"", "33", SKY_BLUE},
    [STYLE_ACTOR_0 + 2] = {"", "35", BLUISH_GREEN},
    [STYLE_ACTOR_0 + 3] = {"", "34", YELLOW},
    [STYLE_ACTOR_0 + 4] = {"", "96", VERMILLION},
    [STYLE_ACTOR_0 + 5] = {"", "95", PURPLE},
};

static const struct {
    const char *unicode, *ascii;
} glyphs[GLYPHS] = {
    [GLYPH_START_H] = {"╶", "|"},   [GLYPH_START_V] = {"╷", ","},    [GLYPH_WAIT_H] = {"─", "-"},
    [GLYPH_WAIT_V] = {"│", "|"},    [GLYPH_READY] = {"░", "~"},      [GLYPH_RUN] = {"█", "#"},
    [GLYPH_RUN_HALF] = {"▌", "#"},  [GLYPH_ASLEEP_H] = {"·", "."},   [GLYPH_ASLEEP_V] = {"┆", ":"},
    [GLYPH_DONE] = {"●", "o"},      [GLYPH_POOL] = {"▒", "="},       [GLYPH_CANCELLED] = {"✕", "x"},
    [GLYPH_ELLIPSIS] = {"…", "."},  [GLYPH_POINTER] = {"▸", ">"},    [GLYPH_BAR] = {"│", "|"},
    [GLYPH_BULLET] = {"•", "*"},    [GLYPH_AXIS_LEFT] = {"├", "+"},  [GLYPH_AXIS] = {"─", "-"},
    [GLYPH_AXIS_TICK] = {"┼", "+"}, [GLYPH_AXIS_RIGHT] = {"┤", "+"}, [GLYPH_ROW_LEFT] = {"╭", "("},
    [GLYPH_ROW_RIGHT] = {"╮", ")"}, [GLYPH_RULE] = {"─", "-"},
};

/* Does the look give this style any difference? */
static bool has_effect(const struct look *look, const struct pen *pen)
{
    if (look->bold && pen->attributes[0])
        return true;
    return look->color && (look->okabe_ito ? pen->okabe_ito != 0 : pen->basic[0] != '\0');
}

void look_begin(const struct look *look, enum style style, struct str *out)
{
    assert((unsigned)style < STYLE_END);
    const struct pen *pen = &pens[style];
    const char *separator = "";

    if (!has_effect(look, pen))
        return;
    str_puts(out, "\033[");
    if (look->bold && pen->attributes[0]) {
        str_puts(out, pen->attributes);
        separator = ";";
    }
    if (look->color && look->okabe_ito && pen->okabe_ito)
        str_printf(out, "%s38;5;%d", separator, pen->okabe_ito);
    else if (look->color && !look->okabe_ito && pen->basic[0])
        str_printf(out, "%s%s", separator, pen->basic);
    str_putc(out, 'm');
}

void look_end(const struct look *look, enum style style, struct str *out)
{
    assert((unsigned)style < STYLE_END);
    if (has_effect(look, &pens[style]))
        str_puts(out, "\033[0m");
}

void look_text(const struct look *look, enum style style, const char *text, struct str *out)
{
    look_begin(look, style, out);
    str_puts(out, text);
    look_end(look, style, out);
}

const char *look_glyph(const struct look *look, enum glyph glyph)
{
    assert((unsigned)glyph < GLYPHS);
    return look->unicode && !look->plain ? glyphs[glyph].unicode : glyphs[glyph].ascii;
}
