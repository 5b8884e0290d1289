/* Streams over loopback and socket pairs. Virtual time: what is sent over loopback is there at
 * once, and what is timed out would never have come. */
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/task/task_group.h"
#include "engine/task/task_stream.h"
#include "engine/task/task_sync.h"
#include "tests/task/support.h"

static struct task_listener *listener;
static struct task_stream *near, *far; /* the two ends of one connection */

static struct sockaddr_in loopback(int port)
{
    struct sockaddr_in address;

    uv_ip4_addr("127.0.0.1", port, &address);
    return address;
}

static void listen_somewhere(void)
{
    struct sockaddr_in address = loopback(0);

    cr_assert_eq(task_tcp_listen((struct sockaddr *)&address, 16, &listener), 0);
}

static int connects(void *arg)
{
    struct sockaddr_in address = loopback(task_listener_port(listener));

    return task_tcp_connect((struct sockaddr *)&address, arg);
}

static void open_connection(void)
{
    struct task *task;

    listen_somewhere();
    task = task_spawn(connects, &near);
    cr_assert_eq(task_accept(listener, &far), 0);
    cr_assert_eq(task_await(task), 0);
}

static void close_connection(void)
{
    task_stream_close(near);
    task_stream_close(far);
    task_listener_close(listener);
}

static int (*test_body)(void);

static int with_connection(void *arg)
{
    int result;

    (void)arg;
    open_connection();
    result = test_body();
    close_connection();
    return result;
}

static int run_connected(int (*body)(void))
{
    test_body = body;
    return run_in_virtual_time(with_connection, NULL);
}

static int talk(void)
{
    char text[64];

    cr_assert_eq(task_write(near, "hello", 5), 0);
    cr_assert_eq(task_read(far, text, sizeof text), 5);
    cr_assert_eq(task_write(far, text, 3), 0);
    cr_assert_eq(task_read_exactly(near, text + 10, 3), 0);
    cr_assert_eq(memcmp(text + 10, "hel", 3), 0);
    cr_assert_eq(task_read(near, text, 0), 0);
    cr_assert_eq(task_shutdown(near), 0);
    cr_assert_eq(task_read(far, text, sizeof text), UV_EOF);
    cr_assert_eq(task_read(far, text, sizeof text), UV_EOF);
    cr_assert_eq(task_read_exactly(far, text, 1), UV_EOF);
    cr_assert_eq(task_write(far, "still", 5), 0); /* the other half is open */
    cr_assert_eq(task_read(near, text, sizeof text), 5);
    return 0;
}

Test(stream, bytes_go_both_ways_and_end, .timeout = 20)
{
    cr_assert_eq(run_connected(talk), 0);
}

static int writes_slowly(void *arg)
{
    for (const char *at = arg; *at; at++) {
        task_write(near, at, 1);
        task_sleep(1);
    }
    return task_shutdown(near);
}

static int splits(void)
{
    struct task *writer = task_spawn(writes_slowly, "one\ntwo\n\nfour");
    char text[64];

    for (int i = 0; i < 3; i++) {
        ssize_t n = task_read_until(far, '\n', text, sizeof text);
        cr_assert_gt(n, 0);
        text[n - 1] = '\0';
        log_add(text);
    }
    cr_assert_eq(task_read_until(far, '\n', text, sizeof text), 4); /* without delimiter */
    cr_assert_eq(memcmp(text, "four", 4), 0);
    cr_assert_eq(task_read_until(far, '\n', text, sizeof text), UV_EOF);
    return task_await(writer);
}

Test(stream, lines_survive_split_reads, .timeout = 20)
{
    cr_assert_eq(run_connected(splits), 0);
    cr_assert_str_eq(task_log, "one two ");
}

static int too_long(void)
{
    char text[64];

    task_write(near, "123456789\nab\n", 13);
    cr_assert_eq(task_read_until(far, '\n', text, 4), UV_ENOBUFS);
    cr_assert_eq(task_read_until(far, '\n', text, 10), 10); /* nothing was lost */
    cr_assert_eq(task_read_until(far, '\n', text, sizeof text), 3);
    return 0;
}

