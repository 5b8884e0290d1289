/* engine/term in a terminal: echo_term.c as a person would meet it. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/test.h"
#include "tests/support/vt.h"

enum { SOON = 10000 };

static const char *const utf8[] = {"TERM=xterm-256color", "LC_ALL=C.UTF-8", "PATH=/usr/bin:/bin",
                                   NULL};
static const char *const no_color[] = {"TERM=xterm-256color", "LANG=C.UTF-8", "NO_COLOR=1", NULL};
static const char *const dumb[] = {"TERM=dumb", "LC_ALL=C.UTF-8", NULL};
static const char *const ascii[] = {"TERM=xterm", "LC_ALL=C", NULL};

static const char *const echo_term[] = {ECHO_TERM, NULL};

static struct vt *start(int rows, int columns, const char *const *environment)
{
    struct vt *vt = vt_open(rows, columns, echo_term, environment);
    char ready[40];

    snprintf(ready, sizeof ready, "ready %dx%d", columns, rows);
    if (!vt_wait(vt, ready, SOON))
        vt_dump(vt);
    cr_assert(vt_find(vt, "interactive", NULL, NULL));
    cr_assert(vt_find(vt, ready, NULL, NULL));
    cr_assert(vt_raw(vt));
    return vt;
}

static void assert_seen(struct vt *vt, const char *text)
{
    if (!vt_wait(vt, text, SOON)) {
        vt_dump(vt);
        cr_assert_fail("not seen: %s", text);
    }
}

/* Leaves by `q`; the terminal is as it was. */
static void finish(struct vt *vt)
{
    vt_send(vt, "q");
    int status = vt_end(vt, SOON);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %x", (unsigned)status);
    cr_assert(vt_restored(vt));
    vt_close(vt);
}

static void assert_killed_and_restored(struct vt *vt, int number)
{
    int status = vt_end(vt, SOON);

    cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == number, "status %x", (unsigned)status);
    cr_assert(vt_restored(vt));
    vt_close(vt);
}

Test(session, keys_arrive_one_by_one)
{
    struct vt *vt = start(24, 80, utf8);

    vt_send(vt, "a");
    assert_seen(vt, "key 0 61 0");
    vt_send(vt, "é" VT_UP);
    assert_seen(vt, "key 0 e9 0");
    assert_seen(vt, "key 5 0 0");
    finish(vt);
}

Test(session, a_split_sequence_is_one_key)
{
    struct vt *vt = start(24, 80, utf8);

    vt_send(vt, "\033");
    vt_send(vt, "[1;");
    vt_send(vt, "5C");
    assert_seen(vt, "key 8 0 4");
    cr_assert(!vt_find(vt, "key 4 0 0", NULL, NULL), "no Escape");
    finish(vt);
}

static double now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

Test(session, a_lone_escape_takes_its_50_ms)
{
    struct vt *vt = start(24, 80, utf8);
    double begin = now_ms();

    vt_send(vt, "\033");
    assert_seen(vt, "key 4 0 0");
    double took = now_ms() - begin;
    cr_assert_geq(took, 49.0, "%.1f ms: a sequence would have had no time to come", took);
    finish(vt);
}

/* The time of an Escape runs while the process does not: what came meanwhile is looked at first. */
Test(session, a_sequence_that_came_while_nobody_ran_is_no_escape)
{
    struct vt *vt = start(24, 80, utf8);

    vt_send(vt, "x\033");
    assert_seen(vt, "key 0 78 0");
    vt_signal(vt, SIGSTOP);
    cr_assert(vt_wait_stopped(vt, SOON));
    if (!vt_find(vt, "key 4 0 0", NULL, NULL)) { /* else it was stopped too late */
        vt_send(vt, "[A");
        cr_assert(!vt_wait(vt, "while the time of the Escape runs out", 60));
        vt_foreground(vt);
        assert_seen(vt, "key 5 0 0");
        cr_assert(!vt_find(vt, "key 4 0 0", NULL, NULL));
    } else
        vt_foreground(vt);
    finish(vt);
}

Test(session, resize_is_told_with_the_new_size)
{
    struct vt *vt = start(24, 80, utf8);

    vt_resize(vt, 12, 40);
    assert_seen(vt, "resize 40x12");
    finish(vt);
}

Test(session, control_c_is_an_event)
{
    struct vt *vt = start(24, 80, utf8);

    vt_send(vt, "\003");
    assert_seen(vt, "interrupt");
    finish(vt);
}

