/* Wrapping: by columns, not bytes; nothing lost, nothing wider than the line. */
#include <stdlib.h>
#include <string.h>

#include "cli/views/wrap.h"
#include "tests/cli/support.h"
#include "tests/support/test.h"

static char *wrapped(const struct look *look, const char *text, int width)
{
    struct wrap wrap = {0};
    struct str out = {0};

    wrap_text(look, STYLE_TEXT, text, width, &wrap);
    wrap_add(&wrap, "", "", &out);
    wrap_free(&wrap);
    return str_take(&out);
}

Test(wrap, breaks_at_blanks_and_joins_them)
{
    struct look look = look_of_pipe();
    char *text = wrapped(&look, "  one two\nthree   four  ", 9);

    cr_assert_str_eq(text, "one two\nthree\nfour\n");
    free(text);
}

Test(wrap, counts_columns_of_wide_characters)
{
    struct look look = look_of_pipe();
    char *text = wrapped(&look, "日本 語語", 5);

    cr_assert_str_eq(text, "日本\n語語\n");
    free(text);
}

Test(wrap, cuts_a_word_that_is_wider_than_the_line)
{
    struct look look = look_of_pipe();
    char *text = wrapped(&look, "a abcdefghij b", 4);

    cr_assert_str_eq(text, "a\nabcd\nefgh\nij b\n");
    free(text);
}

Test(wrap, an_address_is_never_cut_and_stands_alone_if_it_is_wide)
{
    struct look look = look_of_pipe();
    char *fits = wrapped(&look, "see http://a.b now", 12);
    char *wide = wrapped(&look, "see (http://a.b/c/d/e). Then on", 12);

    cr_assert_str_eq(fits, "see\nhttp://a.b\nnow\n");
    cr_assert_str_eq(wide, "see\n(http://a.b/c/d/e).\nThen on\n");
    free(fits);
    free(wide);
}

Test(wrap, code_that_fits_is_not_broken_at_its_blanks)
{
    struct look look = look_of_pipe();
    char *whole = wrapped(&look, "go on with `a b c d` now", 15);
    char *too_long = wrapped(&look, "see `a b c d e f` now", 12);

    cr_assert_str_eq(whole, "go on with\n`a b c d` now\n");
    cr_assert_str_eq(too_long, "see `a b c d\ne f` now\n");
    free(whole);
    free(too_long);
}

Test(wrap, an_empty_text_is_one_empty_line)
{
    struct look look = look_of_pipe();
    char *text = wrapped(&look, "", 10);

    cr_assert_str_eq(text, "\n");
    free(text);
}

Test(wrap, code_is_coloured_on_a_terminal_and_quoted_in_a_pipe)
{
    struct look terminal = look_of_terminal(80), pipe = look_of_pipe();
    char *coloured = wrapped(&terminal, "call `f()` now", 40);
    char *quoted = wrapped(&pipe, "call `f()` now", 40);

    cr_assert(contains(coloured, "\033["));
    cr_assert_not(contains(coloured, "`"));
    cr_assert_str_eq(quoted, "call `f()` now\n");
    free(coloured);
    free(quoted);
}

Test(wrap, punctuation_stays_with_the_code_before_it)
{
    struct look look = look_of_pipe();
    char *text = wrapped(&look, "aaaa `bb`.", 9);

    cr_assert_str_eq(text, "aaaa\n`bb`.\n");
    free(text);
}

Test(wrap, an_unpaired_back_quote_is_text)
{
    struct look look = look_of_pipe();
    char *text = wrapped(&look, "a ` b", 40);

    cr_assert_str_eq(text, "a ` b\n");
    free(text);
}

Test(wrap, no_line_is_wider_than_asked)
{
    static const char words[] =
        "`epoll_wait(2)` sleeps until the next timer; **is** due, 日本語 and "
        "a-word-that-is-much-longer-than-any-line-could-be, then more.";
    struct look look = look_of_terminal(80);

    for (int width = 2; width < 90; width++) {
        char *text = wrapped(&look, words, width);

        cr_assert_leq(widest(text), width, "at width %d: %s", width, text);
        free(text);
    }
}
