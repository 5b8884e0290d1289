/* An echo server over loopback, 64 bytes a message: tasks beside plain libuv callbacks with
 * uv_try_write, which is the fastest that libuv can do. The client is the same for both, on a
 * thread of its own. What is compared is the processor time of the server's thread for the same
 * number of messages, which a busy machine disturbs least. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <uv.h>

#include "engine/task/task.h"
#include "engine/task/task_group.h"
#include "engine/task/task_stream.h"

enum { SIZE = 64, MESSAGES = 20000, ROUNDS = 7 };

static int connections;
static struct sockaddr_in address;

/* The client: each connection sends, waits for the echo, sends again. */
struct peer {
    uv_tcp_t tcp;
    uv_connect_t connect;
    char data[SIZE];
    int got, left;
};

static void on_client_alloc(uv_handle_t *handle, size_t size, uv_buf_t *ret_buf)
{
    struct peer *peer = handle->data;

    (void)size;
    *ret_buf = uv_buf_init(peer->data, SIZE);
}

static void send_one(struct peer *peer)
{
    uv_buf_t buf = uv_buf_init(peer->data, SIZE);

    if (uv_try_write((uv_stream_t *)&peer->tcp, &buf, 1) != SIZE)
        abort();
}

static void on_client_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *buf)
{
    struct peer *peer = stream->data;

    (void)buf;
    if (got < 0)
        abort();
    peer->got += (int)got;
    if (peer->got < SIZE)
        return;
    peer->got = 0;
    if (--peer->left > 0) {
        send_one(peer);
        return;
    }
    uv_close((uv_handle_t *)stream, NULL);
}

static int connected;
static struct peer *peers;

static void on_client_connect(uv_connect_t *request, int status)
{
    struct peer *peer = request->handle->data;

    if (status)
        abort();
    uv_read_start((uv_stream_t *)&peer->tcp, on_client_alloc, on_client_read);
    if (++connected < connections)
        return;
    for (int i = 0; i < connections; i++)
        send_one(&peers[i]);
}

static void run_client(void *arg)
{
    uv_loop_t loop;

    (void)arg;
    uv_loop_init(&loop);
    peers = calloc((size_t)connections, sizeof *peers);
    if (!peers)
        abort();
    connected = 0;
    for (int i = 0; i < connections; i++) {
        struct peer *peer = &peers[i];
        uv_tcp_init(&loop, &peer->tcp);
        uv_tcp_nodelay(&peer->tcp, 1);
        peer->tcp.data = peer;
        peer->left = MESSAGES / connections;
        uv_tcp_connect(&peer->connect, &peer->tcp, (struct sockaddr *)&address, on_client_connect);
    }
    uv_run(&loop, UV_RUN_DEFAULT);
    if (uv_loop_close(&loop))
        abort();
    free(peers);
}

static double processor_time(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* The server in callbacks. */
struct conversation {
    uv_tcp_t tcp;
    char data[SIZE];
};

static uv_tcp_t server;
static int served;

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
        if (++served == connections)
            uv_close((uv_handle_t *)&server, NULL);
        return;
    }
    back = uv_buf_init(buf->base, (unsigned)got);
    if (got && uv_try_write(stream, &back, 1) != got)
        abort();
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
}

static double callbacks(void)
{
    struct sockaddr_in any;
    int size = sizeof address;
    double start = processor_time();
    uv_thread_t client;
    uv_loop_t loop;

    served = 0;
    uv_loop_init(&loop);
    uv_ip4_addr("127.0.0.1", 0, &any);
    uv_tcp_init(&loop, &server);
    uv_tcp_bind(&server, (struct sockaddr *)&any, 0);
    uv_listen((uv_stream_t *)&server, 511, on_connection);
    uv_tcp_getsockname(&server, (struct sockaddr *)&address, &size);
    uv_thread_create(&client, run_client, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_thread_join(&client);
    uv_loop_close(&loop);
    return processor_time() - start;
}

/* The server in tasks. */
static int converse(void *arg)
{
    struct task_stream *stream = arg;
    char data[SIZE];
    ssize_t got;

    while ((got = task_read(stream, data, sizeof data)) > 0)
        if (task_write(stream, data, (size_t)got))
            abort();
    task_stream_close(stream);
    return 0;
}

static int serve(void *arg)
{
    struct task_listener *listener;
    struct task_group group;
    struct sockaddr_in any;

    (void)arg;
    uv_ip4_addr("127.0.0.1", 0, &any);
    if (task_tcp_listen((struct sockaddr *)&any, 511, &listener))
        abort();
    uv_ip4_addr("127.0.0.1", task_listener_port(listener), &address);
    uv_thread_create(arg, run_client, NULL);
    task_group_open(&group);
    for (int i = 0; i < connections; i++) {
        struct task_stream *stream;
        if (task_accept(listener, &stream))
            abort();
        task_group_spawn(&group, converse, stream);
    }
    task_listener_close(listener);
    return task_group_close(&group, 0);
}

static double tasks(void)
{
    double start = processor_time();
    uv_thread_t client;
    uv_loop_t loop;

    uv_loop_init(&loop);
    task_run(&loop, serve, &client);
    uv_thread_join(&client);
    uv_loop_close(&loop);
    return processor_time() - start;
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
        of_callbacks[i] = callbacks() / MESSAGES;
        of_tasks[i] = tasks() / MESSAGES;
        ratio[i] = of_callbacks[i] / of_tasks[i];
    }
    qsort(of_callbacks, ROUNDS, sizeof(double), by_value);
    qsort(of_tasks, ROUNDS, sizeof(double), by_value);
    qsort(ratio, ROUNDS, sizeof(double), by_value);
    printf(
        "echo, %3d connections: callbacks %6.0f ns a message, tasks %6.0f; of its throughput %.3f "
        "(%.3f to %.3f), best against best %.3f   target 0.98\n",
        n, of_callbacks[ROUNDS / 2], of_tasks[ROUNDS / 2], ratio[ROUNDS / 2], ratio[0],
        ratio[ROUNDS - 1], of_callbacks[0] / of_tasks[0]);
}

int main(void)
{
    compare(50);
    compare(500);
    return 0;
}
