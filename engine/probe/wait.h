/* Waits with a time limit: what their files share. */
#ifndef ASYNCTUT_WAIT_H
#define ASYNCTUT_WAIT_H

#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <time.h>

/* In ns, to which a clock can be added: 73 years at most, and those are for ever ("sleep
 * infinity").
 */
#define WAIT_LONGEST (INT64_MAX / 4)

static inline int64_t wait_ns(int64_t seconds, int64_t ns)
{
    return seconds >= WAIT_LONGEST / 1000000000 ? WAIT_LONGEST : seconds * 1000000000 + ns;
}

/* poll() and ppoll() of a traced thread, for every name under which a program calls them. As poll()
 * and ppoll(), recorded as called at `where`, by the program's clock when it is under control.
 * errno is as the real call left it. */
int wait_poll(struct pollfd *fds, nfds_t count, int timeout, const void *where);
int wait_ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
               const sigset_t *mask, const void *where);

#endif
