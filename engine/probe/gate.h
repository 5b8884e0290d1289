/* Where threads of the program stand still, and how long they wait.
 *
 * Halting: at an event, in event_gate; or, while computing, in the handler of GATE_SIGNAL, but only
 * when it interrupts code of the program's own executable that is not in the middle of writing an
 * event, so that no lock of any library is held. See engine/probe/program.h for what a stop means.
 */
#ifndef ASYNCTUT_GATE_H
#define ASYNCTUT_GATE_H

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "engine/event/control.h"

#define GATE_SIGNAL (SIGRTMIN + 3)

/* True while somebody may stop the program or skip its waits; then clocks and waits go through the
 * functions below, else straight to the real ones. Set before the program starts. */
extern bool gate_controlled;

int gate_open(void); /* installs the gate and the handler. 0 or a negative errno */

/* Sends GATE_SIGNAL to every thread that runs (to halt it), or to every thread that waits (to make
 * it look at the clock again). */
void gate_halt_running(void);
void gate_wake_waiting(void);
void gate_release(struct control *control); /* wakes those that are held: after control_go() */
bool gate_all_held(void);                   /* there are threads, and each is held or waits */

/* Waits until a descriptor is ready (> 0), the deadline in program time has passed (0), or a signal
 * handler of the program has run (-1, errno EINTR). count may be 0. Calling thread: traced. */
int gate_wait(struct pollfd *fds, nfds_t count, int64_t deadline, const sigset_t *mask);

/* Around a call that is left to the kernel. The second is for calls that end by themselves, or by
 * something outside the program: no wait is skipped meanwhile. */
void gate_block(void);
void gate_block_aside(void);
void gate_unblock(void);

/* Holds the calling thread while the program is stopped. */
void gate_pass(void);

/* Skips to the next deadline if no thread runs and nothing else can happen; see instant.c. Any
 * thread, also one that is not of the program. True if it skipped. */
bool instant_skip(struct control *control);

/* What is under way: work that a pool thread does, which is counted through its whole life, and
 * things outside the program's threads that may end a wait (a child, a look-up, a file operation).
 */
enum pool_step { POOL_SUBMITTED, POOL_CANCELLED, POOL_BEGUN, POOL_ENDED, POOL_DELIVERED };
void instant_pool(enum pool_step step);
void instant_outside(int change);
void instant_reset(void);

#endif
