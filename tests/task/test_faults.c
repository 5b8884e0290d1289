/* Every allocation and every call of libuv that can fail fails once.
 *
 * A scenario runs again and again; in the n-th run the n-th such call fails, until a run has fewer
 * than n. Scenarios are all rows of the matrix, and some that do what no row does. Each time it
 * must come to an end, by UV_ENOMEM or in spite of the fault, the loop must close, and under
 * AddressSanitizer nothing may leak. Virtual time. */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine/event/event.h"
#include "engine/task/task_debug.h"
#include "engine/task/task_group.h"
#include "engine/task/task_process.h"
#include "engine/task/task_scope.h"
#include "engine/task/task_stream.h"
#include "tests/task/faults.h"
#include "tests/task/rows_try.h"
#include "tests/task/support.h"

/* The loop is made before the faults begin. */
static int run_with_fault(int n, int (*main)(void *), void *arg, const char **ret_name)
{
    uv_loop_t loop;
    int result;

    virtual_begin();
    task_lines[0] = '\0';
    task_set_report(keep_line, NULL);
    cr_assert_eq(uv_loop_init(&loop), 0);
    faults_arm(n);
    result = task_run(&loop, main, arg);
    *ret_name = faults_disarm();
    cr_assert_eq(uv_loop_close(&loop), 0, "fault %d (%s): the loop is not empty", n,
                 *ret_name ? *ret_name : "");
    task_set_report(NULL, NULL);
    virtual_end();
    cr_assert_null(strstr(task_lines, "deadlock"), "fault %d (%s): %s", n, *ret_name, task_lines);
    cr_assert_null(strstr(task_lines, "did not end"), "fault %d (%s): %s", n, *ret_name,
                   task_lines);
    return result;
}

/* Does `result` tell of the fault, or of none? What libuv cannot refuse at once fails later. */
static bool is_told(int result, int normal, const char *name)
{
    bool later = name && (strcmp(name, "uv_spawn") == 0 || strcmp(name, "uv_pipe_connect") == 0);

    return result == normal || (name && result == UV_ENOMEM) || (later && result == UV_ENOENT);
}

/* Runs the scenario until no fault comes; how many came. A fault may be got over (a smaller slab,
 * the other kind of guard), so success is allowed; silence is not. */
static int each_fault(int (*scenario)(void *))
{
    const char *name;
    int n = 0, result;

    do {
        result = run_with_fault(++n, scenario, NULL, &name);
        cr_assert(is_told(result, 0, name), "fault %d (%s): %d", n, name, result);
    } while (name);
    return n - 1;
}

/* If it could not be made to happen, the call was cancelled. */
static void check(const struct trial *trial, int run, int n, const char *name)
{
    int result = run ? run : trial->error ? trial->error : trial->result;

    cr_assert(is_told(result, trial->row->result, name), "%s (%s), fault %d (%s): %d",
              trial->row->call, trial->row->of ? trial->row->of : "", n, name, result);
}

static void each_fault_of_row(const struct row *row)
{
    const char *name;
    int n = 0;

    do {
        struct trial trial = {.row = row, .ending = NORMAL};
        int run = run_with_fault(++n, row_try, &trial, &name);
        check(&trial, run, n, name);
    } while (name);
}

static void each_fault_of_rows(void)
{
    for (const struct row *const *table = row_tables; *table; table++)
        for (const struct row *row = *table; row->call; row++)
            if (!row->resolver || !RUNNING_ON_VALGRIND)
                each_fault_of_row(row);
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

/* What never waits. */
static int opens(void *arg)
{
    struct task_listener *listener = NULL;
    struct task_stream *terminal = NULL;
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), slave, error;
    char path[64];

    (void)arg;
    snprintf(path, sizeof path, "/tmp/asynctut-faults-%d", (int)getpid());
    grantpt(master);
    unlockpt(master);
    slave = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
    error = task_dump_on_signal(SIGUSR2);
    if (error == 0)
        error = task_pipe_listen(path, 1, &listener);
    if (error == 0)
        error = task_tty_open(slave, &terminal);
    if (!terminal)
        close(slave);
    task_dump();
    task_listener_close(listener);
    task_stream_close(terminal);
    close(master);
    return error;
}

/* Of mmap() and mmap64() the library calls one, whichever the C library makes of it. */
static void each_was_tried(void)
{
    int maps = 0;

    for (const struct wrapped *wrapped = faults_wrapped; wrapped; wrapped = wrapped->next) {
        if (strncmp(wrapped->name, "mmap", 4) == 0)
            maps += wrapped->failed;
        else if (!RUNNING_ON_VALGRIND || strcmp(wrapped->name, "uv_getnameinfo") != 0)
            cr_assert_gt(wrapped->failed, 0, "%s was never made to fail", wrapped->name);
    }
    cr_assert_gt(maps, 0);
}

