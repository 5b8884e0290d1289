/* See calls.h. Compiled with _FORTIFY_SOURCE, whatever the rest is compiled with. The lengths come
 * from outside the compiler's sight, or it would know them and leave the checks away. */
#include "tests/probe/calls.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

static volatile size_t one = 1;

int calls_fortified(void)
{
    struct timespec none = {0, 0};
    struct pollfd ready[2];
    char bytes[4];
    int ends[2], sum = 0;

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) || write(ends[1], "abc", 3) != 3)
        return -1;
    ready[0] = ready[1] = (struct pollfd){.fd = ends[0], .events = POLLIN};
    sum += poll(ready, one, 0);
    sum += ppoll(ready, one, &none, NULL);
    sum += (int)read(ends[0], bytes, one);
    sum += (int)recv(ends[0], bytes, one, 0);
    sum += (int)recvfrom(ends[0], bytes, one, 0, NULL, NULL);
    close(ends[0]);
    close(ends[1]);
    return sum == 5 ? 0 : -1;
}
