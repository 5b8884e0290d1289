/* What is sent to the tracer alone is meant for the program: without the tracer the process that
 * was sent it would have been the program. Main thread; one program at a time. */
#ifndef ASYNCTUT_TRACE_SIGNALS_H
#define ASYNCTUT_TRACE_SIGNALS_H

#include <sys/types.h>

/* Before the program is started: SIGTERM, SIGHUP, SIGUSR1 and SIGUSR2 do not end us from now on but
 * are kept for it (not those that we ignore: so does the program then). */
void trace_signals_take(void);

/* The program is there: it is sent what was kept, and all that comes. SIGINT and SIGQUIT are
 * ignored from now on: from a terminal they reach it by themselves, as it is in our process group.
 */
void trace_signals_to(pid_t program);

/* As before trace_signals_take(). */
void trace_signals_leave(void);

#endif
