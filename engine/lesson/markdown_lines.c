/* md4c tells no lines, but its texts are pointers into the source; blocks without text (a rule, an
 * empty item, an empty fence) are found by looking on from the last line that was used. */
#include <ctype.h>
#include <string.h>

#include "engine/lesson/markdown_priv.h"

enum { LOOK_AHEAD = 1000 }; /* lines; so that a rule that is not found costs little */

static const char *find_stop(const struct lines *lines)
{
    const char *newline = memchr(lines->at, '\n', (size_t)(lines->end - lines->at));

    return newline ? newline : lines->end;
}

void lines_begin(struct lines *lines, const char *source, size_t length)
{
    *lines = (struct lines){.end = source + length, .at = source, .line = 1};
    lines->stop = find_stop(lines);
}

/* To the next line; false at the last. */
static bool step(struct lines *lines)
{
    if (lines->stop == lines->end)
        return false;
    lines->at = lines->stop + 1;
    lines->stop = find_stop(lines);
    lines->line++;
    return true;
}

int lines_of(struct lines *lines, const char *at)
{
    while (lines->stop < at && step(lines))
        ;
    if (lines->line > lines->used)
        lines->used = lines->line;
    return lines->line;
}

/* What is left of the line behind quote marks and blanks. */
static const char *skip_prefix(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t' || *at == '>'))
        at++;
    return at;
}

/* Behind one list marker, or `at` itself if there is none. */
static const char *skip_marker(const char *at, const char *end)
{
    const char *from = at;

    while (at < end && isdigit((unsigned char)*at))
        at++;
    bool number = at > from && at < end && (*at == '.' || *at == ')');
    bool bullet = at == from && at < end && strchr("-+*", *at) && *at;
    return number || bullet ? skip_prefix(at + 1, end) : from;
}

/* Three or more of the same of - _ *, and blanks. */
static bool is_rule(const char *at, const char *end)
{
    char mark = at < end ? *at : '\0';
    int marks = 0;

    if (mark != '-' && mark != '_' && mark != '*')
        return false;
    for (; at < end; at++) {
        if (*at == mark)
            marks++;
        else if (*at != ' ' && *at != '\t')
            return false;
    }
    return marks >= 3;
}

static bool has_rule(const struct lines *lines)
{
    const char *end = lines->stop, *at = skip_prefix(lines->at, end);

    while (!is_rule(at, end)) {
        const char *inside = skip_marker(at, end);
        if (inside == at)
            return false;
        at = inside;
    }
    return true;
}

static bool is_blank(const struct lines *lines)
{
    const char *end = lines->stop;

    return skip_prefix(lines->at, end) == end;
}

/* The first line behind the used ones; false if there is none. */
static bool to_unused(struct lines *lines)
{
    while (lines->line <= lines->used)
        if (!step(lines))
            return false;
    return true;
}

int lines_next(struct lines *lines)
{
    bool more = to_unused(lines);

    while (more && is_blank(lines))
        more = step(lines);
    lines->used = lines->line;
    lines->guessed = true;
    return lines->line;
}

int lines_next_rule(struct lines *lines)
{
    struct lines ahead = *lines;

    /* "- ***": the item had no text and took the line already. */
    if (lines->guessed && lines->line == lines->used && has_rule(lines)) {
        lines->guessed = false;
        return lines->line;
    }
    ahead.guessed = false;

    for (int i = 0; i < LOOK_AHEAD && to_unused(&ahead); i++) {
        ahead.used = ahead.line;
        if (has_rule(&ahead)) {
            *lines = ahead;
            return ahead.line;
        }
    }
    return lines_next(lines);
}

static bool next_line_begins_with(struct lines *lines, const char *fence)
{
    if (!to_unused(lines))
        return false;
    const char *end = lines->stop, *at = skip_prefix(lines->at, end);
    return end - at >= 3 && memcmp(at, fence, 3) == 0;
}

void lines_leave_code(struct lines *lines, int last)
{
    if (last > lines->used)
        lines->used = last;
    if (next_line_begins_with(lines, "```") || next_line_begins_with(lines, "~~~"))
        lines->used = lines->line;
}

void lines_leave_heading(struct lines *lines)
{
    const char *end = lines->stop, *at = skip_prefix(lines->at, end), *inside;

    while ((inside = skip_marker(at, end)) > at)
        at = inside;
    if (at < end && *at != '#')
        lines->used++;
}