Test(stream, a_line_that_is_too_long_stays_unread, .timeout = 20)
{
    cr_assert_eq(run_connected(too_long), 0);
}

static int reads_far(void *arg)
{
    return (int)task_read(far, arg, 64);
}

static int cancels_reader(void)
{
    char text[64];
    struct task *reader = task_spawn(reads_far, text);

    task_yield();
    cr_assert_eq(task_read(far, text, 1), UV_EBUSY);
    task_cancel(reader);
    cr_assert_eq(task_await(reader), UV_ECANCELED);
    cr_assert_eq(task_timeout(5, reads_far, text), UV_ETIMEDOUT);
    task_write(near, "kept", 4); /* comes while nobody reads */
    task_sleep(1);
    cr_assert_eq(task_read(far, text, 2), 2);
    cr_assert_eq(task_read(far, text + 2, 62), 2);
    cr_assert_eq(memcmp(text, "kept", 4), 0);
    return 0;
}

Test(stream, a_cancelled_read_takes_nothing, .timeout = 20)
{
    cr_assert_eq(run_connected(cancels_reader), 0);
}

static int closes_under_reader(void)
{
    char text[64];
    struct task *reader = task_spawn(reads_far, text);

    task_yield();
    task_stream_close(far);
    cr_assert_eq(task_await(reader), UV_EBADF);
    far = NULL;
    return 0;
}

Test(stream, closing_wakes_who_reads, .timeout = 20)
{
    cr_assert_eq(run_connected(closes_under_reader), 0);
}

enum { BIG = 8 << 20 };
static char *big;

static int writes_big(void *arg)
{
    (void)arg;
    return task_write(near, big, BIG);
}

static int reads_slowly(void)
{
    struct task *writer = task_spawn(writes_big, NULL);
    char part[7001];
    size_t total = 0;

    for (int i = 0; i < 50; i++)
        task_yield();
    cr_assert_not(
        task_has_ended(writer)); /* it waits at the watermark, or at the kernel's buffer */
    cr_assert_leq(uv_stream_get_write_queue_size(task_stream_handle(near)), 128 * 1024);
    while (total < BIG) {
        ssize_t n = task_read(far, part, sizeof part);
        cr_assert_gt(n, 0);
        cr_assert_eq(memcmp(part, big + total, (size_t)n), 0);
        total += (size_t)n;
    }
    return task_await(writer);
}

static void fill_big(void)
{
    big = malloc(BIG);
    cr_assert_not_null(big);
    for (int i = 0; i < BIG; i++)
        big[i] = (char)(i * 31 + i / 977);
}

static void free_big(void)
{
    free(big);
}

Test(stream, a_writer_waits_for_a_slow_reader, .timeout = 30, .init = fill_big, .fini = free_big)
{
    cr_assert_eq(run_connected(reads_slowly), 0);
}

static int writes_ab(void *arg)
{
    for (int i = 0; i < 3; i++)
        cr_assert_eq(task_write(near, arg, 1 << 20), 0);
    return 0;
}

static int two_writers(void)
{
    struct task *tasks[2];
    static char part[65536]; /* too large for the stack of a task */
    int changes = 0;
    char now = 0;

    memset(big, 'a', 1 << 20);
    memset(big + (1 << 20), 'b', 1 << 20);
    tasks[0] = task_spawn(writes_ab, big);
    tasks[1] = task_spawn(writes_ab, big + (1 << 20));
    for (size_t total = 0; total < 6 << 20;) {
        ssize_t n = task_read(far, part, sizeof part);
        cr_assert_gt(n, 0);
        for (ssize_t i = 0; i < n; i++)
            changes += part[i] != now ? 1 : 0, now = part[i];
        total += (size_t)n;
    }
    cr_assert_leq(changes, 6); /* six whole pieces: none is torn */
    return task_gather(tasks, 2, NULL);
}

