/* engine/term/highlight: what is what in a line of C, also over several lines, also in nonsense. */
#include <stdlib.h>
#include <string.h>

#include "engine/term/highlight.h"
#include "tests/support/test.h"

static const char letter[STYLE_END] = {
    [STYLE_TEXT] = '.',   [STYLE_KEYWORD] = 'k', [STYLE_COMMENT] = 'c',
    [STYLE_STRING] = 's', [STYLE_NUMBER] = 'n',
};

static void mark(enum style style, const char *bytes, size_t length, void *to)
{
    (void)bytes;
    cr_assert_gt(length, 0u);
    cr_assert_neq(letter[style], '\0');
    for (size_t i = 0; i < length; i++)
        str_putc(to, letter[style]);
}

/* One letter a byte: k(eyword), c(omment), s(tring), n(umber), or a dot. */
static void assert_marks(struct highlight *highlight, const char *line, const char *wanted)
{
    struct str marks = {0};

    highlight_line(highlight, line, strlen(line), mark, &marks);
    cr_assert_str_eq(str_text(&marks), wanted, "%s\n%s", line, str_text(&marks));
    str_free(&marks);
}

static void assert_line(const char *line, const char *wanted)
{
    struct highlight highlight = {0};

    assert_marks(&highlight, line, wanted);
    cr_assert_eq(highlight.open, HIGHLIGHT_NOTHING);
}

Test(highlight, words_and_numbers)
{
    assert_line("static int x1 = 0x1fUL;", "kkkkkk.kkk......nnnnnn.");
    assert_line("int integer, _int;", "kkk...............");
    assert_line("a = 1e+5-3 + .5f;", "....nnnn.n...nnn.");
    assert_line("x.y...z", ".......");
    assert_line("_Static_assert(1, \"\");", "kkkkkkkkkkkkkk.n..ss..");
    assert_line("NULL while volatile", "kkkk.kkkkk.kkkkkkkk");
}

Test(highlight, strings_and_characters)
{
    assert_line("f(\"a\\\"b\", 'x', '\\'');", "..ssssss..sss..ssss..");
    assert_line("\"not closed; int", "ssssssssssssssss");
    assert_line("'", "s");
    assert_line("\"\" /* \" */ 1", "ss.ccccccc.n");
}

Test(highlight, comments)
{
    assert_line("a; // int \"x\"", "...cccccccccc");
    assert_line("/* int */int/**/", "ccccccccckkkcccc");
    assert_line("/*/ */ a / b", "cccccc......");
    assert_line("\"/* no */\"", "ssssssssss");
}

Test(highlight, directives)
{
    assert_line("#include <uv.h> // x", "kkkkkkkk.ssssss.cccc");
    assert_line("  #  define N 3", "..kkkkkkkkk...n");
    assert_line("a # b < c >", "...........");
    assert_line("#include \"a.h\"", "kkkkkkkk.sssss");
}

Test(highlight, what_a_line_leaves_open_the_next_goes_on_with)
{
    struct highlight highlight = {0};

    assert_marks(&highlight, "int /* a", "kkk.cccc");
    assert_marks(&highlight, "", "");
    assert_marks(&highlight, "int b", "ccccc");
    assert_marks(&highlight, "*/ int", "cc.kkk");
    assert_marks(&highlight, "// a \\", "cccccc");
    assert_marks(&highlight, "int", "ccc");
    assert_marks(&highlight, "int \"a\\", "kkk.sss");
    assert_marks(&highlight, "b\\", "ss");
    assert_marks(&highlight, "c\" int", "ss.kkk");
    assert_marks(&highlight, "// a \\", "cccccc");
    assert_marks(&highlight, "", "");
    assert_marks(&highlight, "int", "kkk");
}

Test(highlight, text_is_styled_and_fit_to_show)
{
    static const struct look color = {.color = true, .bold = true, .unicode = true};
    static const struct look none = {0};
    struct highlight highlight = {0};
    struct str out = {0};

    highlight_text(&highlight, &color, "int 7", 5, &out);
    cr_assert_str_eq(str_text(&out), "\033[1;34mint\033[0m \033[35m7\033[0m");
    str_clear(&out);
    highlight_text(&highlight, &none, "\ta\t\033[2J\"\xff", 9, &out);
    cr_assert_str_eq(str_text(&out), "    a   \\x1b[2J\"\\xff");
    str_free(&out);
}

static void count(enum style style, const char *bytes, size_t length, void *to)
{
    const char **next = to;

    (void)style;
    cr_assert(bytes == *next && length > 0, "pieces follow each other");
    *next += length;
}

Test(highlight, any_bytes_are_covered_to_their_end)
{
    static const char frequent[] = "\"\"''//**\\\\#<> \tint09.e+\xe6";
    unsigned seed = 7;
    char line[64];
    struct highlight highlight = {0};

    for (int round = 0; round < 20000; round++) {
        size_t length = (size_t)rand_r(&seed) % sizeof line;
        for (size_t i = 0; i < length; i++)
            line[i] = rand_r(&seed) % 8 ? frequent[(size_t)rand_r(&seed) % (sizeof frequent - 1)]
                                        : (char)(rand_r(&seed) >> 5);
        const char *next = line;
        highlight_line(&highlight, line, length, count, &next);
        cr_assert_eq(next, line + length, "seed 7, round %d", round);
    }
}
