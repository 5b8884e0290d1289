/* Signals for the program that come to us; see trace_signals.h. The handler does it all, so that
 * nothing waits for what the tracer is doing: it calls nothing but the kernel. */
#include "cli/commands/trace_signals.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "engine/base/array.h"
#include "engine/probe/witness.h"

static const int numbers[] = {SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGTERM};
static sigset_t taken, blocked; /* of these numbers; what was blocked before */
static uint64_t taken_bits;
static volatile uint64_t all; /* that came */
static struct sigaction before[array_length(numbers)];
static struct witness witness;
static pid_t program; /* 0: not yet */

static uint64_t bit(int number)
{
    return UINT64_C(1) << number;
}

static void forward(uint64_t signals)
{
    for (size_t i = 0; i < array_length(numbers); i++)
        if (signals & bit(numbers[i]))
            kill(program, numbers[i]);
}

/* A program that would lead our group, were it not for us, cannot leave it then, as timeout does.
 */
static bool hears_group(void)
{
    return getpgrp() != getpid() || getpgid(program) == getpgrp();
}

/* Passes on what has come to us, with these signals blocked, and not to the group. Whatever came to
 * the group between our taking and the witness's waits for us still, or came twice and is one for
 * the witness: so those numbers are taken once more and not passed on, until none is left. */
static void pass_on(uint64_t came)
{
    uint64_t to_group, before_that = 0;

    do {
        came |= witness_take(&taken);
        all |= came;
        to_group = witness_ask(&witness) & taken_bits;
        forward(hears_group() ? came & ~to_group & ~before_that : came);
        before_that = to_group;
        came = 0;
    } while (to_group);
}

static void handle(int number)
{
    int error = errno;

    pass_on(bit(number));
    errno = error;
}

int trace_signals_begin(void)
{
    program = 0;
    return witness_start(&witness);
}

static void choose(void)
{
    taken_bits = 0;
    sigemptyset(&taken);
    for (size_t i = 0; i < array_length(numbers); i++) {
        sigaction(numbers[i], NULL, &before[i]);
        if (before[i].sa_handler == SIG_IGN)
            continue;
        sigaddset(&taken, numbers[i]);
        taken_bits |= bit(numbers[i]);
    }
}

void trace_signals_to(pid_t process)
{
    struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART};

    choose();
    all = 0;
    program = process;
    action.sa_mask = taken;
    for (size_t i = 0; i < array_length(numbers); i++)
        if (taken_bits & bit(numbers[i]))
            sigaction(numbers[i], &action, NULL);
    sigprocmask(SIG_UNBLOCK, &taken, &blocked);
}

void trace_signals_leave(void)
{
    for (size_t i = 0; program && i < array_length(numbers); i++)
        sigaction(numbers[i], &before[i], NULL);
    if (program)
        sigprocmask(SIG_SETMASK, &blocked, NULL);
    witness_end(&witness);
}

bool trace_signals_asked_to_end(void)
{
    return all & ~bit(SIGUSR1) & ~bit(SIGUSR2);
}
