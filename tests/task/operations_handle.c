/* Streams, listeners, datagrams, mailboxes, signals, watches and child processes: all that lives on
 * a handle of libuv. */
#include <arpa/inet.h>
#include <fcntl.h>
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
    task_stream_set_watermarks(ends[0], 7, 70000);
    task_write(ends[0], "ab\ncdefg", 8);
    task_flush(ends[0]);
    task_read_until(ends[1], '\n', text, sizeof text);
    task_read_exactly(ends[1], text, 3);
    task_read(ends[1], text, sizeof text);
    task_shutdown(ends[0]);
    task_shutdown(ends[0]);
    task_read(ends[1], text, sizeof text);
    task_stream_close(ends[0]);
    task_stream_close(ends[1]);
    task_stream_close(NULL);
    return 0;
}

static int writes_much(void *stream)
{
    static char much[4 * 1024 * 1024];

    return task_write(stream, much, sizeof much);
}

static int writers_take_turns(void *arg)
{
    struct task_stream *ends[2];
    struct task_scope scope;
    struct task *b;
    int sockets[2];

    (void)arg;
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets), 0);
    for (int i = 0; i < 2; i++)
        cr_assert_eq(task_pipe_open(sockets[i], &ends[i]), 0);
    b = task_spawn(writes_much, ends[0]);
    task_set_name(b, "b");
    task_yield();
    task_scope_enter(&scope, 5);
    task_scope_leave(&scope, task_write(ends[0], "x", 1));
    task_cancel(b);
    task_await(b);
    task_stream_close(ends[0]);
    task_stream_close(ends[1]);
    return 0;
}

static int terminal_opened(void *arg)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), slave;
    struct task_stream *terminal;

    (void)arg;
    cr_assert_geq(master, 0);
    cr_assert_eq(grantpt(master), 0);
    cr_assert_eq(unlockpt(master), 0);
    slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
    cr_assert_eq(task_tty_open(slave, &terminal), 0);
    task_stream_close(terminal);
    close(master);
    return 0;
}

