/* See echo_server.h. Each connection echoes one message at a time, from a buffer of its own. */
#include "tests/bench/probe/echo_server.h"

#include <arpa/inet.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <uv.h>

struct peer {
    uv_tcp_t tcp;
    char buffer[1024];
    char answer[1024];
    uv_write_t write;
};

static uv_loop_t loop;
static uv_tcp_t listener;
static int open_peers;

void echo_pin(int cpu)
{
    cpu_set_t cpus;

    CPU_ZERO(&cpus);
    CPU_SET(cpu, &cpus);
    sched_setaffinity(0, sizeof cpus, &cpus);
}

static void on_closed(uv_handle_t *handle)
{
    free(handle);
    if (--open_peers == 0)
        uv_close((uv_handle_t *)&listener, NULL);
}

static void give(uv_handle_t *handle, size_t size, uv_buf_t *buffer)
{
    struct peer *peer = (struct peer *)handle;

    (void)size;
    *buffer = uv_buf_init(peer->buffer, sizeof peer->buffer);
}

static void on_written(uv_write_t *req, int status)
{
    (void)req, (void)status;
}

static void on_read(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
    struct peer *peer = (struct peer *)stream;
    uv_buf_t answer;

    if (length < 0) {
        uv_close((uv_handle_t *)stream, on_closed);
        return;
    }
    memcpy(peer->answer, buffer->base, (size_t)length);
    answer = uv_buf_init(peer->answer, (unsigned)length);
    uv_write(&peer->write, stream, &answer, 1, on_written);
}

static void on_connection(uv_stream_t *server, int status)
{
    struct peer *peer = calloc(1, sizeof *peer);

    if (status || !peer)
        abort();
    open_peers++;
    uv_tcp_init(&loop, &peer->tcp);
    uv_accept(server, (uv_stream_t *)&peer->tcp);
    uv_tcp_nodelay(&peer->tcp, 1);
    uv_read_start((uv_stream_t *)&peer->tcp, give, on_read);
}

static int64_t cpu_time(void)
{
    struct timespec time;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

int64_t echo_serve(int cpu, void (*listening)(int port))
{
    struct sockaddr_in address;
    int length = sizeof address;
    int64_t begin;

    echo_pin(cpu);
    uv_loop_init(&loop);
    uv_tcp_init(&loop, &listener);
    uv_ip4_addr("127.0.0.1", 0, &address);
    uv_tcp_bind(&listener, (struct sockaddr *)&address, 0);
    uv_listen((uv_stream_t *)&listener, 128, on_connection);
    uv_tcp_getsockname(&listener, (struct sockaddr *)&address, &length);
    begin = cpu_time();
    listening(ntohs(address.sin_port));
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
    return cpu_time() - begin;
}
