/* libc's and libuv's blocking calls, so that a plain blocking program has a trace too, and "the
 * loop was blocked" can say by what, and where. Each is recorded when it begins and when it ends; a
 * lock only when it is not free at once. */
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

#include "engine/probe/block.h"
#include "engine/probe/output.h"
#include "engine/probe/perturb.h"
#include "engine/probe/pool.h"

BLOCKS_WITH_ERRNO(ssize_t, read, BLOCK_READ, fd, (int fd, void *buffer, size_t size),
                  (fd, buffer, size))
BLOCKS_WITH_ERRNO(ssize_t, recv, BLOCK_RECV, fd, (int fd, void *buffer, size_t size, int flags),
                  (fd, buffer, size, flags))
BLOCKS_WITH_ERRNO(ssize_t, send, BLOCK_SEND, fd,
                  (int fd, const void *buffer, size_t size, int flags), (fd, buffer, size, flags))
BLOCKS_WITH_ERRNO(ssize_t, readv, BLOCK_READ, fd, (int fd, const struct iovec *parts, int count),
                  (fd, parts, count))
BLOCKS_WITH_ERRNO(ssize_t, recvfrom, BLOCK_RECV, fd,
                  (int fd, void *restrict buffer, size_t size, int flags,
                   struct sockaddr *restrict address, socklen_t *restrict length),
                  (fd, buffer, size, flags, address, length))
BLOCKS_WITH_ERRNO(ssize_t, recvmsg, BLOCK_RECV, fd, (int fd, struct msghdr *message, int flags),
                  (fd, message, flags))
BLOCKS_WITH_ERRNO(ssize_t, sendto, BLOCK_SEND, fd,
                  (int fd, const void *buffer, size_t size, int flags,
                   const struct sockaddr *address, socklen_t length),
                  (fd, buffer, size, flags, address, length))
BLOCKS_WITH_ERRNO(ssize_t, sendmsg, BLOCK_SEND, fd,
                  (int fd, const struct msghdr *message, int flags), (fd, message, flags))
BLOCKS_WITH_ERRNO(int, accept, BLOCK_ACCEPT, fd,
                  (int fd, struct sockaddr *restrict address, socklen_t *restrict length),
                  (fd, address, length))
BLOCKS_WITH_ERRNO(int, accept4, BLOCK_ACCEPT, fd,
                  (int fd, struct sockaddr *restrict address, socklen_t *restrict length,
                   int flags),
                  (fd, address, length, flags))
BLOCKS_WITH_ERRNO(int, connect, BLOCK_CONNECT, fd,
                  (int fd, const struct sockaddr *address, socklen_t length), (fd, address, length))
BLOCKS_WITH_ERRNO(int, fsync, BLOCK_FSYNC, fd, (int fd), (fd))
BLOCKS_WITH_ERRNO(int, fdatasync, BLOCK_FSYNC, fd, (int fd), (fd))
BLOCKS_WITH_ERRNO(pid_t, waitpid, BLOCK_WAITPID, pid, (pid_t pid, int *status, int options),
                  (pid, status, options))

BLOCKS_WITH_ERRNO(pid_t, wait, BLOCK_WAITPID, -1, (int *status), (status))
BLOCKS_WITH_ERRNO(pid_t, wait3, BLOCK_WAITPID, -1,
                  (int *status, int options, struct rusage *ret_usage),
                  (status, options, ret_usage))
BLOCKS_WITH_ERRNO(pid_t, wait4, BLOCK_WAITPID, pid,
                  (pid_t pid, int *status, int options, struct rusage *ret_usage),
                  (pid, status, options, ret_usage))
BLOCKS_WITH_ERRNO(int, waitid, BLOCK_WAITPID, (int64_t)id,
                  (idtype_t type, id_t id, siginfo_t *ret_info, int options),
                  (type, id, ret_info, options))
BLOCKS_WITH_ERRNO(int, system, BLOCK_WAITPID, -1, (const char *command), (command))
BLOCKS_WITH_ERRNO(int, pclose, BLOCK_WAITPID, -1, (FILE * stream), (stream))

