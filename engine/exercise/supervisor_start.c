/* From the supervisor to the program. Where the kernel allows it the program gets a process
 * namespace of its own, and with it a first process, which is this same code: it starts the
 * program, buries who is left to it, tells the program's status through a pipe, and ends when
 * nobody is left; when it is killed the kernel ends all the others before it is buried. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/exercise/confine.h"
#include "engine/exercise/supervisor_priv.h"

enum { OPEN_FILES = 1024 };

struct pipes {
    int out[2], err[2];
    int trouble[2]; /* errno of an exec that failed; closed by one that did not */
    int verdict[2]; /* the program's status */
};

static void set_limit(int resource, int64_t value)
{
    struct rlimit limit = {(rlim_t)value, (rlim_t)value};

    setrlimit(resource, &limit);
}

/* From here on nothing of the supervisor is left but the exec. Only returns if that fails. Its
 * descriptors above 2 close by themselves, but for the record, which the program closes when it has
 * mapped it. */
static void become_program(const struct supervisor *supervisor, const struct pipes *pipes)
{
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    sigset_t none;

    prctl(PR_SET_PDEATHSIG, SIGKILL); /* should it kill the supervisor, it ends too */
    setsid();
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    dup2(nothing, 0);
    dup2(pipes->out[1], 1);
    dup2(pipes->err[1], 2);
    syscall(SYS_close_range, 3, ~0U, 4 /* CLOSE_RANGE_CLOEXEC */);
    if (supervisor->record >= 0)
        fcntl(supervisor->record, F_SETFD, 0);
    set_limit(RLIMIT_CORE, 0);
    set_limit(RLIMIT_FSIZE, supervisor->file);
    set_limit(RLIMIT_NOFILE, OPEN_FILES);
    if (chdir(supervisor->folder))
        return;
    if (*supervisor->writable)
        confine_writes(supervisor->writable);
    execv(supervisor->words[0], supervisor->words);
}

static void try_to_become(const struct supervisor *supervisor, const struct pipes *pipes)
{
    become_program(supervisor, pipes);
    int failed = errno;
    if (write(pipes->trouble[1], &failed, sizeof failed) < 0)
        kill(getpid(), SIGKILL);
}

static void close_ends(const struct pipes *pipes)
{
    close(pipes->out[1]);
    close(pipes->err[1]);
    close(pipes->trouble[1]);
}

/* What the first process of a namespace tells: how the program ended, and whether somebody else was
 * alive then. */
struct last_words {
    int status;
    uint32_t left; /* 0 or 1 */
};

static bool tell_end(const struct pipes *pipes, int status)
{
    struct last_words words = {.status = status};
    int pid;

    while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
        continue;
    words.left = pid == 0;
    return write(pipes->verdict[1], &words, sizeof words) == (ssize_t)sizeof words;
}

/* The first process of a namespace: until there is nobody left. */
static void be_first(const struct supervisor *supervisor, const struct pipes *pipes)
{
    int status, pid, program;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    program = fork();
    if (program == 0) {
        try_to_become(supervisor, pipes);
        return;
    }
    if (program < 0 && write(pipes->trouble[1], &errno, sizeof errno) < 0)
        return;
    close_ends(pipes);
    while ((pid = waitpid(-1, &status, 0)) > 0 || errno == EINTR)
        if (pid == program && !tell_end(pipes, status))
            return;
}

static int make_pipe(int *ends, int flags)
{
    if (pipe2(ends, O_CLOEXEC))
        return -errno;
    fcntl(ends[0], F_SETFL, flags);
    return 0;
}

static int make_pipes(struct pipes *pipes)
{
    return make_pipe(pipes->out, O_NONBLOCK) || make_pipe(pipes->err, O_NONBLOCK) ||
                   make_pipe(pipes->trouble, 0) || make_pipe(pipes->verdict, O_NONBLOCK)
               ? -errno
               : 0;
}

/* In the supervisor: the child has begun, or could not. */
static int begun(struct supervisor *supervisor, struct pipes *pipes)
{
    int failed = supervisor->program < 0 ? errno : 0, told = 0;

    close_ends(pipes);
    close(pipes->verdict[1]);
    supervisor->out = pipes->out[0];
    supervisor->err = pipes->err[0];
    if (supervisor->apart)
        supervisor->verdict = pipes->verdict[0];
    else
        close(pipes->verdict[0]); /* nobody will tell: its end would be seen again and again */
    if (read(pipes->trouble[0], &told, sizeof told) == sizeof told)
        failed = told;
    close(pipes->trouble[0]);
    return -failed;
}

int supervisor_start(struct supervisor *supervisor)
{
    struct pipes pipes;

    if (make_pipes(&pipes))
        return -errno;
    supervisor->began = supervisor_now();
    supervisor->program = *supervisor->writable ? confine_fork() : -ENOSYS;
    supervisor->apart = supervisor->program >= 0;
    if (!supervisor->apart)
        supervisor->program = fork();
    if (supervisor->program == 0) {
        if (supervisor->apart)
            be_first(supervisor, &pipes);
        else
            try_to_become(supervisor, &pipes);
        return 1;
    }
    return begun(supervisor, &pipes);
}

void supervisor_hear(struct supervisor *supervisor)
{
    struct last_words words;

    if (supervisor->ended || !supervisor->apart ||
        read(supervisor->verdict, &words, sizeof words) != (ssize_t)sizeof words)
        return;
    supervisor->ended = true;
    supervisor->status = words.status;
    supervisor->outcome->left_behind = words.left;
}
