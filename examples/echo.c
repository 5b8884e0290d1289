/* An echo server: every connection is a task that reads top to bottom. Ctrl-C ends it: the listener
 * and the conversations are cancelled, each closes its stream, and the program returns.
 *
 *     echo [PORT]        then, elsewhere: nc 127.0.0.1 PORT */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

#include "engine/task/task.h"
#include "engine/task/task_group.h"
#include "engine/task/task_signal.h"
#include "engine/task/task_stream.h"

static int port = 7007;

static int converse(void *arg)
{
    struct task_stream *stream = arg;
    char data[1024];
    ssize_t got;
    int error = 0;

    while (error == 0 && (got = task_read(stream, data, sizeof data)) > 0)
        error = task_write(stream, data, (size_t)got);
    task_stream_close(stream);
    return 0; /* one broken connection is no reason to end the others */
}

static int accept_all(void *arg)
{
    struct task_listener *listener = arg;
    struct task_stream *stream;
    struct task_group group;
    int error;

    task_group_open(&group);
    while ((error = task_accept(listener, &stream)) == 0)
        if (!task_group_spawn(&group, converse, stream))
            task_stream_close(stream);
    return task_group_close(&group, error);
}

static int serve(void *arg)
{
    struct task_listener *listener;
    struct task_signals *interrupt = NULL;
    struct sockaddr_in address;
    struct task_group group;
    int error;

    (void)arg;
    uv_ip4_addr("127.0.0.1", port, &address);
    error = task_tcp_listen((struct sockaddr *)&address, 128, &listener);
    if (error)
        return error;
    printf("listening on port %d\n", task_listener_port(listener));
    fflush(stdout);
    error = task_signals_open(SIGINT, &interrupt);
    task_group_open(&group);
    if (error == 0 && !task_group_spawn(&group, accept_all, listener))
        error = UV_ENOMEM;
    if (error == 0)
        error = task_signals_next(interrupt); /* everything else goes on meanwhile */
    if (error == 0)
        task_group_cancel(&group);
    error = task_group_close(&group, error);
    task_signals_close(interrupt);
    task_listener_close(listener);
    return error;
}

int main(int argc, char **argv)
{
    uv_loop_t loop;
    int error;

    if (argc > 1)
        port = atoi(argv[1]);
    uv_loop_init(&loop);
    error = task_run(&loop, serve, NULL);
    uv_loop_close(&loop);
    if (error)
        fprintf(stderr, "echo: %s\n", uv_strerror(error));
    return error != 0;
}
