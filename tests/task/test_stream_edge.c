/* The edges of streams and sockets: watermarks to the byte, readers that meet, paths that are too
 * long, what a shutdown leaves, the other family of addresses. Virtual time. */
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/task/task_debug.h"
#include "engine/task/task_scope.h"
#include "engine/task/task_stream.h"
#include "engine/task/task_udp.h"
#include "tests/task/rows.h"
#include "tests/task/support.h"

static struct task_stream *near;
static int far;

/* A stream; the other end is the result. */
static int half_of_pair(struct task_stream **ret_stream)
{
    int fds[2];

    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
    cr_assert_eq(task_pipe_open(fds[0], ret_stream), 0);
    return fds[1];
}

static void open_pair(void)
{
    far = half_of_pair(&near);
}

static void close_pair(void)
{
    task_stream_close(near);
    close(far);
}

static size_t queued(void)
{
    return uv_stream_get_write_queue_size(task_stream_handle(near));
}

enum { LOW = 1000, HIGH = 5000, PIECE = 100 };

static int writes_until_it_waits(void *arg)
{
    static const char piece[PIECE];
    size_t before = 0;

    (void)arg;
    for (;;) {
        uint64_t now = virtual_now();
        cr_assert_eq(task_write(near, piece, PIECE), 0);
        if (virtual_now() > now)
            break; /* it waited, for somebody who takes his time */
        cr_assert_leq(queued(), HIGH);
        cr_assert(queued() == before + PIECE || before == 0);
        before = queued();
    }
    cr_assert_eq(before, HIGH);   /* the next piece was too much … */
    cr_assert_leq(queued(), LOW); /* … and it waited until there was room again */
    return 0;
}

static int watermarks(void *arg)
{
    char part[512];
    struct task *writer;

    (void)arg;
    open_pair();
    task_stream_set_watermarks(near, LOW, HIGH);
    writer = task_spawn(writes_until_it_waits, NULL);
    task_yield();
    cr_assert_eq(queued(), HIGH + PIECE);
    while (!task_has_ended(writer)) {
        cr_assert_gt(read(far, part, sizeof part), 0);
        task_sleep(1);
    }
    close_pair();
    return task_await(writer);
}

Test(stream_edge, a_writer_waits_above_the_high_mark_until_it_is_down_to_the_low_one, .timeout = 20)
{
    cr_assert_eq(run_in_virtual_time(watermarks, NULL), 0);
}

static int marks_of_zero(void *arg)
{
    static char big[1 << 20], part[65536];
    struct task *flusher;

    (void)arg;
    open_pair();
    task_stream_set_watermarks(near, 0, sizeof big);
    cr_assert_eq(task_write(near, big, sizeof big), 0); /* all of it may wait */
    cr_assert_gt(queued(), 0);
    flusher = task_spawn((int (*)(void *))task_flush, near);
    while (!task_has_ended(flusher)) {
        while (read(far, part, sizeof part) > 0)
            continue;
        task_sleep(1);
    }
    cr_assert_eq(queued(), 0);
    close_pair();
    return task_await(flusher);
}

Test(stream_edge, flush_waits_for_the_last_byte, .timeout = 20)
{
    cr_assert_eq(run_in_virtual_time(marks_of_zero, NULL), 0);
}

static int reads_ten(void *arg)
{
    return task_read_exactly(near, arg, 10);
}

static int reads_a_line(void *arg)
{
    return (int)task_read_until(near, '\n', arg, 10);
}

/* Between two pieces the first reader does not wait, but it is not done. Both are woken by the same
 * poll, and who runs first is left to the lot. */
static void meets(int (*reader)(void *))
{
    struct task_stream *bell;
    char text[16], other;
    int rope = half_of_pair(&bell);
    struct task *first = task_spawn(reader, text);

    task_sleep(1);
    for (int i = 0; i < 9; i++) {
        cr_assert_eq(write(far, "x", 1), 1);
        cr_assert_eq(write(rope, "x", 1), 1);
        cr_assert_eq(task_read(bell, &other, 1), 1);
        cr_assert_eq(task_read(near, &other, 1), UV_EBUSY);
        cr_assert_eq(task_read_exactly(near, &other, 1), UV_EBUSY);
        cr_assert_eq(task_read_until(near, 'x', &other, 1), UV_EBUSY);
    }
    cr_assert_eq(write(far, "\n", 1), 1);
    cr_assert_geq(task_await(first), 0);
    cr_assert_eq(memcmp(text, "xxxxxxxxx\n", 10), 0);
    task_stream_close(bell);
    close(rope);
}

static int readers_meet(void *arg)
{
    (void)arg;
    open_pair();
    meets(reads_ten);
    meets(reads_a_line);
    close_pair();
    return 0;
}

