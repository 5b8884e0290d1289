/* Files, changes of files, signals, datagrams, names, child processes. Virtual time; what the
 * kernel or a child has to do is waited for without a clock. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "engine/task/task_dns.h"
#include "engine/task/task_fs.h"
#include "engine/task/task_offload.h"
#include "engine/task/task_process.h"
#include "engine/task/task_scope.h"
#include "engine/task/task_signal.h"
#include "engine/task/task_udp.h"
#include "tests/task/support.h"

static char folder[64], path[128];

static void make_folder(void)
{
    snprintf(folder, sizeof folder, "/tmp/asynctut-task-%d", (int)getpid());
    snprintf(path, sizeof path, "%s/file", folder);
}

static void remove_folder(void)
{
    unlink(path);
    rmdir(folder);
}

static int add_name(const char *name, uv_dirent_type_t type, void *to)
{
    (void)to;
    task_yield(); /* it may */
    log_add(name);
    return type == UV_DIRENT_DIR;
}

static int files(void *arg)
{
    char text[16], *data, other[160];
    size_t size;
    uv_stat_t stat;
    int fd;

    (void)arg;
    cr_assert_eq(task_fs_mkdir(folder, 0700), 0);
    cr_assert_eq(task_fs_mkdir(folder, 0700), UV_EEXIST);
    cr_assert_eq(task_fs_open(path, O_RDONLY, 0), UV_ENOENT);
    fd = task_fs_open(path, O_RDWR | O_CREAT, 0600);
    cr_assert_geq(fd, 0);
    cr_assert_eq(task_fs_write(fd, "hello file", 10, 0), 10);
    cr_assert_eq(task_fs_read(fd, text, 4, 6), 4);
    cr_assert_eq(memcmp(text, "file", 4), 0);
    cr_assert_eq(task_fs_read(fd, text, 4, 10), 0);
    cr_assert_eq(task_fs_sync(fd), 0);
    cr_assert_eq(task_fs_close(fd), 0);
    cr_assert_eq(task_fs_stat(path, &stat), 0);
    cr_assert_eq(stat.st_size, 10);
    cr_assert_eq(task_fs_read_file(path, 10, &data, &size), 0);
    cr_assert_str_eq(data, "hello file");
    free(data);
    cr_assert_eq(task_fs_read_file(path, 9, &data, &size), UV_EFBIG);
    snprintf(other, sizeof other, "%s2", path);
    cr_assert_eq(task_fs_rename(path, other), 0);
    cr_assert_eq(task_fs_list(folder, add_name, NULL), 0);
    cr_assert_eq(task_fs_list(path, add_name, NULL), UV_ENOENT);
    cr_assert_eq(task_fs_unlink(other), 0);
    cr_assert_eq(task_fs_rmdir(folder), 0);
    return 0;
}

Test(fs, files_are_made_written_read_and_removed, .init = make_folder, .fini = remove_folder,
     .timeout = 20)
{
    cr_assert_eq(run_in_virtual_time(files, NULL), 0);
    cr_assert_str_eq(task_log, "file2");
}

/* All four threads of the pool wait, so what comes is queued. */
static uv_sem_t started, go;

static int holds(void *arg)
{
    (void)arg;
    uv_sem_post(&started);
    uv_sem_wait(&go);
    return 0;
}

static int offload_holding(void *arg)
{
    return task_offload(holds, arg);
}

static int stats(void *arg)
{
    uv_stat_t stat;

    return task_fs_stat(arg, &stat);
}

static int resolves(void *arg)
{
    struct addrinfo *list;

    return task_resolve(arg, NULL, NULL, &list);
}

static int resolves_name(void *arg)
{
    struct sockaddr_in address;
    char host[64];

    (void)arg;
    uv_ip4_addr("127.0.0.1", 80, &address);
    return task_resolve_name((struct sockaddr *)&address, host, sizeof host);
}

