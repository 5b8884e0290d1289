/* An echo server over loopback, 64 bytes a message: tasks beside plain libuv callbacks with
 * uv_try_write, which is the fastest that libuv can do.
 *
 * The clients are plain sockets, served by hand from a prepare handle of the same loop: when all
 * messages have come back, each sends its next. What is compared is the processor time of all the
 * rest of the loop. So both servers find the same number of connections ready at each poll, and no
 * other thread takes part: with clients on a thread of their own the ratio was anything from 0.6 to
 * 2 on a busy machine. */
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include "engine/task/task.h"
#include "engine/task/task_group.h"
#include "engine/task/task_stream.h"

enum { SIZE = 64, MOST = 500, MESSAGES = 10000, ROUNDS = 25 };

static int connections;

static double processor_time(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* The clients. */
static int clients[MOST];
static int accepted, echoed, exchanges;
static double served_since, spent;
static uv_prepare_t driver;

static void connect_all(const struct sockaddr *address)
{
    int one = 1;

    for (int i = 0; i < connections; i++) {
        clients[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (clients[i] < 0 || connect(clients[i], address, sizeof(struct sockaddr_in)))
            abort();
        setsockopt(clients[i], IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    }
}

static void exchange_all(bool take, bool give)
{
    static char data[SIZE];

    for (int i = 0; i < connections; i++) {
        if (take && read(clients[i], data, SIZE) != SIZE)
            abort();
        if (give ? write(clients[i], data, SIZE) != SIZE : close(clients[i]))
            abort();
    }
}

/* The first exchange only warms up: every stack and buffer has been used then. */
static void drive(uv_prepare_t *prepare)
{
    if (accepted < connections || echoed < exchanges * connections)
        return;
    if (exchanges > 1)
        spent += processor_time() - served_since;
    if (exchanges == 1 + MESSAGES / connections) {
        exchange_all(true, false);
        uv_close((uv_handle_t *)prepare, NULL);
        return;
    }
    exchange_all(exchanges > 0, true);
    exchanges++;
    served_since = processor_time();
}

static void start_clients(uv_loop_t *loop, const struct sockaddr *address)
{
    accepted = echoed = exchanges = 0;
    spent = 0;
    connect_all(address);
    uv_prepare_init(loop, &driver);
    uv_prepare_start(&driver, drive);
}

/* The server in callbacks. */
struct conversation {
    uv_tcp_t tcp;
    char data[SIZE];
};

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void on_alloc(uv_handle_t *handle, size_t size, uv_buf_t *ret_buf)
{
    struct conversation *conversation = handle->data;

    (void)size;
    *ret_buf = uv_buf_init(conversation->data, SIZE);
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *buf)
{
    uv_buf_t back;

    if (got < 0) {
        uv_close((uv_handle_t *)stream, on_closed);
        return;
    }
    back = uv_buf_init(buf->base, (unsigned)got);
    if (got && uv_try_write(stream, &back, 1) != got)
        abort();
    echoed += got > 0;
}

static void on_connection(uv_stream_t *listener, int status)
{
    struct conversation *conversation = malloc(sizeof *conversation);

    if (status || !conversation)
        abort();
    uv_tcp_init(listener->loop, &conversation->tcp);
    conversation->tcp.data = conversation;
    uv_accept(listener, (uv_stream_t *)&conversation->tcp);
    uv_read_start((uv_stream_t *)&conversation->tcp, on_alloc, on_read);
    if (++accepted == connections)
        uv_close((uv_handle_t *)listener, NULL);
}

static void callbacks(uv_loop_t *loop)
{
    struct sockaddr_in address;
    int size = sizeof address;
    uv_tcp_t server;

    uv_ip4_addr("127.0.0.1", 0, &address);
    uv_tcp_init(loop, &server);
    uv_tcp_bind(&server, (struct sockaddr *)&address, 0);
    uv_listen((uv_stream_t *)&server, MOST, on_connection);
    uv_tcp_getsockname(&server, (struct sockaddr *)&address, &size);
    start_clients(loop, (struct sockaddr *)&address);
    uv_run(loop, UV_RUN_DEFAULT);
}

/* The server in tasks. */
static int converse(void *arg)
{
    struct task_stream *stream = arg;
    char data[SIZE];
    ssize_t got;

    while ((got = task_read(stream, data, sizeof data)) > 0) {
        if (task_write(stream, data, (size_t)got))
            abort();
        echoed++;
    }
    task_stream_close(stream);
    return 0;
}

static int serve(void *arg)
{
    struct task_listener *listener;
    struct sockaddr_in address;
    struct task_group group;

    uv_ip4_addr("127.0.0.1", 0, &address);
    if (task_tcp_listen((struct sockaddr *)&address, MOST, &listener))
        abort();
    uv_ip4_addr("127.0.0.1", task_listener_port(listener), &address);
    start_clients(arg, (struct sockaddr *)&address);
    task_group_open(&group);
    for (; accepted < connections; accepted++) {
        struct task_stream *stream;
        if (task_accept(listener, &stream) || !task_group_spawn(&group, converse, stream))
            abort();
    }
    task_listener_close(listener);
    return task_group_close(&group, 0);
}

static void tasks(uv_loop_t *loop)
{
    task_run(loop, serve, loop);
}

/* A message, ns. */
static double time_of(void (*server)(uv_loop_t *loop))
{
    uv_loop_t loop;

    uv_loop_init(&loop);
    server(&loop);
    if (uv_loop_close(&loop))
        abort();
    return spent / MESSAGES;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void compare(int n)
{
    double of_callbacks[ROUNDS], of_tasks[ROUNDS], ratio[ROUNDS];

    connections = n;
    for (int i = 0; i < ROUNDS; i++) {
        of_callbacks[i] = time_of(callbacks);
        of_tasks[i] = time_of(tasks);
        ratio[i] = of_callbacks[i] / of_tasks[i];
    }
    qsort(of_callbacks, ROUNDS, sizeof(double), by_value);
    qsort(of_tasks, ROUNDS, sizeof(double), by_value);
    qsort(ratio, ROUNDS, sizeof(double), by_value);
    printf("echo, %3d connections: callbacks %6.0f ns a message, tasks %6.0f; of its throughput "
           "%.3f (%.3f to %.3f), best against best %.3f   target 0.98\n",
           n, of_callbacks[ROUNDS / 2], of_tasks[ROUNDS / 2], ratio[ROUNDS / 2], ratio[0],
           ratio[ROUNDS - 1], of_callbacks[0] / of_tasks[0]);
}

int main(void)
{
    compare(50);
    compare(MOST);
    return 0;
}
