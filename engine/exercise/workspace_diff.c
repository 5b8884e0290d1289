/* Differences by the longest common subsequence of lines, in a table of n × m counts: exercises
 * have a hundred lines, and a table for 2,000 by 2,000 is what memory is for. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/exercise/workspace.h"

enum { FILE_LIMIT = 1 << 20, LINES_MAX = 2000, CONTEXT = 3 };

struct text {
    char *data;
    const char *lines[LINES_MAX + 1]; /* one past the last: the end */
    int count;
};

static int read_lines(const char *path, struct text *text, struct error *error)
{
    size_t length = 0;
    int code = file_read(path, FILE_LIMIT, &text->data, &length, error);

    if (code)
        return code;
    const char *at = text->data, *end = text->data + length;
    while (at < end && text->count < LINES_MAX) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        text->lines[text->count++] = at;
        at = newline ? newline + 1 : end;
    }
    text->lines[text->count] = at;
    return at < end ? error_set(error, -EFBIG, "%s has more than %d lines", path, LINES_MAX) : 0;
}

static bool same(const struct text *a, int i, const struct text *b, int j)
{
    size_t n = (size_t)(a->lines[i + 1] - a->lines[i]);

    return n == (size_t)(b->lines[j + 1] - b->lines[j]) && !memcmp(a->lines[i], b->lines[j], n);
}

/* common[i][j]: lines that the rests from i and from j have in common. */
static unsigned short *count_common(const struct text *a, const struct text *b)
{
    size_t width = (size_t)b->count + 1;
    unsigned short *common = calloc(((size_t)a->count + 1) * width, sizeof *common);

    for (int i = a->count - 1; i >= 0 && common; i--)
        for (int j = b->count - 1; j >= 0; j--) {
            size_t at = (size_t)i * width + (size_t)j;
            unsigned short down = common[at + width], right = common[at + 1];
            common[at] = same(a, i, b, j) ? (unsigned short)(common[at + width + 1] + 1)
                         : down > right   ? down
                                          : right;
        }
    return common;
}

struct step {
    char sign;
    const char *line;
    size_t length;
};

static int walk(const struct text *a, const struct text *b, const unsigned short *common,
                struct step *steps)
{
    size_t width = (size_t)b->count + 1;
    int i = 0, j = 0, count = 0;

    while (i < a->count || j < b->count) {
        size_t at = (size_t)i * width + (size_t)j;
        bool both = i < a->count && j < b->count && same(a, i, b, j);
        bool drop =
            !both && i < a->count && (j == b->count || common[at + width] >= common[at + 1]);
        const struct text *from = both || drop ? a : b;
        int line = both || drop ? i : j;
        steps[count++] =
            (struct step){both   ? ' '
                          : drop ? '-'
                                 : '+',
                          from->lines[line], (size_t)(from->lines[line + 1] - from->lines[line])};
        i += both || drop;
        j += both || !drop;
    }
    return count;
}

static bool near_change(const struct step *steps, int count, int at)
{
    for (int i = at - CONTEXT < 0 ? 0 : at - CONTEXT; i < count && i <= at + CONTEXT; i++)
        if (steps[i].sign != ' ')
            return true;
    return false;
}

static void print(const struct step *steps, int count, struct str *out)
{
    bool gap = false;

    for (int i = 0; i < count; i++) {
        if (!near_change(steps, count, i)) {
            gap = true;
            continue;
        }
        if (gap)
            str_puts(out, "  ...\n");
        gap = false;
        str_putc(out, steps[i].sign);
        str_putc(out, ' ');
        str_add_shown(out, steps[i].line, steps[i].length, true);
        if (!steps[i].length || steps[i].line[steps[i].length - 1] != '\n')
            str_putc(out, '\n');
    }
}

int workspace_diff(const char *from, const char *to, struct str *out, struct error *error)
{
    struct text *texts = calloc(2, sizeof *texts);
    struct step *steps = calloc(2 * LINES_MAX, sizeof *steps);
    unsigned short *common = NULL;
    int code = texts && steps ? 0 : error_set(error, -ENOMEM, "out of memory");

    if (code == 0)
        code = read_lines(from, &texts[0], error);
    if (code == 0)
        code = read_lines(to, &texts[1], error);
    if (code == 0) {
        common = count_common(&texts[0], &texts[1]);
        if (common)
            print(steps, walk(&texts[0], &texts[1], common, steps), out);
        else
            code = error_set(error, -ENOMEM, "out of memory");
    }
    free(common);
    free(steps);
    if (texts) {
        free(texts[0].data);
        free(texts[1].data);
    }
    free(texts);
    return code;
}
