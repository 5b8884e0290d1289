/* engine/base/utf8 against an independent encoder: every code point survives, nothing else does. */
#include <string.h>

#include "engine/base/utf8.h"
#include "tests/support/test.h"

/* Written from the definition, without regard to what the decoder does. */
static size_t encode(uint32_t code, unsigned char *bytes)
{
    if (code < 0x80) {
        bytes[0] = (unsigned char)code;
        return 1;
    }
    size_t size = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = size - 1; i > 0; i--) {
        bytes[i] = (unsigned char)(0x80 | (code & 0x3f));
        code >>= 6;
    }
    bytes[0] = (unsigned char)(lead[size] | code);
    return size;
}

Test(utf8, every_code_point_survives_and_surrogates_do_not)
{
    for (uint32_t code = 0; code <= 0x110000; code++) {
        unsigned char bytes[4];
        uint32_t back = 0xffffffff;
        size_t size = encode(code, bytes);
        size_t got = utf8_decode((const char *)bytes, size, &back);
        bool valid = code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);

        cr_assert_eq(got, valid ? size : 0, "U+%04x", (unsigned)code);
        if (valid)
            cr_assert_eq(back, code);
        for (size_t cut = 1; cut < size; cut++)
            cr_assert_eq(utf8_decode((const char *)bytes, cut, &back), 0);
    }
}

Test(utf8, every_short_sequence_decodes_to_itself_or_not_at_all)
{
    static const unsigned char thirds[] = {0, 0x7f, 0x80, 0x9f, 0xa0, 0xbf, 0xc0, 0xff};

    for (unsigned i = 0x8000 * 8; i < 0x10000 * 8; i++) {
        unsigned char in[3] = {(unsigned char)(i >> 11), (unsigned char)(i >> 3), thirds[i & 7]};
        unsigned char out[4];
        uint32_t code;
        size_t size = utf8_decode((const char *)in, sizeof in, &code);

        if (size)
            cr_assert(encode(code, out) == size && memcmp(in, out, size) == 0);
    }
}

Test(utf8, a_prefix_ends_where_the_first_fault_begins)
{
    const char text[] = "a long run of plain text \xc3\xa9 and \xf0\x9f\x8d\xb3 then \xff";

    cr_assert_eq(utf8_valid_prefix(text, sizeof text - 1), sizeof text - 2);
    cr_assert_eq(utf8_valid_prefix(text, sizeof text - 2), sizeof text - 2);
    cr_assert_eq(utf8_valid_prefix("", 0), 0);
}

Test(utf8, what_a_terminal_must_not_get_is_hidden)
{
    static const uint32_t hidden[] = {0,      0x1b,   0x7f,   0x9b,   0x200b,  0x200d,
                                      0x202e, 0x2066, 0xfe0f, 0xfeff, 0xe0041, 0x1ffff};
    static const uint32_t shown[] = {' ', 'a', 0xe9, 0x2500, 0x25cf, 0x4e2d, 0x1f373};

    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++)
        cr_assert_not(utf8_is_shown(hidden[i]), "U+%04x", (unsigned)hidden[i]);
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++)
        cr_assert(utf8_is_shown(shown[i]), "U+%04x", (unsigned)shown[i]);
}
