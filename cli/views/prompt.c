/* All waiting for the person happens here and in stage.c, so that end of input, Ctrl-C, a closed
 * pipe and a new size are handled alike everywhere. */
#include "cli/views/prompt.h"

#include <string.h>

int flow_status(enum flow flow)
{
    switch (flow) {
    case FLOW_INTERRUPT:
        return STATUS_INTERRUPTED;
    case FLOW_TERMINATE:
        return STATUS_TERMINATED;
    case FLOW_FAILED:
        return STATUS_FAILED;
    default:
        return STATUS_OK;
    }
}

bool flow_ends(enum flow flow)
{
    return flow != FLOW_NEXT && flow != FLOW_BACK && flow != FLOW_REPEAT;
}

enum flow prompt_flow(int result)
{
    switch (result) {
    case PROMPT_END:
        return FLOW_END_OF_INPUT;
    case PROMPT_INTERRUPT:
        return FLOW_INTERRUPT;
    case PROMPT_TERMINATE:
        return FLOW_TERMINATE;
    default:
        return FLOW_LEAVE;
    }
}

static const char *key_name(int key, char *buffer)
{
    if (key == '\n')
        return "Enter";
    if (key == ' ')
        return "space";
    buffer[0] = (char)key;
    buffer[1] = '\0';
    return buffer;
}

static void add_hint(const struct look *look, const struct hint *hint, struct str *out)
{
    char buffer[2];

    look_text(look, STYLE_KEY, key_name(hint->key, buffer), out);
    str_printf(out, " %s", hint->does);
}

static int hint_columns(const struct hint *hint)
{
    char buffer[2];

    return (int)(strlen(key_name(hint->key, buffer)) + 1 + strlen(hint->does));
}

/* How many of the first hints fit before the last two. Read aloud, a long list at each step is
 * noise: there it is only the first, and ? tells the rest. */
static size_t hints_that_fit(const struct look *look, const struct hint *hints, size_t count)
{
    int used = 1;
    size_t fit = 0;

    if (look->plain && count > 4)
        return 1;
    for (size_t i = count < 2 ? 0 : count - 2; i < count; i++)
        used += hint_columns(&hints[i]) + 3;
    while (fit + 2 < count && used + hint_columns(&hints[fit]) + 3 <= look->width + 2)
        used += hint_columns(&hints[fit++]) + 3;
    return fit;
}

void prompt_hints(const struct look *look, const struct hint *hints, size_t count, struct str *out)
{
    size_t fit = hints_that_fit(look, hints, count);

    for (size_t i = 0; i < count; i++) {
        if (i >= fit && i + 2 < count)
            continue;
        str_puts(out, i == 0 ? " " : look->plain ? ", " : "   ");
        add_hint(look, &hints[i], out);
    }
}

int prompt_character(const struct key *key)
{
    switch (key->type) {
    case KEY_ENTER:
    case KEY_RIGHT:
    case KEY_PAGE_DOWN:
        return '\n';
    case KEY_LEFT:
    case KEY_PAGE_UP:
        return 'b';
    case KEY_CHAR:
        if ((key->modifiers & KEY_CTRL) && (key->code == 'd' || key->code == 4))
            return PROMPT_END;
        return key->code < 128 && !(key->modifiers & (KEY_CTRL | KEY_ALT)) && !key->pasted
                   ? (int)key->code
                   : 0;
    default:
        return 0;
    }
}

static bool is_hinted(const struct hint *hints, size_t count, int key)
{
    for (size_t i = 0; i < count; i++)
        if (hints[i].key == key)
            return true;
    return false;
}

static void show_hints(struct app *app, const struct hint *hints, size_t count)
{
    struct str line = {0};

    prompt_hints(term_look(app->term), hints, count, &line);
    term_status(app->term, str_text(&line));
    str_free(&line);
}

static void write_blank(struct app *app)
{
    struct str line = {0};

    if (app->blank)
        return;
    str_putc(&line, '\n');
    prompt_write(app, &line);
    str_free(&line);
}

bool prompt_draws_status(const struct look *look)
{
    return look->terminal && look->bold && !look->plain;
}

static void write_hints(struct app *app, const struct hint *hints, size_t count)
{
    struct str line = {0};

    prompt_hints(term_look(app->term), hints, count, &line);
    str_puts(&line, "\n");
    prompt_write(app, &line);
    str_free(&line);
}

/* Each on a line of its own, where a view has no longer words for them. */
static void list_hints(struct app *app, const struct hint *hints, size_t count)
{
    const struct look *look = term_look(app->term);
    struct str lines = {0};

    str_putc(&lines, '\n');
    for (size_t i = 0; i < count; i++) {
        str_puts(&lines, look->plain ? "" : " ");
        look_text(look, STYLE_KEY, key_name(hints[i].key, (char[2]){0}), &lines);
        str_repeat(&lines, " ", hints[i].key == '\n' || hints[i].key == ' ' ? 2 : 6);
        str_printf(&lines, "%s\n", hints[i].does);
    }
    prompt_write(app, &lines);
    str_free(&lines);
}

static int event_key(const struct term_event *event, const struct hint *hints, size_t count)
{
    int key;

    switch (event->type) {
    case TERM_INTERRUPT:
        return PROMPT_INTERRUPT;
    case TERM_TERMINATE:
        return PROMPT_TERMINATE;
    case TERM_END:
        return PROMPT_END;
    case TERM_KEY:
        key = prompt_character(&event->key);
        if (key == ' ' && !is_hinted(hints, count, ' '))
            key = '\n';
        return key == PROMPT_END || key == '?' || is_hinted(hints, count, key) ? key : 0;
    default:
        return 0;
    }
}

int prompt_key(struct app *app, const struct hint *hints, size_t count)
{
    bool drawn = prompt_draws_status(term_look(app->term));
    struct term_event event;
    int key = 0;

    if (term_broken(app->term))
        return PROMPT_TERMINATE;
    if (!term_interactive(app->term))
        return '\n';
    write_blank(app);
    if (!drawn)
        write_hints(app, hints, count);
    while (key == 0) {
        if (drawn)
            show_hints(app, hints, count);
        term_wait(app->term, -1, &event);
        key = term_broken(app->term) ? PROMPT_TERMINATE : event_key(&event, hints, count);
        if (key == '?' && !is_hinted(hints, count, key)) {
            list_hints(app, hints, count);
            key = 0;
        }
    }
    term_status(app->term, "");
    return key;
}

int prompt_line(struct app *app, const char *prompt, struct str *ret_line)
{
    struct term_event event;

    if (term_broken(app->term))
        return PROMPT_TERMINATE;
    term_read_line(app->term, prompt, &event);
    app->blank = false;
    if (event.type != TERM_LINE)
        return event.type == TERM_END         ? PROMPT_END
               : event.type == TERM_INTERRUPT ? PROMPT_INTERRUPT
                                              : PROMPT_TERMINATE;
    str_clear(ret_line);
    str_puts(ret_line, event.line);
    return 0;
}

void prompt_write(struct app *app, struct str *text)
{
    const char *bytes = str_text(text);
    size_t length = text->length;

    if (app->blank && length > 0 && bytes[0] == '\n') {
        bytes++;
        length--;
    }
    term_write(app->term, bytes, length);
    if (length > 0)
        app->blank = bytes[length - 1] == '\n' && (length == 1 || bytes[length - 2] == '\n');
    str_clear(text);
}
