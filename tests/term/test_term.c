/* engine/term/term on the mock: events in order, the line editor, the status line. */
#include <string.h>

#include "engine/term/term.h"
#include "tests/support/test.h"

static const struct look screen = {
    .bold = true, .unicode = true, .terminal = true, .width = 20, .height = 5};
static const struct look dumb = {.terminal = true, .width = 20, .height = 5};
static const struct look piped = {.width = 80, .height = 24};

static struct term *open_mock(const struct look *look)
{
    struct term *term = NULL;

    cr_assert_eq(term_open_mock(look, &term), 0);
    return term;
}

static enum term_event_type wait_for(struct term *term, int timeout)
{
    struct term_event event;

    term_wait(term, timeout, &event);
    return event.type;
}

static uint32_t next_character(struct term *term)
{
    struct term_event event;

    term_wait(term, -1, &event);
    cr_assert_eq(event.type, TERM_KEY);
    return event.key.code;
}

Test(term, keys_come_in_order)
{
    struct term *term = open_mock(&screen);

    term_mock_feed(term, "aé");
    cr_assert_eq(next_character(term), 'a');
    term_mock_feed(term, "b");
    cr_assert_eq(next_character(term), 0xe9u);
    cr_assert_eq(next_character(term), 'b');
    cr_assert_eq(wait_for(term, 0), TERM_TIMEOUT);
    cr_assert_eq(wait_for(term, -1), TERM_END);
    term_close(term);
}

Test(term, more_keys_than_one_read_takes)
{
    struct term *term = open_mock(&screen);
    char many[2000] = {0};

    for (size_t i = 0; i + 1 < sizeof many; i++)
        many[i] = (char)('a' + i % 26);
    term_mock_feed(term, many);
    for (size_t i = 0; i + 1 < sizeof many; i++)
        cr_assert_eq(next_character(term), (uint32_t)many[i]);
    cr_assert_eq(wait_for(term, 0), TERM_TIMEOUT);
    term_close(term);
}

Test(term, a_lone_escape_is_decided_before_time_runs_out)
{
    struct term *term = open_mock(&screen);
    struct term_event event;

    term_mock_feed(term, "\033");
    term_wait(term, 0, &event);
    cr_assert(event.type == TERM_KEY && event.key.type == KEY_ESCAPE);
    term_close(term);
}

Test(term, control_keys_are_events)
{
    struct term *term = open_mock(&screen);

    term_mock_feed(term, "\003\032x");
    cr_assert_eq(wait_for(term, -1), TERM_INTERRUPT);
    cr_assert_eq(wait_for(term, -1), TERM_CONTINUED);
    cr_assert_eq(next_character(term), 'x');
    term_close(term);
}

static char paused[8];

static void note_pause(void *to, bool stops)
{
    strcat(to, stops ? "s" : "g");
}

Test(term, whoever_must_stand_still_is_told_before_a_stop_and_after_it)
{
    struct term *term = open_mock(&screen);

    paused[0] = '\0';
    term_on_pause(term, note_pause, paused);
    term_mock_feed(term, "\032\032");
    cr_assert_eq(wait_for(term, -1), TERM_CONTINUED);
    cr_assert_str_eq(paused, "sg");
    term_on_pause(term, NULL, NULL);
    cr_assert_eq(wait_for(term, -1), TERM_CONTINUED);
    cr_assert_str_eq(paused, "sg");
    term_close(term);
}

Test(term, wake_and_resize_are_told_once)
{
    struct term *term = open_mock(&screen);

    term_wake(term);
    term_wake(term);
    term_mock_resize(term, 40, 10);
    cr_assert_eq(wait_for(term, -1), TERM_RESIZE);
    cr_assert_eq(term_look(term)->width, 40);
    cr_assert_eq(wait_for(term, -1), TERM_WAKE);
    cr_assert_eq(wait_for(term, 5), TERM_TIMEOUT);
    term_close(term);
}