static int with_full_pool(void *arg)
{
    struct task *tasks[4], *stat;

    (void)arg;
    for (int i = 0; i < 4; i++) {
        tasks[i] = task_spawn(offload_holding, NULL);
        task_yield();
        uv_sem_wait(&started);
    }
    stat = task_spawn(stats, "/tmp");
    task_yield();
    task_cancel(stat);
    cr_assert_eq(task_await(stat), UV_ECANCELED);
    cr_assert_eq(task_timeout(1, stats, "/tmp"), UV_ETIMEDOUT);
    cr_assert_eq(task_timeout(1, resolves, "localhost"), UV_ETIMEDOUT);
    cr_assert_eq(task_timeout(1, resolves_name, NULL), UV_ETIMEDOUT);
    for (int i = 0; i < 4; i++)
        uv_sem_post(&go);
    return task_gather(tasks, 4, NULL);
}

Test(fs, what_is_queued_is_cancelled_and_timed_out, .timeout = 20)
{
    uv_sem_init(&started, 0);
    uv_sem_init(&go, 0);
    cr_assert_eq(run_in_virtual_time(with_full_pool, NULL), 0);
    uv_sem_destroy(&started);
    uv_sem_destroy(&go);
}

static int closes_when_cancelled(void *arg)
{
    int fd = task_fs_open("/tmp", O_RDONLY, 0);

    (void)arg;
    task_cancel(task_current());
    cr_assert_eq(task_fs_open("/tmp", O_RDONLY, 0), UV_ECANCELED);
    cr_assert_eq(task_fs_close(fd), 0);
    cr_assert_eq(fcntl(fd, F_GETFD), -1);
    return 0;
}

Test(fs, a_cancelled_task_still_closes_its_files, .timeout = 20)
{
    cr_assert_eq(run_in_virtual_time(closes_when_cancelled, NULL), 0);
}

static struct task_watch *watch;

static int next_change(void *arg)
{
    return task_watch_next(watch, arg, 32);
}

static int watches(void *arg)
{
    char name[32];
    struct task *waiter;

    (void)arg;
    cr_assert_eq(task_fs_mkdir(folder, 0700), 0);
    cr_assert_eq(task_watch_open("/nonexistent", &watch), UV_ENOENT);
    cr_assert_eq(task_watch_open(folder, &watch), 0);
    cr_assert_eq(task_timeout(1, next_change, name), UV_ETIMEDOUT);
    close(open(path, O_RDWR | O_CREAT, 0600)); /* nobody waits yet, or somebody does */
    cr_assert_gt(task_watch_next(watch, name, sizeof name), 0);
    cr_assert_str_eq(name, "file");
    while (task_timeout(20, next_change, name) > 0) /* the rest of that change */
        continue;
    for (int i = 0; i < 100; i++) { /* more than are kept while nobody waits */
        unlink(path);
        close(open(path, O_RDWR | O_CREAT, 0600));
    }
    task_sleep(5);
    cr_assert_eq(task_watch_next(watch, name, sizeof name), UV_ENOBUFS);
    while (task_timeout(20, next_change, name) > 0)
        continue;
    waiter = task_spawn(next_change, name);
    task_yield();
    task_watch_close(watch);
    cr_assert_eq(task_await(waiter), UV_EBADF);
    return 0;
}

Test(fs, changes_of_a_folder_are_told, .init = make_folder, .fini = remove_folder, .timeout = 20)
{
    cr_assert_eq(run_in_virtual_time(watches, NULL), 0);
}

static struct task_signals *signals;

static int next_signal(void *arg)
{
    int error = task_signals_next(signals);

    (void)arg;
    log_add(error ? "none" : "signal");
    return error;
}

static int awaits_signals(void *arg)
{
    struct task *waiter;

    (void)arg;
    cr_assert_lt(task_signals_open(-1, &signals), 0);
    cr_assert_eq(task_signals_open(SIGUSR1, &signals), 0);
    waiter = task_spawn(next_signal, NULL);
    task_yield();
    raise(SIGUSR1);
    cr_assert_eq(task_await(waiter), 0);
    raise(SIGUSR1);
    task_sleep(5); /* it comes while nobody waits, and counts */
    cr_assert_eq(next_signal(NULL), 0);
    cr_assert_eq(task_timeout(1, next_signal, NULL), UV_ETIMEDOUT);
    waiter = task_spawn(next_signal, NULL);
    task_yield();
    task_cancel(waiter);
    cr_assert_eq(task_await(waiter), UV_ECANCELED);
    waiter = task_spawn(next_signal, NULL);
    task_yield();
    task_signals_close(signals);
    return task_await(waiter);
}

