/* A read that does not block. When nothing is there it says so at once,
 * and the program has to know what to do with that answer: ask again
 * later, or leave its number with the kernel. A file is no use here:
 * it always says that it is ready. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "chapters/02-blocking/acts.h"
#include "engine/event/stage.h"

enum { KITCHEN_MS = 45, AGAIN_MS = 10, PAGE = 4096 };

/* region non-blocking */
/* From now on, no read on it blocks. */
static void never_block(int fd)
{
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}
/* end */

/* region kitchen */
static void kitchen(void *arg)
{
    int *hatch = arg;
    stage_name(NULL, "kitchen");
    uv_sleep(KITCHEN_MS);
    send(*hatch, "soup", 4, MSG_NOSIGNAL);
}
/* end */

/* region ask-again */
static ssize_t ask_again(int fd, char *plate, size_t size)
{
    for (;;) {
        ssize_t n = read(fd, plate, size);
        if (n >= 0 || errno != EAGAIN)
            return n;
        uv_sleep(AGAIN_MS);
    }
}
/* end */

/* region leave-number */
static ssize_t leave_number(int fd, char *plate, size_t size)
{
    ssize_t n = read(fd, plate, size);
    if (n < 0 && errno == EAGAIN) {
        struct pollfd number = {.fd = fd, .events = POLLIN};
        /* Sleeps until the kernel says: readable. */
        poll(&number, 1, -1);
        n = read(fd, plate, size);
    }
    return n;
}
/* end */

static int at_the_hatch(ssize_t (*fetch)(int fd, char *plate,
                                         size_t size))
{
    char plate[16];
    int hatch[2];
    uv_thread_t cook;
    stage_name(NULL, "waiter");
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, hatch) < 0)
        return -errno;
    never_block(hatch[0]);
    int r = uv_thread_create(&cook, kitchen, &hatch[1]);
    if (r == 0) {
        ssize_t n = fetch(hatch[0], plate, sizeof plate);
        r = n < 0 ? -errno : 0;
        uv_thread_join(&cook);
    }
    close(hatch[0]);
    close(hatch[1]);
    return r;
}

int eagain_ask_again(void)
{
    return at_the_hatch(ask_again);
}

int eagain_poll(void)
{
    return at_the_hatch(leave_number);
}

/* region file */
/* Are its bytes in memory or on a disk? poll does not mind. */
static int ask_about(int file)
{
    char page[PAGE];
    struct pollfd number = {.fd = file, .events = POLLIN};
    if (poll(&number, 1, -1) < 0) /* ready, at once */
        return -errno;
    return read(file, page, PAGE) == PAGE ? 0 : -EIO; /* may block */
}
/* end */

/* Writes the file, and asks the kernel to keep no copy of it. */
static int put_on_disk(int file)
{
    static const char page[PAGE];
    if (write(file, page, PAGE) != PAGE || fdatasync(file) < 0 ||
        lseek(file, 0, SEEK_SET) < 0)
        return -errno;
    return -posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
}

int eagain_file(void)
{
    stage_name(NULL, "reader");
    FILE *file = tmpfile(); /* nobody else sees it */
    if (!file)
        return -errno;
    int r = put_on_disk(fileno(file));
    if (r == 0)
        r = ask_about(fileno(file));
    fclose(file);
    return r;
}
