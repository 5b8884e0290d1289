/* engine/term/look: styles and glyphs of each look, widths, what the environment says. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/array.h"
#include "engine/term/look.h"
#include "tests/support/test.h"

static const struct look color = {.color = true, .bold = true, .unicode = true, .terminal = true};
static const struct look no_color = {.bold = true, .unicode = true, .terminal = true};
static const struct look pipe_look = {.unicode = true};

static void assert_styled(const struct look *look, enum style style, const char *wanted)
{
    struct str str = {0};

    look_text(look, style, "x", &str);
    cr_assert_str_eq(str_text(&str), wanted);
    str_free(&str);
}

Test(look, a_style_is_attributes_and_colour)
{
    assert_styled(&color, STYLE_TEXT, "x");
    assert_styled(&color, STYLE_TITLE, "\033[1mx\033[0m");
    assert_styled(&color, STYLE_CODE, "\033[36mx\033[0m");
    assert_styled(&color, STYLE_RIGHT, "\033[1;36mx\033[0m");
}

Test(look, without_colour_bold_and_reverse_stay)
{
    assert_styled(&no_color, STYLE_RIGHT, "\033[1mx\033[0m");
    assert_styled(&no_color, STYLE_CHOSEN, "\033[7mx\033[0m");
    assert_styled(&no_color, STYLE_CODE, "x");
    assert_styled(&no_color, STYLE_DIM, "x");
}

Test(look, a_pipe_gets_no_escape_in_any_style)
{
    struct str str = {0};

    for (int style = 0; style < STYLE_END; style++)
        look_text(&pipe_look, (enum style)style, "x", &str);
    cr_assert_null(strchr(str_text(&str), '\033'));
    cr_assert_eq(str.length, (size_t)STYLE_END);
    str_free(&str);
}

Test(look, the_opt_in_theme_uses_256_colours)
{
    struct look look = color;

    look.okabe_ito = true;
    assert_styled(&look, STYLE_ACTOR_0, "\033[38;5;214mx\033[0m");
    assert_styled(&look, STYLE_WRONG, "\033[1;38;5;166mx\033[0m");
}

Test(look, red_and_green_of_the_sixteen_are_never_used)
{
    struct str str = {0};

    for (int style = 0; style < STYLE_END; style++)
        look_text(&color, (enum style)style, "x", &str);
    const char *const avoided[] = {"31m", "32m", "91m", "92m"};
    for (size_t i = 0; i < array_length(avoided); i++)
        cr_assert_null(strstr(str_text(&str), avoided[i]), "%s", avoided[i]);
    str_free(&str);
}

Test(look, every_glyph_is_one_column_and_has_an_ascii_twin)
{
    struct look ascii = {0}, plain = {.unicode = true, .plain = true};

    for (int i = 0; i < GLYPHS; i++) {
        const char *wide = look_glyph(&color, (enum glyph)i);
        const char *narrow = look_glyph(&ascii, (enum glyph)i);
        cr_assert_eq(text_width(wide, strlen(wide)), 1, "glyph %d", i);
        cr_assert_eq(strlen(narrow), 1u, "glyph %d", i);
        cr_assert(narrow[0] > ' ' && narrow[0] < 0x7f);
        cr_assert_str_eq(look_glyph(&plain, (enum glyph)i), narrow);
    }
}

static int width(const char *text)
{
    return text_width(text, strlen(text));
}

Test(width, counts_columns_of_clusters)
{
    cr_assert_eq(width(""), 0);
    cr_assert_eq(width("plain"), 5);
    cr_assert_eq(width("日本"), 4);
    cr_assert_eq(width("e\xcc\x81t\xc3\xa9"), 3);
    cr_assert_eq(width("a\xcc\x81\xcc\x82\xcc\x83"), 1);
    cr_assert_eq(width("한"), 2);
    cr_assert_eq(width("\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab"), 2, "the same from three jamo");
    cr_assert_eq(width("🙂"), 2);
}

Test(width, escapes_of_ours_count_nothing)
{
    cr_assert_eq(width("\033[1;38;5;214mab\033[0m日"), 4);
    cr_assert_eq(width("\033[1"), 2, "what is cut short is not an escape");
}

Test(width, broken_bytes_count_one_each)
{
    cr_assert_eq(width("\xff\xfe"), 2);
    cr_assert_eq(width("\xe6\x97"), 2);
    cr_assert_eq(width("a\xcc"), 2);
}

Test(width, fit_ends_at_a_cluster)
{
    cr_assert_eq(text_fit("abc", 3, 2), 2u);
    cr_assert_eq(text_fit("abc", 3, 9), 3u);
    cr_assert_eq(text_fit("日本", 6, 3), 3u);
    cr_assert_eq(text_fit("日本", 6, 1), 0u);
    cr_assert_eq(text_fit("e\xcc\x81x", 4, 1), 3u, "the accent stays with its letter");
    cr_assert_eq(text_fit("ab", 2, 0), 0u);
    cr_assert_eq(text_fit("ab\033[0m", 6, 2), 6u, "what ends a style still fits");
    cr_assert_eq(text_fit("ab", 2, -1), 0u);
}

/* Widths of a text are the sum of those of its parts, wherever a cluster ends; nothing is lost. */
Test(width, any_bytes_are_walked_to_their_end)
{
    unsigned seed = 20240607;
    char bytes[64];

    for (int round = 0; round < 20000; round++) {
        size_t length = (size_t)(rand_r(&seed) % (int)sizeof bytes);
        for (size_t i = 0; i < length; i++)
            bytes[i] = (char)(rand_r(&seed) >> 7);
        int total = text_width(bytes, length);
        int columns = total ? rand_r(&seed) % total : 0;
        size_t fits = text_fit(bytes, length, columns);
        cr_assert(total >= 0 && fits <= length, "seed 20240607, round %d", round);
        int rest = text_width(bytes + fits, length - fits);
        cr_assert_leq(text_width(bytes, fits), columns, "round %d", round);
        cr_assert_eq(text_width(bytes, fits) + rest, total, "round %d", round);
    }
}