Test(stream_edge, a_second_reader_is_refused_also_between_two_pieces, .timeout = 20)
{
    for (uint64_t seed = 1; seed <= 10; seed++) {
        task_set_perturb(seed);
        cr_assert_eq(run_in_virtual_time(readers_meet, NULL), 0, "seed %d", (int)seed);
    }
    task_set_perturb(0);
}

static int paths(void *arg)
{
    struct task_listener *listener = NULL;
    char path[300] = "/tmp/";

    (void)arg;
    memset(path + 5, 'x', sizeof path - 6);
    cr_assert_eq(task_pipe_connect(path, &near), UV_ENAMETOOLONG);
    cr_assert_eq(task_pipe_listen(path, 1, &listener), UV_ENAMETOOLONG);
    cr_assert_eq(task_pipe_connect("", &near), UV_EINVAL);
    cr_assert_eq(task_pipe_listen("", 1, &listener), UV_EINVAL);
    snprintf(path, sizeof path, "/tmp/asynctut-edge-%d", (int)getpid());
    cr_assert_eq(task_pipe_listen(path, 1, &listener), 0);
    cr_assert_eq(task_listener_port(listener), UV_EINVAL);
    task_listener_close(listener);
    cr_assert_eq(access(path, F_OK), -1); /* closing removes it */
    return 0;
}

Test(stream_edge, a_path_that_does_not_fit_is_not_cut, .timeout = 20)
{
    cr_assert_eq(run_in_virtual_time(paths, NULL), 0);
}

static int after_shutdown(void *arg)
{
    char text[8];

    (void)arg;
    open_pair();
    cr_assert_eq(task_shutdown(near), 0);
    cr_assert_eq(task_write(near, "x", 1), UV_EPIPE);
    cr_assert_eq(task_shutdown(near), UV_ENOTCONN);
    cr_assert_eq(task_flush(near), 0);
    cr_assert_eq(read(far, text, sizeof text), 0);
    cr_assert_eq(write(far, "back", 4), 4); /* the other half is open */
    cr_assert_eq(task_read(near, text, sizeof text), 4);
    close_pair();
    return 0;
}

Test(stream_edge, after_a_shutdown_only_the_other_half_is_open, .timeout = 20)
{
    cr_assert_eq(run_in_virtual_time(after_shutdown, NULL), 0);
}

/* A connection that is broken off, not ended: a reset. */
static int is_reset(void *arg)
{
    struct linger at_once = {.l_onoff = 1};
    struct sockaddr_in any;
    struct task_listener *listener;
    char text[8];
    int error;

    (void)arg;
    uv_ip4_addr("127.0.0.1", 0, &any);
    cr_assert_eq(task_tcp_listen((struct sockaddr *)&any, 1, &listener), 0);
    far = raw_connect(task_listener_port(listener));
    cr_assert_eq(task_accept(listener, &near), 0);
    setsockopt(far, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    raw_close(&far);
    cr_assert_eq(task_read(near, text, sizeof text), UV_ECONNRESET);
    cr_assert_eq(task_read(near, text, sizeof text), UV_ECONNRESET); /* at every further call */
    error = task_write(near, "x", 1);
    cr_assert(error == UV_EPIPE || error == UV_ECONNRESET, "%d", error);
    task_stream_close(near);
    task_listener_close(listener);
    return 0;
}

Test(stream_edge, a_reset_is_told_at_every_further_call, .timeout = 20)
{
    cr_assert_eq(run_in_virtual_time(is_reset, NULL), 0);
}

static volatile sig_atomic_t broken_pipes;

static void on_broken_pipe(int signal)
{
    broken_pipes += signal == SIGPIPE;
}

static int breaks_pipe(void *arg)
{
    (void)arg;
    open_pair();
    close(far);
    cr_assert_eq(task_write(near, "x", 1), UV_EPIPE);
    task_stream_close(near);
    return 0;
}

static void set_sigpipe(void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler};

    sigaction(SIGPIPE, &action, NULL);
}

Test(stream_edge, sigpipe_is_ignored_unless_the_program_has_its_own_idea, .timeout = 20)
{
    struct sigaction now;

    set_sigpipe(on_broken_pipe);
    cr_assert_eq(run_in_virtual_time(breaks_pipe, NULL), 0);
    cr_assert_eq(sigaction(SIGPIPE, NULL, &now), 0);
    cr_assert_eq(now.sa_handler, on_broken_pipe);
    set_sigpipe(SIG_DFL);
    cr_assert_eq(run_in_virtual_time(breaks_pipe, NULL), 0); /* and we live */
    cr_assert_eq(sigaction(SIGPIPE, NULL, &now), 0);
    cr_assert_eq(now.sa_handler, SIG_IGN);
}

/* Both kinds of socket over ::1. */
static struct sockaddr_in6 loopback6(int port)
{
    struct sockaddr_in6 address;

