/* Runs a task on a loop of its own, as every demo with tasks does. */
#ifndef ASYNCTUT_ONLOOP_H
#define ASYNCTUT_ONLOOP_H

/* Makes a loop, runs `first` as its first task until every task has
 * ended, closes the loop. Returns what `first` returned, or a negative
 * UV_E*. */
int on_a_loop(int (*first)(void *arg), void *arg);

#endif
