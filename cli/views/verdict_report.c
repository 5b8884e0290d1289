/* A report has a line that says what happened, then stacks. Of those only the learner's frames are
 * shown, each with its line of source; addresses are left out, for they mean nothing to the next
 * run. */
#include "cli/views/verdict_report.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"

enum { REPORT_LINES = 8, SOURCE_LIMIT = 1 << 20 };

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

int verdict_source_line(const char *source, const char *place, size_t length, struct str *out)
{
    const char *colon = memrchr(place, ':', length), *name = name_of(source), *at;
    int number = colon ? atoi(colon + 1) : 0, line = number;
    char *data = NULL;
    size_t size = 0;

    if (number < 1 || strlen(name) != (size_t)(colon - place) ||
        memcmp(place, name, strlen(name)) || file_read(source, SOURCE_LIMIT, &data, &size, NULL))
        return 0;
    for (at = data; at && line > 1; line--)
        at = strchr(at, '\n') ? strchr(at, '\n') + 1 : NULL;
    if (at && *at)
        str_add_shown(out, at, strcspn(at, "\n"), true);
    else
        number = 0;
    free(data);
    return number;
}

/* "file.c:12" of "/home/…/file.c:12:5": without folders and column. */
static void add_place(const char *from, const char *end, struct str *out)
{
    const char *slash = memrchr(from, '/', (size_t)(end - from)), *begin = slash ? slash + 1 : from;
    const char *colon = memchr(begin, ':', (size_t)(end - begin));
    const char *column = colon ? memchr(colon + 1, ':', (size_t)(end - colon - 1)) : NULL;

    str_add(out, begin, (size_t)((column ? column : end) - begin));
}

/* "fetch (x.c:12)  free(it);" of "    #1 0x55 in fetch /home/…/x.c:12"; nothing of another's frame.
 */
static void add_frame(const char *line, size_t length, const char *source, struct str *out)
{
    const char *in = memmem(line, length, " in ", 4), *blank;
    struct str place = {0}, text = {0};

    if (length < 5 || memcmp(line, "    #", 5) || !in)
        return;
    in += 4;
    blank = memchr(in, ' ', length - (size_t)(in - line));
    if (blank)
        add_place(blank + 1, line + length, &place);
    if (blank && verdict_source_line(source, str_text(&place), place.length, &text) > 0) {
        const char *statement = str_text(&text) + strspn(str_text(&text), " \t");
        str_puts(out, "    in ");
        str_add(out, in, (size_t)(blank - in));
        str_printf(out, " (%s)  %s\n", str_text(&place), statement);
    }
    str_free(&place);
    str_free(&text);
}

static bool is_summary(const char *line, size_t length)
{
    return memmem(line, length, "ERROR: ", 7) || memmem(line, length, "runtime error: ", 15) ||
           memmem(line, length, " of size ", 9) || memmem(line, length, "freed by thread", 15) ||
           memmem(line, length, "allocated by thread", 19);
}

/* Up to the first address, and what leads to it. */
static void add_summary(const char *line, size_t length, struct str *out)
{
    static const char *const leads[] = {" on address 0x", " at 0x", " 0x"};
    const char *error = memmem(line, length, "ERROR: ", 7), *cut = NULL;

    if (error) {
        length -= (size_t)(error + 7 - line);
        line = error + 7;
    }
    for (size_t i = 0; i < sizeof leads / sizeof leads[0] && !cut; i++)
        cut = memmem(line, length, leads[i], strlen(leads[i]));
    str_puts(out, "  ");
    str_add(out, line, cut ? (size_t)(cut - line) : length);
    str_putc(out, '\n');
}

void verdict_report(struct page *page, const char *report, const char *source, bool whole,
                    struct str *out)
{
    struct str line = {0}, last = {0}; /* a function that calls itself is one line, not all */
    int lines = 0;

    str_puts(out, "\n");
    page_text(page, STYLE_HEADING, 0,
              whole ? "The sanitizers say:"
                    : "The sanitizers say, for your file (-v shows all of it):",
              out);
    if (whole)
        str_puts(out, report);
    for (const char *at = report; *at && !whole && lines < REPORT_LINES;) {
        size_t length = strcspn(at, "\n");
        str_clear(&line);
        if (is_summary(at, length))
            add_summary(at, length, &line);
        else
            add_frame(at, length, source, &line);
        if (strcmp(str_text(&line), str_text(&last)) && line.length) {
            str_add(out, str_text(&line), line.length);
            str_clear(&last);
            str_add(&last, str_text(&line), line.length);
            lines++;
        }
        at += length + (at[length] == '\n');
    }
    str_free(&line);
    str_free(&last);
}