static int nothing_opened(void *arg)
{
    char path[200] = "";
    struct task_listener *listener;
    struct task_signals *signals;
    struct task_stream *stream;
    struct task_watch *watch;
    struct task_udp *udp;
    struct sockaddr_in not_ours;
    struct sockaddr unknown = {.sa_family = AF_UNSPEC};

    (void)arg;
    memset(path, 'x', sizeof path - 1);
    uv_ip4_addr("192.0.2.1", 0, &not_ours); /* for documents: RFC 5737 */
    task_pipe_open(-1, &stream);
    task_pipe_connect(path, &stream);
    task_pipe_connect("/nonexistent", &stream);
    task_pipe_listen(path, 8, &listener);
    task_tcp_listen((struct sockaddr *)&not_ours, 8, &listener);
    task_tcp_connect(&unknown, &stream);
    task_udp_open((struct sockaddr *)&not_ours, &udp);
    task_signals_open(SIGKILL, &signals);
    task_watch_open("/nonexistent", &watch);
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

static int accepted_by_path(void *arg)
{
    struct task_listener *listener;
    struct task_stream *ends[2];
    char path[64];

    (void)arg;
    snprintf(path, sizeof path, "/tmp/operations-%d", (int)getpid());
    cr_assert_eq(task_pipe_listen(path, 8, &listener), 0);
    cr_assert_eq(task_pipe_connect(path, &ends[0]), 0);
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

static void post(void *mailbox)
{
    cr_assert_eq(task_mailbox_post(mailbox, &things), 0);
}

static int letters(void *arg)
{
    struct task_mailbox *mailbox;
    uv_thread_t thread;
    void *item;

    (void)arg;
    cr_assert_eq(task_mailbox_open(&mailbox), 0);
    post(mailbox);
    task_mailbox_receive(mailbox, &item);
    cr_assert_eq(uv_thread_create(&thread, post, mailbox), 0);
    uv_thread_join(&thread);
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
    struct task_process_options nobody = {.file = "/nonexistent"};
    struct task_process_options options = {.file = "cat", .piped = {true}};
    struct task_process *process;

    (void)arg;
    cr_assert_eq(task_process_start(&nobody, &process), UV_ENOENT);
    cr_assert_eq(task_process_start(&options, &process), 0);
    task_process_kill(process, SIGTERM);
    task_process_wait(process, NULL, NULL);
    task_process_wait(process, NULL, NULL);
    task_process_kill(process, SIGTERM);
    task_process_close(process);
    return 0;
}

/* It has ended before: so what is still waited for is known. */
static int child_finished(void *arg)
{
    char *words[] = {"sh", "-c", "echo ab", NULL}, *data;
    struct task_process_options options = {
        .file = "sh", .arguments = words, .piped = {false, true}};
    struct task_process *process;
    int64_t status;
    size_t size;

    (void)arg;
    cr_assert_eq(task_process_start(&options, &process), 0);
    cr_assert_eq(task_process_wait(process, NULL, NULL), 0);
    cr_assert_eq(task_process_finish(process, 1, 16, &data, &size, &status), 0);
    free(data);
    task_process_close(process);
    return 0;
}

/* --- the rows --------------------------------------------------------------------------------- */

#define CLOSED "main close handle 0\n"

const struct operation_row operations_handle[] = {
    {"task_pipe_open task_stream_set_watermarks task_write task_flush task_read_until "
     "task_read_exactly task_read task_shutdown task_stream_close",
     stream_both_ways,
     "main open handle 0\n"
     "main open handle 0\n"
     "main set handle 70000\n"
     "main write handle 8\n"
     "main flush handle 0\n"
     "main waits handle\n"
     "main read handle 3\n"
     "main read handle 3\n"
     "main read handle 2\n"
     "main waits handle\n"
     "main shutdown handle 0\n"
     "main shutdown handle ENOTCONN\n"
     "main waits handle\n"
     "main read handle EOF\n" CLOSED CLOSED},
    {"task_write", writers_take_turns,
     "main open handle 0\n"
     "main open handle 0\n"
     "b waits handle\n"
     "main enter scope 5\n"
     "main waits handle of b\n"
     "loop cancel scope ETIMEDOUT\n"
     "main write handle ECANCELED\n"
     "main leave scope ETIMEDOUT\n"
     "main wakes b\n"
     "main cancel b 0\n"
     "main waits b\n"
     "b write handle ECANCELED\n"
     "b wakes main\n"
     "main await b ECANCELED\n" CLOSED CLOSED},
    {"task_pipe_open task_pipe_connect task_pipe_listen task_tcp_listen task_tcp_connect "
     "task_udp_open task_signals_open task_watch_open",
     nothing_opened,
     "main open - EBADF\n"
     "main connect - ENAMETOOLONG\n"
     "main waits handle\n"
     "main connect handle ENOENT\n"
     "main listen - ENAMETOOLONG\n"
     "main listen - EADDRNOTAVAIL\n"
     "main connect handle EINVAL\n"
     "main open - EADDRNOTAVAIL\n"
     "main open - EINVAL\n"
     "main open - ENOENT\n"},
    {"task_tty_open", terminal_opened,
     "main open handle 0\n"
     "main close handle 0\n"},
    {"task_tcp_listen task_tcp_connect task_accept task_listener_close", accepted,
     "main listen handle 0\n"
     "main waits handle\n" /* until it is connected */
     "main connect handle 0\n"
     "main accept handle 0\n" CLOSED CLOSED CLOSED},
    {"task_pipe_listen task_pipe_connect", accepted_by_path,
     "main listen handle 0\n"
     "main waits handle\n"
     "main connect handle 0\n"
     "main accept handle 0\n" CLOSED CLOSED CLOSED},
    {"task_udp_open task_udp_send task_udp_receive task_udp_close", datagram,
     "main open handle 0\n"
     "main send handle 3\n"
     "main waits handle\n"
     "main receive handle 3\n" CLOSED},
    {"task_mailbox_open task_mailbox_post task_mailbox_receive task_mailbox_close", letters,
     "main open handle 0\n"
     "main post handle 0\n"
     "main receive handle 0\n"
     "thread post handle 0\n"
     "main receive handle 0\n" CLOSED},
    {"task_signals_open task_signals_next task_signals_close", signal_came,
     "main open handle 0\n"
     "main next handle 0\n" CLOSED},
    {"task_watch_open task_watch_next task_watch_close", file_made,
     "main open handle 0\n"
     "main next handle 1\n" CLOSED},
    {"task_process_start task_process_wait task_process_kill task_process_close", child_ended,
     "main start - ENOENT\n"
     "main start handle N\n"
     "main kill handle 15\n"
     "main waits handle\n"
     "main wait handle 0\n"
     "main wait handle 0\n"
     "main kill handle ESRCH\n" CLOSED},
    {"task_process_finish task_process_close", child_finished,
     "main start handle N\n"
     "main waits handle\n"
     "main wait handle 0\n"
     "main waits handle\n"
     "main read handle 3\n"
     "main read handle EOF\n"
     "main wait handle 0\n" CLOSED},
    {NULL, NULL, NULL},
};
