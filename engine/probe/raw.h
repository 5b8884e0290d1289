/* The probe's own use of functions that it has replaced: always the real ones, never recorded. */
#ifndef ASYNCTUT_RAW_H
#define ASYNCTUT_RAW_H

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>

void raw_lock(pthread_mutex_t *mutex);
void raw_unlock(pthread_mutex_t *mutex);
ssize_t raw_read(int fd, void *buffer, size_t size);
ssize_t raw_write(int fd, const void *buffer, size_t size);
int raw_ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
              const sigset_t *mask);
int raw_thread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*start)(void *),
                      void *arg);
int raw_thread_join(pthread_t thread, void **ret_value);

#endif
