/* poll() and ppoll() of a traced thread, for every name under which a program calls them. */
#ifndef ASYNCTUT_WAIT_H
#define ASYNCTUT_WAIT_H

#include <poll.h>
#include <signal.h>
#include <time.h>

/* As poll() and ppoll(), recorded as called at `where`, by the program's clock when it is under
 * control. errno is as the real call left it. */
int wait_poll(struct pollfd *fds, nfds_t count, int timeout, const void *where);
int wait_ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
               const sigset_t *mask, const void *where);

#endif
