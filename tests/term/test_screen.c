/* engine/term/screen: what is drawn, what goes out, and that a terminal shows it. Bytes go from the
 * mock to libvterm. */
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "engine/term/screen.h"
#include "tests/support/test.h"
#include "tests/support/vt.h"

static const struct look look = {
    .color = true, .bold = true, .unicode = true, .terminal = true, .width = 20, .height = 4};

struct stage {
    struct term *term;
    struct screen *screen;
    struct vt *vt;
};

static struct stage open_stage(const struct look *of)
{
    struct stage stage = {0};

    cr_assert_eq(term_open_mock(of, &stage.term), 0);
    cr_assert_eq(screen_open(stage.term, &stage.screen), 0);
    stage.vt = vt_open_blank(of->height, of->width);
    return stage;
}

/* What the terminal was sent since the last call reaches it; returns how much that was. */
static size_t deliver(struct stage *stage)
{
    const char *bytes = term_mock_output(stage->term);
    size_t length = strlen(bytes);

    vt_feed(stage->vt, bytes, length);
    return length;
}

static size_t show(struct stage *stage)
{
    screen_show(stage->screen);
    return deliver(stage);
}

static void close_stage(struct stage *stage)
{
    screen_close(stage->screen);
    deliver(stage);
    cr_assert(!vt_alternate(stage->vt));
    cr_assert(vt_cursor_visible(stage->vt));
    term_close(stage->term);
    vt_close(stage->vt);
}

/* Passes one event of the terminal on; returns what screen_event() said. */
static bool pass(struct stage *stage, enum term_event_type wanted)
{
    struct term_event event;

    term_wait(stage->term, 0, &event);
    cr_assert_eq(event.type, wanted);
    return screen_event(stage->screen, &event);
}

static void assert_rows_agree(struct stage *stage)
{
    for (int row = 0; row < screen_height(stage->screen); row++) {
        struct str drawn = {0};
        screen_row(stage->screen, row, &drawn);
        cr_assert_str_eq(vt_row(stage->vt, row), str_text(&drawn), "row %d: %s, not %s", row,
                         vt_row(stage->vt, row), str_text(&drawn));
        str_free(&drawn);
    }
}

Test(screen, is_an_alternate_one_without_cursor)
{
    struct stage stage = open_stage(&look);

    vt_feed(stage.vt, "before", 6);
    deliver(&stage);
    cr_assert(vt_alternate(stage.vt));
    cr_assert(!vt_cursor_visible(stage.vt));
    screen_puts(stage.screen, 1, 2, STYLE_CODE, "日本");
    show(&stage);
    cr_assert_str_eq(vt_row(stage.vt, 1), "  日本");
    cr_assert_eq(vt_cell(stage.vt, 1, 2).color, 6);
    cr_assert_eq(vt_cell(stage.vt, 1, 6).color, -1);
    screen_close(stage.screen);
    stage.screen = NULL;
    deliver(&stage);
    cr_assert_str_eq(vt_row(stage.vt, 0), "before", "the text is back");
    close_stage(&stage);
}

Test(screen, is_not_for_pipes_and_plain_looks)
{
    struct look plain = look, piped = {.width = 80, .height = 24}, dumb = {.terminal = true};
    struct screen *screen = NULL;

    plain.plain = true;
    const struct look *looks[] = {&plain, &piped, &dumb};
    for (int i = 0; i < 3; i++) {
        struct term *term;
        cr_assert_eq(term_open_mock(looks[i], &term), 0);
        cr_assert_eq(screen_open(term, &screen), UV_ENOTSUP);
        cr_assert_null(screen);
        term_close(term);
    }
}

Test(screen, sends_only_what_changed)
{
    struct stage stage = open_stage(&look);

    screen_puts(stage.screen, 0, 0, STYLE_TEXT, "0123456789");
    show(&stage);
    cr_assert_eq(show(&stage), 0u, "nothing changed");
    screen_clear(stage.screen);
    screen_puts(stage.screen, 0, 0, STYLE_TEXT, "0123x56789");
    screen_show(stage.screen);
    cr_assert_str_eq(term_mock_output(stage.term), "\033[1;5Hx");
    screen_puts(stage.screen, 0, 1, STYLE_TEXT, "a23b");
    screen_puts(stage.screen, 0, 9, STYLE_TEXT, "c");
    screen_show(stage.screen);
    cr_assert_str_eq(term_mock_output(stage.term), "\033[1;2Ha23b\033[1;10Hc",
                     "a short gap is written through");
    close_stage(&stage);
}

