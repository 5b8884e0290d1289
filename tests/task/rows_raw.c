/* The other side of sockets, without the library. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/task/rows.h"

static int tcp(void)
{
    return socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

static struct sockaddr_in loopback(int port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static int bind_somewhere(int fd, int *ret_port)
{
    struct sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;

    if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) ||
        getsockname(fd, (struct sockaddr *)&address, &size))
        return UV_EADDRINUSE;
    *ret_port = ntohs(address.sin_port);
    return fd;
}

int raw_listen(int backlog, int *ret_port)
{
    int fd = bind_somewhere(tcp(), ret_port);

    return fd < 0 || listen(fd, backlog) ? UV_EADDRINUSE : fd;
}

int raw_connect(int port)
{
    struct sockaddr_in address = loopback(port);
    int fd = tcp();

    return connect(fd, (struct sockaddr *)&address, sizeof address) && errno != EINPROGRESS
               ? UV_ECONNREFUSED
               : fd;
}

int raw_dead_port(int *ret_fd)
{
    int port = UV_EADDRINUSE;

    *ret_fd = tcp();
    bind_somewhere(*ret_fd, &port);
    return port;
}

void raw_close(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}
