/* Streams of bytes: TCP, pipes (Unix domain sockets, FIFOs), terminals.
 *
 * A stream belongs to the loop on whose thread it was made. One task may read while another writes;
 * a second reader gets UV_EBUSY, writers take turns. A call that waits is a cancellation point; a
 * cancelled read has taken no bytes. After a call has returned, its buffers are the caller's again.
 * Sizes are bytes. Errors are those of libuv (docs.libuv.org, "Stream handle"); one of the
 * connection comes at every further call, UV_ENOMEM only at this one, and UV_EBADF to who waits
 * when the stream is closed. A stream keeps the loop alive while somebody reads from it, writes or
 * has closed it and libuv is not done; a listener while somebody accepts. SIGPIPE is ignored from
 * the first stream on, unless the program has its own idea of it: a write returns UV_EPIPE. */
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

/* Connects to an address (uv_ip4_addr() and uv_ip6_addr() make one). On 0 the stream is the
 * caller's, who closes it; cancelled or failed, there is none. Parks. A cancellation point. */
int task_tcp_connect(const struct sockaddr *address, struct task_stream **ret_stream);

/* Connects to a Unix domain socket; the same in all else. UV_ENAMETOOLONG: longer than 107 bytes
 * (unix(7)). Parks. A cancellation point. */
int task_pipe_connect(const char *path, struct task_stream **ret_stream);

/* A stream over an open descriptor: a pipe or socket, which becomes non-blocking, or a terminal. On
 * 0 the stream owns the descriptor, and the caller the stream; else the descriptor stays the
 * caller's. UV_EINVAL: it is a file (for which there is task_fs.h), or no terminal. A terminal is
 * opened anew by libuv, so the descriptor may be closed at once, but for 0, 1 and 2, which stay
 * open; raw mode and size are had from task_stream_handle() (docs.libuv.org, "TTY handle"). Do not
 * park. */
int task_pipe_open(int fd, struct task_stream **ret_stream);
int task_tty_open(int fd, struct task_stream **ret_stream);

/* Listens; `backlog` connections may wait in the kernel. Port 0 of a TCP address: any free one, see
 * task_listener_port(). A path must not exist, is removed by closing, and UV_ENAMETOOLONG if longer
 * than 107 bytes. On 0 the listener is the caller's, who closes it. Do not park. */
int task_tcp_listen(const struct sockaddr *address, int backlog,
                    struct task_listener **ret_listener);
int task_pipe_listen(const char *path, int backlog, struct task_listener **ret_listener);

/* The port it listens on; UV_EINVAL for a path. Does not park. */
int task_listener_port(const struct task_listener *listener);

/* Waits for the next connection; several tasks may, and are served in order. On 0 the stream is the
 * caller's, who closes it. UV_EBADF: the listener was closed meanwhile. Parks unless one is there.
 * A cancellation point, which then has taken none. */
int task_accept(struct task_listener *listener, struct task_stream **ret_stream);

/* Who waits in task_accept() gets UV_EBADF. The pointer is dead afterwards. NULL is fine. Does not
 * park. */
void task_listener_close(struct task_listener *listener);

/* Reads what is there, at least one byte and at most `size`; the number of bytes. UV_EOF: the other
 * side has said that it is done. Parks unless something is there. A cancellation point. */
ssize_t task_read(struct task_stream *stream, void *buffer, size_t size);

/* Reads exactly `size` bytes; 0. UV_EOF: there were fewer, and they are gone. If it is cancelled,
 * what has come so far is gone, too. Parks. A cancellation point. */
int task_read_exactly(struct task_stream *stream, void *buffer, size_t size);

/* Reads up to and with the first `delimiter`; the number of bytes. UV_ENOBUFS: it is not among the
 * first `size` bytes (at most 64 KiB), which stay unread. At the end of the stream: what is left,
 * without delimiter; then UV_EOF. Cancelled, it has taken nothing. Parks. A cancellation point. */
ssize_t task_read_until(struct task_stream *stream, char delimiter, void *buffer, size_t size);

/* Writes all of it; 0. What the kernel does not take at once is copied and written later; while
 * more than the high watermark waits, the call waits until it is down to the low one. So 0 means
 * that the bytes are on their way, and an error of theirs comes with a later call. UV_EPIPE: nobody
 * reads any more, or we have shut down. Parks above the watermark and behind other writers. A
 * cancellation point: the first part of the data may then have been written. */
int task_write(struct task_stream *stream, const void *data, size_t size);

/* Bytes; 65536 and 16384 at first (as in asyncio). low <= high. Does not park. */
void task_stream_set_watermarks(struct task_stream *stream, size_t low, size_t high);

/* Waits until everything has been handed to the kernel; 0. Parks. A cancellation point. */
int task_flush(struct task_stream *stream);

/* Waits as task_flush() does, then tells the other side that this one is done writing; 0.
 * UV_ENOTCONN: it has done so already, or a call that was cancelled did. Parks. A cancellation
 * point. */
int task_shutdown(struct task_stream *stream);

/* Ends the stream at once; what was not written is dropped. Who waits in it gets UV_EBADF. The
 * pointer is dead afterwards. NULL is fine. Does not park. */
void task_stream_close(struct task_stream *stream);

/* libuv's handle, for options and addresses: it is for looking and setting, not for reading,
 * writing or closing. Valid until the stream is closed. Does not park. */
struct uv_stream_s *task_stream_handle(struct task_stream *stream);

#ifdef __cplusplus
}
#endif
#pragma GCC visibility pop

#endif
