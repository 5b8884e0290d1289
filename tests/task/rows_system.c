/* Rows: datagrams, signals, changes of files, children, mailboxes. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/task/task_fs.h"
#include "engine/task/task_offload.h"
#include "engine/task/task_process.h"
#include "engine/task/task_signal.h"
#include "engine/task/task_udp.h"
#include "tests/task/rows.h"

#define NEXT_TURN "the kernel takes it in the loop's next turn; test_faults.c holds it up"

static struct task_udp *udp;
static struct sockaddr_in address;
static int sender = -1;
static char text[16];

static int open_udp(void)
{
    int error;

    uv_ip4_addr("127.0.0.1", 0, &address);
    sender = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    error = task_udp_open((struct sockaddr *)&address, &udp);
    if (error)
        return error;
    error = task_udp_port(udp);
    if (error > 0)
        uv_ip4_addr("127.0.0.1", error, &address);
    return error < 0 ? error : 0;
}

static int close_udp(void)
{
    task_udp_close(udp);
    udp = NULL;
    return 0;
}

static void tear_down_udp(void)
{
    close_udp();
    raw_close(&sender);
}

static int send_bytes(size_t n)
{
    return sendto(sender, "a datagram of some length", n, 0, (struct sockaddr *)&address,
                  sizeof address) == (ssize_t)n
               ? 0
               : UV_EIO;
}

static int send_three(void)
{
    return send_bytes(3);
}

static int send_too_many(void)
{
    return send_bytes(20);
}

CALL(receives, task_udp_receive(udp, text, 8, NULL))

/* libuv sends in order: behind a datagram that it has not accounted for yet, the next one waits. */
static uv_udp_send_t first;
static bool under_way;

static void on_sent(uv_udp_send_t *request, int status)
{
    (void)request;
    (void)status;
    under_way = false;
}

static IN_ROWS int sends(void *arg)
{
    uv_buf_t buf = uv_buf_init("first", 5);
    int error = under_way ? 0
                          : uv_udp_send(&first, task_udp_handle(udp), &buf, 1,
                                        (struct sockaddr *)&address, on_sent);

    (void)arg;
    if (error)
        return error;
    under_way = true;
    error = task_udp_send(udp, "second", 6, (struct sockaddr *)&address);
    STAY;
    return error;
}

static struct task_signals *signals;

static int open_signals(void)
{
    return task_signals_open(SIGUSR1, &signals);
}

static int raise_signal(void)
{
    return raise(SIGUSR1);
}

static int close_signals(void)
{
    task_signals_close(signals);
    signals = NULL;
    return 0;
}

static void tear_down_signals(void)
{
    close_signals();
}

CALL(awaits_signal, task_signals_next(signals))

static struct task_watch *watch;
static char folder[64], file[80];
static int files_made;

static int open_watch(void)
{
    snprintf(folder, sizeof folder, "/tmp/asynctut-watch-%d", (int)getpid());
    mkdir(folder, 0700);
    files_made = 0;
    return task_watch_open(folder, &watch);
}

static int make_file(void)
{
    snprintf(file, sizeof file, "%s/%d", folder, files_made++);
    return close(open(file, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
}

static int close_watch(void)
{
    task_watch_close(watch);
    watch = NULL;
    return 0;
}

static void tear_down_watch(void)
{
    close_watch();
    while (files_made-- > 0) {
        snprintf(file, sizeof file, "%s/%d", folder, files_made);
        unlink(file);
    }
    rmdir(folder);
}

CALL(awaits_change, task_watch_next(watch, text, sizeof text))

static struct task_process *process;
static int pid;

static int start_child(void)
{
    char *words[] = {"sh", "-c", "read line; echo $line; exit 3", NULL};
    struct task_process_options options = {
        .file = "/bin/sh", .arguments = words, .piped = {true, true, false}};
    int error = task_process_start(&options, &process);

    pid = error ? 0 : task_process_pid(process);
    return error;
}

static int feed_child(void)
{
    return task_write(task_process_stream(process, 0), "four\n", 5);
}

/* Its input ends, so it ends; and nobody else will wait for it. */
static int close_child(void)
{
    task_process_close(process);
    process = NULL;
    waitpid(pid, NULL, 0);
    return 0;
}

static void tear_down_child(void)
{
    if (!process)
        return;
    task_process_kill(process, SIGKILL);
    task_process_wait(process, NULL, NULL);
    task_process_close(process);
    process = NULL;
}

static IN_ROWS int waits_for_child(void *arg)
{
    int64_t status = 0;
    int error = task_process_wait(process, &status, NULL);

    (void)arg;
    return error ? error : (int)status;
}

static IN_ROWS int finishes_child(void *arg)
{
    int64_t status = 0;
    char *data = NULL;
    size_t size = 0;
    int error =
        task_process_finish(process, 1, row_ending == FAILED ? 4 : 5, &data, &size, &status);

    (void)arg;
    free(data);
    return error ? error : (int)status;
}

static struct task_mailbox *mailbox;

static int open_mailbox(void)
{
    return task_mailbox_open(&mailbox);
}

static int post(void)
{
    return task_mailbox_post(mailbox, "x");
}

static int close_mailbox(void)
{
    task_mailbox_close(mailbox, NULL);
    mailbox = NULL;
    return 0;
}

static void tear_down_mailbox(void)
{
    close_mailbox();
}

static IN_ROWS int receives_letter(void *arg)
{
    void *item;
    int error = task_mailbox_receive(mailbox, &item);

    (void)arg;
    return error ? error : *(char *)item;
}

const struct row rows_of_system[] = {
    {.call = "task_udp_receive",
     .set_up = open_udp,
     .body = receives,
     .happen = send_three,
     .result = 3,
     .failures = {{send_too_many, UV_ENOBUFS}, {close_udp, UV_EBADF}},
     .tear_down = tear_down_udp,
     .alive = true},
    {.call = "task_udp_send",
     .set_up = open_udp,
     .body = sends,
     .failures = {{close_udp, UV_EBADF}},
     .tear_down = tear_down_udp,
     .alive = true,
     .without = {[TIMED_OUT] = NEXT_TURN, [LOOP_ENDS] = NEXT_TURN}},
    {.call = "task_signals_next",
     .set_up = open_signals,
     .body = awaits_signal,
     .happen = raise_signal,
     .failures = {{close_signals, UV_EBADF}},
     .tear_down = tear_down_signals,
     .alive = true},
    {.call = "task_watch_next",
     .set_up = open_watch,
     .body = awaits_change,
     .happen = make_file,
     .result = UV_RENAME,
     .failures = {{close_watch, UV_EBADF}},
     .tear_down = tear_down_watch,
     .alive = true},
    {.call = "task_process_wait",
     .set_up = start_child,
     .body = waits_for_child,
     .happen = feed_child,
     .result = 3,
     .failures = {{close_child, UV_EBADF}},
     .tear_down = tear_down_child,
     .alive = true,
     .slow = true},
    {.call = "task_process_finish",
     .set_up = start_child,
     .body = finishes_child,
     .happen = feed_child,
     .result = 3,
     .failures = {{feed_child, UV_EFBIG}, {close_child, UV_EBADF}},
     .tear_down = tear_down_child,
     .alive = true,
     .slow = true},
    {.call = "task_mailbox_receive",
     .set_up = open_mailbox,
     .body = receives_letter,
     .happen = post,
     .result = 'x',
     .failures = {{close_mailbox, UV_EBADF}},
     .tear_down = tear_down_mailbox,
     .alive = true},
    {0}};