Test(term, a_watching_view_leaves_piped_answers_alone)
{
    struct term *term = open_mock(&piped);
    struct term_event event;

    term_mock_feed(term, "first\r\nsecond");
    cr_assert_eq(wait_for(term, 100), TERM_TIMEOUT);
    term_wait(term, -1, &event);
    cr_assert_eq(event.type, TERM_LINE);
    cr_assert_str_eq(event.line, "first");
    cr_assert_eq(wait_for(term, 100), TERM_TIMEOUT);
    term_wait(term, -1, &event);
    cr_assert_eq(event.type, TERM_LINE);
    cr_assert_str_eq(event.line, "second");
    cr_assert_eq(wait_for(term, -1), TERM_END);
    cr_assert_eq(wait_for(term, 100), TERM_TIMEOUT);
    term_close(term);
}

Test(term, an_endless_line_comes_in_pieces)
{
    struct term *term = open_mock(&piped);
    struct term_event event;
    char part[1001];

    memset(part, 'x', 1000);
    part[1000] = '\0';
    for (int i = 0; i < 10; i++)
        term_mock_feed(term, part);
    size_t total = 0;
    for (term_wait(term, -1, &event); event.type == TERM_LINE; term_wait(term, -1, &event)) {
        cr_assert_leq(strlen(event.line), 4096u);
        total += strlen(event.line);
    }
    cr_assert_eq(event.type, TERM_END);
    cr_assert_eq(total, 10000u);
    term_close(term);
}

/* --- lines --- */

static void assert_line(const char *keys, const char *wanted)
{
    struct term *term = open_mock(&screen);
    struct term_event event;

    term_mock_feed(term, keys);
    term_read_line(term, "> ", &event);
    cr_assert_eq(event.type, TERM_LINE, "%s", keys);
    cr_assert_str_eq(event.line, wanted, "%s gave %s", keys, event.line);
    term_close(term);
}

Test(line, editing)
{
    assert_line("abc\r", "abc");
    assert_line("abd\x7f"
                "c\r",
                "abc");
    assert_line("bc\001a\005d\r", "abcd");
    assert_line("ac\033[Db\r", "abc");
    assert_line("xab\033[H\033[3~\033[Fc\r", "abc");
    assert_line("one two three\027\027four\r", "one four");
    assert_line("gone\025kept\r", "kept");
    assert_line("kept and gone\001\006\006\006\006\013\r", "kept");
    assert_line("日本\x7f\033[D\x7f語\r", "語日");
    assert_line("日本\x7f語\r", "日語");
    assert_line("e\xcc\x81\x7fx\r", "x");
    assert_line("\x7f\033[D\033[C\033[3~\r", "");
}

Test(line, what_cannot_be_shown_is_not_taken)
{
    assert_line("a\xff\xe2\x80\xae"
                "b\033[31m\033x\tc\r",
                "a\xef\xbf\xbd"
                "bc");
    assert_line("\033[200~two\nlines\033[201~\r", "two lines");
}

Test(line, its_length_is_bounded)
{
    struct term *term = open_mock(&screen);
    struct term_event event;

    for (int i = 0; i < 500; i++)
        term_mock_feed(term, "0123456789");
    term_mock_feed(term, "\r");
    term_read_line(term, "", &event);
    cr_assert_eq(event.type, TERM_LINE);
    cr_assert_eq(strlen(event.line), 4096u);
    term_close(term);
}

Test(line, other_ends)
{
    struct term *term = open_mock(&screen);
    struct term_event event;

    term_mock_feed(term, "ab\003");
    term_read_line(term, "> ", &event);
    cr_assert_eq(event.type, TERM_INTERRUPT);
    term_mock_feed(term, "\004");
    term_read_line(term, "> ", &event);
    cr_assert_eq(event.type, TERM_END);
    term_read_line(term, "> ", &event);
    cr_assert_eq(event.type, TERM_END, "nothing more was fed");
    term_close(term);
}

