/* Where one fault has consequences for others: the limit on mappings, a stream without a buffer, a
 * connection that nobody has memory for, a kernel that takes no datagrams. */
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/task/task_scope.h"
#include "engine/task/task_stream.h"
#include "engine/task/task_sync.h"
#include "engine/task/task_udp.h"
#include "tests/task/faults.h"
#include "tests/task/rows.h"
#include "tests/task/support.h"

static int nothing(void *arg)
{
    (void)arg;
    return 0;
}

enum { TRIED = 40000 };
static struct task *tried[TRIED];

static int spawns_to_the_limit(void *arg)
{
    int n = 0;

    (void)arg;
    while (n < TRIED && (tried[n] = task_spawn(nothing, NULL)))
        n++;
    cr_assert_eq(task_gather(tried, (size_t)n, NULL), 0);
    cr_assert_eq(task_await(task_spawn(nothing, NULL)), 0); /* a pooled stack */
    return n;
}

Test(fault_edge, at_the_limit_on_mappings_spawn_returns_null_and_it_is_told, .timeout = 100)
{
    FILE *file = fopen("/proc/sys/vm/max_map_count", "r");
    int limit = 0, n;

    cr_assert_not_null(file);
    cr_assert_eq(fscanf(file, "%d", &limit), 1);
    fclose(file);
    if (limit > 70000 || watched()) /* too many tasks for here, or for the tool */
        return;
    faults_old_kernel = true;
    n = run_on_loop(spawns_to_the_limit, NULL);
    faults_old_kernel = false;
    cr_assert(n > limit / 4 && n <= limit / 2, "%d of %d", n, limit);
    cr_assert_not_null(strstr(task_lines, "vm.max_map_count"), "%s", task_lines);
}

/* Reading goes on when there is memory again. */
static int reads_twice(void *arg)
{
    struct task_stream *near;
    char line[16];
    ssize_t got;
    int ends[2];

    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    cr_assert_eq(write(ends[1], "a line\n", 7), 7);
    cr_assert_eq(task_pipe_open(ends[0], &near), 0);
    faults_arm(*(int *)arg);
    got = task_read_until(near, '\n', line, sizeof line);
    if (faults_disarm()) {
        cr_assert_eq(got, UV_ENOMEM);
        got = task_read_until(near, '\n', line, sizeof line);
    }
    task_stream_close(near);
    close(ends[1]);
    return (int)got;
}

Test(fault_edge, a_stream_that_had_no_memory_goes_on_when_there_is_some, .timeout = 20,
     .init = faults_open)
{
    for (int n = 1; n < 5; n++)
        cr_assert_eq(run_in_virtual_time(reads_twice, &n), 7);
}

static struct task_listener *listener;

static int accepts(void *arg)
{
    return task_accept(listener, arg);
}

/* Two wait, one comes. Whoever fails for lack of memory does not keep it from the other. */
static int two_accept(void *arg)
{
    struct task_stream *streams[2] = {NULL, NULL};
    struct sockaddr_in any;
    struct task *tasks[2];
    const char *name;
    int results[2], guest;

    (void)arg;
    uv_ip4_addr("127.0.0.1", 0, &any);
    cr_assert_eq(task_tcp_listen((struct sockaddr *)&any, 4, &listener), 0);
    tasks[0] = task_spawn(accepts, &streams[0]);
    tasks[1] = task_spawn(accepts, &streams[1]);
    task_yield();
    guest = raw_connect(task_listener_port(listener));
    faults_arm(*(int *)arg);
    cr_assert_eq(task_wait(tasks, 2, TASK_FIRST_ENDED), 0);
    name = faults_disarm();
    task_yield();
    task_listener_close(listener);
    task_gather(tasks, 2, results);
    if (!name || strcmp(name, "uv_accept") != 0) /* else it is lost */
        cr_assert_neq(streams[0] != NULL, streams[1] != NULL, "%s", name ? name : "");
    if (results[0] == UV_ENOMEM && results[1] == 0)
        log_add("second");
    for (int i = 0; i < 2; i++)
        task_stream_close(streams[i]);
    raw_close(&guest);
    return 0;
}

