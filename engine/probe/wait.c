/* Waits with a time limit: the poll of a loop, poll and select, the sleeps; those for a condition
 * or a lock are in timed.c. Under control each becomes a wait by the program's clock (gate_wait);
 * otherwise the real call is made once with the program's own arguments. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <unistd.h>
#include <uv.h>

#include "engine/probe/gate.h"
#include "engine/probe/known.h"
#include "engine/probe/libuv.h"
#include "engine/probe/perturb.h"
#include "engine/probe/real.h"
#include "engine/probe/thread.h"
#include "engine/probe/wait.h"

REAL(epoll_wait);
REAL(epoll_pwait);
REAL(poll);
REAL(ppoll);
REAL(select);
REAL(pselect);
REAL(nanosleep);
REAL(clock_nanosleep);
REAL(usleep);
REAL(sleep);
REAL(uv_sleep);

static int64_t deadline_in(int64_t ns)
{
    return ns < WAIT_LONGEST ? control_now(&event_writer->record->control) + ns : INT64_MAX;
}

static int64_t deadline_in_ms(int ms)
{
    return ms < 0 ? INT64_MAX : deadline_in(ms * INT64_C(1000000));
}

static int64_t deadline_at_most(const struct timespec *timeout)
{
    return timeout ? deadline_in(wait_ns(timeout->tv_sec, timeout->tv_nsec)) : INT64_MAX;
}

/* --- epoll ------------------------------------------------------------------------------------ */

static int epoll_real(int fd, struct epoll_event *events, int count, int timeout,
                      const sigset_t *mask)
{
    return mask ? real_epoll_pwait(fd, events, count, timeout, mask)
                : real_epoll_wait(fd, events, count, timeout);
}

static int epoll_by_gate(int fd, struct epoll_event *events, int count, int timeout,
                         const sigset_t *mask)
{
    int64_t deadline = deadline_in_ms(timeout);

    for (;;) {
        struct pollfd wanted = {.fd = fd, .events = POLLIN};
        int result = epoll_real(fd, events, count, 0, mask);

        if (result || timeout == 0)
            return result;
        result = gate_wait(&wanted, 1, deadline, mask);
        if (result <= 0)
            return result;
    }
}

static int perturb_poll(struct epoll_event *events, int result)
{
    if (perturb_kinds & PERTURB_WAKEUPS)
        perturb_delay();
    if (perturb_kinds & PERTURB_ORDER && result > 1)
        result = perturb_events(events, result);
    return result;
}

/* The loop that polls; 0: it is the thread itself that blocks. A program that looks functions up
 * itself (dlsym) calls uv_run past the probe: then nothing else is known of its loop than the
 * descriptor that it polls. */
static uint32_t polling_loop(int fd, const void *where)
{
    if (!from_libuv(where))
        return 0;
    if (thread_current()->loop)
        return thread_current()->loop;
    return known_loop((void *)(uintptr_t)(fd + 1), where);
}

static int epoll_traced(int fd, struct epoll_event *events, int count, int timeout,
                        const sigset_t *mask, const void *where)
{
    uint32_t loop = polling_loop(fd, where);
    int result, saved;

    if (loop)
        event_emit(EVENT_POLL, loop, 0, timeout, where);
    else
        event_emit(EVENT_BLOCK, event_writer->thread, BLOCK_POLL, fd, where);
    result = gate_controlled ? epoll_by_gate(fd, events, count, timeout, mask)
                             : epoll_real(fd, events, count, timeout, mask);
    saved = errno;
    if (perturb_kinds && loop)
        result = perturb_poll(events, result);
    if (loop)
        event_emit(EVENT_POLL_END, loop, 0, result < 0 ? -saved : result, where);
    else
        event_emit(EVENT_BLOCK_END, event_writer->thread, BLOCK_POLL, result < 0 ? -saved : result,
                   where);
    errno = saved;
    return result;
}

int epoll_wait(int fd, struct epoll_event *events, int count, int timeout)
{
    REAL_NOW(epoll_wait);
    if (!event_writer)
        return real_epoll_wait(fd, events, count, timeout);
    return epoll_traced(fd, events, count, timeout, NULL, WHERE);
}

int epoll_pwait(int fd, struct epoll_event *events, int count, int timeout, const sigset_t *mask)
{
    REAL_NOW(epoll_pwait);
    if (!event_writer)
        return real_epoll_pwait(fd, events, count, timeout, mask);
    return epoll_traced(fd, events, count, timeout, mask, WHERE);
}

/* --- poll and select -------------------------------------------------------------------------- */

static int wait_begin(enum blocking block, int64_t arg, const void *where)
{
    event_emit(EVENT_BLOCK, event_writer->thread, block, arg, where);
    return block;
}

