/* Every allocation and every call of libuv that can fail fails once.
 *
 * The linker leads the library's calls through the wrappers below (--wrap). A scenario runs again
 * and again; in the n-th run the n-th such call fails, until a run has fewer than n. Each time the
 * scenario must come to an end, with an error or in spite of it, the loop must close, and under
 * AddressSanitizer nothing may leak. */
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/task/task_dns.h"
#include "engine/task/task_fs.h"
#include "engine/task/task_group.h"
#include "engine/task/task_iter.h"
#include "engine/task/task_offload.h"
#include "engine/task/task_process.h"
#include "engine/task/task_signal.h"
#include "engine/task/task_stream.h"
#include "engine/task/task_udp.h"
#include "tests/task/support.h"

static _Thread_local int until_fault; /* 0: none comes any more */
static _Thread_local bool failed;
static const char *what_failed;

static bool fault(const char *name)
{
    if (until_fault == 0 || --until_fault > 0)
        return false;
    failed = true;
    what_failed = name;
    return true;
}

#define WRAP(type, failure, name, parameters, arguments) \
    type __real_##name parameters;                       \
    type __wrap_##name parameters;                       \
    type __wrap_##name parameters                        \
    {                                                    \
        if (fault(#name))                                \
            return failure;                              \
        return __real_##name arguments;                  \
    }
#define WRAP_UV(name, parameters, arguments) WRAP(int, UV_ENOMEM, name, parameters, arguments)

WRAP(void *, NULL, malloc, (size_t a), (a))
WRAP(void *, NULL, calloc, (size_t a, size_t b), (a, b))
WRAP(void *, NULL, realloc, (void *a, size_t b), (a, b))
WRAP(void *, MAP_FAILED, mmap, (void *a, size_t b, int c, int d, int e, off_t f),
     (a, b, c, d, e, f))

static bool old_kernel; /* one without MADV_GUARD_INSTALL */

int __real_madvise(void *address, size_t size, int advice);
int __wrap_madvise(void *address, size_t size, int advice);
int __wrap_madvise(void *address, size_t size, int advice)
{
    return old_kernel || fault("madvise") ? -1 : __real_madvise(address, size, advice);
}
WRAP(int, -1, mprotect, (void *a, size_t b, int c), (a, b, c))
WRAP_UV(uv_idle_init, (uv_loop_t * a, uv_idle_t *b), (a, b))
WRAP_UV(uv_tcp_init, (uv_loop_t * a, uv_tcp_t *b), (a, b))
WRAP_UV(uv_tcp_bind, (uv_tcp_t * a, const struct sockaddr *b, unsigned c), (a, b, c))
WRAP_UV(uv_tcp_getsockname, (const uv_tcp_t *a, struct sockaddr *b, int *c), (a, b, c))
WRAP_UV(uv_tcp_connect, (uv_connect_t * a, uv_tcp_t *b, const struct sockaddr *c, uv_connect_cb d),
        (a, b, c, d))
WRAP_UV(uv_pipe_init, (uv_loop_t * a, uv_pipe_t *b, int c), (a, b, c))
WRAP_UV(uv_pipe_open, (uv_pipe_t * a, uv_file b), (a, b))
WRAP_UV(uv_listen, (uv_stream_t * a, int b, uv_connection_cb c), (a, b, c))
WRAP_UV(uv_accept, (uv_stream_t * a, uv_stream_t *b), (a, b))
WRAP_UV(uv_read_start, (uv_stream_t * a, uv_alloc_cb b, uv_read_cb c), (a, b, c))
WRAP_UV(uv_try_write, (uv_stream_t * a, const uv_buf_t b[], unsigned c), (a, b, c))
WRAP_UV(uv_write, (uv_write_t * a, uv_stream_t *b, const uv_buf_t c[], unsigned d, uv_write_cb e),
        (a, b, c, d, e))
WRAP_UV(uv_shutdown, (uv_shutdown_t * a, uv_stream_t *b, uv_shutdown_cb c), (a, b, c))
WRAP_UV(uv_queue_work, (uv_loop_t * a, uv_work_t *b, uv_work_cb c, uv_after_work_cb d),
        (a, b, c, d))
WRAP_UV(uv_async_init, (uv_loop_t * a, uv_async_t *b, uv_async_cb c), (a, b, c))
WRAP_UV(uv_mutex_init, (uv_mutex_t * a), (a))
WRAP_UV(uv_signal_init, (uv_loop_t * a, uv_signal_t *b), (a, b))
WRAP_UV(uv_signal_start, (uv_signal_t * a, uv_signal_cb b, int c), (a, b, c))
WRAP_UV(uv_fs_event_init, (uv_loop_t * a, uv_fs_event_t *b), (a, b))
WRAP_UV(uv_fs_event_start, (uv_fs_event_t * a, uv_fs_event_cb b, const char *c, unsigned d),
        (a, b, c, d))
WRAP_UV(uv_udp_init, (uv_loop_t * a, uv_udp_t *b), (a, b))
WRAP_UV(uv_udp_bind, (uv_udp_t * a, const struct sockaddr *b, unsigned c), (a, b, c))
WRAP_UV(uv_udp_recv_start, (uv_udp_t * a, uv_alloc_cb b, uv_udp_recv_cb c), (a, b, c))
WRAP_UV(uv_udp_try_send, (uv_udp_t * a, const uv_buf_t b[], unsigned c, const struct sockaddr *d),
        (a, b, c, d))
WRAP_UV(uv_udp_getsockname, (const uv_udp_t *a, struct sockaddr *b, int *c), (a, b, c))
WRAP_UV(uv_getaddrinfo,
        (uv_loop_t * a, uv_getaddrinfo_t *b, uv_getaddrinfo_cb c, const char *d, const char *e,
         const struct addrinfo *f),
        (a, b, c, d, e, f))
WRAP_UV(uv_fs_open, (uv_loop_t * a, uv_fs_t *b, const char *c, int d, int e, uv_fs_cb f),
        (a, b, c, d, e, f))
WRAP_UV(uv_fs_read,
        (uv_loop_t * a, uv_fs_t *b, uv_file c, const uv_buf_t d[], unsigned e, int64_t f,
         uv_fs_cb g),
        (a, b, c, d, e, f, g))
WRAP_UV(uv_fs_scandir, (uv_loop_t * a, uv_fs_t *b, const char *c, int d, uv_fs_cb e),
        (a, b, c, d, e))

/* When it fails, libuv has initialised the handle all the same, so it must really fail. */
int __real_uv_spawn(uv_loop_t *loop, uv_process_t *process, const uv_process_options_t *options);
int __wrap_uv_spawn(uv_loop_t *loop, uv_process_t *process, const uv_process_options_t *options);
int __wrap_uv_spawn(uv_loop_t *loop, uv_process_t *process, const uv_process_options_t *options)
{
    uv_process_options_t changed = *options;

    if (fault("uv_spawn"))
        changed.file = "/nonexistent";
    return __real_uv_spawn(loop, process, &changed);
}

/* Runs the scenario until no fault comes; how many came. A fault may be got over (a smaller slab,
 * the other kind of guard, a write that is tried again), so success is allowed; silence is not: the
 * scenario tells by its result or goes through. */
static int each_fault(int (*scenario)(void *))
{
    int n = 0;

    do {
        failed = false;
        until_fault = ++n;
        run_on_loop(scenario, NULL);
        until_fault = 0;
        cr_assert_null(strstr(task_lines, "deadlock"), "fault %d (%s): %s", n, what_failed,
                       task_lines);
        cr_assert_null(strstr(task_lines, "did not end"), "fault %d (%s): %s", n, what_failed,
                       task_lines);
    } while (failed);
    return n - 1;
}

static int nothing(void *arg)
{
    static const char key;

    (void)arg;
    return task_local_set(&key, NULL);
}

static int many(void *arg)
{
    struct task_options large = {.stack_size = 128 << 20}; /* a slab of its own */
    struct task_group group;
    struct task *task = task_spawn(nothing, NULL), *other = task_spawn_with(&large, nothing, NULL);
    int error = task ? task_await(task) : UV_ENOMEM;

    (void)arg;
    if (other)
        task_await(other);
    task_group_open(&group);
    for (int i = 0; i < 5; i++)
        if (!task_group_spawn(&group, nothing, NULL))
            error = UV_ENOMEM;
    return task_group_close(&group, error);
}

Test(faults, tasks, .timeout = 60)
{
    cr_assert_geq(each_fault(many), 5);
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

Test(faults, at_the_limit_on_mappings_spawn_returns_null_and_it_is_told, .timeout = 100)
{
    FILE *file = fopen("/proc/sys/vm/max_map_count", "r");
    int limit = 0, n;

    cr_assert_not_null(file);
    cr_assert_eq(fscanf(file, "%d", &limit), 1);
    fclose(file);
    if (limit > 70000 || watched()) /* too many tasks for here, or for the tool */
        return;
    old_kernel = true;
    n = run_on_loop(spawns_to_the_limit, NULL);
    old_kernel = false;
    cr_assert(n > limit / 4 && n <= limit / 2, "%d of %d", n, limit);
    cr_assert_not_null(strstr(task_lines, "vm.max_map_count"), "%s", task_lines);
}

static int sleep_5(void *arg)
{
    (void)arg;
    return task_sleep(5);
}

static int deadlines(void *arg)
{
    int error = task_timeout(10, sleep_5, NULL);

    (void)arg;
    return error ? error : task_sleep(1);
}

Test(faults, deadlines, .timeout = 60)
{
    cr_assert_geq(each_fault(deadlines), 3);
}

static char big[300000];

static int talks(void *arg)
{
    struct task_stream *stream = arg;
    char line[64];
    int error = 0;

    while (error == 0) {
        ssize_t n = task_read_until(stream, '\n', line, sizeof line);
        if (n < 0)
            error = (int)n;
        else
            error = task_write(stream, big, sizeof big);
    }
    task_stream_close(stream);
    return error == UV_EOF ? 0 : error;
}

static int serves(void *arg)
{
    struct task_listener *listener = arg;
    struct task_stream *stream;
    int error = task_accept(listener, &stream);

    return error ? error : talks(stream);
}

static int asks(struct task_stream *stream)
{
    static char answer[sizeof big];
    int error = task_write(stream, "first\nsecond\n", 13);

    task_sleep(1); /* the answers wait in the stream's own buffer meanwhile */
    for (int i = 0; i < 2 && error == 0; i++)
        error = task_read_exactly(stream, answer, sizeof answer);
    return error ? error : task_shutdown(stream);
}

static int client_of(struct task_listener *listener)
{
    struct task_stream *stream = NULL;
    struct sockaddr_in address;
    int port = task_listener_port(listener), error;

    if (port < 0)
        return port;
    uv_ip4_addr("127.0.0.1", port, &address);
    error = task_tcp_connect((struct sockaddr *)&address, &stream);
    if (error == 0)
        error = asks(stream);
    task_stream_close(stream);
    return error;
}

static int conversation(void *arg)
{
    struct task_listener *listener = NULL;
    struct task_group group;
    struct sockaddr_in any;
    int error;

    (void)arg;
    uv_ip4_addr("127.0.0.1", 0, &any);
    error = task_tcp_listen((struct sockaddr *)&any, 4, &listener);
    if (error)
        return error;
    task_group_open(&group);
    if (task_group_spawn(&group, serves, listener))
        error = client_of(listener);
    else
        error = UV_ENOMEM;
    error = task_group_close(&group, error);
    task_listener_close(listener);
    return error;
}

Test(faults, streams, .timeout = 100)
{
    cr_assert_geq(each_fault(conversation), 12);
}

static int five(void *arg)
{
    (void)arg;
    return 5;
}

static int threads(void *arg)
{
    struct task_mailbox *mailbox = NULL;
    void *item;
    int error = task_offload(five, NULL);

    (void)arg;
    if (error == 5)
        error = task_mailbox_open(&mailbox);
    if (error == 0)
        error = task_mailbox_post(mailbox, "x");
    if (error == 0)
        error = task_mailbox_receive(mailbox, &item);
    task_mailbox_close(mailbox, NULL);
    return error;
}

Test(faults, other_threads, .timeout = 60)
{
    cr_assert_geq(each_fault(threads), 5);
}

static int ignores(const char *name, uv_dirent_type_t type, void *to)
{
    (void)name;
    (void)type;
    (void)to;
    return 0;
}

static int files(void *arg)
{
    struct task_watch *watch = NULL;
    struct task_signals *signals = NULL;
    char *data = NULL;
    size_t size;
    int error = task_fs_read_file("/proc/self/status", 1 << 20, &data, &size);

    (void)arg;
    free(data);
    if (error == 0)
        error = task_fs_list("/", ignores, NULL);
    if (error == 0)
        error = task_watch_open("/tmp", &watch);
    if (error == 0)
        error = task_signals_open(SIGUSR1, &signals);
    task_watch_close(watch);
    task_signals_close(signals);
    return error;
}

Test(faults, files_and_signals, .timeout = 60)
{
    cr_assert_geq(each_fault(files), 9);
}

static int datagrams(void *arg)
{
    struct task_udp *udp = NULL;
    struct sockaddr_in address;
    char text[8];
    int error;

    (void)arg;
    uv_ip4_addr("127.0.0.1", 0, &address);
    error = task_udp_open((struct sockaddr *)&address, &udp);
    if (error == 0)
        error = task_udp_port(udp);
    if (error > 0) {
        uv_ip4_addr("127.0.0.1", error, &address);
        error = task_udp_send(udp, "x", 1, (struct sockaddr *)&address);
    }
    if (error == 0)
        error = (int)task_udp_receive(udp, text, sizeof text, NULL);
    task_udp_close(udp);
    return error;
}

Test(faults, datagrams, .timeout = 60)
{
    cr_assert_geq(each_fault(datagrams), 7);
}

static int children(void *arg)
{
    char *words[] = {"echo", "hello", NULL};
    struct task_process_options options = {
        .file = "echo", .arguments = words, .piped = {true, true, true}};
    struct task_process *process = NULL;
    int64_t status;
    char *data = NULL;
    size_t size;
    int error = task_process_start(&options, &process);

    (void)arg;
    if (error)
        return error;
    error = task_process_finish(process, 1, 100, &data, &size, &status);
    if (error)
        task_process_wait(process, &status, NULL);
    free(data);
    task_process_close(process);
    return error;
}

Test(faults, processes, .timeout = 60)
{
    cr_assert_geq(each_fault(children), 9);
}

static int give_two(struct task_generator *generator, void *arg)
{
    (void)arg;
    return task_give(generator, "a") || task_give(generator, "b") ? UV_ECANCELED : 0;
}

static int iterators(void *arg)
{
    struct task_generator left, right;
    struct task_merge merge;
    struct task_iter *sources[] = {task_generator(&left, give_two, NULL),
                                   task_generator(&right, give_two, NULL)},
                     *iter = task_merge(&merge, sources, 2);
    void *item;
    int error;

    (void)arg;
    while ((error = task_iter_next(iter, &item)) == 0)
        continue;
    task_iter_close(iter);
    return error == UV_EOF ? 0 : error;
}

Test(faults, iterators, .timeout = 60)
{
    cr_assert_geq(each_fault(iterators), 5);
}
