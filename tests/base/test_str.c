/* engine/base/str: building text, failing once, showing untrusted bytes. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/str.h"
#include "tests/support/test.h"

static void assert_shown(const char *bytes, size_t length, bool keep_lines, const char *wanted)
{
    struct str str = {0};

    str_add_shown(&str, bytes, length, keep_lines);
    cr_assert_str_eq(str_text(&str), wanted);
    str_free(&str);
}

Test(str, an_empty_one_is_an_empty_text)
{
    struct str str = {0};

    cr_assert_str_eq(str_text(&str), "");
    char *taken = str_take(&str);
    cr_assert_str_eq(taken, "");
    free(taken);
}

Test(str, additions_follow_each_other)
{
    struct str str = {0};

    str_puts(&str, "a");
    str_putc(&str, 'b');
    str_add(&str, "cde", 2);
    str_repeat(&str, "-=", 3);
    str_repeat(&str, "never", -1);
    str_printf(&str, "%d %s", 42, "x");
    cr_assert_str_eq(str_text(&str), "abcd-=-=-=42 x");
    cr_assert_eq(str.length, strlen(str.data));
    str_clear(&str);
    cr_assert_str_eq(str_text(&str), "");
    str_free(&str);
}

Test(str, long_formats_are_whole)
{
    struct str str = {0};
    char word[3000];

    memset(word, 'w', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    str_printf(&str, "<%s>", word);
    cr_assert_eq(str.length, sizeof word + 1);
    cr_assert_eq(str.data[str.length - 1], '>');
    str_free(&str);
}

Test(str, a_failed_addition_keeps_the_contents_and_fails_the_rest)
{
    struct str str = {0};

    str_puts(&str, "kept");
    str_add(&str, "x", SIZE_MAX - 2);
    cr_assert(str.failed);
    str_puts(&str, "more");
    cr_assert_str_eq(str_text(&str), "kept");
    cr_assert_null(str_take(&str));
    cr_assert_null(str.data);
}

Test(str, printable_text_is_shown_as_it_is)
{
    assert_shown("plain \xc3\xa9 \xe2\x94\x80 \xf0\x9f\x8d\xb3 \\", 19, false,
                 "plain \xc3\xa9 \xe2\x94\x80 \xf0\x9f\x8d\xb3 \\");
}

Test(str, escapes_and_broken_bytes_become_visible)
{
    assert_shown("\033[2J", 4, false, "\\x1b[2J");
    assert_shown("a\0b", 3, false, "a\\x00b");
    assert_shown("\xc3", 1, false, "\\xc3");
    assert_shown("\xed\xa0\x80", 3, false, "\\xed\\xa0\\x80");
    assert_shown("\xc2\x9b"
                 "31m",
                 5, false, "\\u{9b}31m");
    assert_shown("a\xe2\x80\xae"
                 "b",
                 5, false, "a\\u{202e}b");
    assert_shown("\xe2\x80\x8d\xef\xb8\x8f", 6, false, "\\u{200d}\\u{fe0f}");
}

Test(str, lines_stay_only_when_asked)
{
    assert_shown("a\n\tb\r", 5, true, "a\n\tb\\x0d");
    assert_shown("a\n\tb", 4, false, "a\\x0a\\x09b");
}
