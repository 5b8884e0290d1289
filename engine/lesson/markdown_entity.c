/* The entities that people write by name, and all by number. HTML knows two thousand names; one
 * that is missing here stays as it is written, which the reader sees at once. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/array.h"
#include "engine/base/utf8.h"
#include "engine/lesson/markdown_priv.h"

static const struct {
    const char *name, *text;
} names[] = {
    {"amp", "&"},   {"apos", "'"},   {"copy", "©"},  {"deg", "°"},    {"euro", "€"},
    {"ge", "≥"},    {"gt", ">"},     {"harr", "↔"},  {"hellip", "…"}, {"larr", "←"},
    {"ldquo", "“"}, {"le", "≤"},     {"lsquo", "‘"}, {"lt", "<"},     {"mdash", "—"},
    {"micro", "µ"}, {"middot", "·"}, {"minus", "−"}, {"nbsp", " "},   {"ndash", "–"},
    {"ne", "≠"},    {"plusmn", "±"}, {"quot", "\""}, {"rarr", "→"},   {"rdquo", "”"},
    {"rsquo", "’"}, {"times", "×"},
};

static void add_code(struct str *str, uint32_t code)
{
    char bytes[4];

    if (code < 0x80) {
        str_putc(str, (char)code);
    } else if (code < 0x800) {
        bytes[0] = (char)(0xc0 | code >> 6);
        bytes[1] = (char)(0x80 | (code & 0x3f));
        str_add(str, bytes, 2);
    } else if (code < 0x10000) {
        bytes[0] = (char)(0xe0 | code >> 12);
        bytes[1] = (char)(0x80 | (code >> 6 & 0x3f));
        bytes[2] = (char)(0x80 | (code & 0x3f));
        str_add(str, bytes, 3);
    } else {
        bytes[0] = (char)(0xf0 | code >> 18);
        bytes[1] = (char)(0x80 | (code >> 12 & 0x3f));
        bytes[2] = (char)(0x80 | (code >> 6 & 0x3f));
        bytes[3] = (char)(0x80 | (code & 0x3f));
        str_add(str, bytes, 4);
    }
}

/* "#8212;" or "#x2014;" behind the &. */
static bool add_number(struct str *str, const char *number, size_t length)
{
    char digits[16] = "";
    bool hex = length > 1 && (number[1] == 'x' || number[1] == 'X');
    size_t skip = hex ? 2 : 1;

    if (length <= skip || length - skip >= sizeof digits)
        return false;
    memcpy(digits, number + skip, length - skip);
    unsigned long code = strtoul(digits, NULL, hex ? 16 : 10);
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) || !utf8_is_shown((uint32_t)code))
        return false;
    add_code(str, (uint32_t)code);
    return true;
}

static bool add_name(struct str *str, const char *name, size_t length)
{
    for (size_t i = 0; i < array_length(names); i++) {
        if (strlen(names[i].name) == length && memcmp(names[i].name, name, length) == 0) {
            str_puts(str, names[i].text);
            return true;
        }
    }
    return false;
}

void entity_add(struct str *str, const char *entity, size_t length)
{
    bool known = false;

    if (length > 3 && entity[1] == '#')
        known = add_number(str, entity + 1, length - 2);
    else if (length > 2)
        known = add_name(str, entity + 1, length - 2);
    if (!known)
        str_add(str, entity, length);
}
