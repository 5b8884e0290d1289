/* What must be undone lies in static memory, because a signal handler has nothing else to go by and
 * may run on any thread. The handler uses write(2), tcsetattr(3) and sigaction(2) alone, which are
 * async-signal-safe, then gives the signal back to whoever had it before, with its default action
 * in most cases, so that the process ends (and dumps core) exactly as it would have. */
#include "engine/term/guard.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "engine/base/array.h"

/* Raised by what the process itself does wrong: handlers of others (sanitizers) are chained to. */
static const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS};

/* Also end a process by default; left alone where somebody handles or ignores them. */
static const int endings[] = {SIGQUIT,   SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF,
                              SIGSTKFLT, SIGPOLL, SIGPWR,  SIGXCPU, SIGXFSZ};

enum { SIGNALS = 65, UNDO_SIZE = 64 };

static struct {
    volatile sig_atomic_t raw, gone;
    int input, output;
    pid_t pid;
    struct termios saved;
    char undo[2][UNDO_SIZE]; /* one is read while the other is written */
    volatile sig_atomic_t undo_used;
    struct sigaction before[SIGNALS];
    bool caught[SIGNALS];
} guard;

static void set_modes(const struct termios *modes)
{
    while (tcsetattr(guard.input, TCSANOW, modes) < 0 && errno == EINTR)
        continue;
}

/* A shell's prompt is on the screen, not we. Without job control nobody is in the background. */
static bool in_background(void)
{
    pid_t foreground = tcgetpgrp(guard.input);

    return foreground >= 0 && foreground != getpgrp();
}

/* Waits a second in all for a terminal that takes nothing. */
static void write_undo(const char *bytes)
{
    size_t length = strlen(bytes);

    for (int tries = 0; length > 0 && tries < 10; tries++) {
        struct pollfd ready = {.fd = guard.output, .events = POLLOUT};
        if (poll(&ready, 1, 100) <= 0)
            continue;
        ssize_t n = write(guard.output, bytes, length);
        if (n > 0) {
            bytes += n;
            length -= (size_t)n;
        }
    }
}

/* Async-signal-safe. */
static void give_back(void)
{
    if (!guard.raw || in_background())
        return;
    guard.raw = 0;
    write_undo(guard.undo[guard.undo_used]);
    set_modes(&guard.saved);
}

/* The same for a process that ends. A child that was forked from it has nothing to give. */
static void give_back_for_good(void)
{
    if (getpid() != guard.pid)
        return;
    guard.gone = 1;
    give_back();
}

static bool is_fault(int number)
{
    for (size_t i = 0; i < array_length(faults); i++)
        if (faults[i] == number)
            return true;
    return false;
}

/* A fault by the processor happens again on return, with all its details; anything else is sent
 * again, and stays blocked until this handler returns. */
static void on_fatal(int number, siginfo_t *info, void *context)
{
    int saved_errno = errno;

    (void)context;
    give_back_for_good();
    sigaction(number, &guard.before[number], NULL);
    if (info->si_code <= 0 || !is_fault(number))
        raise(number);
    errno = saved_errno;
}

static void catch_signal(int number, bool chain)
{
    struct sigaction action = {.sa_sigaction = on_fatal, .sa_flags = SA_SIGINFO | SA_ONSTACK};

    sigfillset(&action.sa_mask);
    if (sigaction(number, NULL, &guard.before[number]) < 0)
        return;
    if (guard.before[number].sa_handler != SIG_DFL && !chain)
        return;
    guard.caught[number] = sigaction(number, &action, NULL) == 0;
}

static void release_signal(int number)
{
    struct sigaction now;

    if (guard.caught[number] && sigaction(number, NULL, &now) == 0 && now.sa_sigaction == on_fatal)
        sigaction(number, &guard.before[number], NULL);
    guard.caught[number] = false;
}

/* Characters at once, no echo, no signals from keys, nothing translated on its way in; a read
 * returns what is there, even nothing, so it cannot block whoever else reads this terminal. */
static void make_raw(void)
{
    struct termios raw = guard.saved;

    raw.c_iflag &= ~(tcflag_t)(BRKINT | ICRNL | INLCR | IGNCR | INPCK | ISTRIP | IXON);
    raw.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | IEXTEN | ISIG);
    raw.c_cc[VMIN] = 0;
    raw.c_cc[VTIME] = 0;
    guard.raw = 1;
    set_modes(&raw);
}

/* Modes are looked at in the foreground only: in the background they are the shell's own. An
 * orphaned process is not stopped by SIGTTIN, hence the bound. */
static int remember_modes(void)
{
    for (int tries = 0; tries < 8 && in_background(); tries++)
        raise(SIGTTIN);
    return tcgetattr(guard.input, &guard.saved) < 0 ? -errno : 0;
}

int guard_enter(int input, int output)
{
    static bool at_exit;

    guard.input = input;
    guard.output = output;
    guard.pid = getpid();
    guard_undo("");
    int result = remember_modes();
    if (result < 0)
        return result;
    make_raw();
    for (size_t i = 0; i < array_length(faults); i++)
        catch_signal(faults[i], true);
    for (size_t i = 0; i < array_length(endings); i++)
        catch_signal(endings[i], false);
    if (!at_exit)
        at_exit = atexit(give_back_for_good) == 0;
    return 0;
}

void guard_pause(void)
{
    give_back();
}

int guard_resume(void)
{
    int result = remember_modes();

    if (result == 0)
        make_raw();
    return result;
}

void guard_again(void)
{
    make_raw();
}

void guard_leave(void)
{
    give_back();
    guard.raw = 0;
    for (int number = 1; number < SIGNALS; number++)
        release_signal(number);
}

void guard_undo(const char *bytes)
{
    int other = !guard.undo_used;

    assert(strlen(bytes) < UNDO_SIZE);
    strcpy(guard.undo[other], bytes);
    guard.undo_used = other;
}

bool guard_gone(void)
{
    return guard.gone;
}
