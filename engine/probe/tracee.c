/* See tracee.h. The program opens the record by its path under /proc/PID/fd, so that no descriptor
 * of ours is left open in it. */
#include "engine/probe/tracee.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/event/record.h"
#include "engine/probe/attach.h"

enum { DEFAULT_CAP = 256 << 20 };

struct tracee {
    struct record *record;
    struct recorder *recorder;
    int record_fd, process_fd;
    pid_t pid;
    bool ended;
    int status;
    int64_t waited; /* for a processor, as of its end; ns */
};

/* --- in the child, before exec ---------------------------------------------------------------- */

static int add_preload(const char *library)
{
    const char *before = getenv("LD_PRELOAD");
    char value[4096];
    int length = snprintf(value, sizeof value, "%s%s%s", library, before && *before ? ":" : "",
                          before ? before : "");

    if (length >= (int)sizeof value)
        return -1;
    return setenv("LD_PRELOAD", value, 1);
}

static int set_environment(const struct tracee *tracee, const struct tracee_options *options)
{
    char path[64];
    int failed;

    snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)getppid(), tracee->record_fd);
    failed = setenv(ATTACH_RECORD, path, 1);
    if (options->control)
        failed |= setenv(ATTACH_CONTROL, "1", 1);
    if (options->instant)
        failed |= setenv(ATTACH_INSTANT, "1", 1);
    if (options->perturb)
        failed |= setenv(ATTACH_PERTURB, options->perturb, 1);
    if (options->name)
        failed |= setenv(ATTACH_NAME, options->name, 1);
    if (options->preload)
        failed |= add_preload(options->preload);
    return failed;
}

/* The sanitizers' options are the caller's own, for its own reports. */
static int make_captive(const struct tracee_options *options)
{
    static const char *const foreign[] = {"ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS",
                                          "UBSAN_OPTIONS"};
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);

    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++)
        unsetenv(foreign[i]);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) || nothing < 0 || dup2(nothing, STDIN_FILENO) < 0)
        return -1;
    return dup2(options->output[0], STDOUT_FILENO) < 0 ||
                   dup2(options->output[1], STDERR_FILENO) < 0
               ? -1
               : 0;
}

static void wait_for_leave(int tracer)
{
    char byte;
    ssize_t length;

    do
        length = read(tracer, &byte, 1);
    while (length < 0 && errno == EINTR);
    if (length != 1)
        _Exit(127); /* the tracer is gone */
}

/* Reports errno to the tracer and ends; after a successful exec the socket is just closed. */
static void become(char *const *words, const struct tracee *tracee,
                   const struct tracee_options *options, int tracer)
{
    int error;

    wait_for_leave(tracer);
    signal(SIGPIPE, SIG_DFL); /* which we ignore and it should not inherit so */
    if (set_environment(tracee, options) == 0 && (!options->captive || make_captive(options) == 0))
        execvp(words[0], words);
    error = errno;
    while (write(tracer, &error, sizeof error) < 0 && errno == EINTR)
        ;
    _Exit(127);
}

/* --- in the tracer ---------------------------------------------------------------------------- */

/* 0 once the program has begun to execute, else the child's errno, negated. */
static int read_report(int fd)
{
    int error = 0;
    ssize_t length;

    do
        length = read(fd, &error, sizeof error);
    while (length < 0 && errno == EINTR);
    return length == sizeof error ? -error : 0;
}

static int fork_and_exec(struct tracee *tracee, char *const *words,
                         const struct tracee_options *options)
{
    int ends[2], error;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
        return -errno;
    tracee->pid = fork();
    if (tracee->pid == 0) {
        close(ends[0]);
        become(words, tracee, options, ends[1]);
    }
    error = tracee->pid < 0 ? -errno : 0;
    close(ends[1]);
    if (!error) {
        if (options->made)
            options->made(tracee->pid);
        send(ends[0], "", 1, MSG_NOSIGNAL);
        error = read_report(ends[0]);
    }
    close(ends[0]);
    if (error && tracee->pid > 0)
        waitpid(tracee->pid, NULL, 0);
    return error;
}

int tracee_start(char *const *words, const struct tracee_options *options,
                 struct tracee **ret_tracee)
{
    struct tracee *tracee = calloc(1, sizeof *tracee);
    int error;

