/* Growth is by doubling, with one byte kept for the NUL. Additions of nothing still allocate, so
 * that str_take() of an empty text gives "" and NULL always means that memory ran out. */
#include "engine/base/str.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/array.h"
#include "engine/base/utf8.h"

/* Room for `more` bytes and the NUL. */
static bool reserve(struct str *str, size_t more)
{
    if (str->failed || more >= SIZE_MAX - str->length ||
        !array_reserve_bytes((void **)&str->data, &str->capacity, str->length + more + 1, 1))
        str->failed = true;
    return !str->failed;
}

void str_add(struct str *str, const char *bytes, size_t length)
{
    if (!reserve(str, length))
        return;
    if (length)
        memcpy(str->data + str->length, bytes, length);
    str->length += length;
    str->data[str->length] = '\0';
}

void str_puts(struct str *str, const char *text)
{
    str_add(str, text, strlen(text));
}

void str_putc(struct str *str, char byte)
{
    str_add(str, &byte, 1);
}

void str_repeat(struct str *str, const char *text, int times)
{
    size_t length = strlen(text);

    for (int i = 0; i < times && !str->failed; i++)
        str_add(str, text, length);
}

void str_printf(struct str *str, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    str_vprintf(str, format, args);
    va_end(args);
}

void str_vprintf(struct str *str, const char *format, va_list args)
{
    va_list again;

    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    if (length < 0)
        str->failed = true;
    else if (reserve(str, (size_t)length)) {
        vsnprintf(str->data + str->length, (size_t)length + 1, format, again);
        str->length += (size_t)length;
    }
    va_end(again);
}

void str_clear(struct str *str)
{
    str->length = 0;
    str->failed = false;
    if (str->data)
        str->data[0] = '\0';
}

void str_free(struct str *str)
{
    free(str->data);
    *str = (struct str){0};
}

const char *str_text(const struct str *str)
{
    return str->data ? str->data : "";
}

char *str_take(struct str *str)
{
    str_add(str, "", 0);
    char *data = str->data;
    if (str->failed) {
        free(data);
        data = NULL;
    }
    *str = (struct str){0};
    return data;
}

/* How many bytes from here on are printable ASCII: eight are looked at in one word. A byte below 20
 * sets the top bit of its difference, 7f that of its sum, and all above have it themselves; what
 * spills into the next byte comes from one that is already found out. */
static size_t count_printable(const char *bytes, size_t length)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    size_t n = 0;

    for (uint64_t word; n + sizeof word <= length; n += sizeof word) {
        memcpy(&word, bytes + n, sizeof word);
        if ((word | (word - ones * 0x20) | (word + ones)) & (ones * 0x80))
            break;
    }
    while (n < length && bytes[n] >= 0x20 && bytes[n] < 0x7f)
        n++;
    return n;
}

void str_add_shown(struct str *str, const char *bytes, size_t length, bool keep_lines)
{
    size_t plain = 0; /* bytes before `at` that are shown as they are and not added yet */

    for (size_t at = 0; at < length;) {
        size_t printable = count_printable(bytes + at, length - at);
        uint32_t code = 0;

        at += printable;
        plain += printable;
        size_t size = utf8_decode(bytes + at, length - at, &code);
        bool kept = keep_lines && (code == '\n' || code == '\t');
        if (at == length || (size && (kept || utf8_is_shown(code)))) {
            at += size;
            plain += size;
            continue;
        }
        str_add(str, bytes + at - plain, plain);
        plain = 0;
        if (size > 1)
            str_printf(str, "\\u{%x}", (unsigned)code);
        else
            str_printf(str, "\\x%02x", (unsigned char)bytes[at]);
        at += size ? size : 1;
    }
    str_add(str, bytes + length - plain, plain);
}
