/* One pass, no look-back: at each position the kind of token is known from a byte or two, and a
 * function says where it ends. */
#include "engine/term/highlight.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/array.h"

/* Sorted, for bsearch(). */
static const char *const keywords[] = {
    "NULL",          "_Alignas", "_Alignof",  "_Atomic",
    "_Bool",         "_Generic", "_Noreturn", "_Static_assert",
    "_Thread_local", "auto",     "bool",      "break",
    "case",          "char",     "const",     "continue",
    "default",       "do",       "double",    "else",
    "enum",          "extern",   "false",     "float",
    "for",           "goto",     "if",        "inline",
    "int",           "long",     "register",  "restrict",
    "return",        "short",    "signed",    "sizeof",
    "static",        "struct",   "switch",    "true",
    "typedef",       "union",    "unsigned",  "void",
    "volatile",      "while",
};

struct source {
    const char *line;
    size_t length;
};

/* The byte there, 0 behind the end. */
static char at(struct source source, size_t i)
{
    return i < source.length ? source.line[i] : '\0';
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static bool is_word(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' ||
           is_digit(byte) || (unsigned char)byte >= 0x80;
}

static size_t end_of_word(struct source source, size_t i)
{
    while (i < source.length && is_word(source.line[i]))
        i++;
    return i;
}

/* A preprocessing number (C11 6.4.8): 1e+5 and 0x1p-3 are one token. */
static size_t end_of_number(struct source source, size_t i)
{
    for (; i < source.length; i++) {
        char byte = source.line[i], before = (char)(i ? source.line[i - 1] | 0x20 : 0);
        bool sign = (byte == '+' || byte == '-') && (before == 'e' || before == 'p');
        if (!is_word(byte) && byte != '.' && !sign)
            return i;
    }
    return i;
}

/* Behind the closing quote, or the end of the line. */
static size_t end_of_string(struct source source, size_t i, char quote)
{
    for (; i < source.length; i++) {
        if (source.line[i] == '\\')
            i++;
        else if (source.line[i] == quote)
            return i + 1;
    }
    return source.length;
}

/* Behind the closing star and slash, or the end of the line. */
static size_t end_of_comment(struct source source, size_t i, enum highlight_open *ret_open)
{
    for (; i + 1 < source.length; i++)
        if (source.line[i] == '*' && source.line[i + 1] == '/') {
            *ret_open = HIGHLIGHT_NOTHING;
            return i + 2;
        }
    *ret_open = HIGHLIGHT_COMMENT;
    return source.length;
}

static bool continues(struct source source)
{
    return source.length > 0 && source.line[source.length - 1] == '\\';
}

static int compare(const void *word, const void *keyword)
{
    return strcmp(word, *(const char *const *)keyword);
}

static enum style word_style(const char *bytes, size_t length)
{
    char word[16];

    if (length >= sizeof word)
        return STYLE_TEXT;
    memcpy(word, bytes, length);
    word[length] = '\0';
    bool known = bsearch(word, keywords, array_length(keywords), sizeof *keywords, compare);
    return known ? STYLE_KEYWORD : STYLE_TEXT;
}

/* # and the word behind it, with blanks between. */
static size_t end_of_directive(struct source source, size_t i)
{
    i++;
    while (at(source, i) == ' ' || at(source, i) == '\t')
        i++;
    return end_of_word(source, i);
}

static bool is_include(struct source source, size_t begin, size_t end)
{
    return end - begin >= strlen("#include") &&
           memcmp(source.line + end - strlen("include"), "include", strlen("include")) == 0;
}

/* What the lexer knows of the line so far. */
struct progress {
    bool begun;   /* something other than a blank was seen: no directive can follow */
    bool include; /* a name in angle brackets may follow */
};

static size_t string_token(struct highlight *highlight, struct source source, size_t i,
                           enum style *ret_style)
{
    char quote = source.line[i];
    size_t end = end_of_string(source, i + 1, quote);
    bool closed = end > i + 1 && source.line[end - 1] == quote;

    if (quote == '"' && continues(source) && end == source.length && !closed)
        highlight->open = HIGHLIGHT_STRING;
    *ret_style = STYLE_STRING;
    return end;
}

/* A comment of either kind; 0 if none begins at i. */
static size_t comment_token(struct highlight *highlight, struct source source, size_t i)
{
    if (at(source, i) != '/')
        return 0;
    if (at(source, i + 1) == '*')
        return end_of_comment(source, i + 2, &highlight->open);
    if (at(source, i + 1) != '/')
        return 0;
    if (continues(source))
        highlight->open = HIGHLIGHT_LINE_COMMENT;
    return source.length;
}

/* A word, a number, or a byte that is nothing by itself. */
static size_t plain_token(struct source source, size_t i, enum style *ret_style)
{
    char byte = source.line[i];

    if (is_digit(byte) || (byte == '.' && is_digit(at(source, i + 1)))) {
        *ret_style = STYLE_NUMBER;
        return end_of_number(source, i);
    }
    if (!is_word(byte))
        return i + 1;
    size_t end = end_of_word(source, i);
    *ret_style = word_style(source.line + i, end - i);
    return end;
}

/* The end and the style of what begins at i, outside of everything. */
static size_t token(struct highlight *highlight, struct source source, size_t i,
                    struct progress *progress, enum style *ret_style)
{
    char byte = source.line[i];
    bool first = !progress->begun, include = progress->include;
    size_t end;

    *ret_style = STYLE_TEXT;
    if (byte == ' ' || byte == '\t')
        return i + 1;
    progress->begun = true;
    progress->include = false;
    if ((end = comment_token(highlight, source, i)) > 0) {
        *ret_style = STYLE_COMMENT;
        return end;
    }
    if (byte == '"' || byte == '\'')
        return string_token(highlight, source, i, ret_style);
    if (byte == '<' && include) {
        *ret_style = STYLE_STRING;
        return end_of_string(source, i + 1, '>');
    }
    if (byte == '#' && first) {
        end = end_of_directive(source, i);
        progress->include = is_include(source, i, end);
        *ret_style = STYLE_KEYWORD;
        return end;
    }
    return plain_token(source, i, ret_style);
}

/* What an earlier line left open. */
static size_t open_token(struct highlight *highlight, struct source source, enum style *ret_style)
{
    enum highlight_open open = highlight->open;

    *ret_style = open == HIGHLIGHT_STRING ? STYLE_STRING : STYLE_COMMENT;
    if (open == HIGHLIGHT_COMMENT)
        return end_of_comment(source, 0, &highlight->open);
    size_t end = open == HIGHLIGHT_STRING ? end_of_string(source, 0, '"') : source.length;
    bool closed = open == HIGHLIGHT_STRING && end > 0 && source.line[end - 1] == '"';
    if (closed || !continues(source))
        highlight->open = HIGHLIGHT_NOTHING;
    return end;
}

void highlight_line(struct highlight *highlight, const char *line, size_t length,
                    void (*piece)(enum style style, const char *bytes, size_t length, void *to),
                    void *to)
{
    struct source source = {line, length};
    struct progress progress = {0};
    enum style style, pending = STYLE_TEXT;
    size_t begin = 0, i = 0;

    /* Tokens of the same style that follow each other are one piece. */
    while (i < length) {
        size_t end = i == 0 && highlight->open ? open_token(highlight, source, &style)
                                               : token(highlight, source, i, &progress, &style);
        if (style != pending && i > begin)
            piece(pending, line + begin, i - begin, to);
        if (style != pending)
            begin = i;
        pending = style;
        i = end;
    }
    if (length == 0 && highlight->open != HIGHLIGHT_COMMENT)
        highlight->open = HIGHLIGHT_NOTHING;
    if (i > begin)
        piece(pending, line + begin, i - begin, to);
}

struct text_sink {
    const struct look *look;
    struct str *out;
    int column;
};

/* Shows bytes without tabs; returns their columns. */
static int show(struct str *out, const char *bytes, size_t length)
{
    size_t before = out->length;

    str_add_shown(out, bytes, length, false);
    return text_width(str_text(out) + before, out->length - before);
}

static void add_piece(enum style style, const char *bytes, size_t length, void *to)
{
    struct text_sink *sink = to;

    look_begin(sink->look, style, sink->out);
    while (length > 0) {
        const char *tab = memchr(bytes, '\t', length);
        size_t plain = tab ? (size_t)(tab - bytes) : length;
        sink->column += show(sink->out, bytes, plain);
        if (tab) {
            int blanks = 4 - sink->column % 4;
            str_repeat(sink->out, " ", blanks);
            sink->column += blanks;
            plain++;
        }
        bytes += plain;
        length -= plain;
    }
    look_end(sink->look, style, sink->out);
}

void highlight_text(struct highlight *highlight, const struct look *look, const char *line,
                    size_t length, struct str *out)
{
    struct text_sink sink = {look, out, 0};

    highlight_line(highlight, line, length, add_piece, &sink);
}
