/* flock(2) belongs to the open file, so a crash releases it and a child that does not inherit the
 * descriptor does not hold it. It has no time limit of its own; a waiter asks again every few
 * milliseconds, which is plenty for a lock that is held while one small file is saved. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/file.h"

enum { ASK_AGAIN_MS = 5 };

int file_lock(const char *path, int timeout_ms, struct error *error)
{
    const struct timespec pause = {.tv_nsec = ASK_AGAIN_MS * 1000000L};
    int code = 0;

    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
    if (fd < 0)
        return error_set(error, -errno, "cannot lock %s: %s", path, strerror(errno));
    for (int waited = 0; flock(fd, LOCK_EX | LOCK_NB) < 0; waited += ASK_AGAIN_MS) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            code = -errno;
        else if (waited >= timeout_ms)
            code = -EBUSY;
        if (code)
            break;
        nanosleep(&pause, NULL);
    }
    if (code == 0)
        return fd;
    close(fd);
    return error_set(error, code, "cannot lock %s: %s", path,
                     code == -EBUSY ? "another asynctut holds it" : strerror(-code));
}

void file_unlock(int lock)
{
    close(lock);
}
