/* A word is gathered from fragments, each in its own style, and put on the line when it is whole;
 * only then is it known whether it fits. Most text is ASCII in no style at all, so that case is
 * kept short: one scan for the blank, one copy. */
#include "cli/views/wrap.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/array.h"

struct wrapper {
    const struct look *look;
    struct wrap *wrap;
    int width;
    struct str word;
    int word_columns;
    bool blank;   /* a blank stands before the word */
    size_t begin; /* of the line that is being filled */
    int columns;
};

static void end_line(struct wrapper *wrapper)
{
    struct wrap *wrap = wrapper->wrap;

    if (array_grow(&wrap->lines, &wrap->capacity, wrap->count))
        wrap->lines[wrap->count++] = (struct wrap_line){
            wrapper->begin, wrap->text.length - wrapper->begin, wrapper->columns};
    else
        wrap->text.failed = true;
    wrapper->begin = wrap->text.length;
    wrapper->columns = 0;
}

static void place_word(struct wrapper *wrapper)
{
    int gap = wrapper->blank && wrapper->columns > 0;

    if (!wrapper->word.length)
        return;
    if (wrapper->columns > 0 && wrapper->columns + gap + wrapper->word_columns > wrapper->width) {
        end_line(wrapper);
        gap = 0;
    }
    if (gap)
        str_putc(&wrapper->wrap->text, ' ');
    str_add(&wrapper->wrap->text, wrapper->word.data, wrapper->word.length);
    wrapper->columns += gap + wrapper->word_columns;
    str_clear(&wrapper->word);
    wrapper->word_columns = 0;
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

/* Part of a word, without blanks. What is wider than a line is cut into lines. */
static void add_fragment(struct wrapper *wrapper, enum style style, const char *text, size_t length)
{
    int columns = columns_of(text, length);

    if (wrapper->word_columns + columns > wrapper->width)
        place_word(wrapper);
    while (columns > wrapper->width) {
        size_t piece = text_fit(text, length, wrapper->width);

        if (piece == 0) /* a character wider than the line: let it stick out */
            break;
        add_styled(wrapper, style, text, piece);
        wrapper->word_columns = columns_of(text, piece);
        place_word(wrapper);
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

static void add_words(struct wrapper *wrapper, enum style style, const char *text, size_t length)
{
    const char *end = text + length;

    while (text < end) {
        const char *from = text;

        while (text < end && !is_blank(*text))
            text++;
        if (text > from)
            add_fragment(wrapper, style, from, (size_t)(text - from));
        if (text < end) {
            place_word(wrapper);
            wrapper->blank = true;
            text++;
        }
    }
}

static enum style style_of(const struct run *run)
{
    if (run->style & RUN_CODE)
        return STYLE_CODE;
    if (run->style & RUN_LINK)
        return STYLE_LINK;
    if (run->style & RUN_STRONG)
        return STYLE_STRONG;
    return run->style & RUN_EMPHASIS ? STYLE_EMPHASIS : STYLE_TEXT;
}

/* Where neither colour nor bold can show it, code stands in back quotes. */
static bool quotes_code(const struct look *look)
{
    return !look->color && !look->bold;
}

static void add_code(struct wrapper *wrapper, const char *text, size_t length)
{
    bool quoted = quotes_code(wrapper->look);

    if (quoted)
        add_fragment(wrapper, STYLE_TEXT, "`", 1);
    add_words(wrapper, STYLE_CODE, text, length);
    if (quoted)
        add_fragment(wrapper, STYLE_TEXT, "`", 1);
}

static void add_target(struct wrapper *wrapper, const struct run *run)
{
    if (strlen(run->target) == run->length && memcmp(run->target, run->text, run->length) == 0)
        return;
    add_words(wrapper, STYLE_DIM, " (", 2);
    add_words(wrapper, STYLE_DIM, run->target, strlen(run->target));
    add_words(wrapper, STYLE_DIM, ")", 1);
}

static void add_run(struct wrapper *wrapper, const struct run *run, bool last_of_link)
{
    if (run->style & RUN_BREAK) {
        place_word(wrapper);
        end_line(wrapper);
    } else if (run->style & RUN_CODE) {
        add_code(wrapper, run->text, run->length);
    } else {
        add_words(wrapper, style_of(run), run->text, run->length);
    }
    if (run->target && last_of_link)
        add_target(wrapper, run);
}

static void begin(struct wrapper *wrapper, const struct look *look, int width, struct wrap *wrap)
{
    assert(width > 0);
    str_clear(&wrap->text);
    wrap->count = 0;
    *wrapper = (struct wrapper){.look = look, .wrap = wrap, .width = width};
}

static void finish(struct wrapper *wrapper)
{
    place_word(wrapper);
    if (wrapper->columns > 0 || wrapper->wrap->count == 0)
        end_line(wrapper);
    str_free(&wrapper->word);
}

void wrap_runs(const struct look *look, const struct run *runs, size_t count, int width,
               struct wrap *wrap)
{
    struct wrapper wrapper;

    begin(&wrapper, look, width, wrap);
    for (size_t i = 0; i < count; i++)
        add_run(&wrapper, &runs[i], i + 1 == count || runs[i + 1].target != runs[i].target);
    finish(&wrapper);
}

/* Text in which back quotes mark code. */
static void add_quoted(struct wrapper *wrapper, enum style style, const char *text)
{
    const char *end = text + strlen(text);

    while (text < end) {
        size_t length = strcspn(text, "`");
        const char *close = text[length] ? strchr(text + length + 1, '`') : NULL;

        if (!close)
            length = (size_t)(end - text);
        add_words(wrapper, style, text, length);
        text += length;
        if (close) {
            add_code(wrapper, text + 1, (size_t)(close - text - 1));
            text = close + 1;
        }
    }
}

void wrap_text(const struct look *look, enum style style, const char *text, int width,
               struct wrap *wrap)
{
    struct wrapper wrapper;

    begin(&wrapper, look, width, wrap);
    add_quoted(&wrapper, style, text);
    finish(&wrapper);
}

void wrap_led(const struct look *look, enum style style, const char *lead, const char *text,
              int width, struct wrap *wrap)
{
    struct wrapper wrapper;

    begin(&wrapper, look, width, wrap);
    add_words(&wrapper, style, lead, strlen(lead));
    add_words(&wrapper, STYLE_TEXT, " ", 1);
    add_quoted(&wrapper, STYLE_TEXT, text);
    finish(&wrapper);
}

void wrap_free(struct wrap *wrap)
{
    str_free(&wrap->text);
    free(wrap->lines);
    *wrap = (struct wrap){0};
}

void wrap_add(const struct wrap *wrap, const char *first, const char *rest, struct str *out)
{
    for (size_t i = 0; i < wrap->count; i++) {
        str_puts(out, i == 0 ? first : rest);
        str_add(out, wrap->text.data + wrap->lines[i].offset, wrap->lines[i].length);
        str_putc(out, '\n');
    }
}
