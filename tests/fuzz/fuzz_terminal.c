/* A person, or what stands for one, types any bytes at a prompt, and any bytes are drawn on a
 * screen: lines are whole UTF-8 that can be shown, and nothing is sent but text and our escapes. */
#include <string.h>

#include "engine/base/utf8.h"
#include "engine/term/screen.h"
#include "tests/fuzz/fuzz.h"

const char *const fuzz_words[] = {
    "a",         "\r",   "\x7f",   "\033[D", "\033[C",    "\033[3~",   "\001",         "\005",
    "\025",      "\027", "\013",   "\004",   "\003",      "\032",      "\033",         "日本",
    "e\xcc\x81", "\xff", "\033[H", "\033[F", "\033[200~", "\033[201~", "\xe2\x80\xae", NULL};

static const struct look look = {
    .color = true, .bold = true, .unicode = true, .terminal = true, .width = 30, .height = 4};

/* Takes out what the module itself sends: control sequences, CR, newline. */
static void check_sent(const char *sent)
{
    while (*sent) {
        size_t text = strcspn(sent, "\033\r\n");
        fuzz_assert(fuzz_is_shown(sent, text, false));
        sent += text;
        if (*sent == '\033') {
            fuzz_assert(sent[1] == '[');
            sent += 2 + strspn(sent + 2, "0123456789;?$");
            fuzz_assert(*sent && strchr("mKHJChlp", *sent));
        }
        sent += *sent != '\0';
    }
}

static void type_lines(struct term *term, const char *bytes)
{
    struct term_event event;

    term_mock_feed(term, bytes);
    do {
        term_read_line(term, "> ", &event);
        if (event.type == TERM_LINE)
            fuzz_assert(fuzz_is_shown(event.line, strlen(event.line), false) &&
                        strlen(event.line) <= 4096);
        check_sent(term_mock_output(term));
    } while (event.type != TERM_END);
}

static void draw(struct term *term, const char *bytes, size_t size)
{
    struct screen *screen;

    fuzz_assert(screen_open(term, &screen) == 0);
    for (int row = 0; row < look.height; row++) {
        screen_text(screen, row, row - 2, look.width, STYLE_KEY, bytes, size);
        screen_styled(screen, row, (int)(size % 20), 9, bytes, size);
        screen_show(screen);
    }
    screen_close(screen);
    check_sent(term_mock_output(term));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct term *term;
    char *bytes = fuzz_copy(data, size, 1);

    fuzz_assert(term_open_mock(&look, &term) == 0);
    draw(term, bytes, size);
    if (size < 2000) /* each key draws the line anew */
        type_lines(term, bytes);
    term_close(term);
    free(bytes);
    return 0;
}
