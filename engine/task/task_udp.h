/* Datagrams (udp(7); docs.libuv.org, "UDP handle"). What nobody receives waits in the kernel's
 * buffer, which drops what does not fit. A socket belongs to the loop on whose thread it was
 * opened, and keeps it alive only while somebody waits. */
#ifndef ASYNCTUT_TASK_UDP_H
#define ASYNCTUT_TASK_UDP_H

#include <sys/types.h>

#include "engine/task/task.h"

#pragma GCC visibility push(default)
#ifdef __cplusplus
extern "C" {
#endif

struct sockaddr;
struct sockaddr_storage;
struct uv_udp_s;
struct task_udp;

/* A socket bound to an address (port 0: any; see task_udp_port()). The caller closes it. 0 or a
 * negative UV_E*. Does not park. */
int task_udp_open(const struct sockaddr *address, struct task_udp **ret_udp);

/* The port it is bound to, or a negative UV_E*; and libuv's handle, which is for options and
 * groups, not for receiving or closing, and valid until the socket is closed. Do not park. */
int task_udp_port(const struct task_udp *udp);
struct uv_udp_s *task_udp_handle(struct task_udp *udp);

/* Sends one datagram; 0. UV_EMSGSIZE: it is too long. Parks only while the kernel's buffer is full;
 * the data is the caller's again when it returns. A cancellation point; cancelled while it waits,
 * it may or may not be sent. */
int task_udp_send(struct task_udp *udp, const void *data, size_t size,
                  const struct sockaddr *address);

/* Waits for one datagram; its size in bytes, which may be 0. Longer than `size`: UV_ENOBUFS, and it
 * is gone. The sender's address goes to ret_from, if that is not NULL. Several tasks may wait, and
 * are served in order. Parks. A cancellation point, which then has taken none. */
ssize_t task_udp_receive(struct task_udp *udp, void *buffer, size_t size,
                         struct sockaddr_storage *ret_from);

/* Who waits gets UV_EBADF. The pointer is dead afterwards. NULL is fine. Does not park. */
void task_udp_close(struct task_udp *udp);

#ifdef __cplusplus
}
#endif
#pragma GCC visibility pop

#endif
