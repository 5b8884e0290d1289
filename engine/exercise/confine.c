/* Landlock is called by its numbers: the C library has no functions for it, and headers are often
 * older than the kernel. A kernel knows its rights up to a version; a right that it does not know
 * is left out, and so is one that would only forbid. */
#include "engine/exercise/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* --- namespaces ------------------------------------------------------------------------------- */

static void write_line(const char *path, const char *line)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);

    if (fd < 0)
        return;
    if (write(fd, line, strlen(line)) < 0)
        errno = 0; /* then files belong to nobody, who may still use them */
    close(fd);
}

static void keep_ids(unsigned user, unsigned group)
{
    char line[64];

    write_line("/proc/self/setgroups", "deny");
    snprintf(line, sizeof line, "%u %u 1", user, user);
    write_line("/proc/self/uid_map", line);
    snprintf(line, sizeof line, "%u %u 1", group, group);
    write_line("/proc/self/gid_map", line);
}

int confine_fork(void)
{
#ifdef SYS_clone3
    struct clone_args how = {.flags = CLONE_NEWUSER | CLONE_NEWPID, .exit_signal = SIGCHLD};
    unsigned user = geteuid(), group = getegid();
    long pid = syscall(SYS_clone3, &how, sizeof how);

    if (pid < 0)
        return -errno;
    if (pid == 0)
        keep_ids(user, group);
    return (int)pid;
#else
    return -ENOSYS;
#endif
}

/* --- Landlock --------------------------------------------------------------------------------- */

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444 /* the same on every machine */
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

struct ruleset { /* struct landlock_ruleset_attr of version 6 */
    uint64_t files, network, scopes;
};

struct rule { /* struct landlock_path_beneath_attr */
    uint64_t allowed;
    int folder;
} __attribute__((packed));

enum {
    WRITE_FILE = 1 << 1,
    MAKE_AND_REMOVE = 0x1ff0, /* bits 4 to 12: remove and make entries of each kind */
    REFER = 1 << 13,          /* rename and link between folders; version 2 */
    TRUNCATE = 1 << 14,       /* version 3 */
    DEVICES = 1 << 15,        /* ioctl() of devices; version 5 */
    SCOPE_SIGNALS = 1 << 1,   /* version 6 */
    VERSION = 1               /* a flag: which version is this kernel's? */
};

static uint64_t rights_of(long version)
{
    return (uint64_t)WRITE_FILE | MAKE_AND_REMOVE | (version >= 2 ? REFER : 0) |
           (version >= 3 ? TRUNCATE : 0) | (version >= 5 ? DEVICES : 0);
}

/* A path that is not there needs no rule. */
static void allow(int ruleset, const char *path, uint64_t rights)
{
    struct rule rule = {.allowed = rights, .folder = open(path, O_PATH | O_CLOEXEC)};

    if (rule.folder < 0)
        return;
    syscall(SYS_landlock_add_rule, ruleset, 1 /* beneath a path */, &rule, 0);
    close(rule.folder);
}

int confine_writes(const char *folder)
{
    static const char *const devices[] = {"/dev/null", "/dev/zero", "/dev/full"};
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, VERSION);
    struct ruleset wanted = {.files = rights_of(version)};

    if (version < 1)
        return -errno;
    wanted.scopes = version >= 6 ? SCOPE_SIGNALS : 0;
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &wanted, sizeof wanted, 0);
    if (ruleset < 0)
        return -errno;
    allow(ruleset, folder, wanted.files);
    allow(ruleset, "/proc/self", WRITE_FILE);
    for (size_t i = 0; i < sizeof devices / sizeof devices[0]; i++)
        allow(ruleset, devices[i], WRITE_FILE | (wanted.files & TRUNCATE));
    int failed =
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || syscall(SYS_landlock_restrict_self, ruleset, 0);
    int error = errno;
    close(ruleset);
    return failed ? -error : 0;
}
