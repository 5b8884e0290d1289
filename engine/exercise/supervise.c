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
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "engine/exercise/process_tree.h"

enum { TICK_MS = 5, GRACE_MS = 800, ORPHANS_MS = 700, MOST_WORDS = 200 };

struct ties {
    int outcome, cancel[2], alive[2];
    int record; /* the caller's, lifted; -1: none */
};

static void close_all(struct ties *ties)
{
    int *all[] = {&ties->outcome,  &ties->cancel[0], &ties->cancel[1],
                  &ties->alive[0], &ties->alive[1],  &ties->record};

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (*all[i] >= 0)
            close(*all[i]);
}

/* Above 9, so that making them the supervisor's 0, 3, 4 and 5 overwrites none of them. */
static int lift(int *fd)
{
    int high = fcntl(*fd, F_DUPFD_CLOEXEC, 10);

    if (high < 0)
        return -errno;
    close(*fd);
    *fd = high;
    return 0;
}

static int make_ties(struct ties *ties, int record, struct outcome **ret_outcome)
{
    *ties = (struct ties){-1, {-1, -1}, {-1, -1}, -1};
    if (record >= 0 && (ties->record = fcntl(record, F_DUPFD_CLOEXEC, 10)) < 0)
        return -errno;
    ties->outcome = memfd_create("asynctut-outcome", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (ties->outcome < 0 || ftruncate(ties->outcome, sizeof(struct outcome)) ||
        fcntl(ties->outcome, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) ||
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
    if (ties->record >= 0)
        posix_spawn_file_actions_adddup2(&files, ties->record, SUPERVISED_RECORD);
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
                     limits->file_mb,
                     supervised->record >= 0 ? SUPERVISED_RECORD : -1};
    char texts[8][16], *words[SUPERVISOR_WORDS + MOST_WORDS + 1] = {"supervisor"};
    size_t count = SUPERVISOR_WORDS;

    for (int i = 0; i < 8; i++) {
        snprintf(texts[i], sizeof texts[i], "%d", numbers[i]);
        words[1 + i] = texts[i];
    }
    words[9] = (char *)supervised->folder;
    words[10] = (char *)(supervised->writable ? supervised->writable : "");
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

/* Whoever kills the supervisor leaves orphans. They become children of the next process above that
 * asks for it, which is this one while a program runs. */
static int adopt(bool *ret_alone)
{
    siginfo_t child;
    int before = 0;

    /* With a child, those who come cannot be told from those who were. */
    *ret_alone = waitid(P_ALL, 0, &child, WEXITED | WNOHANG | WNOWAIT) < 0;
    prctl(PR_GET_CHILD_SUBREAPER, &before);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    return before;
}

static void end_orphans(const struct outcome *outcome, bool alone)
{
    int64_t deadline = now_ms() + ORPHANS_MS;
    int pid = 0;

    while (outcome->end == RUN_LOST && alone && pid >= 0 && now_ms() < deadline) {
        tree_kill((int)getpid());
        while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
            continue;
        poll(NULL, 0, 1);
    }
}

int supervise(const struct supervised *supervised, struct outcome **ret_outcome,
              struct error *error)
{
    struct outcome *shared = NULL;
    struct ties ties;
    pid_t pid = -1;
    bool alone;
    int before = adopt(&alone);
    int code = make_ties(&ties, supervised->record, &shared);

    if (code == 0)
        code = start(supervised, &ties, &pid);
    if (code == 0) {
        close(ties.alive[1]);
        ties.alive[1] = -1;
        wait_for_end(supervised, &ties);
        kill(pid, SIGKILL); /* it has ended, or is beyond help */
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
            continue;
        end_orphans(shared, alone);
        *ret_outcome = outcome_copy(shared);
        code = *ret_outcome ? 0 : -ENOMEM;
    }
    if (code)
        error_set(error, code, "cannot run %s: %s", supervised->supervisor, strerror(-code));
    if (shared)
        munmap(shared, sizeof *shared);
    close_all(&ties);
    prctl(PR_SET_CHILD_SUBREAPER, before);
    return code;
}