BLOCKS_WITH_RESULT(getaddrinfo, BLOCK_DNS,
                   (const char *restrict name, const char *restrict service,
                    const struct addrinfo *restrict hints, struct addrinfo **restrict ret),
                   (name, service, hints, ret))
BLOCKS_WITH_RESULT(getnameinfo, BLOCK_DNS,
                   (const struct sockaddr *restrict address, socklen_t length, char *restrict host,
                    socklen_t host_room, char *restrict service, socklen_t service_room, int flags),
                   (address, length, host, host_room, service, service_room, flags))
BLOCKS_WITH_RESULT(pthread_join, BLOCK_JOIN, (pthread_t thread, void **value), (thread, value))
BLOCKS_WITH_RESULT(pthread_cond_wait, BLOCK_CONDITION,
                   (pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex),
                   (condition, mutex))
BLOCKS_WITH_RESULT(pthread_barrier_wait, BLOCK_CONDITION, (pthread_barrier_t * barrier), (barrier))
BLOCKS_WITH_RESULT(uv_thread_join, BLOCK_JOIN, (uv_thread_t * thread), (thread))
BLOCKS_WITH_RESULT(uv_barrier_wait, BLOCK_CONDITION, (uv_barrier_t * barrier), (barrier))
BLOCKS_WITH_RESULT(uv_cond_timedwait, BLOCK_CONDITION,
                   (uv_cond_t * condition, uv_mutex_t *mutex, uint64_t timeout),
                   (condition, mutex, timeout))
BLOCKS(uv_library_shutdown, BLOCK_JOIN, (void), ()) /* waits for the threads of the pool */
BLOCKS(uv_cond_wait, BLOCK_CONDITION, (uv_cond_t * condition, uv_mutex_t *mutex),
       (condition, mutex))

/* --- signals ---------------------------------------------------------------------------------- */

REAL(pause);
int pause(void)
{
    const void *where = WHERE;
    int result;

    REAL_NOW(pause);
    if (!TRACED(where))
        return real_pause();
    block_begin(BLOCK_SIGNAL, 0, where);
    result = real_pause();
    block_end(BLOCK_SIGNAL, -errno, where);
    return result;
}

BLOCKS_WITH_ERRNO(int, sigsuspend, BLOCK_SIGNAL, 0, (const sigset_t *mask), (mask))
BLOCKS_WITH_ERRNO(int, sigwaitinfo, BLOCK_SIGNAL, 0,
                  (const sigset_t *restrict set, siginfo_t *restrict ret_info), (set, ret_info))
BLOCKS_WITH_RESULT(sigwait, BLOCK_SIGNAL, (const sigset_t *restrict set, int *restrict ret_number),
                   (set, ret_number))

/* --- locks: only what is not free at once ----------------------------------------------------- */

REAL(pthread_mutex_lock);
int pthread_mutex_lock(pthread_mutex_t *mutex)
{
    const void *where = WHERE;
    int result;

    REAL_NOW(pthread_mutex_lock);
    if (from_libuv(where))
        pool_locks(mutex);
    if (!TRACED(where))
        return real_pthread_mutex_lock(mutex);
    result = pthread_mutex_trylock(mutex);
    if (result != EBUSY)
        return result;
    block_begin(BLOCK_LOCK, 0, where);
    result = real_pthread_mutex_lock(mutex);
    block_end(BLOCK_LOCK, result, where);
    return result;
}

#define LOCKS_WITH_RESULT(name, try, type)       \
    REAL(name);                                  \
    int name(type *lock)                         \
    {                                            \
        const void *where = WHERE;               \
        int result;                              \
                                                 \
        REAL_NOW(name);                          \
        if (!TRACED(where))                      \
            return real_##name(lock);            \
        result = try(lock);                      \
        if (result != EBUSY && result != EAGAIN) \
            return result;                       \
        block_begin(BLOCK_LOCK, 0, where);       \
        result = real_##name(lock);              \
        block_end(BLOCK_LOCK, result, where);    \
        return result;                           \
    }

