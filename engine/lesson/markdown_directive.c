/* Directives: <!-- name argument -->, alone on a line. They are looked at closely, because a
 * comment that is nearly one would silently hide what it should have shown. */
#include <string.h>

#include "engine/lesson/markdown_priv.h"

static bool is_name(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '-';
}

static bool is_argument(char byte)
{
    return is_name(byte) || (byte >= 'A' && byte <= 'Z') || (byte && strchr("_:./", byte));
}

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    return at;
}

/* The word at `at`, copied; what follows it goes to *ret_rest. */
static const char *word(struct parse *parse, const char *at, const char *end, bool (*fits)(char),
                        const char **ret_rest)
{
    const char *from = at;

    while (at < end && fits(*at) && !(end - at >= 3 && memcmp(at, "-->", 3) == 0))
        at++;
    *ret_rest = skip_blanks(at, end);
    const char *copy = arena_copy(parse->builder.arena, from, (size_t)(at - from));
    return copy ? copy : "";
}

int parse_directive(struct parse *parse, const char *line, size_t length)
{
    static const char wrong[] =
        "HTML must be a directive on a line of its own: <!-- name argument -->";
    const char *end = line + length, *at = skip_blanks(line, end);

    if (at == end)
        return 0;
    if (end - at < 4 || memcmp(at, "<!--", 4) != 0)
        return parse_fault(parse, line, wrong);
    const char *name = word(parse, skip_blanks(at + 4, end), end, is_name, &at);
    const char *argument = word(parse, at, end, is_argument, &at);
    if (!*name || end - at < 3 || memcmp(at, "-->", 3) != 0 || skip_blanks(at + 3, end) != end)
        return parse_fault(parse, line, wrong);
    struct block *block = parse_open(parse, BLOCK_DIRECTIVE);
    if (!block)
        return PARSE_STOP;
    block->line = lines_of(&parse->lines, line);
    block->info = name;
    block->text = argument;
    builder_close(&parse->builder);
    return 0;
}
