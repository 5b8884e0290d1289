/* One thread, one poll(2), any number of customers: each connection is
 * answered when its time has come. All questions take equally long, so
 * the one that arrived first is due first, and the connections form a
 * queue. It is a loop in miniature; chapter 05 builds a fuller one. */
#include "chapters/02-blocking/slow_server.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "chapters/02-blocking/socket.h"
#include "engine/event/stage.h"

enum { MOST = 256 };

struct queue {
    int fds[MOST];
    uint64_t due[MOST]; /* ns */
    int first, end;     /* those in between wait for their answer */
};

static int ms_until(uint64_t due)
{
    uint64_t now = uv_hrtime();
    return due <= now ? 0 : (int)((due - now + 999999) / 1000000);
}

static void answer_due(struct queue *queue)
{
    while (queue->first < queue->end &&
           queue->due[queue->first] <= uv_hrtime()) {
        int fd = queue->fds[queue->first++];
        send(fd, "answer", 6, MSG_NOSIGNAL);
        close(fd);
    }
}

/* A customer comes in and asks; her answer is due after the delay. */
static void take_question(struct slow_server *server,
                          struct queue *queue)
{
    char question[64];
    int fd = accept(server->listener, NULL, NULL);
    if (fd < 0) {
        /* The door was closed: nobody else comes. */
        server->questions = queue->end;
        return;
    }
    if (recv(fd, question, sizeof question, 0) <= 0) {
        close(fd);
        server->questions--;
        return;
    }
    queue->fds[queue->end] = fd;
    queue->due[queue->end++] =
        uv_hrtime() + server->delay_ms * 1000000ull;
}

static void serve(void *arg)
{
    struct slow_server *server = arg;
    struct queue queue = {.first = 0};
    struct pollfd door = {.fd = server->listener, .events = POLLIN};
    stage_name(NULL, "server");
    while (queue.first < server->questions) {
        bool waiting = queue.first < queue.end;
        poll(&door, 1, waiting ? ms_until(queue.due[queue.first]) : -1);
        if (door.revents)
            take_question(server, &queue);
        answer_due(&queue);
    }
}

int slow_server_start(struct slow_server *server, unsigned delay_ms,
                      int questions)
{
    server->delay_ms = delay_ms;
    server->questions = questions < MOST ? questions : MOST;
    server->listener = socket_listen(&server->port);
    if (server->listener < 0)
        return server->listener;
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