Test(signals, signals_are_waited_for, .timeout = 20)
{
    cr_assert_eq(run_in_virtual_time(awaits_signals, NULL), UV_EBADF);
    cr_assert_str_eq(task_log, "signal signal none none none");
}

/* Not by raise(), which tools deliver by themselves. The task has nothing more to do before it
 * waits, so a signal that were kept for the task instead of the thread would never be told. */
static int is_signalled_while_it_runs(void *arg)
{
    (void)arg;
    cr_assert_eq(task_signals_open(SIGUSR1, &signals), 0);
    syscall(SYS_tgkill, getpid(), (pid_t)syscall(SYS_gettid), SIGUSR1);
    cr_assert_eq(task_signals_next(signals), 0);
    task_signals_close(signals);
    return 0;
}

Test(signals, one_that_comes_while_a_task_runs_is_told, .timeout = 20)
{
    cr_assert_eq(run_in_virtual_time(is_signalled_while_it_runs, NULL), 0);
}

static struct task_udp *here, *there;

static int receives(void *arg)
{
    (void)arg;
    char text[16];
    ssize_t n = task_udp_receive(here, text, sizeof text - 1, NULL);

    if (n < 0)
        return (int)n;
    text[n] = '\0';
    log_add(text);
    return (int)n;
}

static int datagrams(void *arg)
{
    struct sockaddr_in any, to;
    struct sockaddr_storage from;
    struct task *tasks[3];
    char text[8];

    (void)arg;
    uv_ip4_addr("127.0.0.1", 0, &any);
    cr_assert_eq(task_udp_open((struct sockaddr *)&any, &here), 0);
    cr_assert_eq(task_udp_open((struct sockaddr *)&any, &there), 0);
    uv_ip4_addr("127.0.0.1", task_udp_port(here), &to);
    for (int i = 0; i < 3; i++)
        tasks[i] = task_spawn(receives, NULL);
    task_yield();
    task_cancel(tasks[0]);
    cr_assert_eq(task_udp_send(there, "one", 3, (struct sockaddr *)&to), 0);
    cr_assert_eq(task_udp_send(there, "two!", 4, (struct sockaddr *)&to), 0);
    cr_assert_eq(task_udp_send(there, "much too long", 13, (struct sockaddr *)&to), 0);
    cr_assert_eq(task_udp_send(there, "x", 1, (struct sockaddr *)&to), 0);
    cr_assert_eq(task_udp_send(there, "", 0, (struct sockaddr *)&to), 0);
    cr_assert_eq(task_udp_send(there, "end", 3, (struct sockaddr *)&to), 0);
    cr_assert_eq(task_await(tasks[0]), UV_ECANCELED);
    cr_assert_eq(task_await(tasks[1]), 3);
    cr_assert_eq(task_await(tasks[2]), 4);
    cr_assert_eq(task_udp_receive(here, text, sizeof text, NULL), UV_ENOBUFS);
    cr_assert_eq(task_udp_receive(here, text, 0, NULL), UV_ENOBUFS); /* the "x" is gone, too */
    cr_assert_eq(task_udp_receive(here, text, 0, NULL), 0);
    cr_assert_eq(task_udp_receive(here, text, sizeof text, &from), 3); /* the kernel kept it */
    cr_assert_eq(ntohs(((struct sockaddr_in *)&from)->sin_port), task_udp_port(there));
    cr_assert_eq(task_timeout(1, receives, NULL), UV_ETIMEDOUT);
    tasks[0] = task_spawn(receives, NULL);
    task_yield();
    task_udp_close(here);
    cr_assert_eq(task_await(tasks[0]), UV_EBADF);
    cr_assert_eq(task_udp_open((struct sockaddr *)&to, &here), 0); /* the port is free again */
    task_udp_close(here);
    task_udp_close(there);
    return 0;
}