Test(session, an_interrupt_from_outside_is_one_too)
{
    struct vt *vt = start(24, 80, utf8);

    vt_signal(vt, SIGINT);
    assert_seen(vt, "interrupt");
    finish(vt);
}

Test(session, control_z_stops_and_fg_comes_back)
{
    struct vt *vt = start(24, 80, utf8);

    vt_send(vt, "s");
    assert_seen(vt, "the status line");
    vt_send(vt, "\032");
    cr_assert(vt_wait_stopped(vt, SOON));
    cr_assert(vt_wait_gone(vt, "the status line", SOON));
    cr_assert(vt_restored(vt), "the shell gets its terminal");
    vt_foreground(vt);
    assert_seen(vt, "continued");
    cr_assert(vt_raw(vt));
    vt_send(vt, "b");
    assert_seen(vt, "key 0 62 0");
    vt_send(vt, "\032");
    cr_assert(vt_wait_stopped(vt, SOON), "and again");
    vt_foreground(vt);
    vt_send(vt, "c");
    assert_seen(vt, "key 0 63 0");
    finish(vt);
}

/* How often a text is in what was written. */
static int times(struct vt *vt, const char *text)
{
    size_t length;
    int count = 0;

    for (const char *at = vt_log(vt, &length); (at = strstr(at, text)); at++)
        count++;
    return count;
}

static bool is_cooked(struct vt *vt)
{
    return !vt_raw(vt);
}

/* Who comes to the foreground just after it has found itself in the background stops all the same.
 * So that stop is waited for; the shell tells of it when it is asked. */
static void assert_stopped_for_input(struct vt *vt)
{
    for (int tries = 0; tries < SOON / 20 && !vt_find(vt, "tty input", NULL, NULL); tries++) {
        vt_send(vt, "jobs\r");
        vt_wait(vt, "tty input", 20);
    }
    assert_seen(vt, "tty input");
}

Test(session, under_a_real_shell_also_in_the_background)
{
    const char *command[] = {"/bin/sh", "-im", NULL};
    static const char *const prompt[] = {"TERM=xterm-256color", "LC_ALL=C.UTF-8", "PS1=sh> ",
                                         "PATH=/usr/bin:/bin", NULL};
    struct vt *vt = vt_open(24, 80, command, prompt);

    assert_seen(vt, "sh>");
    vt_send(vt, ECHO_TERM "\r");
    assert_seen(vt, "ready 80x24");
    vt_send(vt, "\032");
    assert_seen(vt, "Stopped");
    vt_send(vt, "bg; echo back''ground\r");
    assert_seen(vt, "background");
    assert_stopped_for_input(vt);
    vt_send(vt, "fg\r");
    assert_seen(vt, "continued");
    vt_send(vt, "a");
    assert_seen(vt, "key 0 61 0");
    cr_assert_eq(times(vt, "continued"), 1);
    vt_send(vt, "q");
    cr_assert(vt_wait_bytes(vt, 0, "key 0 71 0", SOON));
    cr_assert(vt_wait_until(vt, is_cooked, SOON), "the shell reads again");
    vt_send(vt, "exit\r");
    cr_assert(WIFEXITED(vt_end(vt, SOON)));
    vt_close(vt);
}

Test(session, a_stop_from_outside_is_like_control_z)
{
    struct vt *vt = start(24, 80, utf8);

    vt_signal(vt, SIGTSTP);
    cr_assert(vt_wait_stopped(vt, SOON));
    cr_assert(vt_restored(vt));
    vt_foreground(vt);
    assert_seen(vt, "continued");
    finish(vt);
}

Test(session, after_sigstop_the_terminal_is_made_raw_again)
{
    struct vt *vt = start(24, 80, utf8);

    vt_signal(vt, SIGSTOP);
    cr_assert(vt_wait_stopped(vt, SOON));
    vt_foreground(vt);
    assert_seen(vt, "continued");
    cr_assert(vt_raw(vt));
    finish(vt);
}

Test(session, sigterm_is_an_event_and_restores)
{
    struct vt *vt = start(24, 80, utf8);

    vt_signal(vt, SIGTERM);
    int status = vt_end(vt, SOON);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 5);
    cr_assert(vt_find(vt, "terminate", NULL, NULL));
    cr_assert(vt_restored(vt));
    vt_close(vt);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
