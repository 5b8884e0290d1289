/* Whether a program has the probe linked in: its file has the mark of attach.c. Such programs
 * attach themselves; the library preloaded as well would only be in the way, and before the
 * run-time of AddressSanitizer, which has to be the first. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/probe/attach.h"
#include "engine/probe/tracee.h"

/* Two texts, so that the mark itself is not in this program. */
static bool has_mark(const char *bytes, size_t length)
{
    static const char begin[] = ATTACH_MARK_BEGIN, end[] = ATTACH_MARK_END;
    const size_t begins = sizeof begin - 1, ends = sizeof end - 1;
    const char *at = bytes, *stop = bytes + length;

    while ((at = memmem(at, (size_t)(stop - at), begin, begins))) {
        at += begins;
        if ((size_t)(stop - at) >= ends && memcmp(at, end, ends) == 0)
            return true;
    }
    return false;
}

static bool file_has_mark(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    void *bytes = MAP_FAILED;
    bool has = false;

    if (fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0)
        bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (bytes != MAP_FAILED) {
        has = has_mark(bytes, (size_t)status.st_size);
        munmap(bytes, (size_t)status.st_size);
    }
    if (fd >= 0)
        close(fd);
    return has;
}

bool tracee_has_probe(const char *command)
{
    const char *folder = getenv("PATH");
    char path[4096];

    if (strchr(command, '/'))
        return file_has_mark(command);
    while (folder && *folder) {
        int length = (int)strcspn(folder, ":");

        snprintf(path, sizeof path, "%.*s/%s", length ? length : 1, length ? folder : ".", command);
        if (access(path, X_OK) == 0)
            return file_has_mark(path);
        folder += length + (folder[length] == ':');
    }
    return false;
}
