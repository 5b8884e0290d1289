/* What the program writes to descriptors 1 and 2, as TEXT events in the order of the other events.
 *
 * printf() goes through a stream of ours and write() through the probe, both on the writing thread;
 * what reaches the descriptors by other ways (children, libuv's streams) is read from pipes. */
#ifndef ASYNCTUT_OUTPUT_H
#define ASYNCTUT_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

struct writer;

/* Redirects descriptors 1 and 2 and the streams stdout and stderr. 0 or a negative errno. */
int output_redirect(void);

/* Records what the streams still buffer, on the calling thread. */
void output_flush(void);

/* Takes in what lies in the pipes, as events of `writer`. One thread at a time. */
void output_collect(struct writer *writer);

/* Puts back what was; unread bytes are taken in first. */
void output_end(struct writer *writer);

/* True if fd is 1 or 2 and output is redirected: the bytes were recorded on the calling thread. */
bool output_take(int fd, const void *bytes, size_t length);

#endif
