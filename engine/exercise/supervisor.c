/* The supervisor: a small program that runs one other program within limits, and answers.
 *
 * Design notes. It is a process of its own and a child subreaper, so that whatever the program
 * starts, in whatever session or process group, becomes its descendant and at last its child: it is
 * done when waitpid() knows of no child any more. Where the kernel allows it the program is also in
 * a namespace of its own and may write only to its own folder (supervisor_start.c): what can then
 * not be done needs not be found. RLIMIT_AS would stop AddressSanitizer, which reserves terabytes
 * of address space, so resident memory is polled; so are processes, CPU time and what its folder
 * takes. File size is the kernel's limit (SIGXFSZ). Pipes are drained without waiting for their
 * end, since a grandchild may hold them for ever. It trusts nothing: what a program writes is bytes
 * in a mapping. When the pipe on its standard input closes, it ends everything. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "engine/exercise/disk_use.h"
#include "engine/exercise/process_tree.h"
#include "engine/exercise/supervisor_priv.h"

enum { TICK_MS = 10, DISK_MS = 50, KILL_MS = 700 };
static const int64_t ms = 1000000, mebibyte = 1 << 20;

int64_t supervisor_now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
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
            supervisor->buried = true;
            supervisor_hear(supervisor); /* in a namespace the first process speaks for it */
        }
        if (pid == supervisor->program && !supervisor->ended) {
            supervisor->ended = true;
            supervisor->status = status;
        }
    }
    supervisor_hear(supervisor);
    return pid == 0;
}

/* Does its folder take more than it may? Looked at now and then, since it costs a look at each
 * file. */
static bool fills_disk(struct supervisor *supervisor)
{
    struct disk_use use;

    if (!*supervisor->writable || supervisor_now() - supervisor->looked < DISK_MS * ms)
        return false; /* a compiler works in the learner's own folder, which is not looked at */
    supervisor->looked = supervisor_now();
    disk_measure(supervisor->folder, &use);
    return use.bytes > (uint64_t)(DISK_FILES * supervisor->file) || use.entries > DISK_ENTRIES;
}

/* The limit that is exceeded now, or RUN_LOST. */
static enum run_end measure(struct supervisor *supervisor)
{
    struct outcome *outcome = supervisor->outcome;
    struct tree_use use;
    int64_t cpu;

    tree_measure((int)getpid(), &use);
    if (supervisor->apart && use.processes)
        use.processes--; /* the first of its namespace is ours */
    cpu = supervisor->reaped_cpu + use.cpu_ns;
    outcome->cpu_ns = cpu > outcome->cpu_ns ? cpu : outcome->cpu_ns;
    outcome->wall_ns = supervisor_now() - supervisor->began;
    outcome->running = use.running;
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
    if (fills_disk(supervisor))
        return RUN_TOO_MUCH_DISK;
    if (outcome->cpu_ns > supervisor->cpu_ns)
        return RUN_TOO_MUCH_CPU;
    return outcome->wall_ns > supervisor->time_ns ? RUN_TOO_LONG : RUN_LOST;
}

static void rest(struct supervisor *supervisor, bool *ret_cancelled)
{
    struct pollfd watched[] = {{supervisor->signals, POLLIN, 0},
                               {0, POLLIN, 0},
                               {supervisor->out, POLLIN, 0},
                               {supervisor->err, POLLIN, 0},
                               {supervisor->verdict, POLLIN, 0}};
    struct signalfd_siginfo info;

    poll(watched, 5, TICK_MS);
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
        if (!supervisor->ended && (much || supervisor_now() - measured > TICK_MS * ms)) {
            end = measure(supervisor);
            measured = supervisor_now();
        }
    }
    if (cancelled && end == RUN_LOST)
        return RUN_CANCELLED;
    if (end == RUN_LOST)
        drain_both(supervisor);
    return end;
}

/* --- the end ---------------------------------------------------------------------------------- */

/* Who is alive although the program has ended by itself: somebody, if there is a child, or if the
 * first process of a namespace, which is ours, said so. They may come and go too fast to be seen.
 */
static void note_left(struct supervisor *supervisor)
{
    uint32_t ours = supervisor->apart;
    struct tree_use use;

    if (!reap(supervisor) || (supervisor->apart && !supervisor->outcome->left_behind))
        return;
    tree_measure((int)getpid(), &use);
    supervisor->outcome->left_behind = use.alive > ours + 1 ? use.alive - ours : 1;
}

/* Ends every descendant: with the first process of a namespace the kernel ends all of it. Else the
 * program's process group is ended at once, and whoever is not of it is looked for: as parents die,
 * their children become ours, until there are none. */
static void sweep(struct supervisor *supervisor)
{
    int64_t deadline = supervisor_now() + KILL_MS * ms;
    struct timespec moment = {0, ms / 2};

    while (reap(supervisor) && supervisor_now() < deadline) {
        if (!supervisor->buried)
            kill(supervisor->apart ? supervisor->program : -supervisor->program, SIGKILL);
        if (!supervisor->apart)
            tree_kill((int)getpid());
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

    outcome->wall_ns = supervisor_now() - supervisor->began;
    supervisor->ended = true; /* and what it says from now on, killed, does not count */
    if (by_itself)
        note_left(supervisor);
    sweep(supervisor);
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
    int64_t numbers[8];

    if (count <= SUPERVISOR_WORDS)
        return -EINVAL;
    for (int i = 0; i < 8; i++)
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
    supervisor->record = (int)numbers[7];
    supervisor->folder = words[9];
    supervisor->writable = words[10];
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
    struct supervisor supervisor = {.out = -1, .err = -1, .verdict = -1};

    if (take_words(&supervisor, count, words))
        return 2;
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    supervisor.signals = take_signals();
    int failed = supervisor_start(&supervisor);
    if (failed > 0)
        return 127; /* a child of ours that is not the program */
    if (failed < 0) {
        reap(&supervisor);
        supervisor.outcome->end = RUN_NOT_STARTED;
        supervisor.outcome->detail = -failed;
        return 0;
    }
    run(&supervisor);
    return 0;
}
