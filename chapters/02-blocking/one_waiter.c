/* One waiter, four customers. A enters first and takes 100 ms to
 * decide; B, C and D ask at once. In the first act the waiter serves
 * whoever entered first, until she is served. In the second he asks the
 * kernel who is ready. The customers are the same in both: a thread
 * each, which blocks. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "chapters/02-blocking/acts.h"
#include "chapters/02-blocking/socket.h"
#include "engine/event/stage.h"

enum { CUSTOMERS = 4 };

struct customer {
    const char *name;
    unsigned decides_ms; /* before she asks */
    int fd;
    uv_thread_t thread;
};

/* region customer */
static void customer(void *arg)
{
    struct customer *self = arg;
    char cup[16];
    stage_name(NULL, self->name);
    if (self->decides_ms)
        uv_sleep(self->decides_ms);
    send(self->fd, "coffee?", 7, MSG_NOSIGNAL);
    if (recv(self->fd, cup, sizeof cup, 0) > 0) /* blocks */
        stage_say("%s is served", self->name);
}
/* end */

/* region serve */
/* Reads what the customer wants and brings it. Blocks until she has
 * asked. */
static void serve(int fd)
{
    char order[16];
    if (recv(fd, order, sizeof order, 0) > 0)
        send(fd, "coffee!", 7, MSG_NOSIGNAL);
    close(fd);
}
/* end */

/* region blocking */
static int one_at_a_time(int door)
{
    for (int served = 0; served < CUSTOMERS; served++) {
        int fd = accept(door, NULL, NULL);
        if (fd < 0)
            return -errno;
        serve(fd); /* all others stand behind this one */
    }
    return 0;
}
/* end */

/* region serve-ready */
/* Serves whoever poll has marked, and strikes her off the list. Returns
 * how long the list is then. */
static int serve_ready(struct pollfd *watched, int count)
{
    for (int i = count - 1; i > 0; i--) { /* 0 is the door */
        if (!watched[i].revents)          /* nothing from her */
            continue;
        serve(watched[i].fd);          /* she has asked */
        watched[i] = watched[--count]; /* the last takes her place */
    }
    return count;
}
/* end */

/* region poll */
static int whoever_is_ready(int door)
{
    struct pollfd watched[1 + CUSTOMERS] = {
        {.fd = door, .events = POLLIN}};
    int count = 1;
    for (int inside = 0; inside < CUSTOMERS || count > 1;) {
        /* Blocks until anyone is ready. */
        if (poll(watched, count, -1) < 0)
            return -errno;
        count = serve_ready(watched, count);
        if (watched[0].revents && inside < CUSTOMERS) {
            int fd = accept(door, NULL, NULL); /* someone is there */
            if (fd < 0)
                return -errno;
            watched[count++] =
                (struct pollfd){.fd = fd, .events = POLLIN};
            inside++;
        }
    }
    return 0;
}
/* end */

/* Lets the customers in, in order, then opens for business. */
static int shop(int (*business)(int door))
{
    struct customer customers[CUSTOMERS] = {
        {"A", 100}, {"B", 0}, {"C", 0}, {"D", 0}};
    unsigned short port;
    stage_name(NULL, "waiter");
    int door = socket_listen(&port), r = door < 0 ? door : 0,
        inside = 0;
    for (; r == 0 && inside < CUSTOMERS; inside++) {
        struct customer *next = &customers[inside];
        next->fd = socket_connect(port);
        if (next->fd < 0) {
            r = next->fd;
            break;
        }
        r = uv_thread_create(&next->thread, customer, next);
        if (r < 0) {
            close(next->fd);
            break;
        }
    }
    if (r == 0)
        r = business(door);
    if (door >= 0)
        close(door); /* whoever was not served reads the end, and leaves
                      */
    while (inside > 0) {
        uv_thread_join(&customers[--inside].thread);
        close(customers[inside].fd);
    }
    return r;
}

int one_waiter_blocking(void)
{
    return shop(one_at_a_time);
}

int one_waiter_poll(void)
{
    return shop(whoever_is_ready);
}