Test(faults, whatever_fails_is_told_and_leaves_nothing, .timeout = 100, .init = faults_open)
{
    cr_assert_geq(each_fault(many), 5);
    cr_assert_geq(each_fault(conversation), 12);
    cr_assert_geq(each_fault(children), 9);
    cr_assert_geq(each_fault(opens), 6);
    each_fault_of_rows();
    faults_old_kernel = true; /* the other kind of guard */
    cr_assert_geq(each_fault(many), 5);
    each_fault_of_rows();
    faults_old_kernel = false;
    each_was_tried();
}

static uint32_t last_id;
static int failures_told;

static uint32_t on_born(unsigned type, uint32_t parent, const void *where)
{
    (void)type;
    (void)parent;
    (void)where;
    return ++last_id;
}

static void on_emit(unsigned kind, uint32_t subject, uint32_t object, int64_t arg,
                    const void *where)
{
    struct event event = {.subject = subject, .object = object, .arg = arg};

    (void)where;
    failures_told += kind == EVENT_DO && event_do_result(&event) == UV_ENOMEM;
}

static void on_name(uint32_t subject, const char *name)
{
    (void)subject;
    (void)name;
}

static uint32_t find(const void *actor)
{
    (void)actor;
    return ++last_id;
}

Test(faults, whatever_fails_is_in_the_trace_too, .timeout = 100, .init = faults_open)
{
    static const struct task_tracer tracer = {on_born, on_emit, on_name, find};
    static int (*const scenarios[])(void *) = {many, conversation, children, opens};

    task_set_tracer(&tracer);
    for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++) {
        failures_told = 0;
        cr_assert_geq(each_fault(scenarios[i]), 5);
        cr_assert_gt(failures_told, 0);
    }
    each_fault_of_rows();
    task_set_tracer(NULL);
}

/* Calls that cannot fail, or whose failure is a mistake of the library: those that close, count,
 * look and stop; and those that pass on what they are told. */
static const char *const cannot_fail[] = {"uv_async_send",
                                          "uv_buf_init",
                                          "uv_cancel",
                                          "uv_close",
                                          "uv_err_name",
                                          "uv_fileno",
                                          "uv_freeaddrinfo",
                                          "uv_fs_req_cleanup",
                                          "uv_fs_scandir_next",
                                          "uv_guess_handle",
                                          "uv_hrtime",
                                          "uv_idle_start",
                                          "uv_idle_stop",
                                          "uv_is_active",
                                          "uv_loop_alive",
                                          "uv_mutex_lock",
                                          "uv_mutex_unlock",
                                          "uv_mutex_destroy",
                                          "uv_now",
                                          "uv_process_kill",
                                          "uv_read_stop",
                                          "uv_ref",
                                          "uv_run",
                                          "uv_stop",
                                          "uv_stream_get_write_queue_size",
                                          "uv_timer_init",
                                          "uv_timer_start",
                                          "uv_timer_stop",
                                          "uv_udp_recv_stop",
                                          "uv_unref",
                                          "uv_update_time",
                                          NULL};

static bool is_known(const char *name)
{
    for (const struct wrapped *wrapped = faults_wrapped; wrapped; wrapped = wrapped->next)
        if (strcmp(wrapped->name, name) == 0)
            return true;
    for (const char *const *at = cannot_fail; *at; at++)
        if (strcmp(*at, name) == 0)
            return true;
    return false;
}

/* Functions of libuv are all words that begin with uv_ but those of types and callbacks, and what
 * is followed by neither ( nor , is a word in a comment or a member. */
static void check_words(const char *file, const char *text)
{
    for (const char *at = text; (at = strstr(at, "uv_"));) {
        size_t length = strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789_");
        bool begins = at == text || (!isalnum((unsigned char)at[-1]) && at[-1] != '_');
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int)length, at);
        at += length;
        if (!begins || (*at != '(' && *at != ',') || at[1] == ')' ||
            (length > 2 && strcmp(name + length - 2, "_t") == 0))
            continue;
        cr_assert(is_known(name), "%s: %s() is not made to fail", file, name);
    }
}

Test(faults, every_function_of_libuv_that_is_called_can_be_made_to_fail)
{
    static char text[65536];
    DIR *folder = opendir(TASK_FOLDER);
    struct dirent *entry;
    char path[512];

    cr_assert_not_null(folder);
    while ((entry = readdir(folder))) {
        size_t length = strlen(entry->d_name);
        FILE *file;
        if (length < 3 || strcmp(entry->d_name + length - 2, ".c") != 0)
            continue;
        snprintf(path, sizeof path, "%s/%s", TASK_FOLDER, entry->d_name);
        file = fopen(path, "r");
        cr_assert_not_null(file);
        text[fread(text, 1, sizeof text - 1, file)] = '\0';
        fclose(file);
        check_words(entry->d_name, text);
    }
    closedir(folder);
}
