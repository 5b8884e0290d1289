/* The terminal from inside, shared by the files of engine/term. */
#ifndef ASYNCTUT_TERM_PRIV_H
#define ASYNCTUT_TERM_PRIV_H

#include <stdatomic.h>
#include <stdbool.h>
#include <uv.h>

#include "engine/base/str.h"
#include "engine/term/term.h"

enum {
    READ_SIZE = 512,       /* bytes taken at once from a terminal */
    KEYS = READ_SIZE + 64, /* keys they can be at most, with what was held */
    LINE_LIMIT = 4096,     /* bytes of a line of other input */
    SIGNAL_WATCHES = 6,
};

/* What a descriptor or signal has told us and term_wait() has not reported yet. */
struct pending {
    struct key keys[KEYS];
    size_t key_first, key_count;
    bool interrupt, terminate, continued, resize, wake, end, written, timeout;
    bool stop, went_on; /* SIGTSTP and SIGCONT came */
};

/* The part with descriptors and a loop; a mock has none of it. */
struct driver {
    int input, output; /* duplicates of 0 and 1, -1 if those were closed */
    bool own_output;   /* opened anew, so that O_NONBLOCK there is ours alone */
    int input_epoll;   /* watches the input, so that libuv need not change its flags */
    bool input_ready;  /* input that epoll cannot watch (files, /dev/null) never blocks */
    uv_loop_t loop;
    uv_poll_t input_watch, output_watch;
    uv_timer_t limit, escape;
    uv_signal_t signals[SIGNAL_WATCHES];
    uv_async_t wake;
    bool restore_sigpipe;
};

/* What a mock was fed and keeps. */
struct mock {
    struct str fed, kept, returned;
    size_t fed_used;
    bool held;
    atomic_bool wake;
};

struct term {
    struct look look;
    struct look_options options;
    bool interactive, is_mock;
    struct driver driver;
    struct mock mock;

    struct key_decoder decoder;
    bool keys_held; /* the decoder waits for more bytes */
    struct pending pending;
    void (*pause)(void *to, bool stops);
    void *pause_to;
    bool input_ended, end_reported;
    struct str lines; /* input that is not a terminal, not yet returned */
    size_t lines_used;
    struct str line; /* the one last returned */

    struct str in_flight; /* the rest of a term_send() */
    size_t in_flight_used;
    bool broken;
    bool status_shown, mid_line; /* the last byte of text was no newline */
    bool full_screen;
};

/* --- input.c: bytes to keys and lines --- */
/* Takes in what there is; true if there was something (also the end). */
bool input_take(struct term *term);
/* Decides about a held Escape. */
void input_flush(struct term *term);
/* Cuts the next line of `lines` into `line`; false if there is no whole one yet. */
bool input_cut_line(struct term *term);

/* --- output.c: bytes out --- */
void output_write(struct term *term, const char *bytes, size_t length); /* all, waiting */
void output_continue(struct term *term); /* more of what is in flight, without waiting */
/* After the terminal became ours (again): what has to be switched on, and undone by every exit. */
void output_begin(struct term *term);
/* The alternate screen, without a cursor. */
void output_full_screen(struct term *term, bool on);

/* --- descriptors.c --- */
void driver_open_descriptors(struct term *term); /* with the look they give */
void driver_close_descriptors(struct term *term);
long driver_read(struct term *term, char *buffer, size_t size); /* 0: nothing; -1: the end */

/* --- driver.c: signals, time, the loop --- */
int driver_open(struct term *term, struct error *error);
void driver_close(struct term *term);
/* Before and after a series of driver_run(): the limit of a wait; -1 for none. */
void driver_limit(struct term *term, int timeout_ms);
void driver_unlimit(struct term *term);
/* Runs the loop until something happened; also looks at input that comes in lines if asked. */
void driver_run(struct term *term, bool lines, bool wait);
/* Handles signals while a write waits. */
void driver_run_signals(struct term *term);
void driver_send(struct term *term); /* writes what is in flight, now and later */
void driver_wake(struct term *term);
void driver_measure(struct term *term); /* the size, which may be another */

/* --- job.c --- */
/* Stops the process as Ctrl-Z does; returns when it is continued. */
void driver_stop(struct term *term, bool whole_group);
/* Was stopped without being asked. */
void driver_go_on(struct term *term);

/* --- mock.c --- */
void mock_run(struct term *term, bool lines, bool limited);
void mock_continue(struct term *term);
long mock_read(struct term *term, char *buffer, size_t size);
void mock_free(struct mock *mock);

#endif
