/* highlight_text(): any bytes as lines of C come out fit to show, and pieces cover every line. */
#include <string.h>

#include "engine/term/highlight.h"
#include "tests/fuzz/fuzz.h"

const char *const fuzz_words[] = {"\"",           "'",    "\\",       "/*", "*/",   "//",
                                  "#include <",   ">",    "\n",       "\t", "0x",   "1e+",
                                  "return",       "int ", "\033[31m", "#",  "\xff", "\xe6\x97\xa5",
                                  "\xe2\x80\xae", NULL};

static void cover(enum style style, const char *bytes, size_t length, void *to)
{
    const char **next = to;

    fuzz_assert(style < STYLE_END && length > 0 && bytes == *next);
    *next += length;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct look plain = {.unicode = true};
    struct highlight text = {0}, pieces = {0};
    struct str out = {0};
    const char *line = (const char *)data, *end = line + size;

    while (line < end) {
        const char *newline = memchr(line, '\n', (size_t)(end - line)), *next = line;
        size_t length = newline ? (size_t)(newline - line) : (size_t)(end - line);
        str_clear(&out);
        highlight_text(&text, &plain, line, length, &out);
        highlight_line(&pieces, line, length, cover, &next);
        fuzz_assert(next == line + length && text.open == pieces.open);
        fuzz_assert(fuzz_is_shown(str_text(&out), out.length, false));
        line += length + (newline != NULL);
    }
    str_free(&out);
    return 0;
}
