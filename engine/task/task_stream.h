/* Streams of bytes: TCP, pipes (Unix domain sockets, FIFOs), terminals.
 *
 * A stream belongs to the loop on whose thread it was made. One task may read while another writes;
 * a second reader gets UV_EBUSY, writers take turns. Every call that waits parks and is a
 * cancellation point, and puts back nothing: a cancelled read has taken no bytes. After a call has
 * returned, its buffers are the caller's again. Errors are those of libuv; one of the connection
 * comes at every further call. A stream keeps the loop alive while somebody reads from it, writes
 * or has closed it and libuv is not done; a listener while somebody accepts. */
#ifndef ASYNCTUT_TASK_STREAM_H
#define ASYNCTUT_TASK_STREAM_H

#include <sys/types.h>

#include "engine/task/task.h"

#pragma GCC visibility push(default)
#ifdef __cplusplus
extern "C" {
#endif

struct sockaddr;
struct uv_stream_s;
struct task_stream;
struct task_listener;

/* Connects to an address (uv_ip4_addr() makes one). On success the stream is the caller's, who
 * closes it. Cancelled or failed, there is none. */
int task_tcp_connect(const struct sockaddr *address, struct task_stream **ret_stream);

/* Connects to a Unix domain socket. */
int task_pipe_connect(const char *path, struct task_stream **ret_stream);

/* A stream over an open descriptor, which the stream owns from then on: a pipe or socket, or a
 * terminal for reading or for writing. Does not park. */
int task_pipe_open(int fd, struct task_stream **ret_stream);
int task_tty_open(int fd, struct task_stream **ret_stream);

/* Listens; `backlog` connections may wait in the kernel. Port 0 of a TCP address: any free one, see
 * task_listener_port(). A path must not exist. Do not park. */
int task_tcp_listen(const struct sockaddr *address, int backlog,
                    struct task_listener **ret_listener);
int task_pipe_listen(const char *path, int backlog, struct task_listener **ret_listener);
int task_listener_port(const struct task_listener *listener); /* of TCP; or a negative UV_E* */

/* Waits for the next connection; several tasks may, and are served in order. */
int task_accept(struct task_listener *listener, struct task_stream **ret_stream);

/* Who waits in task_accept() gets UV_EBADF. The pointer is dead afterwards. NULL is fine. */
void task_listener_close(struct task_listener *listener);

/* Reads what is there, at least one byte and at most `size`; the number of bytes. UV_EOF: the other
 * side has said that it is done. */
ssize_t task_read(struct task_stream *stream, void *buffer, size_t size);

/* Reads exactly `size` bytes; 0. UV_EOF: there were fewer, and they are gone. If it is cancelled,
 * what has come so far is gone, too. */
int task_read_exactly(struct task_stream *stream, void *buffer, size_t size);

/* Reads up to and with the first `delimiter`; the number of bytes. UV_ENOBUFS: it is not among the
 * first `size` bytes (at most 64 KiB), which stay unread. At the end of the stream: what is left,
 * without delimiter; then UV_EOF. */
ssize_t task_read_until(struct task_stream *stream, char delimiter, void *buffer, size_t size);

/* Writes all of it; 0. What the kernel does not take at once is copied and written later; while
 * more than the high watermark waits, the call waits until it is down to the low one. So 0 means
 * that the bytes are on their way, and an error of theirs comes with a later call. Cancelled: the
 * first part of the data may have been written. */
int task_write(struct task_stream *stream, const void *data, size_t size);

/* Bytes; 65536 and 16384 at first (as in asyncio). low <= high. Does not park. */
void task_stream_set_watermarks(struct task_stream *stream, size_t low, size_t high);

/* Waits until everything has been handed to the kernel. */
int task_flush(struct task_stream *stream);

/* Waits as task_flush() does, then tells the other side that this one is done writing. */
int task_shutdown(struct task_stream *stream);

/* Ends the stream at once; what was not written is dropped. Who waits in it gets UV_EBADF. The
 * pointer is dead afterwards. NULL is fine. Does not park. */
void task_stream_close(struct task_stream *stream);

/* libuv's handle, for options and addresses: it is for looking and setting, not for reading,
 * writing or closing. Valid until the stream is closed. */
struct uv_stream_s *task_stream_handle(struct task_stream *stream);

#ifdef __cplusplus
}
#endif
#pragma GCC visibility pop

#endif