Test(stream, two_writers_do_not_mix, .timeout = 30, .init = fill_big, .fini = free_big)
{
    cr_assert_eq(run_connected(two_writers), 0);
}

static int flushes(void *arg)
{
    (void)arg;
    return task_flush(near);
}

static int cancelled_writer(void)
{
    struct task *writer = task_spawn(writes_big, NULL), *second;

    task_sleep(1);
    second = task_spawn(flushes, NULL); /* waits for its turn */
    task_yield();
    task_cancel(writer);
    cr_assert_eq(task_await(writer), UV_ECANCELED);
    cr_assert_eq(task_timeout(5, flushes, NULL), UV_ETIMEDOUT);
    task_cancel(second);
    cr_assert_eq(task_await(second), UV_ECANCELED);
    return 0;
}

Test(stream, a_writer_that_waits_can_be_cancelled, .timeout = 20, .init = fill_big,
     .fini = free_big)
{
    cr_assert_eq(run_connected(cancelled_writer), 0);
}

static int closes_under_writer(void)
{
    struct task *writer = task_spawn(writes_big, NULL), *second = task_spawn(flushes, NULL);

    task_sleep(1);
    task_stream_close(near);
    cr_assert_eq(task_await(writer), UV_EBADF);
    cr_assert_eq(task_await(second), UV_EBADF);
    near = NULL;
    return 0;
}

Test(stream, closing_wakes_who_writes, .timeout = 20, .init = fill_big, .fini = free_big)
{
    cr_assert_eq(run_connected(closes_under_writer), 0);
}

static int writes_to_nobody(void)
{
    int error = 0;

    task_stream_close(far);
    far = NULL;
    for (int i = 0; i < 1000 && error == 0; i++) {
        error = task_write(near, big, 1000);
        task_yield();
    }
    cr_assert(error == UV_EPIPE || error == UV_ECONNRESET, "%d", error);
    return 0;
}

Test(stream, writing_to_a_closed_connection_is_an_error_and_no_signal, .timeout = 20,
     .init = fill_big, .fini = free_big)
{
    cr_assert_eq(run_connected(writes_to_nobody), 0);
}

static int refused(void *arg)
{
    struct sockaddr_in address;
    struct task_stream *stream = NULL;

    (void)arg;
    listen_somewhere();
    address = loopback(task_listener_port(listener));
    task_listener_close(listener);
    task_sleep(1);
    cr_assert_eq(task_tcp_connect((struct sockaddr *)&address, &stream), UV_ECONNREFUSED);
    cr_assert_null(stream);
    cr_assert_eq(task_pipe_connect("/nonexistent/socket", &stream), UV_ENOENT);
    cr_assert_null(stream);
    return 0;
}

Test(stream, a_refused_connection_leaves_nothing, .timeout = 20)
{
    cr_assert_eq(run_in_virtual_time(refused, NULL), 0);
}

static struct sockaddr_in full;

static int connects_to_full(void *arg)
{
    return task_tcp_connect((struct sockaddr *)&full, arg);
}

/* A listener whose backlog is full drops what comes: a connect to it hangs. */
static int hangs(void *arg)
{
    struct task_stream *streams[16] = {0};
    socklen_t size = sizeof full;
    int fd = socket(AF_INET, SOCK_STREAM, 0), hung = 0;

    (void)arg;
    full = loopback(0);
    cr_assert_eq(bind(fd, (struct sockaddr *)&full, sizeof full), 0);
    cr_assert_eq(listen(fd, 0), 0);
    getsockname(fd, (struct sockaddr *)&full, &size);
    for (int i = 0; i < 16 && !hung; i++)
        hung = task_timeout(50, connects_to_full, &streams[i]) == UV_ETIMEDOUT;
    for (int i = 0; i < 16; i++)
        task_stream_close(streams[i]);
    close(fd);
    return hung;
}

Test(stream, a_connect_that_hangs_can_be_timed_out, .timeout = 20)
{
    cr_assert_eq(run_in_virtual_time(hangs, NULL), 1);
}