static int sends(void *arg)
{
    return task_udp_send(there, "one", 3, arg);
}

static int refused(void *arg)
{
    static char long_one[65536], longest[65508];
    struct sockaddr_in to;
    struct task *task;

    (void)arg;
    uv_ip4_addr("127.0.0.1", 0, &to);
    cr_assert_eq(task_udp_open((struct sockaddr *)&to, &here), 0);
    cr_assert_eq(task_udp_open((struct sockaddr *)&to, &there), 0);
    uv_ip4_addr("127.0.0.1", task_udp_port(here), &to);
    cr_assert_eq(task_udp_send(there, long_one, sizeof long_one, (struct sockaddr *)&to),
                 UV_EMSGSIZE);
    cr_assert_eq(task_udp_send(there, longest, sizeof longest, (struct sockaddr *)&to),
                 UV_EMSGSIZE); /* the kernel's word: 65507 is the most that IPv4 carries */
    task = task_spawn(sends, &to);
    task_cancel(task);
    cr_assert_eq(task_await(task), UV_ECANCELED);
    task_udp_close(there);
    cr_assert_eq(task_timeout(1, receives, NULL), UV_ETIMEDOUT, "something was sent");
    task_udp_close(here);
    return 0;
}

Test(udp, what_is_too_long_or_cancelled_is_not_sent, .timeout = 20)
{
    cr_assert_eq(run_in_virtual_time(refused, NULL), 0);
}

static int closed(void *arg)
{
    struct sockaddr_in to;

    (void)arg;
    uv_ip4_addr("127.0.0.1", 0, &to);
    cr_assert_eq(task_udp_open((struct sockaddr *)&to, &there), 0);
    uv_ip4_addr("127.0.0.1", task_udp_port(there), &to);
    task_udp_close(there); /* its memory stays until libuv has closed it, in a turn to come */
    return sends(&to);
}

Test(udp, on_a_socket_that_is_closing_nothing_is_sent, .timeout = 20)
{
    cr_assert_eq(run_in_virtual_time(closed, NULL), UV_EBADF);
}

Test(udp, datagrams_go_to_who_waits_in_order, .timeout = 20)
{
    cr_assert_eq(run_in_virtual_time(datagrams, NULL), 0);
    cr_assert_str_eq(task_log, "one two!");
}

static int serves_one(void *arg)
{
    struct task_stream *stream;
    int error = task_accept(arg, &stream);

    if (error == 0)
        task_stream_close(stream);
    return error;
}

static int asks_names(void *arg)
{
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM}, *list = NULL;
    struct task_listener *listener;
    struct task_stream *stream;
    struct sockaddr_in any;
    struct task *server;
    char host[64], port[16];

    (void)arg;
    cr_assert_eq(task_resolve("127.0.0.1", "80", &hints, &list), 0);
    cr_assert_eq(((struct sockaddr_in *)list->ai_addr)->sin_port, htons(80));
    if (!RUNNING_ON_VALGRIND) { /* glibc keeps its resolver's state for ever */
        cr_assert_eq(task_resolve_name(list->ai_addr, host, sizeof host), 0);
        cr_assert_gt(strlen(host), 0);
    }
    uv_freeaddrinfo(list);
    cr_assert_lt(task_resolve("no numbers", NULL, &hints, &list), 0);
    uv_ip4_addr("127.0.0.1", 0, &any);
    cr_assert_eq(task_tcp_listen((struct sockaddr *)&any, 1, &listener), 0);
    snprintf(port, sizeof port, "%d", task_listener_port(listener));
    server = task_spawn(serves_one, listener);
    cr_assert_eq(task_connect_host("127.0.0.1", port, &stream), 0);
    cr_assert_eq(task_await(server), 0);
    task_stream_close(stream);
    task_listener_close(listener);
    task_sleep(1);
    cr_assert_eq(task_connect_host("127.0.0.1", port, &stream), UV_ECONNREFUSED);
    return 0;
}