Test(fault_edge, a_connection_that_one_has_no_memory_for_goes_to_the_next, .timeout = 20,
     .init = faults_open)
{
    bool to_second = false;

    for (int n = 1; n < 5; n++) {
        cr_assert_eq(run_in_virtual_time(two_accept, &n), 0);
        to_second = to_second || strcmp(task_log, "second") == 0;
    }
    cr_assert(to_second);
}

/* libuv tells of a connection that failed, while somebody waits and while nobody does. */
static int connection_fails(void *arg)
{
    struct task_stream *stream = NULL;
    struct sockaddr_in any;
    struct task *waiter;
    int guest;

    (void)arg;
    uv_ip4_addr("127.0.0.1", 0, &any);
    cr_assert_eq(task_tcp_listen((struct sockaddr *)&any, 4, &listener), 0);
    waiter = task_spawn(accepts, &stream);
    task_yield();
    faults_on_connection(faults_listener, UV_EMFILE);
    cr_assert_eq(task_await(waiter), UV_EMFILE);
    faults_on_connection(faults_listener, UV_ENFILE);
    cr_assert_eq(accepts(&stream), UV_ENFILE);
    guest = raw_connect(task_listener_port(listener));
    cr_assert_eq(accepts(&stream), 0); /* it was told, and is over */
    task_stream_close(stream);
    task_listener_close(listener);
    raw_close(&guest);
    return 0;
}

Test(fault_edge, a_connection_that_failed_is_told_once, .timeout = 20)
{
    cr_assert_eq(run_in_virtual_time(connection_fails, NULL), 0);
}

static struct task_udp *udp;
static struct sockaddr_in to;

static int sends(void *arg)
{
    return task_udp_send(udp, arg, strlen(arg), (struct sockaddr *)&to);
}

/* The datagram is copied, so it may still go when its sender is gone. */
static int waits_to_send(void *arg)
{
    char text[16];
    struct task *sender;

    (void)arg;
    uv_ip4_addr("127.0.0.1", 0, &to);
    cr_assert_eq(task_udp_open((struct sockaddr *)&to, &udp), 0);
    uv_ip4_addr("127.0.0.1", task_udp_port(udp), &to);
    faults_udp_full = true;
    cr_assert_eq(task_timeout(50, sends, "timed out"), UV_ETIMEDOUT);
    cr_assert_eq(virtual_now(), 50);
    faults_let_go();
    cr_assert_eq(task_udp_receive(udp, text, sizeof text, NULL), 9);
    faults_udp_full = true;
    sender = task_spawn(sends, "patient");
    task_sleep(10);
    cr_assert_not(task_has_ended(sender));
    faults_let_go();
    cr_assert_eq(task_await(sender), 0);
    cr_assert_eq(task_udp_receive(udp, text, sizeof text, NULL), 7);
    task_udp_close(udp);
    return 0;
}

Test(fault_edge, a_send_that_waits_can_be_timed_out_and_goes_on, .timeout = 20)
{
    cr_assert_eq(run_in_virtual_time(waits_to_send, NULL), 0);
}

static int waits_for_itself(void *arg)
{
    struct task_lock lock = {0};

    (void)arg;
    task_lock_acquire(&lock);
    return task_lock_acquire(&lock);
}

/* The report itself needs memory; without, it says less. */
Test(fault_edge, a_deadlock_is_told_also_without_memory, .timeout = 20, .init = faults_open)
{
    for (int n = 1; n < 12; n++) {
        uv_loop_t loop;
        int result;
        task_lines[0] = '\0';
        task_set_report(keep_line, NULL);
        cr_assert_eq(uv_loop_init(&loop), 0);
        faults_arm(n);
        result = task_run(&loop, waits_for_itself, NULL);
        faults_disarm();
        cr_assert_eq(uv_loop_close(&loop), 0);
        task_set_report(NULL, NULL);
        cr_assert(result == TASK_EDEADLK || result == UV_ENOMEM, "fault %d: %d", n, result);
        if (result == TASK_EDEADLK)
            cr_assert_not_null(strstr(task_lines, "deadlock"), "fault %d: %s", n, task_lines);
    }
}
