/* Descriptors of our own. Input is a duplicate of descriptor 0 and is never made non-blocking, for
 * that flag would be everybody's: it is asked before each read. Output to a terminal goes through a
 * description opened anew, whose flags are ours; other output is a duplicate of descriptor 1. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/term/term_priv.h"

static int duplicate(int fd)
{
    return fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

static bool same_file(int a, int b)
{
    struct stat first, second;

    return fstat(a, &first) == 0 && fstat(b, &second) == 0 && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

/* The same terminal by another description; -1 if that cannot be had (as after su). */
static int open_own(int fd)
{
    char path[64];

    if (!isatty(fd) || ttyname_r(fd, path, sizeof path) != 0)
        return -1;
    int low = open(path, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (low < 0)
        return -1;
    int own = same_file(low, fd) ? duplicate(low) : -1;
    close(low);
    return own;
}

/* A program may be started with standard descriptors closed; the next ones opened would take their
 * numbers, and libuv asserts that its own never do. */
static void occupy_standard(void)
{
    int fd = open("/dev/null", O_RDWR);

    while (fd >= 0 && fd <= STDERR_FILENO)
        fd = open("/dev/null", O_RDWR);
    if (fd >= 0)
        close(fd);
}

void driver_open_descriptors(struct term *term)
{
    struct driver *driver = &term->driver;

    driver->input = duplicate(STDIN_FILENO);
    driver->output = open_own(STDOUT_FILENO);
    driver->own_output = driver->output >= 0;
    if (!driver->own_output)
        driver->output = duplicate(STDOUT_FILENO);
    occupy_standard();
    term->broken = driver->output < 0;
    term->input_ended = driver->input < 0;
    look_detect(&term->options, driver->output, &term->look);
    term->interactive = term->look.terminal && isatty(driver->input);
}

void driver_close_descriptors(struct term *term)
{
    if (term->driver.input >= 0)
        close(term->driver.input);
    if (term->driver.output >= 0)
        close(term->driver.output);
}

/* Something to read, or an end? Also true where that cannot be asked. */
static bool readable(int fd, short *ret_events)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    int n = poll(&ready, 1, 0);

    *ret_events = ready.revents;
    return n != 0;
}

long driver_read(struct term *term, char *buffer, size_t size)
{
    short events;

    if (term->driver.input < 0)
        return -1;
    if (!readable(term->driver.input, &events))
        return 0;
    ssize_t n = read(term->driver.input, buffer, size);
    if (n > 0)
        return n;
    if (n < 0)
        return errno == EINTR || errno == EAGAIN ? 0 : -1;
    bool spent = term->interactive && !(events & (POLLHUP | POLLERR)); /* VMIN is 0 */
    return spent ? 0 : -1;
}