Test(line, a_long_one_scrolls_within_the_width)
{
    struct term *term = open_mock(&screen);
    struct term_event event;

    term_mock_feed(term, "0123456789abcdefghijklmnop\r");
    term_read_line(term, "answer> ", &event);
    const char *drawn = term_mock_output(term), *last = strrchr(drawn, 'p');
    cr_assert_not_null(last);
    cr_assert_not_null(strstr(drawn, "\ranswer> fghijklmnop\033[K\r\033[19C"), "%s", drawn);
    term_close(term);
}

Test(line, a_dumb_terminal_gets_characters_and_backspaces_alone)
{
    struct term *term = open_mock(&dumb);
    struct term_event event;

    term_mock_feed(term, "ab\x7f"
                         "c\033[D"
                         "日\x7f"
                         "d\r");
    term_read_line(term, "> ", &event);
    cr_assert_str_eq(event.line, "acd");
    cr_assert_str_eq(term_mock_output(term), "> ab\b \b\b \bac日\b \b\b \b\b \b\b \bacd\n");
    term_close(term);
}

Test(line, a_transcript_shows_the_answers_that_were_piped_in)
{
    struct term *term = open_mock(&piped);
    struct term_event event;

    term_mock_feed(term, "2\n\033[31m\n");
    term_read_line(term, "> ", &event);
    cr_assert_str_eq(event.line, "2");
    term_read_line(term, "> ", &event);
    cr_assert_str_eq(event.line, "\033[31m");
    term_read_line(term, "> ", &event);
    cr_assert_eq(event.type, TERM_END);
    cr_assert_str_eq(term_mock_output(term), "> 2\n> \\x1b[31m\n> \n");
    term_close(term);
}

/* --- the status line --- */

static void put(struct term *term, const char *text)
{
    term_write(term, text, strlen(text));
}

Test(status, is_cleared_before_text)
{
    struct term *term = open_mock(&screen);

    put(term, "one\n");
    term_status(term, "busy");
    put(term, "two\n");
    cr_assert_str_eq(term_mock_output(term), "one\n\r\033[Kbusy\r\033[Ktwo\n");
    term_status(term, "");
    cr_assert_str_eq(term_mock_output(term), "", "there was none any more");
    term_close(term);
}

Test(status, is_cut_to_the_width_with_its_style_ended)
{
    struct term *term = open_mock(&screen);

    term_status(term, "\033[1m0123456789\033[0m0123456789");
    cr_assert_str_eq(term_mock_output(term), "\r\033[K\033[1m0123456789\033[0m012345678\033[0m");
    term_close(term);
}

Test(status, is_not_drawn_where_a_line_cannot_be_redrawn)
{
    struct look plain = screen;
    plain.plain = true;
    const struct look *looks[] = {&dumb, &piped, &plain};

    for (int i = 0; i < 3; i++) {
        struct term *term = open_mock(looks[i]);
        term_status(term, "busy");
        cr_assert_str_eq(term_mock_output(term), "");
        term_close(term);
    }
}

Test(status, waits_for_the_end_of_a_line)
{
    struct term *term = open_mock(&screen);

    put(term, "half a line");
    term_status(term, "busy");
    cr_assert_str_eq(term_mock_output(term), "half a line");
    term_close(term);
}

Test(send, what_is_in_flight_goes_out_later)
{
    struct term *term = open_mock(&screen);

    term_mock_hold(term, true);
    term_send(term, "frame", 5);
    cr_assert(term_busy(term));
    cr_assert_eq(wait_for(term, 1), TERM_TIMEOUT);
    cr_assert_str_eq(term_mock_output(term), "");
    term_mock_hold(term, false);
    cr_assert_eq(wait_for(term, 1), TERM_WRITTEN);
    cr_assert(!term_busy(term));
    cr_assert_str_eq(term_mock_output(term), "frame");
    term_close(term);
}
