/* One thread, one poll(2), any number of customers: it lets in whoever
 * is at the door, reads from whoever has asked, and answers each when
 * her time has come. All questions take equally long, so the one that
 * was asked first is due first, and they form a queue. It is a loop in
 * miniature; chapter 05 builds a fuller one. */
#include "chapters/02-blocking/slow_server.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#include "chapters/02-blocking/socket.h"
#include "engine/event/stage.h"

enum { MOST = 256 };

struct desk {
    struct pollfd watched[1 + MOST]; /* the door, and those who have not
                                        asked yet */
    int count;
    int fds[MOST]; /* those who have asked, in order */
    uint64_t due[MOST];
    int first, end;
    bool closed; /* nobody else comes in */
};

/* How long poll may sleep: until the first answer is due; -1 is for
 * ever. */
static int time_to_sleep(const struct desk *desk)
{
    if (desk->first == desk->end)
        return -1;
    uint64_t due = desk->due[desk->first], now = uv_hrtime();
    return due <= now ? 0 : (int)((due - now + 999999) / 1000000);
}

static void let_in(struct desk *desk)
{
    bool over = desk->watched[0].revents & POLLHUP;
    int fd = 0;
    while (!over && desk->count <= MOST &&
           (fd = accept(desk->watched[0].fd, NULL, NULL)) >= 0)
        desk->watched[desk->count++] =
            (struct pollfd){.fd = fd, .events = POLLIN};
    if (over || (fd < 0 && errno != EAGAIN)) {
        desk->closed = true;
        desk->watched[0].fd = -1; /* poll passes over it */
    }
}

static void take_question(struct desk *desk, int fd, unsigned delay_ms)
{
    char question[64];
    if (recv(fd, question, sizeof question, 0) <= 0 ||
        desk->end == MOST) {
        close(fd); /* she has left */
        return;
    }
    desk->fds[desk->end] = fd;
    desk->due[desk->end++] = uv_hrtime() + delay_ms * 1000000ull;
}

static void answer_due(struct desk *desk)
{
    while (desk->first < desk->end &&
           desk->due[desk->first] <= uv_hrtime()) {
        int fd = desk->fds[desk->first++];
        send(fd, "answer", 6, MSG_NOSIGNAL);
        close(fd);
    }
}

static bool is_open(const struct desk *desk)
{
    return !desk->closed || desk->count > 1 || desk->first < desk->end;
}

static void serve(void *arg)
{
    struct slow_server *server = arg;
    struct desk desk = {
        .watched = {{.fd = server->listener, .events = POLLIN}},
        .count = 1};
    stage_name(NULL, "server");
    while (is_open(&desk)) {
        poll(desk.watched, (nfds_t)desk.count, time_to_sleep(&desk));
        answer_due(&desk);
        for (int i = desk.count - 1; i > 0; i--)
            if (desk.watched[i].revents) {
                take_question(&desk, desk.watched[i].fd,
                              server->delay_ms);
                desk.watched[i] = desk.watched[--desk.count];
            }
        if (desk.watched[0].revents)
            let_in(&desk);
    }
}

int slow_server_start(struct slow_server *server, unsigned delay_ms)
{
    server->delay_ms = delay_ms;
    server->listener = socket_listen(&server->port);
    if (server->listener < 0)
        return server->listener;
    fcntl(server->listener, F_SETFL,
          fcntl(server->listener, F_GETFL) | O_NONBLOCK);
    int r = uv_thread_create(&server->thread, serve, server);
    if (r < 0)
        close(server->listener);
    return r;
}

void slow_server_close(struct slow_server *server)
{
    shutdown(server->listener, SHUT_RDWR);
    uv_thread_join(&server->thread);
    close(server->listener);
}
