/* Signals that are sent to the tracer alone are meant for the program: without the tracer the
 * process that was sent them would have been the program. Signals to its whole process group, by
 * Ctrl-C for one, the program gets by itself, as it is in our group, and gets no second time from
 * us. So much for SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2 and SIGTERM, but for those that are
 * ignored when the tracer starts: so are they in the program then.
 *
 * As in the kernel, several of one number that come at once may become one. Main thread; one
 * program at a time; the other threads block all signals. */
#ifndef ASYNCTUT_TRACE_SIGNALS_H
#define ASYNCTUT_TRACE_SIGNALS_H

#include <stdbool.h>
#include <sys/types.h>

/* Before the program is made. 0, or a negative errno. */
int trace_signals_begin(void);

/* The program is made and does not run yet: from now on these signals do not end us, and it is sent
 * what comes to us alone. Until now they have ended us, and the program has not begun. For
 * tracee_options.made. */
void trace_signals_to(pid_t program);

/* As before trace_signals_begin(). */
void trace_signals_leave(void);

/* Whether since trace_signals_to() any came, to us or to the group, by which people end programs:
 * all but SIGUSR1 and SIGUSR2. */
bool trace_signals_asked_to_end(void);

#endif
