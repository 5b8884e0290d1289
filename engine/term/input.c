/* Input of either kind. From a terminal, bytes go through the key decoder into a queue that one
 * read cannot overflow; the next read comes when it is empty. From anything else, bytes are kept
 * until a line is whole; a line that never ends comes in pieces. */
#include <string.h>

#include "engine/term/term_priv.h"

static void found(const struct key *key, void *to)
{
    struct pending *pending = to;

    if (pending->key_count < KEYS)
        pending->keys[(pending->key_first + pending->key_count++) % KEYS] = *key;
}

static bool at_end(struct term *term)
{
    if (term->input_ended)
        return false;
    term->input_ended = true;
    term->pending.end = true;
    return true;
}

static bool take_keys(struct term *term)
{
    char bytes[READ_SIZE];

    if (term->pending.key_count)
        return false;
    long n = term->is_mock ? mock_read(term, bytes, sizeof bytes)
                           : driver_read(term, bytes, sizeof bytes);
    if (n < 0)
        return at_end(term);
    if (n > 0)
        term->keys_held = key_feed(&term->decoder, bytes, (size_t)n, found, &term->pending);
    return n > 0;
}

static bool take_lines(struct term *term)
{
    char bytes[LINE_LIMIT];

    if (term->lines_used == term->lines.length) {
        str_clear(&term->lines);
        term->lines_used = 0;
    }
    long n = term->is_mock ? mock_read(term, bytes, sizeof bytes)
                           : driver_read(term, bytes, sizeof bytes);
    if (n < 0)
        return at_end(term);
    str_add(&term->lines, bytes, (size_t)n);
    return n > 0;
}

bool input_take(struct term *term)
{
    return term->interactive ? take_keys(term) : take_lines(term);
}

void input_flush(struct term *term)
{
    key_flush(&term->decoder, found, &term->pending);
    term->keys_held = false;
}

bool input_cut_line(struct term *term)
{
    const char *begin = str_text(&term->lines) + term->lines_used;
    size_t left = term->lines.length - term->lines_used;
    const char *newline = memchr(begin, '\n', left < LINE_LIMIT ? left : LINE_LIMIT);
    bool whole = newline || left >= LINE_LIMIT || (term->input_ended && left > 0);

    if (!whole)
        return false;
    size_t length = newline ? (size_t)(newline - begin) : left < LINE_LIMIT ? left : LINE_LIMIT;
    term->lines_used += length + (newline != NULL);
    if (length > 0 && begin[length - 1] == '\r')
        length--;
    str_clear(&term->line);
    str_add(&term->line, begin, length);
    return true;
}
