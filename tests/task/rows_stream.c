/* Rows: streams. One end is a stream, the other a raw descriptor that the row reads and writes
 * itself. */
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "engine/task/task_scope.h"
#include "engine/task/task_stream.h"
#include "tests/task/rows.h"

#define ONE_TURN "it is over in the turn of the loop in which it began"

static struct task_stream *near;
static struct task_listener *listener;
static int far = -1, server = -1, port;
static char big[1 << 20], text[16], path[64];

static int open_pair(void)
{
    int fds[2], error;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds))
        return UV_EMFILE;
    far = fds[1];
    error = task_pipe_open(fds[0], &near);
    if (error)
        close(fds[0]);
    return error;
}

/* What was written waits in the stream, because the watermark is far and the kernel's buffer full.
 */
static int open_with_much_to_write(void)
{
    int error = open_pair();

    if (error)
        return error;
    task_stream_set_watermarks(near, 0, sizeof big * 2);
    return task_write(near, big, sizeof big);
}

static void close_all(void)
{
    task_stream_close(near);
    task_listener_close(listener);
    near = NULL;
    listener = NULL;
    raw_close(&far);
    raw_close(&server);
    if (path[0])
        unlink(path);
    path[0] = '\0';
}

static int close_near(void)
{
    task_stream_close(near);
    near = NULL;
    return 0;
}

static int close_far(void)
{
    raw_close(&far);
    return 0;
}

static int send_line(void)
{
    return write(far, "12345678\n", 9) == 9 ? 0 : UV_EPIPE;
}

static int send_part_and_close(void)
{
    return write(far, "123", 3) == 3 ? close_far() : UV_EPIPE;
}

/* Reads until nothing has come in a turn of the loop, in which the writer could have gone on. */
static int drain(void)
{
    static char part[65536];
    bool some;
    int error;

    do {
        some = uv_stream_get_write_queue_size(task_stream_handle(near)) > 0;
        while (read(far, part, sizeof part) > 0)
            some = true;
        error = task_sleep(1);
    } while (some && error == 0);
    return error;
}

CALL(reads, task_read(near, text, 4))
CALL(reads_exactly, task_read_exactly(near, text, 9))
CALL(reads_line, task_read_until(near, '\n', text, sizeof text))
CALL(writes, task_write(near, big, sizeof big))
CALL(flushes, task_flush(near))
CALL(shuts_down, task_shutdown(near))
CALL(accepts, task_accept(listener, &near))

/* A listener whose backlog is full drops what comes: a connect hangs. */
static int listen_raw(void)
{
    server = raw_listen(row_ending == NORMAL ? 16 : 0, &port);
    for (int i = 0; i < 4 && row_ending != NORMAL; i++) {
        int fd = raw_connect(port);
        raw_close(&far);
        far = fd;
    }
    return server < 0 ? server : 0;
}

static int listen_if_it_is_to_connect(void)
{
    close_all();
    if (row_ending != FAILED)
        return listen_raw();
    port = raw_dead_port(&server);
    return port < 0 ? port : 0;
}

static IN_ROWS int connects(void *arg)
{
    struct sockaddr_in address;
    int error;

    (void)arg;
    uv_ip4_addr("127.0.0.1", port, &address);
    error = task_tcp_connect((struct sockaddr *)&address, &near);
    STAY;
    return error;
}

static void name_path(void)
{
    snprintf(path, sizeof path, "/tmp/asynctut-rows-%d", (int)getpid());
    unlink(path);
}

static int listen_on_path(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    close_all();
    name_path();
    if (row_ending == FAILED)
        return 0;
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return server >= 0 && bind(server, (struct sockaddr *)&address, sizeof address) == 0 &&
                   listen(server, 4) == 0
               ? 0
               : UV_EADDRINUSE;
}

CALL(connects_to_path, task_pipe_connect(path, &near))

static int listen_tcp(void)
{
    struct sockaddr_in any;
    int error;

    uv_ip4_addr("127.0.0.1", 0, &any);
    error = task_tcp_listen((struct sockaddr *)&any, 4, &listener);
    if (error)
        return error;
    port = task_listener_port(listener);
    return port < 0 ? port : 0;
}

static int visit(void)
{
    close_near(); /* the guest of the time before */
    raw_close(&far);
    far = raw_connect(port);
    return far < 0 ? far : 0;
}

static int close_listener(void)
{
    task_listener_close(listener);
    listener = NULL;
    return 0;
}

#define OVER_PAIR .set_up = open_pair, .tear_down = close_all, .alive = true
#define WITH_MUCH \
    .set_up = open_with_much_to_write, .happen = drain, .tear_down = close_all, .alive = true

const struct row rows_of_streams[] = {
    {.call = "task_read",
     OVER_PAIR,
     .body = reads,
     .happen = send_line,
     .result = 4,
     .failures = {{close_far, UV_EOF}, {close_near, UV_EBADF}}},
    {.call = "task_read_exactly",
     OVER_PAIR,
     .body = reads_exactly,
     .happen = send_line,
     .failures = {{send_part_and_close, UV_EOF}, {close_near, UV_EBADF}}},
    {.call = "task_read_until",
     OVER_PAIR,
     .body = reads_line,
     .happen = send_line,
     .result = 9,
     .failures = {{close_far, UV_EOF}, {close_near, UV_EBADF}}},
    {.call = "task_write",
     OVER_PAIR,
     .body = writes,
     .happen = drain,
     .failures = {{close_far, UV_EPIPE}, {close_near, UV_EBADF}}},
    {.call = "task_flush",
     WITH_MUCH,
     .body = flushes,
     .failures = {{close_far, UV_EPIPE}, {close_near, UV_EBADF}}},
    {.call = "task_shutdown",
     .of = "behind what is to be written",
     WITH_MUCH,
     .body = shuts_down,
     .failures = {{close_far, UV_EPIPE}, {close_near, UV_EBADF}}},
    {.call = "task_shutdown",
     .of = "with nothing to write",
     OVER_PAIR,
     .body = shuts_down,
     .failures = {{close_near, UV_EBADF}},
     .once = true,
     .without = {[TIMED_OUT] = ONE_TURN, [LOOP_ENDS] = ONE_TURN}},
    {.call = "task_tcp_connect",
     .set_up = listen_if_it_is_to_connect,
     .body = connects,
     .failures = {{NULL, UV_ECONNREFUSED}},
     .tear_down = close_all,
     .once = true,
     .alive = true},
    {.call = "task_pipe_connect",
     .set_up = listen_on_path,
     .body = connects_to_path,
     .failures = {{NULL, UV_ENOENT}},
     .tear_down = close_all,
     .once = true,
     .alive = true,
     .without = {[TIMED_OUT] = ONE_TURN, [LOOP_ENDS] = ONE_TURN}},
    {.call = "task_accept",
     .set_up = listen_tcp,
     .body = accepts,
     .happen = visit,
     .failures = {{close_listener, UV_EBADF}},
     .tear_down = close_all,
     .alive = true},
    {0}};
