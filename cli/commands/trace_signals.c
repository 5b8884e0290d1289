/* Signals for the program that come to us; see trace_signals.h. Of a signal to the whole group the
 * program gets two, as nothing tells that one from a signal to us. A terminal that is gone is told
 * of by the kernel, and to all. */
#include "cli/commands/trace_signals.h"

#include <signal.h>
#include <stdatomic.h>

#include "engine/base/array.h"

static const int passed_on[] = {SIGTERM, SIGHUP, SIGUSR1, SIGUSR2};
static struct sigaction before[array_length(passed_on)], interrupt, quit;
static atomic_int program, kept; /* the process, a signal; 0: none */

static void pass_on(int number, siginfo_t *info, void *context)
{
    int process = program;

    (void)context;
    if (info->si_code > 0) /* from the kernel */
        return;
    if (process)
        kill(process, number);
    else
        kept = number;
}

void trace_signals_take(void)
{
    struct sigaction pass = {.sa_sigaction = pass_on, .sa_flags = SA_SIGINFO | SA_RESTART};

    program = kept = 0;
    for (size_t i = 0; i < array_length(passed_on); i++) {
        sigaction(passed_on[i], NULL, &before[i]);
        if (before[i].sa_handler != SIG_IGN)
            sigaction(passed_on[i], &pass, NULL);
    }
    sigaction(SIGINT, NULL, &interrupt);
    sigaction(SIGQUIT, NULL, &quit);
}

void trace_signals_to(pid_t process)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN}; /* not before: it would be inherited */
    int number;

    sigaction(SIGINT, &ignore, NULL);
    sigaction(SIGQUIT, &ignore, NULL);
    program = process;
    number = atomic_exchange(&kept, 0);
    if (number)
        kill(process, number);
}

void trace_signals_leave(void)
{
    for (size_t i = 0; i < array_length(passed_on); i++)
        sigaction(passed_on[i], &before[i], NULL);
    sigaction(SIGINT, &interrupt, NULL);
    sigaction(SIGQUIT, &quit, NULL);
}