Test(dns, names_become_addresses_and_back, .timeout = 20)
{
    cr_assert_eq(run_in_virtual_time(asks_names, NULL), 0);
}

static int waits_for(void *arg)
{
    return task_process_wait(arg, NULL, NULL);
}

static int children(void *arg)
{
    char *words[] = {"sh", "-c", "read line; echo \"got $line\"; exit 3", NULL};
    struct task_process_options options = {
        .file = "/bin/sh", .arguments = words, .piped = {true, true, false}};
    struct task_process *process;
    int64_t status;
    char *data;
    size_t size;
    int signal;

    (void)arg;
    cr_assert_eq(task_process_start(&options, &process), 0);
    cr_assert_eq(task_timeout(1, waits_for, process), UV_ETIMEDOUT);
    cr_assert_eq(task_write(task_process_stream(process, 0), "input\n", 6), 0);
    cr_assert_eq(task_process_finish(process, 1, 100, &data, &size, &status), 0);
    cr_assert_str_eq(data, "got input\n");
    cr_assert_eq(status, 3);
    free(data);
    cr_assert_eq(task_process_wait(process, &status, &signal), 0); /* again, at once */
    cr_assert_eq(signal, 0);
    cr_assert_eq(task_process_kill(process, SIGTERM), UV_ESRCH);
    task_process_close(process);
    return 0;
}

Test(process, a_child_is_fed_read_and_waited_for, .timeout = 20)
{
    cr_assert_eq(run_in_virtual_time(children, NULL), 0);
}

static int bad_children(void *arg)
{
    char *words[] = {"sh", "-c", "cat; cat; yes 2>/dev/null", NULL};
    struct task_process_options options = {.file = "/nonexistent", .piped = {true, true, true}};
    struct task_process *process = NULL;
    struct task *waiter;
    int64_t status;
    int signal;
    char *data;
    size_t size;

    (void)arg;
    cr_assert_eq(task_process_start(&options, &process), UV_ENOENT);
    cr_assert_null(process);
    options = (struct task_process_options){
        .file = "sh", .arguments = words, .piped = {true, true, false}};
    cr_assert_eq(task_process_start(&options, &process), 0);
    waiter = task_spawn(waits_for, process);
    task_yield();
    task_cancel(waiter);
    cr_assert_eq(task_await(waiter), UV_ECANCELED);
    task_stream_close(task_process_take_stream(process, 0)); /* the end of its input */
    cr_assert_eq(task_process_finish(process, 1, 1000, &data, &size, &status), UV_EFBIG);
    cr_assert_eq(task_process_kill(process, SIGKILL), 0);
    cr_assert_eq(task_process_wait(process, &status, &signal), 0);
    cr_assert_eq(signal, SIGKILL);
    task_process_close(process);
    return 0;
}

Test(process, a_child_that_is_not_there_or_does_not_end, .timeout = 20)
{
    cr_assert_eq(run_in_virtual_time(bad_children, NULL), 0);
}

/* The child leaves a grandchild behind, which has the pipes and copies one to the other. */
static int grandchild_holds_pipe(void *arg)
{
    char *words[] = {"sh", "-c", "exec 3<&0; cat <&3 & echo early", NULL};
    struct task_process_options options = {
        .file = "sh", .arguments = words, .piped = {true, true, false}};
    struct task_process *process;
    int64_t status;
    char *data;
    size_t size;

    (void)arg;
    cr_assert_eq(task_process_start(&options, &process), 0);
    cr_assert_eq(task_process_wait(process, &status, NULL), 0); /* the exit … */
    cr_assert_eq(task_write(task_process_stream(process, 0), "late\n", 5), 0);
    task_stream_close(task_process_take_stream(process, 0));
    cr_assert_eq(task_process_finish(process, 1, 100, &data, &size, &status), 0); /* … the end */
    cr_assert_str_eq(data, "early\nlate\n");
    free(data);
    task_process_close(process);
    return 0;
}

Test(process, the_exit_is_not_the_end_of_output, .timeout = 20)
{
    cr_assert_eq(run_in_virtual_time(grandchild_holds_pipe, NULL), 0);
}
