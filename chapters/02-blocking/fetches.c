/* One client asks a slow server several questions: one after another,
 * or all before it waits for any answer. Both ways are one thread; only
 * the order of asking and waiting differs. */
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "chapters/02-blocking/acts.h"
#include "chapters/02-blocking/slow_server.h"
#include "chapters/02-blocking/socket.h"
#include "engine/event/stage.h"

enum { MOST = 256 };

/* region ask */
/* Asks; does not wait for the answer. */
static void ask(int fd)
{
    send(fd, "question", 8, MSG_NOSIGNAL);
}

/* Blocks until the answer is there. */
static void read_answer(int fd)
{
    char answer[16];
    recv(fd, answer, sizeof answer, 0);
    close(fd);
}
/* end */

/* region in-turn */
static int in_turn(unsigned short port, int n)
{
    for (int i = 0; i < n; i++) {
        int fd = socket_connect(port);
        if (fd < 0)
            return fd;
        ask(fd);
        read_answer(fd); /* the next question has not been asked */
    }
    return 0;
}
/* end */

/* region read-all */
static int read_all(struct pollfd *open, int count)
{
    while (count > 0) {
        if (poll(open, count, -1) < 0) /* until any answer is there */
            return -errno;
        for (int i = count - 1; i >= 0; i--)
            if (open[i].revents) {
                read_answer(open[i].fd); /* it is there */
                open[i] = open[--count];
            }
    }
    return 0;
}
/* end */

/* region together */
static int together(unsigned short port, int n)
{
    struct pollfd open[MOST];
    int count = 0, fd = 0;
    for (; count < n && (fd = socket_connect(port)) >= 0; count++)
        open[count] = (struct pollfd){.fd = fd, .events = POLLIN};
    for (int i = 0; i < count; i++)
        ask(open[i].fd);
    int r = read_all(open, count); /* all have been asked */
    return fd < 0 ? fd : r;
}
/* end */

static int fetch(int (*all)(unsigned short port, int n),
                 unsigned delay_ms, int n)
{
    struct slow_server server;
    stage_name(NULL, "client");
    int r = slow_server_start(&server, delay_ms);
    if (r < 0)
        return r;
    uint64_t begin = uv_hrtime();
    r = all(server.port, n);
    stage_say("%d answers of %u ms each, in %.0f ms", n, delay_ms,
              (double)(uv_hrtime() - begin) / 1e6);
    slow_server_close(&server);
    return r;
}

int fetches_five_in_turn(void)
{
    return fetch(in_turn, 100, 5);
}

int fetches_five_together(void)
{
    return fetch(together, 100, 5);
}

int fetches_many_in_turn(void)
{
    return fetch(in_turn, 5, 200);
}

int fetches_many_together(void)
{
    return fetch(together, 5, 200);
}