Test(screen, a_cell_has_one_style_and_may_be_chosen_besides)
{
    struct stage stage = open_stage(&look);

    screen_puts(stage.screen, 0, 0, STYLE_TITLE, "ab");
    screen_choose(stage.screen, 0, 1, 2);
    show(&stage);
    cr_assert(vt_cell(stage.vt, 0, 0).bold && !vt_cell(stage.vt, 0, 0).reverse);
    cr_assert(vt_cell(stage.vt, 0, 1).bold && vt_cell(stage.vt, 0, 1).reverse);
    cr_assert(!vt_cell(stage.vt, 0, 2).bold && vt_cell(stage.vt, 0, 2).reverse);
    cr_assert(!vt_cell(stage.vt, 0, 3).reverse);
    close_stage(&stage);
}

Test(screen, text_of_other_views_keeps_its_styles)
{
    struct stage stage = open_stage(&look);
    struct str text = {0};

    str_puts(&text, "a");
    look_text(&look, STYLE_CODE, "bc", &text);
    str_puts(&text, "d\033");
    look_text(&look, STYLE_CHOSEN, "e", &text);
    cr_assert_eq(screen_styled(stage.screen, 0, 0, 20, str_text(&text), text.length), 6);
    show(&stage);
    cr_assert_str_eq(vt_row(stage.vt, 0), "abcd\xef\xbf\xbd"
                                          "e");
    cr_assert_eq(vt_cell(stage.vt, 0, 0).color, -1);
    cr_assert_eq(vt_cell(stage.vt, 0, 2).color, 6);
    cr_assert_eq(vt_cell(stage.vt, 0, 3).color, -1);
    cr_assert(vt_cell(stage.vt, 0, 5).reverse);
    cr_assert_eq(screen_styled(stage.screen, 1, 0, 2, str_text(&text), text.length), 2);
    show(&stage);
    cr_assert_str_eq(vt_row(stage.vt, 1), "ab");
    str_free(&text);
    close_stage(&stage);
}

Test(screen, clips_at_every_edge)
{
    struct stage stage = open_stage(&look);

    screen_puts(stage.screen, -1, 0, STYLE_TEXT, "above");
    screen_puts(stage.screen, 4, 0, STYLE_TEXT, "below");
    screen_puts(stage.screen, 0, -2, STYLE_TEXT, "abcd");
    screen_puts(stage.screen, 1, 17, STYLE_TEXT, "wxyz");
    screen_puts(stage.screen, 2, 17, STYLE_TEXT, "a日本");
    screen_text(stage.screen, 3, 0, 3, STYLE_TEXT, "日本", 6);
    screen_repeat(stage.screen, 3, 15, 100, STYLE_TEXT, GLYPH_RULE);
    screen_choose(stage.screen, -5, -5, 100);
    show(&stage);
    cr_assert_str_eq(vt_row(stage.vt, 0), "cd");
    cr_assert_str_eq(vt_row(stage.vt, 1), "                 wxy");
    cr_assert_str_eq(vt_row(stage.vt, 2), "                 a日");
    cr_assert_str_eq(vt_row(stage.vt, 3), "日             ─────");
    assert_rows_agree(&stage);
    close_stage(&stage);
}

Test(screen, half_a_wide_character_never_stays)
{
    struct stage stage = open_stage(&look);

    screen_puts(stage.screen, 0, 0, STYLE_TEXT, "日本語");
    show(&stage);
    screen_puts(stage.screen, 0, 1, STYLE_TEXT, "x");
    show(&stage);
    cr_assert_str_eq(vt_row(stage.vt, 0), " x本語");
    screen_puts(stage.screen, 0, 3, STYLE_TEXT, "字");
    show(&stage);
    cr_assert_str_eq(vt_row(stage.vt, 0), " x 字");
    close_stage(&stage);
}

