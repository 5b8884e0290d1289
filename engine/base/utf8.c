/* A decoder by the table of well-formed byte sequences (Unicode standard, table 3-7): the first
 * byte fixes the length and the range of the second byte, all later bytes are 80..BF. Runs of ASCII
 * are skipped eight bytes at a time, because content is nearly all ASCII. */
#include "engine/base/utf8.h"

#include <string.h>

#include "engine/base/array.h"

static bool in_range(unsigned char byte, unsigned char low, unsigned char high)
{
    return byte >= low && byte <= high;
}

/* The length that a first byte announces, and the range its second byte must be in. */
static size_t announced(unsigned char first, unsigned char *ret_low, unsigned char *ret_high)
{
    *ret_low = 0x80;
    *ret_high = 0xbf;
    if (in_range(first, 0xc2, 0xdf))
        return 2;
    if (in_range(first, 0xe0, 0xef)) {
        if (first == 0xe0)
            *ret_low = 0xa0;
        if (first == 0xed)
            *ret_high = 0x9f;
        return 3;
    }
    if (in_range(first, 0xf0, 0xf4)) {
        if (first == 0xf0)
            *ret_low = 0x90;
        if (first == 0xf4)
            *ret_high = 0x8f;
        return 4;
    }
    return 0;
}

size_t utf8_decode(const char *bytes, size_t length, uint32_t *ret_code)
{
    const unsigned char *b = (const unsigned char *)bytes;
    unsigned char low, high;

    if (length == 0)
        return 0;
    if (b[0] < 0x80) {
        *ret_code = b[0];
        return 1;
    }
    size_t size = announced(b[0], &low, &high);
    if (size == 0 || size > length || !in_range(b[1], low, high))
        return 0;
    uint32_t code = (uint32_t)(b[0] & (0x7f >> size)) << 6 | (b[1] & 0x3f);
    for (size_t i = 2; i < size; i++) {
        if (!in_range(b[i], 0x80, 0xbf))
            return 0;
        code = code << 6 | (b[i] & 0x3f);
    }
    *ret_code = code;
    return size;
}

size_t utf8_valid_prefix(const char *bytes, size_t length)
{
    size_t at = 0;

    while (at < length) {
        uint64_t eight;
        uint32_t code;

        if (length - at >= sizeof eight) {
            memcpy(&eight, bytes + at, sizeof eight);
            if (!(eight & UINT64_C(0x8080808080808080))) {
                at += sizeof eight;
                continue;
            }
        }
        size_t size = utf8_decode(bytes + at, length - at, &code);
        if (size == 0)
            break;
        at += size;
    }
    return at;
}

bool utf8_is_shown(uint32_t code)
{
    static const struct {
        uint32_t first, last;
    } hidden[] = {
        {0x00, 0x1f},     {0x7f, 0x9f},       {0xad, 0xad},       {0x34f, 0x34f},
        {0x61c, 0x61c},   {0x115f, 0x1160},   {0x180b, 0x180f},   {0x200b, 0x200f},
        {0x2028, 0x202e}, {0x2060, 0x206f},   {0x3164, 0x3164},   {0xfdd0, 0xfdef},
        {0xfe00, 0xfe0f}, {0xfeff, 0xfeff},   {0xffa0, 0xffa0},   {0xfff0, 0xfffb},
        {0xfffe, 0xffff}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
    };

    if (code >= 0x20 && code < 0x7f)
        return true;
    for (size_t i = 0; i < array_length(hidden); i++)
        if (code >= hidden[i].first && code <= hidden[i].last)
            return false;
    return (code & 0xfffe) != 0xfffe && code <= 0x10ffff;
}
