/* The real terminal: a libuv loop that watches input, signals and time.
 *
 * Input is watched through an epoll descriptor of its own, because uv_poll_init() sets O_NONBLOCK
 * on what it watches, and descriptor 0 is shared with the shell and everybody else. Callbacks only
 * note what happened; term_wait() acts on it outside the loop. Each of them stops the loop's run,
 * because a timer that fires before the poll would not end it. */
#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "engine/base/array.h"
#include "engine/term/guard.h"
#include "engine/term/term_priv.h"

enum { ESCAPE_MS = 50 };

static const int watched[SIGNAL_WATCHES] = {SIGWINCH, SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT};

/* --- callbacks --- */

static void on_escape(uv_timer_t *timer);

/* Takes in input, and starts or stops the time that a lone Escape has. */
static bool take_input(struct term *term)
{
    bool taken = input_take(term);

    if (term->keys_held)
        uv_timer_start(&term->driver.escape, on_escape, ESCAPE_MS, 0);
    else
        uv_timer_stop(&term->driver.escape);
    if (term->input_ended && !term->driver.input_ready)
        uv_poll_stop(&term->driver.input_watch);
    return taken;
}

static void on_input(uv_poll_t *watch, int status, int events)
{
    (void)status, (void)events;
    take_input(watch->loop->data);
    uv_stop(watch->loop);
}

/* The rest of a sequence may have come while this process was kept from running: look first. */
static void on_escape(uv_timer_t *timer)
{
    struct term *term = timer->loop->data;

    if (!take_input(term))
        input_flush(term);
    if (!term->keys_held)
        uv_timer_stop(timer);
    uv_stop(timer->loop);
}

static void on_limit(uv_timer_t *timer)
{
    struct term *term = timer->loop->data;

    term->pending.timeout = true;
    uv_stop(timer->loop);
}

static void on_wake(uv_async_t *async)
{
    struct term *term = async->loop->data;

    term->pending.wake = true;
    uv_stop(async->loop);
}

static void on_writable(uv_poll_t *watch, int status, int events)
{
    struct term *term = watch->loop->data;

    (void)status, (void)events;
    output_continue(term);
    if (!term_busy(term)) {
        uv_poll_stop(watch);
        term->pending.written = true;
    }
    uv_stop(watch->loop);
}

void driver_measure(struct term *term)
{
    struct look before = term->look;

    look_measure(&term->options, term->driver.output, &term->look);
    if (term->look.width != before.width || term->look.height != before.height)
        term->pending.resize = true;
}

static void on_signal(uv_signal_t *watch, int number)
{
    struct term *term = watch->loop->data;
    struct pending *pending = &term->pending;

    switch (number) {
    case SIGWINCH:
        driver_measure(term);
        break;
    case SIGINT:
        pending->interrupt = true;
        break;
    case SIGTSTP:
        pending->stop = true;
        break;
    case SIGCONT:
        pending->went_on = true;
        break;
    default:
        pending->terminate = true;
    }
    uv_stop(watch->loop);
}

/* --- running --- */

void driver_limit(struct term *term, int timeout_ms)
{
    if (timeout_ms <= 0)
        return;
    uv_update_time(&term->driver.loop);
    uv_timer_start(&term->driver.limit, on_limit, (uint64_t)timeout_ms, 0);
}

void driver_unlimit(struct term *term)
{
    uv_timer_stop(&term->driver.limit);
}

void driver_run(struct term *term, bool lines, bool wait)
{
    struct driver *driver = &term->driver;

    if (lines && driver->input_ready) {
        input_take(term);
        return;
    }
    if (lines)
        uv_poll_start(&driver->input_watch, UV_READABLE, on_input);
    uv_run(&driver->loop, wait ? UV_RUN_ONCE : UV_RUN_NOWAIT);
    if (lines)
        uv_poll_stop(&driver->input_watch);
    if (!wait)
        term->pending.timeout = true;
}

static void watch_keys(struct term *term)
{
    if (term->interactive && !term->driver.input_ready && !term->input_ended)
        uv_poll_start(&term->driver.input_watch, UV_READABLE, on_input);
}

void driver_run_signals(struct term *term)
{
    if (!term->driver.input_ready)
        uv_poll_stop(&term->driver.input_watch);
    uv_run(&term->driver.loop, UV_RUN_NOWAIT);
    watch_keys(term);
}