Test(screen, what_cannot_be_shown_is_not_sent)
{
    struct stage stage = open_stage(&look);

    screen_puts(stage.screen, 0, 0, STYLE_TEXT, "a\033[31mb\xff\a\xe2\x80\xae");
    show(&stage);
    cr_assert_str_eq(vt_row(stage.vt, 0), "a\xef\xbf\xbd[31mb\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    close_stage(&stage);
}

Test(screen, a_new_size_and_a_return_draw_all_anew)
{
    struct stage stage = open_stage(&look);

    screen_puts(stage.screen, 0, 0, STYLE_TEXT, "one");
    show(&stage);
    term_mock_resize(stage.term, 30, 3);
    cr_assert(pass(&stage, TERM_RESIZE));
    cr_assert_eq(screen_width(stage.screen), 30);
    cr_assert_eq(screen_height(stage.screen), 3);
    screen_puts(stage.screen, 2, 25, STYLE_TEXT, "two");
    screen_show(stage.screen);
    cr_assert_str_eq(term_mock_output(stage.term), "\033[0m\033[2J\033[3;26Htwo");
    term_mock_feed(stage.term, "\032");
    cr_assert(pass(&stage, TERM_CONTINUED));
    screen_show(stage.screen);
    cr_assert_str_eq(term_mock_output(stage.term), "\033[0m\033[2J\033[3;26Htwo");
    close_stage(&stage);
}

Test(screen, frames_are_dropped_while_one_is_in_flight)
{
    struct stage stage = open_stage(&look);

    term_mock_hold(stage.term, true);
    for (int i = 0; i < 5; i++) {
        screen_puts(stage.screen, 0, 0, STYLE_TEXT, (char[]){(char)('1' + i), '\0'});
        screen_show(stage.screen);
    }
    term_mock_hold(stage.term, false);
    cr_assert(!pass(&stage, TERM_WRITTEN));
    const char *sent = term_mock_output(stage.term);
    cr_assert_not_null(strstr(sent, "\033[1;1H1\033[1;1H5"), "the first and the last: %s", sent);
    close_stage(&stage);
}

Test(screen, output_is_synchronized_if_the_terminal_says_it_can)
{
    struct stage stage = open_stage(&look);

    cr_assert_not_null(strstr(term_mock_output(stage.term), "\033[?2026$p"));
    screen_puts(stage.screen, 0, 0, STYLE_TEXT, "a");
    screen_show(stage.screen);
    cr_assert_null(strstr(term_mock_output(stage.term), "2026"));
    term_mock_feed(stage.term, "\033[?2026;2$y");
    cr_assert(!pass(&stage, TERM_KEY));
    screen_puts(stage.screen, 0, 0, STYLE_TEXT, "b");
    screen_show(stage.screen);
    cr_assert_str_eq(term_mock_output(stage.term), "\033[?2026h\033[1;1Hb\033[?2026l");
    term_mock_feed(stage.term, "\033[?2026;0$y");
    cr_assert(!pass(&stage, TERM_KEY));
    screen_puts(stage.screen, 0, 0, STYLE_TEXT, "c");
    screen_show(stage.screen);
    cr_assert_str_eq(term_mock_output(stage.term), "\033[1;1Hc");
    close_stage(&stage);
}

/* Random pictures one after another: the terminal always shows the last one, cell by cell. */
static void draw_at_random(struct screen *screen, unsigned *seed)
{
    static const char *const texts[] = {"a", "bcd", "日", "本語x", "e\xcc\x81", "──", "  ", "🙂"};
    int times = rand_r(seed) % 8;

    if (rand_r(seed) % 4 == 0)
        screen_clear(screen);
    for (int i = 0; i < times; i++)
        screen_puts(screen, rand_r(seed) % 5 - 1, rand_r(seed) % 24 - 2,
                    (enum style)(rand_r(seed) % STYLE_END), texts[rand_r(seed) % 8]);
    screen_choose(screen, rand_r(seed) % 4, rand_r(seed) % 20, rand_r(seed) % 3);
}

static void assert_cells_agree(struct stage *stage, int round)
{
    assert_rows_agree(stage);
    for (int row = 0; row < 4; row++)
        for (int column = 0; column < 20; column++) {
            struct vt_cell cell = vt_cell(stage->vt, row, column);
            struct str pen = {0};
            look_begin(&look, screen_style(stage->screen, row, column), &pen);
            bool bold = strstr(str_text(&pen), "[1") != NULL;
            bool reverse =
                strstr(str_text(&pen), "[7") || screen_chosen(stage->screen, row, column);
            bool right_half = column > 0 && vt_cell(stage->vt, row, column - 1).width == 2;
            cr_assert(right_half || (cell.bold == bold && cell.reverse == reverse),
                      "seed 99, round %d, row %d, column %d", round, row, column);
            str_free(&pen);
        }
}

Test(screen, random_pictures_arrive)
{
    struct stage stage = open_stage(&look);
    unsigned seed = 99;

    for (int round = 0; round < 2000; round++) {
        draw_at_random(stage.screen, &seed);
        show(&stage);
        assert_cells_agree(&stage, round);
    }
    close_stage(&stage);
}
