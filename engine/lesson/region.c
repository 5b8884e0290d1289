/* Regions are marked by comments that have a line of their own, in either of C's two forms:
 * "region NAME" begins one and "end" ends it. They do not nest: a quotation with marks inside would
 * not be the lines that a reader finds in the file. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/lesson/course.h"

enum { SOURCE_LIMIT = 4 * 1024 * 1024 };

static void trim(const char **at, size_t *length)
{
    while (*length && strchr(" \t\r", **at) && **at) {
        (*at)++;
        (*length)--;
    }
    while (*length && strchr(" \t\r", (*at)[*length - 1]) && (*at)[*length - 1])
        (*length)--;
}

/* What the comment says that is alone on this line; length 0 if there is none. */
static const char *comment(const char *line, size_t *length)
{
    trim(&line, length);
    bool block =
        *length >= 4 && memcmp(line, "/*", 2) == 0 && memcmp(line + *length - 2, "*/", 2) == 0;
    bool rest = *length >= 2 && memcmp(line, "//", 2) == 0;
    *length = block ? *length - 4 : rest ? *length - 2 : 0;
    line += 2 * (block || rest);
    trim(&line, length);
    return line;
}

enum mark { MARK_NONE, MARK_REGION, MARK_OTHER, MARK_END };

static enum mark mark_of(const char *line, size_t length, const char *name)
{
    static const char region[] = "region ";
    const char *text = comment(line, &length);

    if (length == 3 && memcmp(text, "end", 3) == 0)
        return MARK_END;
    if (length < sizeof region || memcmp(text, region, sizeof region - 1) != 0)
        return MARK_NONE;
    text += sizeof region - 1;
    length -= sizeof region - 1;
    trim(&text, &length);
    return length == strlen(name) && memcmp(text, name, length) == 0 ? MARK_REGION : MARK_OTHER;
}

struct search {
    const char *path, *name;
    const char *begin, *end; /* of the region, once known */
    int first_line, line;
    bool inside;
};

static int take_mark(struct search *search, enum mark mark, const char *line, const char *next,
                     struct error *error)
{
    if (mark == MARK_REGION && search->begin)
        return error_at(error, -EINVAL, search->path, search->line, "region \"%s\" is there twice",
                        search->name);
    if (mark == MARK_OTHER && search->inside)
        return error_at(error, -EINVAL, search->path, search->line,
                        "a region begins inside region \"%s\"", search->name);
    if (mark == MARK_REGION) {
        search->begin = next;
        search->first_line = search->line + 1;
        search->inside = true;
    } else if (mark == MARK_END && search->inside) {
        search->end = line;
        search->inside = false;
    }
    return 0;
}

static int find(struct search *search, const char *text, size_t length, struct error *error)
{
    const char *line = text, *end = text + length;
    int code = 0;

    for (search->line = 1; line < end && code == 0; search->line++) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        const char *stop = newline ? newline : end, *next = newline ? newline + 1 : end;
        code = take_mark(search, mark_of(line, (size_t)(stop - line), search->name), line, next,
                         error);
        line = next;
    }
    if (code)
        return code;
    if (!search->begin)
        return error_set(error, -ENOENT, "%s has no region \"%s\"", search->path, search->name);
    if (search->inside)
        return error_at(error, -EINVAL, search->path, search->first_line - 1,
                        "region \"%s\" does not end", search->name);
    if (search->begin == search->end)
        return error_at(error, -EINVAL, search->path, search->first_line - 1,
                        "region \"%s\" is empty", search->name);
    return 0;
}

int source_region(const char *path, const char *name, char **ret_text, int *ret_first_line,
                  struct error *error)
{
    struct search search = {.path = path, .name = name};
    struct str shown = {0};
    char *text;
    size_t length;

    int code = file_read(path, SOURCE_LIMIT, &text, &length, error);
    if (code)
        return code;
    code = find(&search, text, length, error);
    if (code == 0)
        str_add_shown(&shown, search.begin, (size_t)(search.end - search.begin), true);
    free(text);
    if (code)
        return code;
    char *copy = str_take(&shown);
    if (!copy)
        return error_set(error, -ENOMEM, "out of memory");
    *ret_text = copy;
    *ret_first_line = search.first_line;
    return 0;
}
