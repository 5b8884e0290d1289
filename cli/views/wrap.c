/* Runs and strings into words and styles; lines are filled in wrap_line.c. */
#include "cli/views/wrap.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "cli/views/wrap_priv.h"

static enum style style_of(const struct run *run)
{
    if (run->style & RUN_TERM)
        return run->style & RUN_STRONG ? STYLE_TERM_STRONG : STYLE_TERM;
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

static void add_code(struct wrapper *wrapper, enum style style, const char *text, size_t length)
{
    bool quoted = quotes_code(wrapper->look);

    if (quoted)
        wrapper_add(wrapper, STYLE_TEXT, "`", 1);
    wrapper_add_whole(wrapper, style, text, length);
    if (quoted)
        wrapper_add(wrapper, STYLE_TEXT, "`", 1);
}

static void add_target(struct wrapper *wrapper, const struct run *run)
{
    if (strlen(run->target) == run->length && memcmp(run->target, run->text, run->length) == 0)
        return;
    wrapper_add(wrapper, STYLE_DIM, " (", 2);
    wrapper_add(wrapper, STYLE_DIM, run->target, strlen(run->target));
    wrapper_add(wrapper, STYLE_DIM, ")", 1);
}

static void add_run(struct wrapper *wrapper, const struct run *run, bool last_of_link)
{
    if (run->style & RUN_BREAK) {
        wrapper_place(wrapper);
        wrapper_end_line(wrapper);
    } else if (run->style & RUN_CODE) {
        add_code(wrapper, style_of(run), run->text, run->length);
    } else {
        wrapper_add(wrapper, style_of(run), run->text, run->length);
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

void wrap_runs(const struct look *look, const struct run *runs, size_t count, int width,
               struct wrap *wrap)
{
    struct wrapper wrapper;

    begin(&wrapper, look, width, wrap);
    for (size_t i = 0; i < count; i++)
        add_run(&wrapper, &runs[i], i + 1 == count || runs[i + 1].target != runs[i].target);
    wrapper_finish(&wrapper);
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
        wrapper_add(wrapper, style, text, length);
        text += length;
        if (close) {
            add_code(wrapper, STYLE_CODE, text + 1, (size_t)(close - text - 1));
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
    wrapper_finish(&wrapper);
}

void wrap_led(const struct look *look, enum style style, const char *lead, const char *text,
              int width, struct wrap *wrap)
{
    struct wrapper wrapper;

    begin(&wrapper, look, width, wrap);
    wrapper_add(&wrapper, style, lead, strlen(lead));
    wrapper_add(&wrapper, STYLE_TEXT, " ", 1);
    add_quoted(&wrapper, STYLE_TEXT, text);
    wrapper_finish(&wrapper);
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
        str_puts(out, i == 0 ? first : wrap->lines[i].whole ? "" : rest);
        str_add(out, wrap->text.data + wrap->lines[i].offset, wrap->lines[i].length);
        str_putc(out, '\n');
    }
}
