/* The supervisor is spawned, not forked off: this process has threads, locks and a terminal, which
 * a small program knows nothing of. Two pipes tie them together: one whose end here, when closed
 * (also by this process's death), cancels the run; one whose end there, when closed, says that the
 * supervisor is gone. */
#include "engine/exercise/supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { TICK_MS = 5, GRACE_MS = 950, MOST_WORDS = 200 };

struct ties {
    int outcome, cancel[2], alive[2];
};

static void close_all(struct ties *ties)
{
    int *all[] = {&ties->outcome, &ties->cancel[0], &ties->cancel[1], &ties->alive[0],
                  &ties->alive[1]};

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (*all[i] >= 0)
            close(*all[i]);
}

/* Above 9, so that making them the supervisor's 0, 3 and 4 overwrites none of them. */
static int lift(int *fd)
{
    int high = fcntl(*fd, F_DUPFD_CLOEXEC, 10);

    if (high < 0)
        return -errno;
    close(*fd);
    *fd = high;
    return 0;
}

static int make_ties(struct ties *ties, struct outcome **ret_outcome)
{
    *ties = (struct ties){-1, {-1, -1}, {-1, -1}};
    ties->outcome = memfd_create("asynctut-outcome", MFD_CLOEXEC);
    if (ties->outcome < 0 || ftruncate(ties->outcome, sizeof(struct outcome)) ||
        pipe2(ties->cancel, O_CLOEXEC) || pipe2(ties->alive, O_CLOEXEC))
        return -errno;
    if (lift(&ties->outcome) || lift(&ties->cancel[0]) || lift(&ties->alive[1]))
        return -EMFILE;
    void *map =
        mmap(NULL, sizeof(struct outcome), PROT_READ | PROT_WRITE, MAP_SHARED, ties->outcome, 0);
    if (map == MAP_FAILED)
        return -errno;
    *ret_outcome = map;
    return 0;
}

void outcome_free(struct outcome *outcome)
{
    if (outcome)
        munmap(outcome, sizeof *outcome);
}

/* --- starting --------------------------------------------------------------------------------- */

static int spawn(const struct supervised *supervised, const struct ties *ties, char **words,
                 pid_t *ret_pid)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none;

    sigemptyset(&none);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, ties->cancel[0], 0);
    posix_spawn_file_actions_adddup2(&files, ties->outcome, 3);
    posix_spawn_file_actions_adddup2(&files, ties->alive[1], 4);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setpgroup(&attributes, 0); /* Ctrl-C is for whoever reads the verdict */
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
    int failed = posix_spawn(ret_pid, supervised->supervisor, &files, &attributes, words,
                             supervised->environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return -failed;
}

static int start(const struct supervised *supervised, const struct ties *ties, pid_t *ret_pid)
{
    const struct limits *limits = &supervised->limits;
    int numbers[] = {3,
                     limits->time_ms,
                     limits->cpu_ms,
                     limits->memory_mb,
                     limits->processes,
                     limits->output_kb,
                     limits->file_mb};
    char texts[7][16], *words[SUPERVISOR_WORDS + MOST_WORDS + 1] = {"supervisor"};
    size_t count = SUPERVISOR_WORDS;

    for (int i = 0; i < 7; i++) {
        snprintf(texts[i], sizeof texts[i], "%d", numbers[i]);
        words[1 + i] = texts[i];
    }
    words[8] = (char *)supervised->folder;
    for (char *const *word = supervised->words; *word; word++) {
        if (count == SUPERVISOR_WORDS + MOST_WORDS)
            return -E2BIG;
        words[count++] = *word;
    }
    return spawn(supervised, ties, words, ret_pid);
}

/* --- waiting ---------------------------------------------------------------------------------- */

static int64_t now_ms(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

static void cancel(struct ties *ties)
{
    if (ties->cancel[1] >= 0)
        close(ties->cancel[1]);
    ties->cancel[1] = -1;
}

/* Until the supervisor has closed its end, or has taken longer than it may. */
static void wait_for_end(const struct supervised *supervised, struct ties *ties)
{
    int64_t deadline = now_ms() + supervised->limits.time_ms + GRACE_MS;
    struct pollfd alive = {ties->alive[0], POLLIN, 0};

    while (poll(&alive, 1, TICK_MS) <= 0 && now_ms() < deadline)
        if (ties->cancel[1] >= 0 && supervised->tick && supervised->tick(supervised->to)) {
            cancel(ties);
            deadline = now_ms() + GRACE_MS;
        }
}

int supervise(const struct supervised *supervised, struct outcome **ret_outcome,
              struct error *error)
{
    struct outcome *outcome = NULL;
    struct ties ties;
    pid_t pid = -1;
    int code = make_ties(&ties, &outcome);

    if (code == 0)
        code = start(supervised, &ties, &pid);
    if (code == 0) {
        close(ties.alive[1]);
        ties.alive[1] = -1;
        wait_for_end(supervised, &ties);
        kill(pid, SIGKILL); /* it has ended, or is beyond help */
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
            continue;
        *ret_outcome = outcome;
    } else {
        error_set(error, code, "cannot run %s: %s", supervised->supervisor, strerror(-code));
        outcome_free(outcome);
    }
    close_all(&ties);
    return code;
}

/* --- telling ---------------------------------------------------------------------------------- */

static void tell_time(const struct outcome *outcome, struct str *out)
{
    double wall = (double)outcome->wall_ns / 1e9, cpu = (double)outcome->cpu_ns / 1e9;

    if (cpu > 0.1 * wall)
        str_printf(out, "was ended after %.1f s, %.1f of which it computed", wall, cpu);
    else
        str_printf(out, "was ended after %.1f s: it still waited", wall);
}

void outcome_tell(const struct outcome *outcome, const struct limits *limits, struct str *out)
{
    switch ((enum run_end)outcome->end) {
    case RUN_NOT_STARTED:
        str_printf(out, "could not be started: %s", strerror(outcome->detail));
        break;
    case RUN_EXITED:
        str_printf(out, "ended with status %d", outcome->detail);
        break;
    case RUN_SIGNALLED:
        str_printf(out, "was ended by signal %d (%s)", outcome->detail, strsignal(outcome->detail));
        break;
    case RUN_TOO_LONG:
    case RUN_TOO_MUCH_CPU:
        tell_time(outcome, out);
        break;
    case RUN_TOO_MUCH_MEMORY:
        str_printf(out, "was ended: it used more than %d MiB of memory", limits->memory_mb);
        break;
    case RUN_TOO_MANY_PROCESSES:
        str_printf(out, "was ended: it had more than %d processes", limits->processes);
        break;
    case RUN_TOO_MUCH_OUTPUT:
        str_printf(out, "was ended: it wrote more than %d KiB", limits->output_kb);
        break;
    case RUN_TOO_LARGE_FILE:
        str_printf(out, "was ended: it wrote a file of more than %d MiB", limits->file_mb);
        break;
    case RUN_CANCELLED:
        str_puts(out, "was stopped");
        break;
    case RUN_LOST:
        str_puts(out, "was lost: its supervisor was killed");
        break;
    }
    if (outcome->left_behind)
        str_printf(out, "; %u process%s that it left behind %s ended", outcome->left_behind,
                   outcome->left_behind == 1 ? "" : "es",
                   outcome->left_behind == 1 ? "was" : "were");
}
