/* The line is a flat array, as lines are short. Drawing is stateless: each key draws the whole line
 * again, and which part of a long one is seen follows from the cursor alone. */
#include "engine/term/line_edit.h"

#include <string.h>

#include "engine/base/utf8.h"

static void insert(struct line_edit *edit, const char *bytes, size_t length)
{
    if (edit->length + length > LINE_EDIT_MAX)
        return;
    memmove(edit->text + edit->cursor + length, edit->text + edit->cursor,
            edit->length - edit->cursor + 1);
    memcpy(edit->text + edit->cursor, bytes, length);
    edit->length += length;
    edit->cursor += length;
}

static size_t encode(uint32_t code, char bytes[4])
{
    size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char first[] = {0, 0, 0xc0, 0xe0, 0xf0};

    for (size_t i = length; i-- > 1; code >>= 6)
        bytes[i] = (char)(0x80 | (code & 0x3f));
    bytes[0] = (char)(first[length] | code);
    return length;
}

static void insert_code(struct line_edit *edit, uint32_t code)
{
    char bytes[4];

    if (utf8_is_shown(code))
        insert(edit, bytes, encode(code, bytes));
}

/* Removes the bytes from `begin` up to `end`; the cursor ends up at `begin`. */
static void cut(struct line_edit *edit, size_t begin, size_t end)
{
    memmove(edit->text + begin, edit->text + end, edit->length - end + 1);
    edit->length -= end - begin;
    edit->cursor = begin;
}

static size_t after(const struct line_edit *edit, size_t at)
{
    int columns;

    return at + text_cluster(edit->text + at, edit->length - at, &columns);
}

static size_t before(const struct line_edit *edit, size_t at)
{
    size_t begin = 0;

    for (size_t next = 0; next < at; next = after(edit, next))
        begin = next;
    return begin;
}

/* Where the word before the cursor begins. */
static size_t word(const struct line_edit *edit)
{
    size_t at = edit->cursor;

    while (at > 0 && edit->text[at - 1] == ' ')
        at--;
    while (at > 0 && edit->text[at - 1] != ' ')
        at--;
    return at;
}

static enum line_edit_result control(struct line_edit *edit, uint32_t code)
{
    switch (code) {
    case 'a':
        edit->cursor = 0;
        break;
    case 'b':
        edit->cursor = before(edit, edit->cursor);
        break;
    case 'd':
        if (edit->length == 0)
            return LINE_EDIT_END;
        cut(edit, edit->cursor, after(edit, edit->cursor));
        break;
    case 'e':
        edit->cursor = edit->length;
        break;
    case 'f':
        edit->cursor = after(edit, edit->cursor);
        break;
    case 'k':
        cut(edit, edit->cursor, edit->length);
        break;
    case 'u':
        cut(edit, 0, edit->cursor);
        break;
    case 'w':
        cut(edit, word(edit), edit->cursor);
        break;
    }
    return LINE_EDIT_GOES_ON;
}

enum line_edit_result line_edit_key(struct line_edit *edit, const struct key *key)
{
    switch (key->type) {
    case KEY_CHAR:
        if (key->modifiers & KEY_CTRL)
            return control(edit, key->code);
        if (!(key->modifiers & KEY_ALT))
            insert_code(edit, key->code);
        break;
    case KEY_ENTER:
        if (!key->pasted)
            return LINE_EDIT_DONE;
        insert(edit, " ", 1);
        break;
    case KEY_TAB:
        if (key->pasted)
            insert(edit, " ", 1);
        break;
    case KEY_BACKSPACE:
        cut(edit, before(edit, edit->cursor), edit->cursor);
        break;
    case KEY_DELETE:
        cut(edit, edit->cursor, after(edit, edit->cursor));
        break;
    case KEY_LEFT:
        edit->cursor = before(edit, edit->cursor);
        break;
    case KEY_RIGHT:
        edit->cursor = after(edit, edit->cursor);
        break;
    case KEY_HOME:
        edit->cursor = 0;
        break;
    case KEY_END:
        edit->cursor = edit->length;
        break;
    default:
        break;
    }
    return LINE_EDIT_GOES_ON;
}

/* The first byte that is seen when there is room for so many columns before the cursor. */
static size_t window(const struct line_edit *edit, int columns)
{
    int width = text_width(edit->text, edit->cursor), dropped;
    size_t begin = 0;

    for (; width > columns; width -= dropped)
        begin += text_cluster(edit->text + begin, edit->length - begin, &dropped);
    return begin;
}

void line_edit_draw(const struct line_edit *edit, const char *prompt, const struct look *look,
                    struct str *out)
{
    size_t shown_prompt = text_fit(prompt, strlen(prompt), look->width / 2);
    int left = text_width(prompt, shown_prompt);
    int room = look->width - left - 1 > 1 ? look->width - left - 1 : 1;
    size_t begin = window(edit, room);
    const char *seen = edit->text + begin;

    str_putc(out, '\r');
    str_add(out, prompt, shown_prompt);
    if (shown_prompt < strlen(prompt) && look->bold)
        str_puts(out, "\033[0m");
    str_add(out, seen, text_fit(seen, edit->length - begin, room));
    str_puts(out, "\033[K\r");
    int column = left + text_width(seen, edit->cursor - begin);
    if (column > 0)
        str_printf(out, "\033[%dC", column);
}

void line_edit_retype(const struct line_edit *old, const struct line_edit *edit, struct str *out)
{
    size_t same = old->length;

    if (edit->length < same || memcmp(old->text, edit->text, same) != 0) {
        str_repeat(out, "\b \b", text_width(old->text, old->length));
        same = 0;
    }
    str_add(out, edit->text + same, edit->length - same);
}
