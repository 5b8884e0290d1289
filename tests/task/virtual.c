/* The executable's own clock_gettime and epoll_wait come before libc's, so libuv uses these. The
 * real clock is a system call, so that nothing has to be looked up, whatever sanitizer runs. The
 * real epoll_pwait is the next one in the order of symbols, because ThreadSanitizer delivers
 * signals only in blocking calls that it knows of. */
#include "tests/task/virtual.h"

#include <dlfcn.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static _Thread_local bool on;
static _Thread_local int64_t now_ns;

enum { START_S = 1000 };

void virtual_begin(void)
{
    on = true;
    now_ns = (int64_t)START_S * 1000000000;
}

void virtual_end(void)
{
    on = false;
}

uint64_t virtual_now(void)
{
    return (uint64_t)now_ns / 1000000 - START_S * 1000;
}

void virtual_work(uint64_t ms)
{
    now_ns += (int64_t)ms * 1000000;
}

int clock_gettime(clockid_t clock, struct timespec *ret_time)
{
    if (!on || (clock != CLOCK_MONOTONIC && clock != CLOCK_MONOTONIC_COARSE))
        return (int)syscall(SYS_clock_gettime, clock, ret_time);
    ret_time->tv_sec = now_ns / 1000000000;
    ret_time->tv_nsec = now_ns % 1000000000;
    return 0;
}

static int (*real_epoll_pwait)(int, struct epoll_event *, int, int, const sigset_t *);

__attribute__((constructor)) static void find_real(void)
{
    *(void **)&real_epoll_pwait = dlsym(RTLD_NEXT, "epoll_pwait");
}

/* ThreadSanitizer 12 keeps a signal that comes between two calls to libc until the next one on the
 * same fiber, or thread, and now and then there is none: what libuv heard then is not enough to
 * know that a child has ended. So a wait without end is now and then disturbed by one more SIGCHLD,
 * which is delivered at once to whoever raises it, and for which libuv looks after all of its
 * children. */
static int wait_on(int fd, struct epoll_event *events, int max, const sigset_t *mask)
{
#ifdef __SANITIZE_THREAD__
    enum { PATIENCE_MS = 200 };
    int ready;

    while ((ready = real_epoll_pwait(fd, events, max, PATIENCE_MS, mask)) == 0)
        raise(SIGCHLD);
    return ready;
#else
    return real_epoll_pwait(fd, events, max, -1, mask);
#endif
}

int epoll_pwait(int fd, struct epoll_event *events, int max, int timeout, const sigset_t *mask)
{
    int ready;

    if (on && timeout < 0)
        return wait_on(fd, events, max, mask);
    ready = real_epoll_pwait(fd, events, max, on && timeout > 0 ? 0 : timeout, mask);
    if (on && timeout > 0 && ready == 0)
        now_ns += (int64_t)timeout * 1000000;
    return ready;
}

int epoll_wait(int fd, struct epoll_event *events, int max, int timeout)
{
    return epoll_pwait(fd, events, max, timeout, NULL);
}
