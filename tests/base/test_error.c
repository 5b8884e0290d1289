/* engine/base/error: the first fault stays, with its place, and can be shown safely. */
#include <errno.h>
#include <string.h>

#include "engine/base/error.h"
#include "tests/support/test.h"

Test(error, the_first_message_stays)
{
    struct error error = {0};

    cr_assert_eq(error_set(&error, -ENOENT, "no %s", "demo"), -ENOENT);
    cr_assert_eq(error_set(&error, -EINVAL, "later"), -ENOENT);
    cr_assert_eq(error.code, -ENOENT);
    cr_assert_str_eq(error.text, "no demo");
}

Test(error, a_place_comes_first_and_line_0_is_left_out)
{
    struct error with = {0}, without = {0};

    error_at(&with, -EINVAL, "content/quiz.json", 12, "item has no %s", "answer");
    cr_assert_str_eq(with.text, "content/quiz.json:12: item has no answer");
    error_at(&without, -EINVAL, "content/quiz.json", 0, "empty");
    cr_assert_str_eq(without.text, "content/quiz.json: empty");
}

Test(error, control_characters_and_broken_utf8_are_shown)
{
    struct error error = {0};

    error_set(&error, -EINVAL, "a\033[31mb\xff \xc3\xa9 \xe2\x80\xae\n");
    cr_assert_str_eq(error.text, "a\\x1b[31mb\\xff \xc3\xa9 \\xe2\\x80\\xae\\x0a");
}

Test(error, long_text_is_cut_between_characters)
{
    struct error error = {0};
    char text[2000];

    memset(text, 'x', sizeof text);
    for (size_t i = 1; i + 1 < sizeof text; i += 2)
        memcpy(text + i, "\xc3\xa9", 2);
    text[sizeof text - 1] = '\0';
    error_set(&error, -EINVAL, "%s", text);
    cr_assert_leq(strlen(error.text), sizeof error.text - 1);
    cr_assert_geq(strlen(error.text), sizeof error.text - 4);
    cr_assert_null(strstr(error.text, "\\x"), "a whole character was cut in two");
}

Test(error, nobody_has_to_listen)
{
    cr_assert_eq(error_set(NULL, -EIO, "x"), -EIO);
}
