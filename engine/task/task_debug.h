/* Looking at a program that runs: who is there, who waits where, who takes too long. What is told
 * goes where task_set_report() says. The slow steps are those of asyncio's debug mode
 * (docs.python.org, "Developing with asyncio"), the dump by a signal is Go's (pkg.go.dev/os/signal,
 * "Default behavior of signals in Go programs"). */
#ifndef ASYNCTUT_TASK_DEBUG_H
#define ASYNCTUT_TASK_DEBUG_H

#include "engine/task/task.h"

#pragma GCC visibility push(default)
#ifdef __cplusplus
extern "C" {
#endif

/* Tells of every task of this thread's task_run(), children below their parents: name, what it
 * waits for and where, or that it has ended and waits to be awaited. From a task or a libuv
 * callback. Does not park. */
void task_dump(void);

/* From now until task_run() ends, that signal (SIGQUIT, say) makes the loop call task_dump(), and
 * does nothing else; a second call chooses another signal. The loop must get its turn: a task that
 * never waits cannot be interrupted. Does not keep the loop alive. 0 or a negative UV_E*. From a
 * task or a libuv callback. Does not park. */
int task_dump_on_signal(int signal);

/* Tells of every step, from resume to park, that took longer than so many milliseconds: nobody else
 * could run meanwhile. 0, at first: does not look, which costs nothing. For all threads; set it
 * before task_run(). It costs a look at the clock for each switch. Does not park. */
void task_set_slow_step(uint64_t ms);

/* For tests: with a seed, not the task that was woken first runs next but any of those that are
 * ready, drawn by lot; the same seed draws the same lots. What locks, queues and the like promise
 * of their order holds; a program that relies on more shows it. 0, at first: off, which costs
 * nothing. For all threads; set it before task_run(). Does not park. */
void task_set_perturb(uint64_t seed);

#ifdef __cplusplus
}
#endif
#pragma GCC visibility pop

#endif
