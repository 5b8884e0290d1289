/* chmod() by name follows links, so the mode is changed of what was opened without following any.
 */
#include "engine/exercise/folder.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static void make_readable(int parent, const char *name)
{
    int fd = openat(parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    char path[40];

    if (fd < 0)
        return;
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    chmod(path, 0700);
    close(fd);
}

int folder_open(int parent, const char *name)
{
    const int how = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    struct stat status;
    int fd = openat(parent, name, how);

    if (fd >= 0 && fstat(fd, &status) == 0 && (status.st_mode & 0700) == 0700)
        return fd;
    if (fd >= 0)
        close(fd);
    make_readable(parent, name);
    return openat(parent, name, how);
}
