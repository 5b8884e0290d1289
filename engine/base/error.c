/* The text is formatted whole, then made fit to show while it is copied into the fixed buffer, so
 * that a file's name or a fault's quotation can never send an escape to a terminal. Works without
 * memory: what a full heap cannot format is cut to the size of a local buffer. */
#include "engine/base/error.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/utf8.h"

/* Appends one character, or its \xNN bytes; false when the text is full. */
static bool add_shown(char *text, size_t room, size_t *length, const char *bytes, size_t size)
{
    uint32_t code;
    char shown[8];

    bool whole = utf8_decode(bytes, size, &code) == size && utf8_is_shown(code);
    if (!whole)
        snprintf(shown, sizeof shown, "\\x%02x", (unsigned char)bytes[0]);
    const char *from = whole ? bytes : shown;
    size_t adds = whole ? size : 4;
    if (*length + adds >= room)
        return false;
    memcpy(text + *length, from, adds);
    *length += adds;
    text[*length] = '\0';
    return true;
}

static void copy_shown(char *text, size_t room, const char *raw)
{
    size_t length = 0, left = strlen(raw);

    text[0] = '\0';
    while (left) {
        uint32_t code;
        size_t size = utf8_decode(raw, left, &code);
        /* A character that is not shown goes byte by byte. */
        if (size == 0 || !utf8_is_shown(code))
            size = 1;
        if (!add_shown(text, room, &length, raw, size))
            return;
        raw += size;
        left -= size;
    }
}

static int set(struct error *error, int code, const char *file, int line, const char *format,
               va_list args)
{
    char raw[sizeof error->text + 64];
    int at = 0;

    assert(code < 0);
    if (!error)
        return code;
    if (error->code)
        return error->code;
    raw[0] = '\0';
    if (file && line > 0)
        at = snprintf(raw, sizeof raw, "%s:%d: ", file, line);
    else if (file)
        at = snprintf(raw, sizeof raw, "%s: ", file);
    if (at >= 0 && (size_t)at < sizeof raw)
        vsnprintf(raw + at, sizeof raw - (size_t)at, format, args);
    copy_shown(error->text, sizeof error->text, raw);
    error->code = code;
    return code;
}

int error_set(struct error *error, int code, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    code = set(error, code, NULL, 0, format, args);
    va_end(args);
    return code;
}

int error_at(struct error *error, int code, const char *file, int line, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    code = set(error, code, file, line, format, args);
    va_end(args);
    return code;
}