    if (!tracee)
        return -ENOMEM;
    tracee->process_fd = -1;
    error = record_create(options->cap ? options->cap : DEFAULT_CAP, &tracee->record,
                          &tracee->record_fd);
    if (error) {
        free(tracee);
        return error;
    }
    if (options->step) {
        atomic_store(&tracee->record->control.step_until, options->level);
        atomic_fetch_or(&tracee->record->control.attention, ATTENTION_STEP);
    }
    error = fork_and_exec(tracee, words, options);
    if (!error)
        error = recorder_start(tracee->record, options->tick, options->to, &tracee->recorder);
    if (error) {
        tracee_free(tracee);
        return error;
    }
    tracee->process_fd = (int)syscall(SYS_pidfd_open, tracee->pid, 0);
    *ret_tracee = tracee;
    return 0;
}

struct record *tracee_record(struct tracee *tracee)
{
    return tracee->record;
}

pid_t tracee_pid(const struct tracee *tracee)
{
    return tracee->pid;
}

/* The second number of the kernel's line. */
static int64_t read_waited(const struct tracee *tracee)
{
    char path[64], line[128];
    long long running, waited;
    int fd;
    ssize_t length;

    snprintf(path, sizeof path, "/proc/%d/schedstat", (int)tracee->pid);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    length = fd < 0 ? -1 : read(fd, line, sizeof line - 1);
    if (fd >= 0)
        close(fd);
    line[length < 0 ? 0 : length] = '\0';
    return sscanf(line, "%lld %lld", &running, &waited) == 2 ? waited : -1;
}

int64_t tracee_waited_for_cpu(struct tracee *tracee)
{
    return tracee->ended ? tracee->waited : read_waited(tracee);
}

/* What the kernel counted of it is gone with waitpid(). */
static bool reap(struct tracee *tracee)
{
    siginfo_t info = {0};

    if (waitid(P_PID, (id_t)tracee->pid, &info, WEXITED | WNOHANG | WNOWAIT) || !info.si_pid)
        return false;
    tracee->waited = read_waited(tracee);
    return waitpid(tracee->pid, &tracee->status, WNOHANG) == tracee->pid;
}

bool tracee_wait(struct tracee *tracee, int timeout_ms, int *ret_status)
{
    struct pollfd wanted = {.fd = tracee->process_fd, .events = POLLIN};

    if (!tracee->ended) {
        if (timeout_ms)
            poll(&wanted, 1, timeout_ms); /* a signal ends it early: the caller looks and returns */
        tracee->ended = reap(tracee);
    }
    if (tracee->ended)
        *ret_status = tracee->status;
    return tracee->ended;
}

void tracee_stop(struct tracee *tracee)
{
    if (!tracee->ended && control_stop(&tracee->record->control))
        kill(tracee->pid, SIGSTOP);
}

void tracee_go(struct tracee *tracee)
{
    if (tracee->ended || !control_go(&tracee->record->control))
        return;
    syscall(SYS_futex, &tracee->record->control.attention, FUTEX_WAKE, INT32_MAX, NULL, NULL, 0);
    kill(tracee->pid, SIGCONT);
}

void tracee_halt(struct tracee *tracee)
{
    if (!tracee->ended && tracee_stands(tracee))
        kill(tracee->pid, SIGSTOP);
}

void tracee_step(struct tracee *tracee, uint32_t until)
{
    struct control *control = &tracee->record->control;

    atomic_store(&control->step_until, until);
    atomic_fetch_or(&control->attention, ATTENTION_STEP);
    tracee_go(tracee);
}

bool tracee_stands(struct tracee *tracee)
{
    return atomic_load(&tracee->record->control.attention) & ATTENTION_STOP;
}

int64_t tracee_time(const struct tracee *tracee)
{
    return control_now(&tracee->record->control) - tracee->record->start;
}

void tracee_free(struct tracee *tracee)
{
    recorder_stop(tracee->recorder);
    record_destroy(tracee->record);
    close(tracee->record_fd);
    if (tracee->process_fd >= 0)
        close(tracee->process_fd);
    free(tracee);
}
