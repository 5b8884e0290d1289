/* A question and an answer over a real connection. The far end blocks
 * in read; so does the near end. Reads and writes go to the kernel by
 * syscall(2), because this is measured. */
#include "chapters/01-waiting/pair.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "engine/event/stage.h"

static void answer(void *arg)
{
    struct pair *pair = arg;
    char byte;
    stage_name(NULL, "far end");
    while (syscall(SYS_read, pair->far, &byte, 1) == 1) {
        if (byte == 'o')
            uv_sleep(pair->ocean_ms); /* there and back */
        syscall(SYS_write, pair->far, &byte, 1);
    }
}

static int connect_ends(struct pair *pair, int listener)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr =
                                      htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int on = 1;
    if (bind(listener, (struct sockaddr *)&address, length) < 0 ||
        listen(listener, 1) < 0 ||
        getsockname(listener, (struct sockaddr *)&address, &length) <
            0 ||
        connect(pair->near, (struct sockaddr *)&address, length) < 0)
        return -errno;
    pair->far = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (pair->far < 0)
        return -errno;
    setsockopt(pair->near, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(pair->far, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return 0;
}

int pair_open(struct pair *pair, unsigned ocean_ms)
{
    int r = 0,
        listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    pair->near = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    pair->far = -1;
    pair->ocean_ms = ocean_ms;
    r = listener < 0 || pair->near < 0 ? -errno
                                       : connect_ends(pair, listener);
    if (listener >= 0)
        close(listener);
    if (r == 0)
        r = uv_thread_create(&pair->thread, answer, pair);
    if (r < 0) {
        if (pair->near >= 0)
            close(pair->near);
        if (pair->far >= 0)
            close(pair->far);
    }
    return r;
}

bool pair_ask(struct pair *pair, char what)
{
    return syscall(SYS_write, pair->near, &what, 1) == 1 &&
           syscall(SYS_read, pair->near, &what, 1) == 1;
}

void pair_close(struct pair *pair)
{
    close(pair->near); /* the far end reads an end of file, and its
                          thread ends */
    uv_thread_join(&pair->thread);
    close(pair->far);
}
