/* A word is gathered from fragments, each in its own style, and put on the line when it is whole;
 * only then is it known whether it fits. Most text is ASCII in no style at all: of it nothing is
 * gathered, words only move the end of a span of the source, which is copied once a line. */
#include <stdlib.h>
#include <string.h>

#include "cli/views/wrap_priv.h"
#include "engine/base/array.h"

static void copy_span(struct wrapper *wrapper)
{
    if (wrapper->span_length)
        str_add(&wrapper->wrap->text, wrapper->span, wrapper->span_length);
    wrapper->span_length = 0;
}

void wrapper_end_line(struct wrapper *wrapper)
{
    struct wrap *wrap = wrapper->wrap;

    copy_span(wrapper);
    if (array_grow(&wrap->lines, &wrap->capacity, wrap->count))
        wrap->lines[wrap->count++] = (struct wrap_line){
            wrapper->begin, wrap->text.length - wrapper->begin, wrapper->columns, wrapper->whole};
    else
        wrap->text.failed = true;
    wrapper->begin = wrap->text.length;
    wrapper->columns = 0;
    wrapper->whole = false;
}

void wrapper_place(struct wrapper *wrapper)
{
    int gap = wrapper->blank && wrapper->columns > 0;

    if (!wrapper->word.length)
        return;
    copy_span(wrapper);
    if (wrapper->columns > 0 && wrapper->columns + gap + wrapper->word_columns > wrapper->width) {
        wrapper_end_line(wrapper);
        gap = 0;
    }
    if (gap)
        str_putc(&wrapper->wrap->text, ' ');
    str_add(&wrapper->wrap->text, wrapper->word.data, wrapper->word.length);
    wrapper->columns += gap + wrapper->word_columns;
    wrapper->whole = wrapper->address && wrapper->columns > wrapper->width;
    str_clear(&wrapper->word);
    wrapper->word_columns = 0;
    wrapper->address = false;
    wrapper->blank = false;
}

static int columns_of(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] >= 0x80)
            return text_width(text, length);
    return (int)length;
}

static void add_styled(struct wrapper *wrapper, enum style style, const char *text, size_t length)
{
    if (style != STYLE_TEXT)
        look_begin(wrapper->look, style, &wrapper->word);
    str_add(&wrapper->word, text, length);
    if (style != STYLE_TEXT)
        look_end(wrapper->look, style, &wrapper->word);
}

static bool is_address(const char *text, size_t length)
{
    for (size_t i = 0; i + 3 <= length; i++)
        if (memcmp(text + i, "://", 3) == 0)
            return true;
    return false;
}

/* Part of a word, without blanks. What is wider than a line is cut into lines. */
static void add_fragment(struct wrapper *wrapper, enum style style, const char *text, size_t length)
{
    int columns = columns_of(text, length);

    wrapper->address = !wrapper->wrap->cuts && (wrapper->address || is_address(text, length));
    if (wrapper->address) {
        add_styled(wrapper, style, text, length);
        wrapper->word_columns += columns;
        return;
    }
    if (wrapper->word_columns + columns > wrapper->width)
        wrapper_place(wrapper);
    while (columns > wrapper->width) {
        size_t piece = text_fit(text, length, wrapper->width);

        if (piece == 0) /* a character wider than the line: let it stick out */
            break;
        add_styled(wrapper, style, text, piece);
        wrapper->word_columns = columns_of(text, piece);
        wrapper_place(wrapper);
        text += piece;
        length -= piece;
        columns = columns_of(text, length);
    }
    add_styled(wrapper, style, text, length);
    wrapper->word_columns += columns;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\n' || byte == '\t';
}

/* The end of a word of ASCII, with what stopped it: a blank, the end, or another byte. */
static const char *ascii_end(const char *text, const char *end)
{
    while (text < end && !is_blank(*text) && (unsigned char)*text < 0x80)
        text++;
    return text;
}

/* The usual case, a whole word of plain ASCII, needs no gathering. */
static void place_plain(struct wrapper *wrapper, const char *word, size_t length)
{
    int gap = wrapper->blank && wrapper->columns > 0;

    if (wrapper->columns > 0 && wrapper->columns + gap + (int)length > wrapper->width) {
        wrapper_end_line(wrapper);
        gap = 0;
    }
    if (gap && wrapper->span_length && word[-1] == ' ' &&
        wrapper->span + wrapper->span_length == word - 1) {
        wrapper->span_length += length + 1;
    } else {
        copy_span(wrapper);
        if (gap)
            str_putc(&wrapper->wrap->text, ' ');
        wrapper->span = word;
        wrapper->span_length = length;
    }
    wrapper->columns += gap + (int)length;
    wrapper->blank = false;
}

/* One word or part of one, up to a blank or the end; returns where it stopped. */
static const char *add_word(struct wrapper *wrapper, enum style style, const char *begin,
                            const char *text, const char *end)
{
    const char *stop = ascii_end(text, end);
    bool whole = stop > text && stop < end && is_blank(*stop) && text > begin;

    if (whole && style == STYLE_TEXT && !wrapper->word.length && stop - text <= wrapper->width) {
        place_plain(wrapper, text, (size_t)(stop - text));
        return stop;
    }
    while (stop < end && !is_blank(*stop))
        stop++;
    if (stop > text)
        add_fragment(wrapper, style, text, (size_t)(stop - text));
    return stop;
}

void wrapper_add(struct wrapper *wrapper, enum style style, const char *text, size_t length)
{
    const char *begin = text, *end = text + length;

    while (text < end) {
        text = add_word(wrapper, style, begin, text, end);
        if (text < end) {
            if (wrapper->word.length)
                wrapper_place(wrapper);
            wrapper->blank = true;
            text++;
        }
    }
}

void wrapper_add_whole(struct wrapper *wrapper, enum style style, const char *text, size_t length)
{
    bool one_line = !memchr(text, '\n', length) && !memchr(text, '\t', length);

    if (length && one_line && columns_of(text, length) <= wrapper->width * 2 / 3)
        add_fragment(wrapper, style, text, length);
    else
        wrapper_add(wrapper, style, text, length);
}

void wrapper_finish(struct wrapper *wrapper)
{
    wrapper_place(wrapper);
    copy_span(wrapper);
    if (wrapper->columns > 0 || wrapper->wrap->count == 0)
        wrapper_end_line(wrapper);
    str_free(&wrapper->word);
}
