/* The end of the program, by exit() or at once: its first thread is gone, and how long it computed
 * is noted in the record. A program that a signal ends leaves neither.
 *
 * _exit() and _Exit() are replaced. They may be called from a signal handler, and from the child of
 * vfork(), which has its parent's memory: that child writes nothing. */
#ifndef ASYNCTUT_PROBE_EXIT_H
#define ASYNCTUT_PROBE_EXIT_H

/* From now on, once. What the process has used of processors before, for loading and for the
 * beginning of sanitizers, is not the program's. */
void exits_watch(void);

#endif
