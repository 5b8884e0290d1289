/* engine/term/key: what bytes mean, also cut in pieces, broken or hostile. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/str.h"
#include "engine/term/key.h"
#include "tests/support/test.h"

static const char *const names[] = {
    "",     "enter", "tab",     "backspace", "escape", "up",     "down",     "left", "right",
    "home", "end",   "page-up", "page-down", "insert", "delete", "function", "mode",
};

/* A key as a word: "C-M-S-up", "x", "function12", "mode2026=1"; pasted ones in quotes. */
static void describe(const struct key *key, void *to)
{
    struct str *out = to;

    if (out->length)
        str_putc(out, ' ');
    if (key->pasted)
        str_putc(out, '\'');
    if (key->type != KEY_MODE)
        str_printf(out, "%s%s%s", key->modifiers & KEY_CTRL ? "C-" : "",
                   key->modifiers & KEY_ALT ? "M-" : "", key->modifiers & KEY_SHIFT ? "S-" : "");
    if (key->type == KEY_CHAR && key->code > ' ' && key->code < 0x7f)
        str_putc(out, (char)key->code);
    else if (key->type == KEY_CHAR)
        str_printf(out, "U+%04X", (unsigned)key->code);
    else
        str_puts(out, names[key->type]);
    if (key->type == KEY_FUNCTION)
        str_printf(out, "%u", (unsigned)key->code);
    if (key->type == KEY_MODE)
        str_printf(out, "%u=%u", (unsigned)key->code, key->modifiers);
}

static void assert_bytes(const char *bytes, size_t length, bool flush, const char *wanted)
{
    struct key_decoder decoder = {0};
    struct str keys = {0};

    key_feed(&decoder, bytes, length, describe, &keys);
    if (flush)
        key_flush(&decoder, describe, &keys);
    cr_assert_str_eq(str_text(&keys), wanted, "%s, not %s", str_text(&keys), wanted);
    str_free(&keys);
}

static void assert_keys(const char *bytes, const char *wanted)
{
    assert_bytes(bytes, strlen(bytes), false, wanted);
}

static void assert_flushed(const char *bytes, const char *wanted)
{
    assert_bytes(bytes, strlen(bytes), true, wanted);
}

Test(key, characters_are_code_points)
{
    assert_keys("aZ 9", "a Z U+0020 9");
    assert_keys("é日🙂", "U+00E9 U+65E5 U+1F642");
}

Test(key, controls_are_named_keys_or_letters_with_control)
{
    assert_keys("\r\n\t\b\x7f", "enter enter tab backspace backspace");
    assert_keys("\001\003\032\034", "C-a C-c C-z C-\\");
    assert_bytes("\0", 1, false, "C-U+0020");
}

Test(key, cursor_and_function_keys_in_all_dialects)
{
    assert_keys("\033[A\033OB\033[1;5C\033[1;2D", "up down C-right S-left");
    assert_keys("\033[H\033OF\033[1~\033[8~", "home end home end");
    assert_keys("\033[2~\033[3;3~\033[5~\033[6~", "insert M-delete page-up page-down");
    assert_keys("\033OP\033[11~\033[15~\033[24;2~\033[1;6R",
                "function1 function1 function5 S-function12 C-S-function3");
    assert_keys("\033[Z", "S-tab");
    assert_keys("\033[97;5u\033[13;2u\033[27u", "C-a S-enter escape");
}

Test(key, alt_is_escape_before_a_key)
{
    assert_keys("\033x\033é\033\r", "M-x M-U+00E9 M-enter");
    assert_keys("\033\033[A", "escape up");
}

Test(key, a_lone_escape_needs_time_to_be_one)
{
    struct key_decoder decoder = {0};
    struct str keys = {0};

    cr_assert(key_feed(&decoder, "\033", 1, describe, &keys), "it is held back");
    cr_assert_str_eq(str_text(&keys), "");
    key_flush(&decoder, describe, &keys);
    cr_assert_str_eq(str_text(&keys), "escape");
    cr_assert(!key_feed(&decoder, "q", 1, describe, &keys));
    cr_assert_str_eq(str_text(&keys), "escape q");
    str_free(&keys);
}

Test(key, keys_that_only_look_like_sequences_come_with_time)
{
    assert_flushed("\033[", "M-[");
    assert_flushed("\033O", "M-O");
    assert_flushed("\033]", "M-]");
    assert_flushed("\033P", "M-P");
    assert_flushed("\033[1;", "");
    assert_flushed("\xe6\x97", "U+FFFD");
}

Test(key, replies_and_unknown_sequences_are_swallowed_whole)
{
    assert_keys("\033[?1;2ca", "a");
    assert_keys("\033[24;80Rb", "b");
    assert_keys("\033[<0;10;20Mc", "c");
    assert_keys("\033]11;rgb:0000/0000/0000\033\\d\033]0;x\ae", "d e");
    assert_keys("\033P1$r0m\033\\f", "f");
    assert_keys("\033[999~\033[5Xg\033OZh", "g h");
}

