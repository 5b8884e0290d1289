/* The supervisor: a small program that runs one other program within limits, and answers.
 *
 * Design notes. It is a process of its own and a child subreaper, so that whatever the program
 * starts, in whatever session or process group, becomes its descendant and at last its child: it is
 * done when waitpid() knows of no child any more. RLIMIT_AS would stop AddressSanitizer, which
 * reserves terabytes of address space, so resident memory is polled; so are processes and CPU time.
 * File size is the kernel's limit (SIGXFSZ). Pipes are drained without waiting for their end, since
 * a grandchild may hold them for ever. It allocates nothing and trusts nothing: what a program
 * writes is bytes in a mapping. When the pipe on its standard input closes, it ends everything. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "engine/exercise/outcome.h"
#include "engine/exercise/process_tree.h"

enum { TICK_MS = 10, KILL_MS = 700 };
static const int64_t ms = 1000000, mebibyte = 1 << 20;

struct supervisor {
    struct outcome *outcome;
    int64_t time_ns, cpu_ns, memory, processes, output, file;
    const char *folder;
    char **words; /* of the program; its name is the first */

    int signals, out, err; /* descriptors; out and err -1 once they ended */
    int program;           /* its process id */
    bool ended;            /* the program itself; others may live */
    int status;            /* from waitpid() */
    int64_t began, reaped_cpu;
};

static int64_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* --- the program ------------------------------------------------------------------------------ */

static void set_limit(int resource, int64_t value)
{
    struct rlimit limit = {(rlim_t)value, (rlim_t)value};

    setrlimit(resource, &limit);
}

/* In the child: from here on nothing of the supervisor is left but the exec. Only returns if that
 * fails. Its descriptors above 2 close by themselves: all are made with O_CLOEXEC. */
static void become_program(struct supervisor *supervisor, int out, int err)
{
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    sigset_t none;

    prctl(PR_SET_PDEATHSIG, SIGKILL); /* should it kill the supervisor, it ends too */
    setsid();
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    dup2(nothing, 0);
    dup2(out, 1);
    dup2(err, 2);
    syscall(SYS_close_range, 3, ~0U, 4 /* CLOSE_RANGE_CLOEXEC */);
    set_limit(RLIMIT_CORE, 0);
    set_limit(RLIMIT_FSIZE, supervisor->file);
    if (chdir(supervisor->folder) == 0)
        execv(supervisor->words[0], supervisor->words);
}

static int make_pipe(int *ends)
{
    if (pipe2(ends, O_CLOEXEC))
        return -errno;
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    return 0;
}

/* -1 in the child whose exec failed; the parent learns of that by a pipe that exec would close. */
static int start_program(struct supervisor *supervisor)
{
    int out[2], err[2], trouble[2], failed = 0;

    if (make_pipe(out) || make_pipe(err) || pipe2(trouble, O_CLOEXEC))
        return -errno;
    supervisor->began = now();
    supervisor->program = fork();
    if (supervisor->program == 0) {
        become_program(supervisor, out[1], err[1]);
        failed = errno;
        if (write(trouble[1], &failed, sizeof failed) < 0)
            raise(SIGKILL);
        return 1;
    }
    close(out[1]);
    close(err[1]);
    close(trouble[1]);
    supervisor->out = out[0];
    supervisor->err = err[0];
    if (read(trouble[0], &failed, sizeof failed) != sizeof failed)
        failed = supervisor->program < 0 ? errno : 0;
    close(trouble[0]);
    return -failed;
}

/* --- what it writes --------------------------------------------------------------------------- */

/* Keeps what fits; the rest is read and dropped. Closes the descriptor at its end. */
static void drain(int *fd, struct outcome_text *text, int64_t keep)
{
    char bytes[16384];
    ssize_t n;
    int rounds = 0;

    while (*fd >= 0 && rounds++ < 64 && (n = read(*fd, bytes, sizeof bytes)) != -1) {
        size_t room = (size_t)keep - text->length, take = (size_t)n < room ? (size_t)n : room;
        memcpy(text->bytes + text->length, bytes, take);
        text->length += (uint32_t)take;
        text->cut |= take < (size_t)n;
        if (n == 0) {
            close(*fd);
            *fd = -1;
        }
    }
}