    uv_ip6_addr("::1", port, &address);
    return address;
}

static void talk_in_streams(void)
{
    struct sockaddr_in6 address = loopback6(0);
    struct task_listener *listener;
    struct task_stream *client, *server;
    char text[8];

    cr_assert_eq(task_tcp_listen((struct sockaddr *)&address, 1, &listener), 0);
    cr_assert_gt(task_listener_port(listener), 0);
    address = loopback6(task_listener_port(listener));
    cr_assert_eq(task_tcp_connect((struct sockaddr *)&address, &client), 0);
    cr_assert_eq(task_accept(listener, &server), 0);
    cr_assert_eq(task_write(client, "six", 3), 0);
    cr_assert_eq(task_read(server, text, sizeof text), 3);
    task_stream_close(client);
    cr_assert_eq(task_read(server, text, sizeof text), UV_EOF);
    task_stream_close(server);
    task_listener_close(listener);
}

static void talk_in_datagrams(void)
{
    struct sockaddr_in6 any = loopback6(0), to;
    struct sockaddr_storage from;
    struct task_udp *here, *there;
    char text[8];

    cr_assert_eq(task_udp_open((struct sockaddr *)&any, &here), 0);
    cr_assert_eq(task_udp_open((struct sockaddr *)&any, &there), 0);
    to = loopback6(task_udp_port(here));
    cr_assert_eq(task_udp_send(there, "six", 3, (struct sockaddr *)&to), 0);
    cr_assert_eq(task_udp_receive(here, text, sizeof text, &from), 3);
    cr_assert_eq(from.ss_family, AF_INET6);
    cr_assert_eq(ntohs(((struct sockaddr_in6 *)&from)->sin6_port), task_udp_port(there));
    cr_assert_eq(memcmp(&((struct sockaddr_in6 *)&from)->sin6_addr, &to.sin6_addr, 16), 0);
    task_udp_close(here);
    task_udp_close(there);
}

static int over_ipv6(void *arg)
{
    (void)arg;
    talk_in_streams();
    talk_in_datagrams();
    return 0;
}

static bool has_ipv6(void)
{
    struct sockaddr_in6 address = loopback6(0);
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool has = fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0;

    if (fd >= 0)
        close(fd);
    return has;
}

Test(stream_edge, streams_and_datagrams_go_over_ipv6, .timeout = 20)
{
    if (has_ipv6())
        cr_assert_eq(run_in_virtual_time(over_ipv6, NULL), 0);
    else
        fprintf(stderr, "skipped: this machine has no ::1\n");
}

/* More connections than one batch of a poll has, and something to read on each of them. */
enum { MANY = 100 };
static struct task_stream *crowd[MANY];
static int others[MANY];
static ssize_t heard[MANY];

static int hears(void *arg)
{
    size_t i = (size_t)((struct task_stream **)arg - crowd);
    char text[8];

    heard[i] = task_read(crowd[i], text, sizeof text);
    return i ? 0 : !(write(others[MANY - 1], "b", 1) == 1); /* the first calls the last */
}

static int hears_all(void *arg)
{
    struct task *tasks[MANY];

    (void)arg;
    for (int i = 0; i < MANY; i++) {
        others[i] = half_of_pair(&crowd[i]);
        tasks[i] = task_spawn(hears, &crowd[i]);
    }
    task_yield(); /* all wait now */
    for (int i = 0; i < MANY; i++)
        cr_assert_eq(write(others[i], "a", 1), 1);
    cr_assert_eq(task_gather(tasks, MANY, NULL), 0);
    for (int i = 0; i < MANY; i++) {
        task_stream_close(crowd[i]);
        close(others[i]);
    }
    return 0;
}

/* The last has not been read when the first runs, so both letters come at once. */
Test(stream_edge, a_poll_that_finds_many_streams_ready_lets_tasks_run_in_between, .timeout = 20)
{
    cr_assert_eq(run_in_virtual_time(hears_all, NULL), 0);
    cr_assert_eq(heard[0], 1);
    cr_assert_eq(heard[MANY - 2], 1);
    cr_assert_eq(heard[MANY - 1], 2);
}

static int opens_files(void *arg)
{
    const char *paths[] = {"/proc/self/exe", "/dev/null"};

    (void)arg;
    for (int i = 0; i < 2; i++) {
        int fd = open(paths[i], O_RDONLY);
        cr_assert_geq(fd, 0);
        cr_assert_eq(task_pipe_open(fd, &near), UV_EINVAL);
        cr_assert_eq(task_tty_open(fd, &near), UV_EINVAL);
        cr_assert_eq(close(fd), 0); /* it is still ours */
    }
    return task_pipe_open(-1, &near);
}

Test(stream_edge, a_file_is_no_stream)
{
    cr_assert_eq(run_in_virtual_time(opens_files, NULL), UV_EBADF);
}
