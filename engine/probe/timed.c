/* Waits for a condition, a semaphore, a lock or a signal that have a time limit. The program says
 * the limit by its own clock; under control the kernel is given the machine's, and asked again if
 * the program was stopped meanwhile. */
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>

#include "engine/probe/gate.h"
#include "engine/probe/libuv.h"
#include "engine/probe/real.h"
#include "engine/probe/thread.h"
#include "engine/probe/wait.h"

enum { NS_PER_S = 1000000000 };

static int64_t ns_of(const struct timespec *time)
{
    return wait_ns(time->tv_sec, time->tv_nsec);
}

static struct timespec moved(const struct timespec *time, int64_t by)
{
    int64_t ns = ns_of(time) + by;

    return (struct timespec){ns / NS_PER_S, ns % NS_PER_S};
}

/* What libuv does for a call of the program's is recorded as that call. */
static bool begin(enum blocking block, const void *where)
{
    if (from_libuv(where))
        return false;
    event_emit(EVENT_BLOCK, event_writer->thread, block, 0, where);
    return true;
}

static int end(bool begun, enum blocking block, int result, const void *where)
{
    if (begun)
        event_emit(EVENT_BLOCK_END, event_writer->thread, block, -(int64_t)result, where);
    return result;
}

/* One round of a wait: the kernel is given the machine's time. True: it timed out there, but not
 * yet for the program, which was stopped meanwhile. */
#define TIMED_ROUND(result, deadline, block_gate, call)               \
    ({                                                                \
        struct control *control_ = &event_writer->record->control;    \
        int64_t lag_ = control_lag(control_);                         \
        struct timespec until = moved(deadline, lag_);                \
        block_gate();                                                 \
        result = call;                                                \
        gate_unblock();                                               \
        gate_pass();                                                  \
        result == ETIMEDOUT &&control_lag(control_) > lag_ + 1000000; \
    })

/* `by_machine`: the call until the time `until`, `call`: until the program's `deadline`. Both give
 * 0 or an error number. */
#define TIMED(block, deadline, block_gate, by_machine, call)               \
    ({                                                                     \
        int result_;                                                       \
        bool begun_ = begin(block, where);                                 \
        if (!gate_controlled)                                              \
            result_ = call;                                                \
        else                                                               \
            while (TIMED_ROUND(result_, deadline, block_gate, by_machine)) \
                ;                                                          \
        end(begun_, block, result_, where);                                \
    })

/* --- conditions ------------------------------------------------------------------------------- */

REAL(pthread_cond_timedwait);
int pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex,
                           const struct timespec *restrict deadline)
{
    const void *where = WHERE;

    REAL_NOW(pthread_cond_timedwait);
    if (!event_writer)
        return real_pthread_cond_timedwait(condition, mutex, deadline);
    return TIMED(BLOCK_CONDITION, deadline, gate_block,
                 real_pthread_cond_timedwait(condition, mutex, &until),
                 real_pthread_cond_timedwait(condition, mutex, deadline));
}

REAL(pthread_cond_clockwait);
int pthread_cond_clockwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex,
                           clockid_t clock, const struct timespec *restrict deadline)
{
    const void *where = WHERE;

    REAL_NOW(pthread_cond_clockwait);
    if (!event_writer)
        return real_pthread_cond_clockwait(condition, mutex, clock, deadline);
    return TIMED(BLOCK_CONDITION, deadline, gate_block,
                 real_pthread_cond_clockwait(condition, mutex, clock, &until),
                 real_pthread_cond_clockwait(condition, mutex, clock, deadline));
}

/* --- locks and semaphores: only what is not free at once -------------------------------------- */

static bool is_time(const struct timespec *time)
{
    return time->tv_nsec >= 0 && time->tv_nsec < NS_PER_S;
}

REAL(pthread_mutex_timedlock);
int pthread_mutex_timedlock(pthread_mutex_t *restrict mutex,
                            const struct timespec *restrict deadline)
{
    const void *where = WHERE;
    int result;

    REAL_NOW(pthread_mutex_timedlock);
    if (!TRACED(where) || !is_time(deadline))
        return real_pthread_mutex_timedlock(mutex, deadline);
    result = pthread_mutex_trylock(mutex);
    if (result != EBUSY)
        return result;
    return TIMED(BLOCK_LOCK, deadline, gate_block_aside,
                 real_pthread_mutex_timedlock(mutex, &until),
                 real_pthread_mutex_timedlock(mutex, deadline));
}

/* Semaphores tell by errno, which is left alone if all went well. */
static int sem_result(int error, int saved)
{
    errno = error ? error : saved;
    return error ? -1 : 0;
}

REAL(sem_timedwait);
int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict deadline)
{
    const void *where = WHERE;
    int saved = errno;

    REAL_NOW(sem_timedwait);
    if (!TRACED(where) || !is_time(deadline))
        return real_sem_timedwait(semaphore, deadline);
    pthread_testcancel(); /* as in sem_wait() */
    if (sem_trywait(semaphore) == 0)
        return 0;
    return sem_result(TIMED(BLOCK_LOCK, deadline, gate_block_aside,
                            real_sem_timedwait(semaphore, &until) ? errno : 0,
                            real_sem_timedwait(semaphore, deadline) ? errno : 0),
                      saved);
}

REAL(sem_clockwait);
int sem_clockwait(sem_t *restrict semaphore, clockid_t clock,
                  const struct timespec *restrict deadline)
{
    const void *where = WHERE;
    int saved = errno;

    REAL_NOW(sem_clockwait);
    if (!TRACED(where) || !is_time(deadline) ||
        (clock != CLOCK_MONOTONIC && clock != CLOCK_REALTIME))
        return real_sem_clockwait(semaphore, clock, deadline);
    pthread_testcancel(); /* as in sem_wait() */
    if (sem_trywait(semaphore) == 0)
        return 0;
    return sem_result(TIMED(BLOCK_LOCK, deadline, gate_block_aside,
                            real_sem_clockwait(semaphore, clock, &until) ? errno : 0,
                            real_sem_clockwait(semaphore, clock, deadline) ? errno : 0),
                      saved);
}

/* --- signals ---------------------------------------------------------------------------------- */

REAL(sigtimedwait);

static int sigtimedwait_by_gate(const sigset_t *set, siginfo_t *ret_info,
                                const struct timespec *timeout)
{
    struct control *control = &event_writer->record->control;
    int64_t deadline = control_now(control) + ns_of(timeout);
    int result;

    do {
        int64_t left = deadline - control_now(control);
        struct timespec none = {0, 0}, rest = moved(&none, left > 0 ? left : 0);

        gate_block_aside();
        result = real_sigtimedwait(set, ret_info, &rest);
        gate_unblock();
        gate_pass();
    } while (result < 0 && errno == EAGAIN && control_now(control) < deadline);
    return result;
}

int sigtimedwait(const sigset_t *restrict set, siginfo_t *restrict ret_info,
                 const struct timespec *restrict timeout)
{
    const void *where = WHERE;
    int result, saved;
    bool begun;

    REAL_NOW(sigtimedwait);
    if (!TRACED(where))
        return real_sigtimedwait(set, ret_info, timeout);
    begun = begin(BLOCK_SIGNAL, where);
    result = gate_controlled && timeout && is_time(timeout)
                 ? sigtimedwait_by_gate(set, ret_info, timeout)
                 : real_sigtimedwait(set, ret_info, timeout);
    saved = errno;
    end(begun, BLOCK_SIGNAL, result < 0 ? saved : 0, where);
    errno = saved;
    return result;
}
