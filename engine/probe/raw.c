/* See raw.h. */
#include "engine/probe/raw.h"

#include <unistd.h>

#include "engine/probe/real.h"

REAL(pthread_mutex_lock);
REAL(pthread_mutex_unlock);
REAL(pthread_create);
REAL(pthread_join);
REAL(read);
REAL(write);
REAL(ppoll);

void raw_lock(pthread_mutex_t *mutex)
{
    REAL_NOW(pthread_mutex_lock);
    real_pthread_mutex_lock(mutex);
}

void raw_unlock(pthread_mutex_t *mutex)
{
    REAL_NOW(pthread_mutex_unlock);
    real_pthread_mutex_unlock(mutex);
}

ssize_t raw_read(int fd, void *buffer, size_t size)
{
    return real_read(fd, buffer, size);
}

ssize_t raw_write(int fd, const void *buffer, size_t size)
{
    return real_write(fd, buffer, size);
}

int raw_ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
              const sigset_t *mask)
{
    return real_ppoll(fds, count, timeout, mask);
}

int raw_thread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*start)(void *),
                      void *arg)
{
    return real_pthread_create(thread, attr, start, arg);
}

int raw_thread_join(pthread_t thread, void **ret_value)
{
    return real_pthread_join(thread, ret_value);
}
