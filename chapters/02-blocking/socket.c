/* The calls that make a connection. They are the same in every program,
 * so they are kept out of the way of those that wait. */
#include "chapters/02-blocking/socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sockaddr_in loopback(unsigned short port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons(port),
                                .sin_addr.s_addr =
                                    htonl(INADDR_LOOPBACK)};
}

static int fail(int fd)
{
    int error = -errno;
    if (fd >= 0)
        close(fd);
    return error;
}

/* region listen */
int socket_listen(unsigned short *ret_port)
{
    /* Port 0: any that is free. */
    struct sockaddr_in address = loopback(0);
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 ||
        bind(fd, (struct sockaddr *)&address, sizeof address) < 0 ||
        listen(fd, 512) < 0 ||
        getsockname(fd, (struct sockaddr *)&address, &length) < 0)
        return fail(fd);
    *ret_port = ntohs(address.sin_port);
    return fd;
}
/* end */

int socket_connect(unsigned short port)
{
    struct sockaddr_in address = loopback(port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 ||
        connect(fd, (struct sockaddr *)&address, sizeof address) < 0)
        return fail(fd);
    return fd;
}