/* Sanitizers turn crashes into exits of their own; that they restore is seen in the next test. */
Test(session, a_crash_restores_and_is_still_a_crash)
{
    struct vt *vt = start(24, 80, utf8);

    vt_send(vt, "sK");
    assert_killed_and_restored(vt, SIGSEGV);
}

Test(session, a_stack_overflow_restores)
{
    struct vt *vt = start(24, 80, utf8);

    vt_send(vt, "O");
    assert_killed_and_restored(vt, SIGSEGV);
}
#else
Test(session, a_crash_under_a_sanitizer_restores_and_is_reported)
{
    struct vt *vt = start(24, 80, utf8);

    vt_send(vt, "K");
    cr_assert_neq(vt_end(vt, SOON), 0);
    cr_assert(vt_restored(vt));
    size_t length;
    cr_assert_not_null(strstr(vt_log(vt, &length), "Sanitizer"));
    vt_close(vt);
}
#endif

Test(session, abort_restores)
{
    struct vt *vt = start(24, 80, utf8);

    vt_send(vt, "A");
    assert_killed_and_restored(vt, SIGABRT);
}

Test(session, other_deadly_signals_restore)
{
    const int numbers[] = {SIGQUIT, SIGUSR1, SIGALRM, SIGSEGV};

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct vt *vt = start(24, 80, utf8);
        vt_signal(vt, numbers[i]);
        int status = vt_end(vt, SOON);
        cr_assert(WIFSIGNALED(status) || WEXITSTATUS(status) != 0);
        cr_assert(vt_restored(vt), "signal %d", numbers[i]);
        vt_close(vt);
    }
}

Test(session, exit_without_close_restores)
{
    struct vt *vt = start(24, 80, utf8);

    vt_send(vt, "sX");
    int status = vt_end(vt, SOON);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 3);
    cr_assert(vt_restored(vt));
    cr_assert(!vt_find(vt, "the status line", NULL, NULL));
    vt_close(vt);
}

Test(session, the_exit_of_a_forked_child_leaves_the_terminal_alone)
{
    struct vt *vt = start(24, 80, utf8);

    vt_send(vt, "Fa");
    assert_seen(vt, "key 0 61 0");
    cr_assert(vt_raw(vt));
    finish(vt);
}

/* The bar of a box in the look of the terminal, and whether a word has a colour. */
static void assert_styles(const char *const *environment, const char *glyph, int color, bool bold)
{
    struct vt *vt = start(24, 80, environment);
    int row, column;

    vt_send(vt, "y");
    assert_seen(vt, glyph);
    cr_assert(vt_find(vt, "cyan", &row, &column));
    cr_assert_eq(vt_cell(vt, row, column).color, color);
    cr_assert(vt_find(vt, "bold", &row, &column));
    cr_assert_eq(vt_cell(vt, row, column).bold, bold);
    finish(vt);
}

Test(session, looks_in_colour)
{
    assert_styles(utf8, "cyan bold ●", 6, true);
}

Test(session, no_color_keeps_bold)
{
    assert_styles(no_color, "cyan bold ●", -1, true);
}

Test(session, a_locale_without_utf8_gets_ascii)
{
    assert_styles(ascii, "cyan bold o", 6, true);
}

Test(session, a_dumb_terminal_gets_no_escapes_at_all)
{
    struct vt *vt = start(24, 80, dumb);
    size_t length;

    vt_send(vt, "ysla\x7f"
                "b\r");
    assert_seen(vt, "line b.");
    vt_send(vt, "q");
    cr_assert_eq(vt_end(vt, SOON), 0);
    cr_assert_null(strchr(vt_log(vt, &length), '\033'));
    cr_assert(vt_restored(vt));
    vt_close(vt);
}

Test(session, the_status_line_is_cut_and_cleared)
{
    struct vt *vt = start(24, 40, utf8);
    int row, column;

    vt_send(vt, "s");
    assert_seen(vt, "the status line, a long one that a nar");
    vt_cursor(vt, &row, &column);
    cr_assert_eq(column, 39);
    cr_assert_str_eq(vt_row(vt, row), "the status line, a long one that a narr");
    vt_send(vt, "a");
    assert_seen(vt, "key 0 61 0");
    cr_assert(!vt_find(vt, "the status line", NULL, NULL), "text takes its place");
    vt_send(vt, "s");
    assert_seen(vt, "the status line");
    vt_send(vt, "S");
    cr_assert(vt_wait_gone(vt, "the status line", SOON));
    finish(vt);
}

