/* What _FORTIFY_SOURCE makes of read(), recv(), poll() and their like: the same call, with the room
 * that the buffer has as one more argument. Whole distributions are compiled so, and Ubuntu's
 * compiler does it unasked; without these lines such programs would seem never to block. The check
 * is left to the real function. */
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/probe/block.h"
#include "engine/probe/wait.h"

ssize_t __read_chk(int fd, void *buffer, size_t size, size_t room);
ssize_t __recv_chk(int fd, void *buffer, size_t size, size_t room, int flags);
ssize_t __recvfrom_chk(int fd, void *restrict buffer, size_t size, size_t room, int flags,
                       struct sockaddr *restrict address, socklen_t *restrict length);
int __poll_chk(struct pollfd *fds, nfds_t count, int timeout, size_t room);
int __ppoll_chk(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
                const sigset_t *mask, size_t room);

BLOCKS_WITH_ERRNO(ssize_t, __read_chk, BLOCK_READ, fd,
                  (int fd, void *buffer, size_t size, size_t room), (fd, buffer, size, room))
BLOCKS_WITH_ERRNO(ssize_t, __recv_chk, BLOCK_RECV, fd,
                  (int fd, void *buffer, size_t size, size_t room, int flags),
                  (fd, buffer, size, room, flags))
BLOCKS_WITH_ERRNO(ssize_t, __recvfrom_chk, BLOCK_RECV, fd,
                  (int fd, void *restrict buffer, size_t size, size_t room, int flags,
                   struct sockaddr *restrict address, socklen_t *restrict length),
                  (fd, buffer, size, room, flags, address, length))

REAL(__poll_chk);
int __poll_chk(struct pollfd *fds, nfds_t count, int timeout, size_t room)
{
    const void *where = WHERE;

    REAL_NOW(__poll_chk);
    if (!TRACED(where) || room / sizeof *fds < count)
        return real___poll_chk(fds, count, timeout, room);
    return wait_poll(fds, count, timeout, where);
}

REAL(__ppoll_chk);
int __ppoll_chk(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
                const sigset_t *mask, size_t room)
{
    const void *where = WHERE;

    REAL_NOW(__ppoll_chk);
    if (!TRACED(where) || room / sizeof *fds < count)
        return real___ppoll_chk(fds, count, timeout, mask, room);
    return wait_ppoll(fds, count, timeout, mask, where);
}
