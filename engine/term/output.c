/* Output. Text waits until the terminal has taken it; frames of a full screen do not. The waiting
 * is a poll(2) on the output and on the loop, so that a signal to terminate gets through to a
 * process whose terminal was stopped by Ctrl-S or whose reader sleeps. Writes are at most a page
 * long: for that much a pipe that is writable does not block. */
#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine/term/guard.h"
#include "engine/term/term_priv.h"

enum { PAGE = 4096 };

static const char enter_screen[] = "\033[?1049h\033[?25l\033[0m\033[2J";
static const char leave_screen[] = "\033[?2026l\033[0m\033[?1049l\033[?25h";
static const char leave_status[] = "\r\033[K";
static const char paste_on[] = "\033[?2004h", paste_off[] = "\033[?2004l";

/* Until the output takes bytes. False: give up. */
static bool wait_writable(struct term *term)
{
    struct pollfd fds[] = {
        {.fd = term->driver.output, .events = POLLOUT},
        {.fd = uv_backend_fd(&term->driver.loop), .events = POLLIN},
    };

    for (;;) {
        int n = poll(fds, 2, -1);
        if (n < 0 && errno != EINTR)
            return false;
        if (n <= 0)
            continue;
        if (fds[0].revents)
            return true;
        driver_run_signals(term);
        if (term->pending.terminate)
            return false;
    }
}

/* Some bytes to the descriptor; 0 if it takes none now, -1 if it is broken. */
static long write_some(struct term *term, const char *bytes, size_t length)
{
    for (;;) {
        if (guard_gone())
            return -1;
        ssize_t n = write(term->driver.output, bytes, length < PAGE ? length : PAGE);
        if (n >= 0)
            return n;
        if (errno == EAGAIN || errno == EWOULDBLOCK)
            return 0;
        if (errno != EINTR)
            return -1;
    }
}

/* The same, waiting. A descriptor shared with others is asked before, because it may block. */
static long write_waiting(struct term *term, const char *bytes, size_t length)
{
    bool ready = term->driver.own_output || wait_writable(term);
    long n = ready ? write_some(term, bytes, length) : -1;

    if (n == 0 && !wait_writable(term))
        n = -1;
    return n;
}

static void write_all(struct term *term, const char *bytes, size_t length)
{
    if (term->is_mock)
        str_add(&term->mock.kept, bytes, length);
    while (!term->is_mock && length > 0 && !term->broken) {
        long n = write_waiting(term, bytes, length);
        term->broken = n < 0;
        if (n > 0) {
            bytes += n;
            length -= (size_t)n;
        }
    }
}

static void finish_flight(struct term *term)
{
    struct str *rest = &term->in_flight;

    if (term->in_flight_used < rest->length)
        write_all(term, rest->data + term->in_flight_used, rest->length - term->in_flight_used);
    str_clear(rest);
    term->in_flight_used = 0;
}

void output_write(struct term *term, const char *bytes, size_t length)
{
    finish_flight(term);
    write_all(term, bytes, length);
}

void output_continue(struct term *term)
{
    struct str *rest = &term->in_flight;

    while (term->in_flight_used < rest->length && !term->broken) {
        const char *bytes = rest->data + term->in_flight_used;
        long n = write_some(term, bytes, rest->length - term->in_flight_used);
        if (n == 0)
            return;
        term->broken = n < 0;
        term->in_flight_used += n > 0 ? (size_t)n : 0;
    }
    str_clear(rest);
    term->in_flight_used = 0;
}

void term_send(struct term *term, const char *bytes, size_t length)
{
    assert(!term_busy(term));
    if (term->broken)
        return;
    if (!term->is_mock && !term->driver.own_output) {
        output_write(term, bytes, length);
        return;
    }
    str_add(&term->in_flight, bytes, length);
    if (term->in_flight.failed)
        str_clear(&term->in_flight); /* out of memory: a frame less */
    if (term->is_mock)
        mock_continue(term);
    else
        driver_send(term);
}

bool term_busy(const struct term *term)
{
    return term->in_flight.length > 0 && !term->broken;
}

bool term_broken(const struct term *term)
{
    return term->broken;
}

/* Can the terminal do more than take text? */
static bool can_redraw(const struct term *term)
{
    return term->look.terminal && term->look.bold && !term->look.plain;
}

static void set_undo(struct term *term)
{
    char undo[64];

    if (term->is_mock || !term->interactive)
        return;
    snprintf(undo, sizeof undo, "%s%s",
             term->full_screen    ? leave_screen
             : term->status_shown ? leave_status
                                  : "",
             term->look.bold ? paste_off : "");
    guard_undo(undo);
}

void output_begin(struct term *term)
{
    if (term->interactive && term->look.bold && !term->is_mock)
        output_write(term, paste_on, sizeof paste_on - 1);
    if (term->full_screen)
        output_write(term, enter_screen, sizeof enter_screen - 1);
    term->status_shown = false;
    set_undo(term);
}

void output_full_screen(struct term *term, bool on)
{
    term_status(term, "");
    term->full_screen = on;
    if (on)
        set_undo(term);
    if (on)
        output_write(term, enter_screen, sizeof enter_screen - 1);
    else
        output_write(term, leave_screen, sizeof leave_screen - 1);
    set_undo(term);
}

static void clear_status(struct term *term)
{
    if (!term->status_shown)
        return;
    output_write(term, leave_status, sizeof leave_status - 1);
    term->status_shown = false;
    set_undo(term);
}

void term_write(struct term *term, const char *bytes, size_t length)
{
    clear_status(term);
    if (length == 0)
        return;
    output_write(term, bytes, length);
    term->mid_line = bytes[length - 1] != '\n';
}

void term_status(struct term *term, const char *text)
{
    struct str line = {0};
    size_t length = text_fit(text, strlen(text), term->look.width - 1);

    if (length == 0)
        clear_status(term);
    if (length == 0 || !can_redraw(term) || term->mid_line || term->full_screen)
        return;
    term->status_shown = true;
    set_undo(term);
    str_puts(&line, leave_status);
    str_add(&line, text, length);
    if (length < strlen(text))
        str_puts(&line, "\033[0m");
    output_write(term, str_text(&line), line.length);
    str_free(&line);
}
