/* cJSON keeps no positions, so this walks the text once before it and notes the line of every
 * value, in the order in which values begin; cJSON's tree read depth first has the same order.
 * While at it, the grammar is checked to the letter (RFC 8259), because faults found here can say
 * what was expected and where. */
#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/array.h"
#include "engine/base/utf8.h"
#include "engine/lesson/json.h"

/* cJSON reads the first 63 characters of a number. */
enum { DEEPEST = 32, LONGEST_NUMBER = 60 };

struct scan {
    const char *at, *end;
    int line, depth;
    int *lines;
    size_t count, capacity;
    const char *fault; /* the first one; NULL: none */
    int code;          /* of the fault */
};

static bool fail(struct scan *scan, const char *fault)
{
    if (!scan->fault)
        scan->fault = fault;
    return false;
}

static bool next_is(const struct scan *scan, char byte)
{
    return scan->at < scan->end && *scan->at == byte;
}

static bool take(struct scan *scan, char byte)
{
    if (!next_is(scan, byte))
        return false;
    scan->at++;
    return true;
}

static void skip_blank(struct scan *scan)
{
    while (scan->at < scan->end && strchr(" \t\r\n", *scan->at) && *scan->at) {
        scan->line += *scan->at == '\n';
        scan->at++;
    }
}

/* Four hexadecimal digits; UINT32_MAX and a fault if they are not there. */
static uint32_t scan_hex(struct scan *scan)
{
    uint32_t code = 0;

    for (int i = 0; i < 4; i++, scan->at++) {
        if (scan->at == scan->end || !isxdigit((unsigned char)*scan->at)) {
            fail(scan, "\\u needs four hexadecimal digits");
            return UINT32_MAX;
        }
        int byte = tolower((unsigned char)*scan->at);
        code = code << 4 | (uint32_t)(byte <= '9' ? byte - '0' : byte - 'a' + 10);
    }
    return code;
}

/* Behind \u: a character, or the first half of one whose second half must follow. */
static bool scan_unicode(struct scan *scan)
{
    uint32_t code = scan_hex(scan);

    if (code == UINT32_MAX)
        return false;
    if (code == 0)
        return fail(scan, "\\u0000 is not allowed");
    if (code < 0xd800 || code > 0xdfff)
        return true;
    if (code > 0xdbff || !take(scan, '\\') || !take(scan, 'u'))
        return fail(scan, "half a character: \\ud800 to \\udfff come in pairs");
    code = scan_hex(scan);
    if (code == UINT32_MAX)
        return false;
    return code >= 0xdc00 && code <= 0xdfff
               ? true
               : fail(scan, "half a character: \\ud800 to \\udfff come in pairs");
}

static bool scan_string(struct scan *scan)
{
    if (!take(scan, '"'))
        return fail(scan, "expected a text in double quotes");
    while (scan->at < scan->end && *scan->at != '"') {
        unsigned char byte = (unsigned char)*scan->at++;
        if (byte < 0x20)
            return fail(scan, byte == '\n' ? "a text does not end on its line"
                                           : "a control character in a text");
        if (byte != '\\')
            continue;
        if (take(scan, 'u')) {
            if (!scan_unicode(scan))
                return false;
        } else if (scan->at == scan->end || !*scan->at || !strchr("\"\\/bfnrt", *scan->at++)) {
            return fail(scan, "an unknown escape in a text");
        }
    }
    return take(scan, '"') ? true : fail(scan, "a text does not end");
}

static bool scan_digits(struct scan *scan)
{
    const char *first = scan->at;

    while (scan->at < scan->end && isdigit((unsigned char)*scan->at))
        scan->at++;
    return scan->at > first ? true : fail(scan, "expected a digit");
}

static bool scan_fraction(struct scan *scan)
{
    if (take(scan, '.') && !scan_digits(scan))
        return false;
    if (take(scan, 'e') || take(scan, 'E')) {
        if (!take(scan, '-'))
            take(scan, '+');
        return scan_digits(scan);
    }
    return true;
}

static bool scan_number(struct scan *scan)
{
    const char *first = scan->at;

    take(scan, '-');
    bool zero = next_is(scan, '0');
    const char *digits = scan->at;
    if (!scan_digits(scan))
        return false;
    if (zero && scan->at > digits + 1)
        return fail(scan, "a number begins with 0");
    if (!scan_fraction(scan))
        return false;
    return scan->at - first <= LONGEST_NUMBER ? true : fail(scan, "a number is too long");
}

static bool scan_word(struct scan *scan)
{
    static const char *const words[] = {"true", "false", "null"};

    for (size_t i = 0; i < array_length(words); i++) {
        size_t length = strlen(words[i]);
        if ((size_t)(scan->end - scan->at) >= length && !memcmp(scan->at, words[i], length)) {
            scan->at += length;
            return true;
        }
    }
    return fail(scan, "expected a value");
}

static bool scan_value(struct scan *scan, int line);

static bool scan_key(struct scan *scan)
{
    if (!scan_string(scan))
        return false;
    skip_blank(scan);
    return take(scan, ':') ? true : fail(scan, "expected ':' after a key");
}

/* The inside of [ ] or { }, whose opening is already taken. */
static bool scan_inside(struct scan *scan, char closing)
{
    const char *missing = closing == ']' ? "expected ',' or ']'" : "expected ',' or '}'";

    if (++scan->depth > DEEPEST)
        return fail(scan, "nested too deep");
    skip_blank(scan);
    if (take(scan, closing)) {
        scan->depth--;
        return true;
    }
    do {
        skip_blank(scan);
        int line = scan->line;
        if (closing == '}' && !scan_key(scan))
            return false;
        skip_blank(scan);
        if (!scan_value(scan, closing == '}' ? line : scan->line))
            return false;
        skip_blank(scan);
    } while (take(scan, ','));
    scan->depth--;
    return take(scan, closing) ? true : fail(scan, missing);
}

static bool scan_value(struct scan *scan, int line)
{
    if (!array_grow(&scan->lines, &scan->capacity, scan->count)) {
        scan->code = -ENOMEM;
        return fail(scan, "out of memory");
    }
    scan->lines[scan->count++] = line;
    if (take(scan, '{'))
        return scan_inside(scan, '}');
    if (take(scan, '['))
        return scan_inside(scan, ']');
    if (next_is(scan, '"'))
        return scan_string(scan);
    if (scan->at < scan->end && (*scan->at == '-' || isdigit((unsigned char)*scan->at)))
        return scan_number(scan);
    return scan_word(scan);
}

static int count_lines(const char *text, size_t length)
{
    int lines = 1;

    for (size_t i = 0; i < length; i++)
        lines += text[i] == '\n';
    return lines;
}

int json_scan(const char *file, const char *text, size_t length, int **ret_lines,
              struct error *error)
{
    struct scan scan = {.at = text, .end = text + length, .line = 1, .code = -EINVAL};
    size_t valid = utf8_valid_prefix(text, length);

    if (valid < length)
        return error_at(error, -EINVAL, file, count_lines(text, valid), "not UTF-8");
    skip_blank(&scan);
    if (scan.at == scan.end)
        fail(&scan, "the file is empty");
    else if (scan_value(&scan, scan.line)) {
        skip_blank(&scan);
        if (scan.at < scan.end)
            fail(&scan, "more text after the end");
    }
    if (!scan.fault) {
        *ret_lines = scan.lines;
        return 0;
    }
    free(scan.lines);
    return error_at(error, scan.code, file, scan.line, "%s", scan.fault);
}
