/* Shared by the targets. */
#include "tests/fuzz/fuzz.h"

#include <string.h>

#include "engine/base/utf8.h"

bool fuzz_is_shown(const char *text, size_t length, bool lines)
{
    uint32_t code;

    for (size_t at = 0, size; at < length; at += size) {
        size = utf8_decode(text + at, length - at, &code);
        if (size == 0)
            return false;
        if (!utf8_is_shown(code) && !(lines && (code == '\n' || code == '\t')))
            return false;
    }
    return true;
}

/* Exactly as large as needed, so that a sanitizer sees the first byte that is read too far. */
char *fuzz_copy(const uint8_t *data, size_t size, size_t zeroes)
{
    char *copy = malloc(size + zeroes + (size + zeroes == 0));

    fuzz_assert(copy);
    if (size)
        memcpy(copy, data, size);
    memset(copy + size, 0, zeroes);
    return copy;
}
