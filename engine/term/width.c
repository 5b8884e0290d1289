/* Columns of text. A terminal moves its cursor by grapheme clusters, more or less; the widest code
 * point of a cluster is what most of them agree on. Text is nearly all ASCII, so an ASCII character
 * followed by another, which is a cluster by itself, is found without utf8proc. */
#include <stdint.h>
#include <utf8proc.h>

#include "engine/base/utf8.h"
#include "engine/term/look.h"

static bool is_ascii(char byte)
{
    return (unsigned char)byte < 0x80;
}

static bool is_printable(char byte)
{
    return byte >= ' ' && byte <= '~';
}

/* The length of a control sequence at the beginning of a text: ESC [, parameters, a final byte. 0
 * if there is none. */
static size_t escape_length(const char *text, size_t length)
{
    if (length < 3 || text[0] != '\033' || text[1] != '[')
        return 0;
    for (size_t i = 2; i < length && text[i] >= ' ' && text[i] <= '~'; i++)
        if (text[i] >= '@')
            return i + 1;
    return 0;
}

size_t text_cluster(const char *text, size_t length, int *ret_columns)
{
    uint32_t code, next;
    utf8proc_int32_t state = 0;

    *ret_columns = 0;
    if (length == 0)
        return 0;
    if (is_printable(text[0]) && (length == 1 || is_ascii(text[1]))) {
        *ret_columns = 1;
        return 1;
    }
    size_t used = escape_length(text, length);
    if (used)
        return used;
    used = utf8_decode(text, length, &code);
    *ret_columns = used ? utf8proc_charwidth((utf8proc_int32_t)code) : 1;
    if (used == 0)
        return 1;
    for (;;) {
        size_t more = utf8_decode(text + used, length - used, &next);
        if (more == 0 || utf8proc_grapheme_break_stateful((utf8proc_int32_t)code,
                                                          (utf8proc_int32_t)next, &state))
            return used;
        int columns = utf8proc_charwidth((utf8proc_int32_t)next);
        if (columns > *ret_columns)
            *ret_columns = columns;
        used += more;
        code = next;
    }
}

int text_width(const char *text, size_t length)
{
    int width = 0, columns;

    for (size_t at = 0; at < length; width += columns)
        at += text_cluster(text + at, length - at, &columns);
    return width;
}

size_t text_fit(const char *text, size_t length, int columns)
{
    size_t at = 0;
    int width = 0, more;

    while (at < length) {
        size_t used = text_cluster(text + at, length - at, &more);
        width += more;
        if (width > columns)
            break;
        at += used;
    }
    return at;
}
