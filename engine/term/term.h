/* The terminal, or what stands for it: keys, lines and signals in, bytes out.
 *
 * On a terminal: characters arrive one by one, without echo, Ctrl-C and Ctrl-Z as events; every
 * exit (also by a signal) restores what was. Elsewhere: input comes in lines, output is written as
 * is. It works on duplicates of descriptors 0 and 1 of its own, so that a program may redirect
 * those, and never sets O_NONBLOCK on what others share. Runs a libuv loop of its own; never uses
 * the thread pool, the default loop or uv_spawn. One thread.
 *
 * While open it handles SIGWINCH, SIGINT, SIGTERM, SIGHUP, SIGTSTP and SIGCONT (those that were
 * ignored stay so), ignores SIGPIPE (a program that execs another must give it back), and restores
 * the terminal before any other signal that ends the process takes its course. A thread whose stack
 * may overflow needs a sigaltstack() for that. */
#ifndef ASYNCTUT_TERM_H
#define ASYNCTUT_TERM_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/error.h"
#include "engine/term/key.h"
#include "engine/term/look.h"

enum term_event_type {
    TERM_KEY,
    TERM_LINE,   /* a line of input that is not a terminal; without its newline */
    TERM_END,    /* end of input */
    TERM_RESIZE, /* the look has the new size */
    TERM_WAKE,   /* term_wake() was called */
    TERM_TIMEOUT,
    TERM_INTERRUPT, /* Ctrl-C or SIGINT */
    TERM_TERMINATE, /* SIGTERM or SIGHUP */
    TERM_CONTINUED, /* came back from Ctrl-Z: what was on the last line must be written again */
    TERM_WRITTEN,   /* what term_send() left over is written: term_busy() is false again */
};

struct term_event {
    enum term_event_type type;
    struct key key;
    const char *line; /* valid until the next wait */
};

struct term;

/* Opens on descriptors 0 and 1; one at a time in a process (UV_EBUSY). A closed descriptor is an
 * ended input or a broken output, not an error. The options are copied; the theme's name is not. */
int term_open(const struct look_options *options, struct term **ret_term, struct error *error);

/* A mock: input is fed and output is kept, no descriptors, no signals. For tests. Its time stands
 * still: a wait with nothing to report returns TERM_TIMEOUT at once (a held Escape is decided
 * before), and TERM_END if it had no limit. Ctrl-Z gives TERM_CONTINUED. */
int term_open_mock(const struct look *look, struct term **ret_term);
void term_mock_feed(struct term *term, const char *bytes); /* as a terminal would send them */
void term_mock_resize(struct term *term, int width, int height);
const char *term_mock_output(struct term *term); /* all since the last call; valid until the next */
/* A slow terminal: while held, term_send() leaves everything in flight. */
void term_mock_hold(struct term *term, bool held);

void term_close(struct term *term); /* restores; NULL is fine */

const struct look *term_look(const struct term *term);
bool term_interactive(const struct term *term); /* input and output are terminals */

/* Writes all bytes, waiting for a slow terminal. A closed pipe or other failure, or a signal to
 * terminate while the terminal takes nothing, sets term_broken(); later writes are then dropped.
 * Clears the status line first if one is shown. */
void term_write(struct term *term, const char *bytes, size_t length);
bool term_broken(const struct term *term);

/* Writes without waiting, what is left over in the background while term_wait() runs. Not while
 * term_busy(). For full screens, which drop frames while the last one is in flight. */
void term_send(struct term *term, const char *bytes, size_t length);
bool term_busy(const struct term *term);

/* One line below the text, redrawn in place; "" takes it away. Nothing on plain, dumb or piped
 * output, nor while the last line of text has no newline. Cut to the width. `text` may hold escapes
 * made by look_*(). */
void term_status(struct term *term, const char *text);

/* `pause` is called just before this process stops as by Ctrl-Z (stops: true), and as soon as it
 * goes on again (false): for what must stand still meanwhile. NULL: nobody is told. */
void term_on_pause(struct term *term, void (*pause)(void *to, bool stops), void *to);

/* The next event; waits at most timeout_ms (-1: for ever). Keys keep their order; signals come
 * first. Where input is not a terminal, a wait without limit is one for the person and gives
 * TERM_LINE or TERM_END; a wait with a limit leaves the input alone, because its lines are answers
 * that a view which only watches must not swallow. TERM_END of a terminal that is gone comes once
 * from waits with a limit. */
void term_wait(struct term *term, int timeout_ms, struct term_event *ret_event);

/* Makes term_wait() return TERM_WAKE (several calls may give one). Any thread. */
void term_wake(struct term *term);

/* Reads one line with simple editing (backspace, Ctrl-U, Ctrl-W, Ctrl-K, arrows, Home, End), shown
 * after `prompt`. Ends with TERM_LINE, TERM_END, TERM_INTERRUPT or TERM_TERMINATE as the type of
 * *ret_event, the cursor at the start of a new line; on input that is not a terminal the prompt and
 * the answer that was read are written, so that a transcript reads like a session. Wake-ups and
 * resizes meanwhile are not reported. Lines are cut at 4096 bytes. */
void term_read_line(struct term *term, const char *prompt, struct term_event *ret_event);

#endif
