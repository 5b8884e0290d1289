/* Three tasks on one loop, few enough to follow it turn by turn. A
 * sleeps. B reads from a socket and computes; the bytes come from a
 * thread that waits a little first, as another machine would. C sleeps,
 * too, but not so long. */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "chapters/05-event-loop/acts.h"
#include "chapters/onloop.h"
#include "engine/event/stage.h"
#include "engine/task/task_stream.h"

enum { A_MS = 60, BYTES_MS = 20, WORK_MS = 10, C_MS = 40 };

static void compute(unsigned ms)
{
    uint64_t until = uv_hrtime() + ms * 1000000ull;
    while (uv_hrtime() < until)
        ;
}

/* region tasks */
static int a(void *unused)
{
    (void)unused;
    task_set_name(NULL, "A");
    return task_sleep(A_MS);
}

static int b(void *socket)
{
    char bytes[8];
    task_set_name(NULL, "B");
    ssize_t n = task_read(socket, bytes, sizeof bytes);
    compute(WORK_MS);
    return n < 0 ? (int)n : 0;
}

static int c(void *unused)
{
    (void)unused;
    task_set_name(NULL, "C");
    return task_sleep(C_MS);
}
/* end */

static void send_later(void *socket)
{
    stage_name(NULL, "sender");
    uv_sleep(BYTES_MS);
    send(*(int *)socket, "letter", 6, MSG_NOSIGNAL);
}

static int all_three(void *socket)
{
    struct task *tasks[] = {task_spawn(a, NULL), task_spawn(b, socket),
                            task_spawn(c, NULL)};
    int result = 0;
    for (size_t i = 0; i < sizeof tasks / sizeof *tasks; i++) {
        int r = tasks[i] ? task_await(tasks[i]) : UV_ENOMEM;
        if (r < 0)
            result = r;
    }
    return result;
}

static int with_a_sender(void *arg)
{
    int *ends = arg;
    struct task_stream *socket;
    uv_thread_t sender;
    int r = task_pipe_open(ends[0], &socket);
    if (r < 0) {
        close(ends[0]);
        return r;
    }
    r = uv_thread_create(&sender, send_later, &ends[1]);
    if (r == 0) {
        r = all_three(socket);
        uv_thread_join(&sender);
    }
    task_stream_close(socket);
    return r;
}

int three_tasks_turns(void)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return -errno;
    int r = on_a_loop(with_a_sender, ends);
    close(ends[1]);
    return r;
}
