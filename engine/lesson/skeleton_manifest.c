/* The manifest is edited as text, not printed again from its tree: it is an author's file, and its
 * layout is theirs. The new entry takes the indentation of its neighbour. */
#include <errno.h>
#include <string.h>

#include "engine/lesson/skeleton_priv.h"

/* The chapter that the new one stands before; or NULL: it comes last. */
static const struct course_chapter *successor(const struct course *course, int number)
{
    for (size_t i = 0; i < course->chapter_count; i++)
        if (course->chapters[i].number > number)
            return &course->chapters[i];
    return NULL;
}

static int predecessor(const struct course *course, int number)
{
    int before = -1;

    for (size_t i = 0; i < course->chapter_count; i++)
        if (course->chapters[i].number < number)
            before = course->chapters[i].number;
    return before;
}

static const char *line_begin(const char *text, const char *end, int line)
{
    for (; line > 1 && text < end; line--) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        text = newline ? newline + 1 : end;
    }
    return text;
}

/* Behind the object that begins at `at`. The text is JSON that was parsed before. */
static const char *object_end(const char *at, const char *end)
{
    bool quoted = false;
    int depth = 0;

    for (; at < end; at++) {
        if (quoted && *at == '\\')
            at++;
        else if (*at == '"')
            quoted = !quoted;
        else if (!quoted && (*at == '{' || *at == '['))
            depth++;
        else if (!quoted && (*at == '}' || *at == ']') && --depth == 0)
            return at + 1;
    }
    return end;
}

static void add_entry(struct str *out, const char *indent, int length, const struct course *course,
                      int number, const char *slug)
{
    int before = predecessor(course, number);

    str_printf(out, "%.*s{\n", length, indent);
    str_printf(out, "%.*s  \"number\": %d,\n", length, indent, number);
    str_printf(out, "%.*s  \"slug\": \"%s\",\n", length, indent, slug);
    str_printf(out, "%.*s  \"title\": \"" SKELETON_MARK " the title\",\n", length, indent);
    str_printf(out, "%.*s  \"question\": \"" SKELETON_MARK " the one big question\",\n", length,
               indent);
    str_printf(out, "%.*s  \"minutes\": 30,\n", length, indent);
    str_printf(out, "%.*s  \"builds_on\": [", length, indent);
    if (before >= 0)
        str_printf(out, "%d", before);
    str_printf(out, "]\n%.*s}", length, indent);
}

int skeleton_manifest(const struct course *course, const char *text, size_t length, int number,
                      const char *slug, struct str *ret_text)
{
    const struct course_chapter *next = successor(course, number);
    const struct course_chapter *beside =
        next ? next : &course->chapters[course->chapter_count - 1];
    const char *end = text + length, *line = line_begin(text, end, beside->line);
    int indent = (int)strspn(line, " \t");
    const char *at = next ? line : object_end(line + indent, end);

    str_add(ret_text, text, (size_t)(at - text));
    if (!next)
        str_puts(ret_text, ",\n");
    add_entry(ret_text, line, indent, course, number, slug);
    if (next)
        str_puts(ret_text, ",\n");
    str_add(ret_text, at, (size_t)(end - at));
    return ret_text->failed ? -ENOMEM : 0;
}