Test(key, an_answer_about_a_mode_is_reported)
{
    assert_keys("\033[?2026;2$y", "mode2026=2");
    assert_keys("\033[?2026;0$yx", "mode2026=0 x");
    assert_keys("\033[?2026;7$yx", "x");
}

Test(key, a_broken_sequence_gives_back_what_cannot_belong_to_it)
{
    assert_keys("\033[12\003", "C-c");
    assert_keys("\033[\033[A", "up");
    assert_keys("\033[12é", "U+00E9");
    assert_keys("\033O\003", "C-c");
}

Test(key, a_sequence_longer_than_the_buffer_is_swallowed_to_its_end)
{
    char bytes[300] = "\033[";

    memset(bytes + 2, '1', 200);
    strcpy(bytes + 202, "Aq");
    assert_keys(bytes, "q");
    strcpy(bytes + 202, "\003q");
    assert_keys(bytes, "C-c q");
    memset(bytes, 'x', 299);
    memcpy(bytes, "\033]", 2);
    strcpy(bytes + 290, "\033\\q");
    assert_keys(bytes, "q");
}

Test(key, an_unfinished_string_does_not_swallow_the_keyboard)
{
    struct key_decoder decoder = {0};
    struct str keys = {0};

    cr_assert(key_feed(&decoder, "\033]0;no end", 10, describe, &keys));
    key_flush(&decoder, describe, &keys);
    cr_assert(!key_feed(&decoder, "q", 1, describe, &keys));
    cr_assert_str_eq(str_text(&keys), "q");
    str_free(&keys);
}

Test(key, broken_utf8_gives_replacement_characters)
{
    assert_keys("\xff", "U+FFFD");
    assert_keys("\x80x", "U+FFFD x");
    assert_keys("\xe6\x97x", "U+FFFD x");
    assert_keys("\xc0\xaf", "U+FFFD U+FFFD");
    assert_keys("\xed\xa0\x80", "U+FFFD");
    assert_keys("\xf4\x90\x80\x80", "U+FFFD");
    assert_keys("\xc2\x9bz", "z");
}

Test(key, a_paste_is_characters_and_no_commands)
{
    assert_keys("\033[200~q\r\tb\033[201~q", "'q 'enter 'tab 'b q");
    assert_keys("\033[200~a\033[Ab\x01\x7f\033[201~", "'a '[ 'A 'b");
}

Test(key, control_c_ends_a_paste_that_has_no_end)
{
    assert_keys("\033[200~ab\003q", "'a 'b C-c q");
}

/* What random bytes mean, in one piece and cut at random: the same keys, all of them well-formed.
 */
static void check_well_formed(const struct key *key, void *to)
{
    cr_assert_leq((unsigned)key->type, (unsigned)KEY_MODE);
    cr_assert_leq(key->modifiers, 7u);
    if (key->type == KEY_CHAR)
        cr_assert(key->code <= 0x10ffff && !(key->code >= 0xd800 && key->code < 0xe000));
    if (key->type == KEY_FUNCTION)
        cr_assert(key->code >= 1 && key->code <= 12);
    describe(key, to);
}

static size_t random_bytes(char *bytes, size_t size, unsigned *seed)
{
    static const char frequent[] = "\033\033\033[[[]OP?;;$200~201~\x9b\xe6\x97\xa5\a\\uyR1";
    size_t length = (size_t)rand_r(seed) % size;

    for (size_t i = 0; i < length; i++)
        bytes[i] = rand_r(seed) % 4 ? frequent[(size_t)rand_r(seed) % (sizeof frequent - 1)]
                                    : (char)(rand_r(seed) >> 5);
    return length;
}

Test(key, cuts_make_no_difference)
{
    unsigned seed = 43;
    char bytes[200];

    for (int round = 0; round < 2000; round++) {
        struct key_decoder whole = {0}, cut = {0};
        struct str wanted = {0}, got = {0};
        size_t length = random_bytes(bytes, sizeof bytes, &seed);
        bool held = key_feed(&whole, bytes, length, check_well_formed, &wanted), still = false;
        for (size_t at = 0, n; at < length; at += n) {
            n = 1 + (size_t)rand_r(&seed) % 5;
            n = n > length - at ? length - at : n;
            still = key_feed(&cut, bytes + at, n, check_well_formed, &got);
        }
        cr_assert_eq(held, still, "seed 43, round %d", round);
        key_flush(&whole, check_well_formed, &wanted);
        key_flush(&cut, check_well_formed, &got);
        cr_assert_eq(whole.held_length, 0u);
        cr_assert_str_eq(str_text(&wanted), str_text(&got), "seed 43, round %d", round);
        str_free(&wanted);
        str_free(&got);
    }
}
