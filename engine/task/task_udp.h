/* Datagrams. What nobody receives waits in the kernel's buffer, which drops what does not fit. */
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

/* A socket bound to an address (port 0: any; see task_udp_port()). Does not park. */
int task_udp_open(const struct sockaddr *address, struct task_udp **ret_udp);
int task_udp_port(const struct task_udp *udp);          /* or a negative UV_E* */
struct uv_udp_s *task_udp_handle(struct task_udp *udp); /* for options and groups */

/* Sends one datagram; parks only while the kernel's buffer is full. A cancellation point; cancelled
 * while it waits, it may or may not be sent. */
int task_udp_send(struct task_udp *udp, const void *data, size_t size,
                  const struct sockaddr *address);

/* Waits for one datagram; its size. Longer than `size`: UV_ENOBUFS, and it is gone. The sender's
 * address goes to ret_from, if that is not NULL. Several tasks may wait, and are served in order.
 */
ssize_t task_udp_receive(struct task_udp *udp, void *buffer, size_t size,
                         struct sockaddr_storage *ret_from);

/* Who waits gets UV_EBADF. The pointer is dead afterwards. NULL is fine. */
void task_udp_close(struct task_udp *udp);

#ifdef __cplusplus
}
#endif
#pragma GCC visibility pop

#endif