static int wait_end(int block, int result, const void *where)
{
    int saved = errno;

    event_emit(EVENT_BLOCK_END, event_writer->thread, (uint32_t)block, result < 0 ? -saved : result,
               where);
    errno = saved;
    return result;
}

int wait_poll(struct pollfd *fds, nfds_t count, int timeout, const void *where)
{
    int block = wait_begin(BLOCK_POLL, timeout, where);

    return wait_end(block,
                    gate_controlled ? gate_wait(fds, count, deadline_in_ms(timeout), NULL)
                                    : real_poll(fds, count, timeout),
                    where);
}

int poll(struct pollfd *fds, nfds_t count, int timeout)
{
    const void *where = WHERE;

    REAL_NOW(poll);
    return TRACED(where) ? wait_poll(fds, count, timeout, where) : real_poll(fds, count, timeout);
}

int wait_ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
               const sigset_t *mask, const void *where)
{
    int block = wait_begin(BLOCK_POLL, 0, where);

    return wait_end(block,
                    gate_controlled ? gate_wait(fds, count, deadline_at_most(timeout), mask)
                                    : real_ppoll(fds, count, timeout, mask),
                    where);
}

int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask)
{
    const void *where = WHERE;

    REAL_NOW(ppoll);
    return TRACED(where) ? wait_ppoll(fds, count, timeout, mask, where)
                         : real_ppoll(fds, count, timeout, mask);
}

/* The descriptors of three sets as one poll list; a descriptor may be in several. */
static nfds_t sets_to_list(int limit, const fd_set *readable, const fd_set *writable,
                           const fd_set *urgent, struct pollfd *list)
{
    nfds_t count = 0;

    for (int fd = 0; fd < limit; fd++) {
        short events = 0;

        if (readable && FD_ISSET(fd, readable))
            events |= POLLIN;
        if (writable && FD_ISSET(fd, writable))
            events |= POLLOUT;
        if (urgent && FD_ISSET(fd, urgent))
            events |= POLLPRI;
        if (events)
            list[count++] = (struct pollfd){.fd = fd, .events = events};
    }
    return count;
}

/* Waits by the gate until one is ready, then lets the real select say which, at once. */
static int select_by_gate(int limit, fd_set *readable, fd_set *writable, fd_set *urgent,
                          int64_t deadline, const sigset_t *mask)
{
    struct pollfd list[FD_SETSIZE];
    struct timeval none = {0, 0};
    nfds_t count =
        sets_to_list(limit > FD_SETSIZE ? FD_SETSIZE : limit, readable, writable, urgent, list);

    if (gate_wait(list, count, deadline, mask) < 0)
        return -1;
    return real_select(limit, readable, writable, urgent, &none);
}

/* As Linux does: what is left of the time goes to where it was given. */
static void tell_left(struct timeval *ret_left, int64_t deadline)
{
    int64_t left = deadline - control_now(&event_writer->record->control);

    if (left < 0)
        left = 0;
    *ret_left = (struct timeval){left / 1000000000, left % 1000000000 / 1000};
}

int select(int limit, fd_set *restrict readable, fd_set *restrict writable, fd_set *restrict urgent,
           struct timeval *restrict timeout)
{
    const void *where = WHERE;
    int64_t deadline = INT64_MAX;
    int block, result;

    REAL_NOW(select);
    if (!TRACED(where))
        return real_select(limit, readable, writable, urgent, timeout);
    block = wait_begin(BLOCK_POLL, 0, where);
    if (timeout)
        deadline = deadline_in(wait_ns(timeout->tv_sec, timeout->tv_usec * INT64_C(1000)));
    if (!gate_controlled)
        return wait_end(block, real_select(limit, readable, writable, urgent, timeout), where);
    result = select_by_gate(limit, readable, writable, urgent, deadline, NULL);
    if (timeout)
        tell_left(timeout, deadline);
    return wait_end(block, result, where);
}

int pselect(int limit, fd_set *restrict readable, fd_set *restrict writable,
            fd_set *restrict urgent, const struct timespec *restrict timeout,
            const sigset_t *restrict mask)
{
    const void *where = WHERE;
    int block, result;

    REAL_NOW(pselect);
    if (!TRACED(where))
        return real_pselect(limit, readable, writable, urgent, timeout, mask);
    block = wait_begin(BLOCK_POLL, 0, where);
    result = gate_controlled ? select_by_gate(limit, readable, writable, urgent,
                                              deadline_at_most(timeout), mask)
                             : real_pselect(limit, readable, writable, urgent, timeout, mask);
    return wait_end(block, result, where);
}