Test(session, wide_characters_take_two_columns)
{
    struct vt *vt = start(24, 80, utf8);
    int row, column;

    vt_send(vt, "w");
    assert_seen(vt, "wide 日本語");
    cr_assert(vt_find(vt, "本", &row, &column));
    cr_assert_eq(column, 7);
    cr_assert_eq(vt_cell(vt, row, column).width, 2);
    cr_assert_str_eq(vt_cell(vt, row, 12).text, "e\xcc\x81");
    finish(vt);
}

Test(session, a_line_is_edited_in_place)
{
    struct vt *vt = start(24, 80, utf8);
    int row, column;

    vt_send(vt, "l日本" VT_LEFT "x");
    assert_seen(vt, "name> 日x本");
    vt_cursor(vt, &row, &column);
    cr_assert_eq(column, 9);
    vt_send(vt, "\x7f\033[3~\r");
    assert_seen(vt, "line 日.");
    finish(vt);
}

Test(session, a_line_survives_a_stop)
{
    struct vt *vt = start(24, 80, utf8);

    vt_send(vt, "lab");
    assert_seen(vt, "name> ab");
    vt_send(vt, "\032");
    cr_assert(vt_wait_stopped(vt, SOON));
    vt_foreground(vt);
    vt_send(vt, "c\r");
    assert_seen(vt, "line abc.");
    finish(vt);
}

Test(session, a_stopped_terminal_does_not_stop_sigterm)
{
    struct vt *vt = start(24, 80, utf8);

    vt_hold(vt, true);
    vt_send(vt, "m");
    vt_signal(vt, SIGTERM);
    int status = vt_end(vt, SOON);
    cr_assert(WIFEXITED(status), "status %x", (unsigned)status);
    vt_close(vt);
}

Test(session, a_slow_terminal_gets_every_byte)
{
    struct vt *vt = start(24, 80, utf8);
    size_t length;

    vt_send(vt, "m");
    assert_seen(vt, "much said");
    cr_assert_not_null(vt_log(vt, &length));
    cr_assert_geq(length, 4000u * 81);
    finish(vt);
}

/* --- without a terminal on one side, by a shell --- */

static struct vt *shell(const char *script)
{
    const char *command[] = {"/bin/sh", "-c", script, NULL};

    return vt_open(24, 80, command, utf8);
}

Test(session, piped_input_comes_in_lines_and_piped_output_is_plain)
{
    struct vt *vt = shell("printf 'one\\ntwo' | " ECHO_TERM " | cat; echo over");

    assert_seen(vt, "over");
    cr_assert(vt_find(vt, "not interactive", NULL, NULL));
    cr_assert(vt_find(vt, "given one", NULL, NULL));
    cr_assert(vt_find(vt, "given two", NULL, NULL));
    cr_assert(vt_find(vt, "end", NULL, NULL));
    size_t length;
    cr_assert_null(strchr(vt_log(vt, &length), '\033'));
    vt_close(vt);
}

Test(session, files_and_closed_descriptors_are_input_and_output_too)
{
    struct vt *vt = shell(ECHO_TERM " < /dev/null; " ECHO_TERM " <&-; " ECHO_TERM
                                    " < /dev/null >&-; echo broken $?");

    assert_seen(vt, "broken 4");
    vt_close(vt);
}

Test(session, a_closed_pipe_ends_output_but_not_the_program)
{
    struct vt *vt = shell("(yes | head -n 100000; echo) | (" ECHO_TERM
                          "; echo status $? > /dev/tty) | head -n 3");

    assert_seen(vt, "status 4");
    vt_close(vt);
}

Test(session, flags_of_the_shared_terminal_stay)
{
    struct vt *vt =
        shell(ECHO_TERM "; grep flags /proc/self/fdinfo/0; grep flags /proc/self/fdinfo/1");

    assert_seen(vt, "ready");
    vt_send(vt, "q");
    cr_assert_eq(vt_end(vt, SOON), 0);
    size_t length;
    const char *flags = strstr(vt_log(vt, &length), "flags:");
    cr_assert_not_null(flags);
    cr_assert_eq(strtol(flags + strlen("flags:"), NULL, 8) & 04000, 0, "O_NONBLOCK");
    vt_close(vt);
}