static int accepts(void *arg)
{
    return task_accept(listener, arg);
}

static int accept_in_order(void *arg)
{
    struct task_stream *ends[6] = {0};
    struct task *tasks[6];
    int results[6];

    (void)arg;
    listen_somewhere();
    for (int i = 0; i < 3; i++)
        tasks[i] = task_spawn(accepts, &ends[i]);
    task_yield();
    task_cancel(tasks[0]);
    cr_assert_eq(task_await(tasks[0]), UV_ECANCELED);
    cr_assert_eq(task_timeout(2, accepts, &ends[0]), UV_ETIMEDOUT);
    tasks[0] = task_spawn(accepts, &ends[0]);
    for (int i = 3; i < 6; i++)
        tasks[i] = task_spawn(connects, &ends[i]);
    cr_assert_eq(task_gather(tasks, 6, results), 0);
    for (int i = 0; i < 6; i++)
        task_stream_close(ends[i]);
    tasks[0] = task_spawn(accepts, &ends[0]);
    task_yield();
    task_listener_close(listener);
    return task_await(tasks[0]);
}

Test(stream, several_may_accept_and_closing_wakes_them, .timeout = 20)
{
    cr_assert_eq(run_in_virtual_time(accept_in_order, NULL), UV_EBADF);
}

static int over_path(void *arg)
{
    char path[64], text[8];
    struct task_stream *client, *server;

    (void)arg;
    snprintf(path, sizeof path, "/tmp/asynctut-test-%d.sock", (int)getpid());
    unlink(path);
    cr_assert_eq(task_pipe_listen(path, 4, &listener), 0);
    cr_assert_eq(task_pipe_connect(path, &client), 0);
    cr_assert_eq(task_accept(listener, &server), 0); /* it was held for us */
    task_write(client, "x", 1);
    cr_assert_eq(task_read(server, text, 8), 1);
    task_stream_close(client);
    cr_assert_eq(task_read(server, text, 8), UV_EOF);
    task_stream_close(server);
    task_listener_close(listener);
    return 0;
}

Test(stream, a_path_can_be_listened_on, .timeout = 20)
{
    cr_assert_eq(run_in_virtual_time(over_path, NULL), 0);
}

static int over_pair(void *arg)
{
    struct task_stream *a, *b;
    char text[8];
    int fds[2];

    (void)arg;
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    cr_assert_eq(task_pipe_open(fds[0], &a), 0);
    cr_assert_eq(task_pipe_open(fds[1], &b), 0);
    cr_assert_eq(task_write(a, "pair", 4), 0);
    cr_assert_eq(task_read(b, text, 8), 4);
    task_stream_close(a);
    task_stream_close(b);
    cr_assert_lt(task_tty_open(-1, &a), 0);
    return 0;
}

Test(stream, open_descriptors_become_streams, .timeout = 20)
{
    cr_assert_eq(run_in_virtual_time(over_pair, NULL), 0);
}

static int forgotten_readers(void)
{
    struct task_event never = {0};
    char text[8];

    task_timeout(1, reads_far, text); /* from now on reading is on */
    return task_event_wait(&never);
}

Test(stream, a_stream_that_nobody_reads_does_not_hide_a_deadlock, .timeout = 20)
{
    cr_assert_eq(run_connected(forgotten_readers), TASK_EDEADLK);
}

static int stops_while_all_wait(void)
{
    char text[8];
    struct task *reader = task_spawn(reads_far, text),
                *acceptor = task_spawn(accepts, &(void *){0});

    task_yield();
    uv_stop(task_stream_handle(near)->loop);
    cr_assert_eq(task_await(reader), UV_ECANCELED);
    cr_assert_eq(task_await(acceptor), UV_ECANCELED);
    return 0;
}

Test(stream, stopping_the_loop_cancels_reads_and_accepts, .timeout = 20)
{
    cr_assert_eq(run_connected(stops_while_all_wait), 0);
}