/* --- sleeps ----------------------------------------------------------------------------------- */

/* Sleeps until a deadline; what is left goes to `ret_left` when a signal handler ended it. 0 or -1.
 */
static int sleep_by_gate(int64_t deadline, int64_t *ret_left)
{
    int result = gate_wait(NULL, 0, deadline, NULL);

    *ret_left = result ? deadline - control_now(&event_writer->record->control) : 0;
    if (*ret_left < 0)
        *ret_left = 0;
    return result;
}

static int sleep_traced(int64_t ns, int64_t *ret_left, const void *where)
{
    int result;

    event_emit(EVENT_BLOCK, event_writer->thread, BLOCK_SLEEP, ns, where);
    result = sleep_by_gate(deadline_in(ns), ret_left);
    return wait_end(BLOCK_SLEEP, result, where);
}

int nanosleep(const struct timespec *time, struct timespec *ret_left)
{
    const void *where = WHERE;
    int64_t ns, left;
    int result;

    REAL_NOW(nanosleep);
    if (!TRACED(where) || time->tv_nsec < 0 || time->tv_nsec > 999999999 || time->tv_sec < 0)
        return real_nanosleep(time, ret_left);
    ns = wait_ns(time->tv_sec, time->tv_nsec);
    if (!gate_controlled) {
        wait_begin(BLOCK_SLEEP, ns, where);
        return wait_end(BLOCK_SLEEP, real_nanosleep(time, ret_left), where);
    }
    result = sleep_traced(ns, &left, where);
    if (result && ret_left)
        *ret_left = (struct timespec){left / 1000000000, left % 1000000000};
    return result;
}

/* Clocks that stand still with the program. */
static bool is_steered(clockid_t clock)
{
    return gate_controlled &&
           (clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC || clock == CLOCK_BOOTTIME);
}

/* Gives an error number. */
int clock_nanosleep(clockid_t clock, int flags, const struct timespec *time,
                    struct timespec *ret_left)
{
    const void *where = WHERE;
    struct timespec now = {0, 0};
    int64_t ns, left;
    int result;

    REAL_NOW(clock_nanosleep);
    if (!TRACED(where) || time->tv_nsec < 0 || time->tv_nsec > 999999999 || time->tv_sec < 0)
        return real_clock_nanosleep(clock, flags, time, ret_left);
    if (flags & TIMER_ABSTIME)
        clock_gettime(clock, &now);
    ns = wait_ns(time->tv_sec - now.tv_sec, time->tv_nsec - now.tv_nsec);
    if (ns < 0)
        ns = 0;
    if (!is_steered(clock)) {
        wait_begin(BLOCK_SLEEP, ns, where);
        gate_block();
        result = real_clock_nanosleep(clock, flags, time, ret_left);
        gate_unblock();
        event_emit(EVENT_BLOCK_END, event_writer->thread, BLOCK_SLEEP, -result, where);
        return result;
    }
    if (sleep_traced(ns, &left, where)) {
        if (ret_left && !(flags & TIMER_ABSTIME))
            *ret_left = (struct timespec){left / 1000000000, left % 1000000000};
        return errno;
    }
    return 0;
}

int usleep(useconds_t microseconds)
{
    const void *where = WHERE;
    int64_t left;

    REAL_NOW(usleep);
    if (!TRACED(where))
        return real_usleep(microseconds);
    if (gate_controlled)
        return sleep_traced(microseconds * INT64_C(1000), &left, where);
    wait_begin(BLOCK_SLEEP, microseconds * INT64_C(1000), where);
    return wait_end(BLOCK_SLEEP, real_usleep(microseconds), where);
}

unsigned sleep(unsigned seconds)
{
    const void *where = WHERE;
    int64_t left = 0;

    REAL_NOW(sleep);
    if (!TRACED(where))
        return real_sleep(seconds);
    if (!gate_controlled) {
        wait_begin(BLOCK_SLEEP, seconds * INT64_C(1000000000), where);
        return (unsigned)wait_end(BLOCK_SLEEP, (int)real_sleep(seconds), where);
    }
    sleep_traced(seconds * INT64_C(1000000000), &left, where);
    return (unsigned)((left + 999999999) / 1000000000);
}

void uv_sleep(unsigned int ms)
{
    const void *where = WHERE;
    int64_t left;

    if (!TRACED(where))
        real_uv_sleep(ms);
    else if (gate_controlled)
        sleep_traced(ms * INT64_C(1000000), &left, where);
    else {
        wait_begin(BLOCK_SLEEP, ms * INT64_C(1000000), where);
        real_uv_sleep(ms);
        wait_end(BLOCK_SLEEP, 0, where);
    }
}
