/* Streams, listeners, datagrams, mailboxes, signals, watches and child processes: all that lives on
 * a handle of libuv. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/task/task_fs.h"
#include "engine/task/task_offload.h"
#include "engine/task/task_process.h"
#include "engine/task/task_signal.h"
#include "engine/task/task_stream.h"
#include "engine/task/task_udp.h"
#include "tests/task/operations.h"

/* The loop sees what has come meanwhile: it polls before a clock that jumps ahead jumps. */
static int let_it_come(void)
{
    return task_sleep(1);
}

static int stream_both_ways(void *arg)
{
    struct task_stream *ends[2];
    int sockets[2];
    char text[16];

    (void)arg;
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets), 0);
    for (int i = 0; i < 2; i++)
        cr_assert_eq(task_pipe_open(sockets[i], &ends[i]), 0);
    task_write(ends[0], "ab\ncdefg", 8);
    task_flush(ends[0]);
    task_read_until(ends[1], '\n', text, sizeof text);
    task_read_exactly(ends[1], text, 3);
    task_read(ends[1], text, sizeof text);
    task_stream_close(ends[0]);
    task_read(ends[1], text, sizeof text);
    task_stream_close(ends[1]);
    return 0;
}

static int accepted(void *arg)
{
    struct task_listener *listener;
    struct task_stream *ends[2];
    struct sockaddr_in address;

    (void)arg;
    uv_ip4_addr("127.0.0.1", 0, &address);
    cr_assert_eq(task_tcp_listen((struct sockaddr *)&address, 8, &listener), 0);
    uv_ip4_addr("127.0.0.1", task_listener_port(listener), &address);
    cr_assert_eq(task_tcp_connect((struct sockaddr *)&address, &ends[0]), 0);
    let_it_come();
    task_accept(listener, &ends[1]);
    task_stream_close(ends[0]);
    task_stream_close(ends[1]);
    task_listener_close(listener);
    return 0;
}

static int datagram(void *arg)
{
    struct sockaddr_in address;
    struct task_udp *udp;
    char text[16];

    (void)arg;
    uv_ip4_addr("127.0.0.1", 0, &address);
    cr_assert_eq(task_udp_open((struct sockaddr *)&address, &udp), 0);
    uv_ip4_addr("127.0.0.1", task_udp_port(udp), &address);
    task_udp_send(udp, "abc", 3, (struct sockaddr *)&address);
    task_udp_receive(udp, text, sizeof text, NULL);
    task_udp_close(udp);
    return 0;
}

static int letter(void *arg)
{
    struct task_mailbox *mailbox;
    void *item;

    (void)arg;
    cr_assert_eq(task_mailbox_open(&mailbox), 0);
    cr_assert_eq(task_mailbox_post(mailbox, &things), 0);
    task_mailbox_receive(mailbox, &item);
    task_mailbox_close(mailbox, NULL);
    return 0;
}

static int signal_came(void *arg)
{
    struct task_signals *signals;

    (void)arg;
    cr_assert_eq(task_signals_open(SIGUSR1, &signals), 0);
    raise(SIGUSR1);
    let_it_come();
    task_signals_next(signals);
    task_signals_close(signals);
    return 0;
}

static int file_made(void *arg)
{
    char folder[] = "/tmp/operations-XXXXXX", path[64], name[64];
    struct task_watch *watch;

    (void)arg;
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/a", folder);
    cr_assert_eq(task_watch_open(folder, &watch), 0);
    fclose(fopen(path, "w"));
    let_it_come();
    task_watch_next(watch, name, sizeof name);
    task_watch_close(watch);
    unlink(path);
    rmdir(folder);
    return 0;
}

static int child_ended(void *arg)
{
    struct task_process_options options = {.file = "true"};
    struct task_process *process;

    (void)arg;
    cr_assert_eq(task_process_start(&options, &process), 0);
    task_process_wait(process, NULL, NULL);
    task_process_wait(process, NULL, NULL);
    task_process_close(process);
    return 0;
}

/* --- the rows --------------------------------------------------------------------------------- */

const struct operation_row operations_handle[] = {
    {"task_write task_flush task_read_until task_read_exactly task_read", stream_both_ways,
     "main write handle 8\n"
     "main flush handle 0\n"
     "main waits handle\n"
     "main read handle 3\n"
     "main read handle 3\n"
     "main read handle 2\n"
     "main waits handle\n"
     "main read handle EOF\n"},
    {"task_accept", accepted,
     "main waits handle\n" /* until it is connected */
     "main accept handle 0\n"},
    {"task_udp_send task_udp_receive", datagram,
     "main send handle 3\n"
     "main waits handle\n"
     "main receive handle 3\n"},
    {"task_mailbox_receive", letter, "main receive handle 0\n"},
    {"task_signals_next", signal_came, "main next handle 0\n"},
    {"task_watch_next", file_made, "main next handle 1\n"},
    {"task_process_wait", child_ended,
     "main waits handle\n"
     "main wait handle 0\n"
     "main wait handle 0\n"},
    {NULL, NULL, NULL},
};
