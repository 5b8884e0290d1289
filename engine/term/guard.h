/* Keeps a promise: whatever ends or stops the process, the terminal is as it was found.
 *
 * Private to engine/term. One terminal at a time; its own thread, except that the restoring itself
 * happens on whichever thread dies. */
#ifndef ASYNCTUT_GUARD_H
#define ASYNCTUT_GUARD_H

#include <stdbool.h>

/* Remembers the terminal's modes and makes it raw (output post-processing stays), installs handlers
 * for fatal signals and an atexit handler. 0 or a negative UV_E*. */
int guard_enter(int input, int output);

/* Gives the modes back and writes what guard_undo() asked for, for a while (Ctrl-Z) or for good. A
 * process in the background touches nothing, nor does a forked child. */
void guard_pause(void);
int guard_resume(void); /* remembers the modes it finds, as guard_enter() does */
void guard_leave(void);

/* Makes the terminal raw again after others changed its modes without asking (SIGSTOP, SIGCONT);
 * what is given back in the end stays what was remembered. */
void guard_again(void);

/* Bytes that undo what is on the screen now: kept, and written by every way out. Replaces those of
 * the last call; NUL-terminated, at most 63 bytes. */
void guard_undo(const char *bytes);

/* The process is dying on some thread and the terminal was given back: do not write any more. */
bool guard_gone(void);

#endif