LOCKS_WITH_RESULT(pthread_rwlock_rdlock, pthread_rwlock_tryrdlock, pthread_rwlock_t)
LOCKS_WITH_RESULT(pthread_rwlock_wrlock, pthread_rwlock_trywrlock, pthread_rwlock_t)

REAL(sem_wait);
int sem_wait(sem_t *semaphore)
{
    const void *where = WHERE;
    int result, saved = errno;

    REAL_NOW(sem_wait);
    if (!TRACED(where))
        return real_sem_wait(semaphore);
    pthread_testcancel(); /* as sem_wait() is a point of cancellation also when it need not wait */
    if (sem_trywait(semaphore) == 0)
        return 0;
    errno = saved;
    block_begin(BLOCK_LOCK, 0, where);
    result = real_sem_wait(semaphore);
    block_end(BLOCK_LOCK, result < 0 ? -errno : 0, where);
    return result;
}

REAL(pthread_mutex_unlock);
int pthread_mutex_unlock(pthread_mutex_t *mutex)
{
    int result;

    REAL_NOW(pthread_mutex_unlock);
    if (!from_libuv(WHERE) || !pool_unlocks(mutex))
        return real_pthread_mutex_unlock(mutex);
    result = real_pthread_mutex_unlock(mutex);
    pool_begun();
    return result;
}

#define LOCKS(name, try, type)                 \
    REAL(name);                                \
    void name(type *lock)                      \
    {                                          \
        const void *where = WHERE;             \
                                               \
        if (!TRACED(where)) {                  \
            real_##name(lock);                 \
        } else if (try(lock)) {                \
            block_begin(BLOCK_LOCK, 0, where); \
            real_##name(lock);                 \
            block_end(BLOCK_LOCK, 0, where);   \
        }                                      \
    }

LOCKS(uv_mutex_lock, uv_mutex_trylock, uv_mutex_t)
LOCKS(uv_rwlock_rdlock, uv_rwlock_tryrdlock, uv_rwlock_t)
LOCKS(uv_rwlock_wrlock, uv_rwlock_trywrlock, uv_rwlock_t)
LOCKS(uv_sem_wait, uv_sem_trywait, uv_sem_t)

/* --- writing: descriptors 1 and 2 of the program are shown, not written ----------------------- */

/* libuv's own writes to sockets and pipes may take fewer bytes than there are. */
static bool is_shortened(int fd, size_t length, const void *where)
{
    return __builtin_expect(perturb_kinds & PERTURB_WRITES, 0) && event_writer &&
           from_libuv(where) && perturb_may_shorten(fd, length);
}

REAL(writev);
ssize_t writev(int fd, const struct iovec *parts, int count)
{
    const void *where = WHERE;
    struct iovec first;
    ssize_t result;

    REAL_NOW(writev);
    if (count > 0 && is_shortened(fd, parts[0].iov_len, where)) {
        first = parts[0];
        first.iov_len = perturb_length(first.iov_len);
        return real_writev(fd, first.iov_len < parts[0].iov_len ? &first : parts,
                           first.iov_len < parts[0].iov_len ? 1 : count);
    }
    if (!TRACED(where))
        return real_writev(fd, parts, count);
    block_begin(BLOCK_WRITE, fd, where);
    result = real_writev(fd, parts, count);
    block_end(BLOCK_WRITE, result < 0 ? -errno : result, where);
    return result;
}

REAL(write);
static __attribute__((noinline)) ssize_t write_recorded(int fd, const void *buffer, size_t size,
                                                        const void *where)
{
    ssize_t result;

    if (output_take(fd, buffer, size))
        return (ssize_t)size;
    block_begin(BLOCK_WRITE, fd, where);
    result = real_write(fd, buffer, size);
    block_end(BLOCK_WRITE, result < 0 ? -errno : result, where);
    return result;
}

OFTEN ssize_t write(int fd, const void *buffer, size_t size)
{
    const void *where = WHERE;

    REAL_NOW(write);
    if (TRACED(where))
        return write_recorded(fd, buffer, size, where);
    if (is_shortened(fd, size, where))
        size = perturb_length(size);
    return real_write(fd, buffer, size);
}