static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG",
                                        "TERM",   "NO_COLOR", "ACCESSIBLE"};

static struct look detected(const struct look_options *options, const char *name, const char *value)
{
    struct look look;
    int ends[2];

    for (size_t i = 0; i < array_length(variables); i++)
        unsetenv(variables[i]);
    if (name)
        setenv(name, value, 1);
    cr_assert_eq(pipe(ends), 0);
    look_detect(options, ends[1], &look);
    close(ends[0]);
    close(ends[1]);
    return look;
}

Test(detect, a_pipe_is_80_columns_of_unstyled_text)
{
    struct look look = detected(&(struct look_options){0}, "TERM", "xterm");

    cr_assert(!look.color && !look.bold && !look.terminal && !look.plain);
    cr_assert_eq(look.width, 80);
    cr_assert_eq(look.height, 24);
}

Test(detect, the_locale_decides_about_unicode)
{
    struct look_options none = {0}, ascii = {.ascii = true};

    cr_assert(detected(&none, "LANG", "C.UTF-8").unicode);
    cr_assert(detected(&none, "LC_CTYPE", "de_DE.utf8@euro").unicode);
    cr_assert(!detected(&none, "LANG", "de_DE.ISO-8859-1").unicode);
    cr_assert(!detected(&none, "LANG", "C").unicode);
    cr_assert(!detected(&none, NULL, NULL).unicode);
    cr_assert(!detected(&ascii, "LANG", "C.UTF-8").unicode);
    setenv("LANG", "C.UTF-8", 1);
    setenv("LC_ALL", "C", 1);
    struct look look;
    look_detect(&none, STDOUT_FILENO, &look);
    cr_assert(!look.unicode, "LC_ALL wins");
}

Test(detect, plain_by_flag_or_variable)
{
    struct look_options none = {0}, plain = {.plain = true};

    cr_assert(detected(&plain, NULL, NULL).plain);
    cr_assert(detected(&none, "ACCESSIBLE", "1").plain);
    cr_assert(!detected(&none, "ACCESSIBLE", "0").plain);
    cr_assert(!detected(&none, "ACCESSIBLE", "").plain);
}

Test(detect, a_width_that_was_asked_for_wins_and_is_bounded)
{
    cr_assert_eq(detected(&(struct look_options){.width = 40}, NULL, NULL).width, 40);
    cr_assert_eq(detected(&(struct look_options){.width = 1 << 30}, NULL, NULL).width, 1000);
}