void driver_send(struct term *term)
{
    output_continue(term);
    if (term_busy(term))
        uv_poll_start(&term->driver.output_watch, UV_WRITABLE, on_writable);
}

void driver_wake(struct term *term)
{
    uv_async_send(&term->driver.wake);
}

/* --- opening and closing --- */

static bool is_ignored(int number)
{
    struct sigaction now;

    return sigaction(number, NULL, &now) == 0 && now.sa_handler == SIG_IGN;
}

/* Signals that somebody before us wanted ignored (nohup) stay so; without raw modes there is
 * nothing to restore when the process is stopped. */
static bool is_ours(const struct term *term, int number)
{
    if (number == SIGWINCH)
        return term->look.terminal;
    if (number == SIGCONT)
        return term->interactive && !is_ignored(SIGTSTP);
    return !is_ignored(number) && (number != SIGTSTP || term->interactive);
}

static int watch_signals(struct term *term)
{
    struct driver *driver = &term->driver;
    int result = 0;

    for (size_t i = 0; i < array_length(watched) && result == 0; i++) {
        result = uv_signal_init(&driver->loop, &driver->signals[i]);
        if (result == 0 && is_ours(term, watched[i]))
            result = uv_signal_start(&driver->signals[i], on_signal, watched[i]);
    }
    driver->restore_sigpipe = !is_ignored(SIGPIPE);
    if (driver->restore_sigpipe)
        signal(SIGPIPE, SIG_IGN);
    return result;
}

static int watch_input(struct term *term)
{
    struct driver *driver = &term->driver;
    struct epoll_event event = {.events = EPOLLIN};

    driver->input_epoll = epoll_create1(EPOLL_CLOEXEC);
    if (driver->input_epoll < 0)
        return -errno;
    driver->input_ready = epoll_ctl(driver->input_epoll, EPOLL_CTL_ADD, driver->input, &event) < 0;
    int result = uv_poll_init(&driver->loop, &driver->input_watch, driver->input_epoll);
    if (result == 0)
        watch_keys(term);
    return result;
}

static int watch_output(struct term *term)
{
    struct driver *driver = &term->driver;

    if (!driver->own_output)
        return 0;
    return uv_poll_init(&driver->loop, &driver->output_watch, driver->output);
}

static void close_handle(uv_handle_t *handle, void *to)
{
    (void)to;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

static void close_loop(struct term *term)
{
    uv_loop_t *loop = &term->driver.loop;

    uv_walk(loop, close_handle, NULL);
    uv_run(loop, UV_RUN_DEFAULT);
    uv_loop_close(loop);
    if (term->driver.input_epoll >= 0)
        close(term->driver.input_epoll);
    if (term->driver.restore_sigpipe)
        signal(SIGPIPE, SIG_DFL);
}

static int open_loop(struct term *term)
{
    struct driver *driver = &term->driver;
    int result = uv_loop_init(&driver->loop);

    if (result < 0)
        return result;
    driver->input_epoll = -1;
    driver->loop.data = term;
    if ((result = uv_timer_init(&driver->loop, &driver->limit)) < 0 ||
        (result = uv_timer_init(&driver->loop, &driver->escape)) < 0 ||
        (result = uv_async_init(&driver->loop, &driver->wake, on_wake)) < 0 ||
        (result = watch_signals(term)) < 0 || (result = watch_input(term)) < 0 ||
        (result = watch_output(term)) < 0)
        close_loop(term);
    else
        uv_run(&driver->loop, UV_RUN_NOWAIT); /* registers them all: see driver_run_signals() */
    return result;
}

int driver_open(struct term *term, struct error *error)
{
    driver_open_descriptors(term);
    int result = open_loop(term);
    if (result < 0)
        goto close_descriptors;
    if (term->interactive && (result = guard_enter(term->driver.input, term->driver.output)) < 0)
        goto close_loop;
    return 0;

close_loop:
    close_loop(term);
close_descriptors:
    driver_close_descriptors(term);
    return error_set(error, result, "cannot open the terminal: %s", uv_strerror(result));
}

void driver_close(struct term *term)
{
    if (term->interactive)
        guard_leave();
    close_loop(term);
    driver_close_descriptors(term);
}
