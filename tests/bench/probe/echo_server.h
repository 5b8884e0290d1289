/* An echo server in plain libuv, with nothing in it for the probe: the same for all who measure. */
#ifndef ASYNCTUT_BENCH_ECHO_SERVER_H
#define ASYNCTUT_BENCH_ECHO_SERVER_H

#include <stdint.h>

/* Serves on a port of its own choice, on this processor, until the last connection is closed.
 * `listening` is told the port. Returns the processor time of this thread since then, in ns. */
int64_t echo_serve(int cpu, void (*listening)(int port));

/* Keeps the calling thread, and those it makes, on this processor. */
void echo_pin(int cpu);

#endif
