/* Output, line by line. Numbers may differ by a tolerance, because a program that measures cannot
 * print the same twice; everything else must be the same, blanks at a line's end aside. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/str.h"
#include "engine/exercise/judge_priv.h"

enum { LINES_MAX = 4096, NUMBER_MAX = 64 };

struct line {
    const char *text;
    size_t length;
    bool taken;
};

static size_t split(const struct outcome_text *text, struct line *lines)
{
    size_t count = 0, length = text->length < OUTCOME_TEXT_MAX ? text->length : OUTCOME_TEXT_MAX;

    for (size_t at = 0; at < length && count < LINES_MAX;) {
        const char *begin = text->bytes + at, *end = memchr(begin, '\n', length - at);
        size_t size = end ? (size_t)(end - begin) : length - at;
        at += size + 1;
        while (size && strchr(" \t\r", begin[size - 1]) && begin[size - 1])
            size--;
        lines[count++] = (struct line){begin, size, false};
    }
    return count;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The length of the number that stands there, which is copied so that strtod() stays inside. */
static size_t number(const char *text, size_t length, double *ret_value)
{
    char copy[NUMBER_MAX + 1];
    size_t n = length < NUMBER_MAX ? length : NUMBER_MAX;
    char *end;

    if (!n || !is_digit(text[0]))
        return 0;
    memcpy(copy, text, n);
    copy[n] = '\0';
    copy[strspn(copy, "0123456789.")] = '\0';
    *ret_value = strtod(copy, &end);
    return (size_t)(end - copy);
}

static bool line_is(const struct line *line, const char *wanted, double tolerance)
{
    const char *text = line->text;
    size_t left = line->length, wanted_left = strlen(wanted);

    while (left && wanted_left) {
        double a, b;
        size_t n = tolerance > 0 ? number(text, left, &a) : 0;
        size_t m = n ? number(wanted, wanted_left, &b) : 0;
        if (n && m && fabs(a - b) > tolerance)
            return false;
        if (!n || !m) {
            if (*text != *wanted)
                return false;
            n = m = 1;
        }
        text += n, left -= n;
        wanted += m, wanted_left -= m;
    }
    return !left && !wanted_left;
}

/* LEAD N TAIL "TEXT" */
static void say_line(struct finding *finding, const char *lead, size_t n, const char *tail,
                     const char *text, size_t length)
{
    struct str shown = {0};

    str_add_shown(&shown, text, length < 120 ? length : 120, false);
    snprintf(finding->got, sizeof finding->got, "%s %zu %s \"%s\"", lead, n, tail,
             str_text(&shown));
    str_free(&shown);
}

static void judge_exact(const struct check *check, const struct line *lines, size_t count,
                        struct finding *finding)
{
    size_t i = 0;

    while (check->lines[i] && i < count && line_is(&lines[i], check->lines[i], check->tolerance))
        i++;
    finding->passed = !check->lines[i] && i == count;
    if (finding->passed)
        return;
    if (check->lines[i] && i < count)
        say_line(finding, "line", i + 1, "of its output is", lines[i].text, lines[i].length);
    else if (check->lines[i])
        say_line(finding, "its output ends before line", i + 1, "which should be", check->lines[i],
                 strlen(check->lines[i]));
    else
        say_line(finding, "line", i + 1, "of its output is one too many:", lines[i].text,
                 lines[i].length);
}

/* Each wanted line must be there: anywhere and once each, or in order among others. */
static void judge_there(const struct check *check, struct line *lines, size_t count,
                        struct finding *finding)
{
    size_t from = 0;

    finding->passed = true;
    for (size_t w = 0; check->lines[w] && finding->passed; w++) {
        size_t i = check->order == LINES_AMONG ? from : 0;
        while (i < count &&
               (lines[i].taken || !line_is(&lines[i], check->lines[w], check->tolerance)))
            i++;
        finding->passed = i < count;
        if (i == count)
            say_line(finding, "line", w + 1, "of what is wanted is missing:", check->lines[w],
                     strlen(check->lines[w]));
        else
            lines[i].taken = true;
        from = i + 1;
    }
    for (size_t i = 0; i < count && finding->passed && check->order == LINES_ANY; i++)
        if (!lines[i].taken) {
            finding->passed = false;
            say_line(finding, "line", i + 1, "of its output is one too many:", lines[i].text,
                     lines[i].length);
        }
}

void judge_output(const struct check *check, const struct outcome *outcome, struct finding *finding)
{
    struct line *lines = calloc(LINES_MAX, sizeof *lines);
    size_t count = lines ? split(&outcome->out, lines) : 0;

    if (!lines)
        snprintf(finding->got, sizeof finding->got, "out of memory");
    else if (check->order == LINES_EXACT)
        judge_exact(check, lines, count, finding);
    else
        judge_there(check, lines, count, finding);
    free(lines);
}