static void drain_both(struct supervisor *supervisor)
{
    drain(&supervisor->out, &supervisor->outcome->out, supervisor->output);
    drain(&supervisor->err, &supervisor->outcome->err, supervisor->output);
}

/* --- watching --------------------------------------------------------------------------------- */

/* Buries every child that has ended. False: there is no child any more. */
static bool reap(struct supervisor *supervisor)
{
    struct rusage usage;
    int status, pid;

    while ((pid = wait4(-1, &status, WNOHANG, &usage)) > 0) {
        supervisor->reaped_cpu += (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 * ms +
                                  (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000;
        if (pid == supervisor->program) {
            supervisor->ended = true;
            supervisor->status = status;
        }
    }
    return pid == 0;
}

/* The limit that is exceeded now, or RUN_LOST. */
static enum run_end measure(struct supervisor *supervisor)
{
    struct outcome *outcome = supervisor->outcome;
    struct tree_use use;
    int64_t cpu;

    tree_measure((int)getpid(), &use);
    cpu = supervisor->reaped_cpu + use.cpu_ns;
    outcome->cpu_ns = cpu > outcome->cpu_ns ? cpu : outcome->cpu_ns;
    outcome->wall_ns = now() - supervisor->began;
    if (use.bytes > outcome->most_bytes)
        outcome->most_bytes = use.bytes;
    if (use.processes > outcome->most_processes)
        outcome->most_processes = use.processes;
    if (outcome->out.cut || outcome->err.cut)
        return RUN_TOO_MUCH_OUTPUT;
    if (use.processes > supervisor->processes)
        return RUN_TOO_MANY_PROCESSES;
    if ((int64_t)use.bytes > supervisor->memory)
        return RUN_TOO_MUCH_MEMORY;
    if (outcome->cpu_ns > supervisor->cpu_ns)
        return RUN_TOO_MUCH_CPU;
    return outcome->wall_ns > supervisor->time_ns ? RUN_TOO_LONG : RUN_LOST;
}

static void rest(struct supervisor *supervisor, bool *ret_cancelled)
{
    struct pollfd watched[] = {{supervisor->signals, POLLIN, 0},
                               {0, POLLIN, 0},
                               {supervisor->out, POLLIN, 0},
                               {supervisor->err, POLLIN, 0}};
    struct signalfd_siginfo info;

    poll(watched, 4, TICK_MS);
    while (read(supervisor->signals, &info, sizeof info) > 0)
        *ret_cancelled |= info.ssi_signo != SIGCHLD;
    *ret_cancelled |= watched[1].revents != 0;
}

/* Until the program has ended or must be. */
static enum run_end watch(struct supervisor *supervisor)
{
    enum run_end end = RUN_LOST;
    bool cancelled = false;
    int64_t measured = 0;

    while (end == RUN_LOST && !supervisor->ended && !cancelled) {
        rest(supervisor, &cancelled);
        drain_both(supervisor);
        reap(supervisor);
        bool much = supervisor->outcome->out.cut || supervisor->outcome->err.cut;
        if (!supervisor->ended && (much || now() - measured > TICK_MS * ms)) {
            end = measure(supervisor);
            measured = now();
        }
    }
    if (cancelled && end == RUN_LOST)
        return RUN_CANCELLED;
    if (end == RUN_LOST)
        drain_both(supervisor);
    return end;
}

/* --- the end ---------------------------------------------------------------------------------- */

/* Ends every descendant: as parents die, their children become ours, until there are none. */
static void sweep(struct supervisor *supervisor)
{
    int64_t deadline = now() + KILL_MS * ms;
    struct timespec moment = {0, ms / 2};

    while (reap(supervisor) && now() < deadline) {
        uint32_t killed = tree_kill((int)getpid());
        if (supervisor->ended && supervisor->outcome->left_behind < killed)
            supervisor->outcome->left_behind = killed;
        nanosleep(&moment, NULL);
    }
}

static void tell_status(struct outcome *outcome, int status)
{
    if (WIFEXITED(status)) {
        outcome->end = RUN_EXITED;
        outcome->detail = WEXITSTATUS(status);
    } else {
        outcome->end = WTERMSIG(status) == SIGXFSZ ? RUN_TOO_LARGE_FILE : RUN_SIGNALLED;
        outcome->detail = WTERMSIG(status);
    }
}

static void run(struct supervisor *supervisor)
{
    struct outcome *outcome = supervisor->outcome;
    enum run_end end = watch(supervisor);
    bool by_itself = end == RUN_LOST;

    outcome->wall_ns = now() - supervisor->began;
    if (by_itself)
        sweep(supervisor);
    else {
        supervisor->ended = false; /* whoever is killed now was not left behind */
        sweep(supervisor);
    }
    if (supervisor->reaped_cpu > outcome->cpu_ns)
        outcome->cpu_ns = supervisor->reaped_cpu;
    drain_both(supervisor);
    outcome->end = end;
    if (by_itself)
        tell_status(outcome, supervisor->status);
    if (outcome->end < RUN_TOO_LONG && (outcome->out.cut || outcome->err.cut))
        outcome->end = RUN_TOO_MUCH_OUTPUT;
}

/* --- beginning -------------------------------------------------------------------------------- */

static int take_words(struct supervisor *supervisor, int count, char **words)
{
    int64_t numbers[7];

    if (count <= SUPERVISOR_WORDS)
        return -EINVAL;
    for (int i = 0; i < 7; i++)
        numbers[i] = strtoll(words[1 + i], NULL, 10);
    supervisor->outcome = mmap(NULL, sizeof *supervisor->outcome, PROT_READ | PROT_WRITE,
                               MAP_SHARED, (int)numbers[0], 0);
    if (supervisor->outcome == MAP_FAILED)
        return -errno;
    supervisor->time_ns = numbers[1] * ms;
    supervisor->cpu_ns = numbers[2] * ms;
    supervisor->memory = numbers[3] * mebibyte;
    supervisor->processes = numbers[4];
    supervisor->output =
        numbers[5] * 1024 < OUTCOME_TEXT_MAX ? numbers[5] * 1024 : OUTCOME_TEXT_MAX;
    supervisor->file = numbers[6] * mebibyte;
    supervisor->folder = words[8];
    supervisor->words = words + SUPERVISOR_WORDS;
    return 0;
}

/* Signals arrive as bytes; those that would end the supervisor cancel the run instead. */
static int take_signals(void)
{
    static const int taken[] = {SIGCHLD, SIGHUP, SIGINT, SIGTERM, SIGQUIT};
    struct sigaction normal = {.sa_handler = SIG_DFL};
    sigset_t set;

    sigemptyset(&set);
    for (int signal = 1; signal < NSIG; signal++)
        if (signal != SIGKILL && signal != SIGSTOP)
            sigaction(signal, &normal, NULL);
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
        sigaddset(&set, taken[i]);
    sigprocmask(SIG_SETMASK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int main(int count, char **words)
{
    struct supervisor supervisor = {.out = -1, .err = -1};

    if (take_words(&supervisor, count, words))
        return 2;
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    supervisor.signals = take_signals();
    int failed = start_program(&supervisor);
    if (failed > 0)
        return 127; /* the child whose exec failed */
    if (failed < 0) {
        reap(&supervisor);
        supervisor.outcome->end = RUN_NOT_STARTED;
        supervisor.outcome->detail = -failed;
        return 0;
    }
    run(&supervisor);
    return 0;
}
