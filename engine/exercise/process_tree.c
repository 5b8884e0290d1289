/* The kernel numbers processes in order and says which number it gave last (/proc/loadavg). So what
 * was made since the last look is found among those numbers, by parent, and a look costs in
 * proportion to what is new and not to the machine. Who is to be killed is looked for everywhere.
 *
 * Design notes. /proc/PID/task is not looked at, although it has lists of children: on Linux 6.18
 * whoever buries a process then spins, for seconds on a busy machine, until the last thread of it
 * has thrown away its own part of that folder. And no look goes on without an end: a program may
 * fork faster than it can be counted. */
#include "engine/exercise/process_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

struct tree {
    int root;
    int last, before; /* the last number at the last look, and at the one before; 0: not known */
    uint32_t count;
    int pids[TREE_MOST];
};

/* What was found so far; a process asks about one root. */
static struct tree known;

struct entry { /* as getdents64(2) has it */
    uint64_t inode;
    int64_t offset;
    unsigned short length;
    unsigned char type;
    char name[];
};

/* Reads the beginning of a small file; its length, 0 if it cannot be read. */
static size_t read_file(const char *path, char *buffer, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, buffer, size - 1);

    if (fd >= 0)
        close(fd);
    buffer[n > 0 ? n : 0] = '\0';
    return n > 0 ? (size_t)n : 0;
}

/* Calls `found` with each process of the machine, until it says no. */
static void each_process(bool (*found)(int pid, void *to), void *to)
{
    int fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    char buffer[8192] __attribute__((aligned(8)));
    bool more = fd >= 0;
    long n;

    while (more && (n = syscall(SYS_getdents64, fd, buffer, sizeof buffer)) > 0)
        for (long at = 0; at < n && more;) {
            const struct entry *entry = (const struct entry *)(buffer + at);
            if (entry->name[0] >= '1' && entry->name[0] <= '9')
                more = found(atoi(entry->name), to);
            at += entry->length;
        }
    if (fd >= 0)
        close(fd);
}

/* --- by parents ------------------------------------------------------------------------------- */

struct status {
    char state;
    int parent;
    int64_t cpu_ns; /* its own, and of those that it has waited for */
};

/* False: there is no such process. The name stands in parentheses and may contain anything. */
static bool read_status(int pid, struct status *ret_status)
{
    unsigned long user = 0, system = 0;
    long waited_user = 0, waited_system = 0;
    char path[32], text[1024], *end;

    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    read_file(path, text, sizeof text);
    end = strrchr(text, ')');
    if (!end || sscanf(end + 1, " %c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %ld %ld",
                       &ret_status->state, &ret_status->parent, &user, &system, &waited_user,
                       &waited_system) != 6)
        return false;
    ret_status->cpu_ns = ((int64_t)(user + system) + waited_user + waited_system) *
                         (1000000000 / sysconf(_SC_CLK_TCK));
    return true;
}

/* Not one that has ended and that nobody has buried yet. */
static bool is_alive(const struct status *status)
{
    return status->state != 'Z' && status->state != 'X';
}

static int parent_of(int pid)
{
    struct status status;

    return read_status(pid, &status) ? status.parent : 0;
}

static bool holds(const struct tree *tree, int pid)
{
    for (uint32_t i = 0; i < tree->count; i++)
        if (tree->pids[i] == pid)
            return true;
    return pid == tree->root;
}

/* False: there is no room for more. */
static bool add_if_child(int pid, void *to)
{
    struct tree *tree = to;
    int parent = parent_of(pid);

    if (parent && tree->count < TREE_MOST && holds(tree, parent) && !holds(tree, pid))
        tree->pids[tree->count++] = pid;
    return tree->count < TREE_MOST;
}

/* A number may be one of a thread that is not the first of its process. */
static bool is_process(int number)
{
    return syscall(SYS_tgkill, number, number, 0) == 0 || errno == EPERM;
}

/* The number given last, as "0.00 0.01 0.05 1/234 5678" ends; 0: it is not told. */
static int last_number(void)
{
    char text[128], *last;

    read_file("/proc/loadavg", text, sizeof text);
    last = strrchr(text, ' ');
    return last ? atoi(last) : 0;
}

/* Leaves out who has been buried; and whose number belongs to a stranger by now. */
static void drop_gone(struct tree *tree)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < tree->count; i++) {
        int parent = parent_of(tree->pids[i]);
        if (parent && holds(tree, parent))
            tree->pids[kept++] = tree->pids[i];
    }
    tree->count = kept;
}

/* Until nobody is found any more: a child may stand before its parent. */
static void find_all(bool (*add)(int pid, void *to), struct tree *tree)
{
    uint32_t before;

    do {
        before = tree->count;
        each_process(add, tree);
    } while (before < tree->count && tree->count < TREE_MOST);
}

/* A number is given a little before its process can be seen, so the last ones are looked at again.
 */
static void find_new(struct tree *tree, int last)
{
    bool more = true;

    for (int number = tree->before + 1; number <= last && more; number++)
        if (is_process(number))
            more = add_if_child(number, tree);
}

static void find(int root, struct tree *tree)
{
    int last = last_number();

    if (tree->root != root || tree->count == TREE_MOST) /* descendants come later */
        *tree = (struct tree){.root = root, .last = root, .before = root};
    drop_gone(tree);
    if (!tree->before || tree->last > last) /* numbers begin again after the highest */
        find_all(add_if_child, tree);
    else
        find_new(tree, last);
    tree->before = tree->last <= last ? tree->last : 0;
    tree->last = last;
}

/* --- what is asked ---------------------------------------------------------------------------- */

static void add_use(int pid, struct tree_use *use)
{
    struct status status;
    char path[32], text[256];
    long pages = 0;

    if (!read_status(pid, &status))
        return;
    snprintf(path, sizeof path, "/proc/%d/statm", pid);
    if (read_file(path, text, sizeof text))
        sscanf(text, "%*d %ld", &pages);
    use->processes++;
    use->alive += is_alive(&status);
    use->running += status.state == 'R';
    use->bytes += (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
    use->cpu_ns += status.cpu_ns;
}

void tree_measure(int pid, struct tree_use *ret_use)
{
    *ret_use = (struct tree_use){0};
    find(pid, &known);
    for (uint32_t i = 0; i < known.count; i++)
        add_use(known.pids[i], ret_use);
}

/* The others take no room; their children have other parents. */
static bool add_if_living_child(int pid, void *to)
{
    struct status status;

    return !read_status(pid, &status) || !is_alive(&status) || add_if_child(pid, to);
}

void tree_kill(int pid)
{
    known = (struct tree){.root = pid};
    find_all(add_if_living_child, &known);
    for (uint32_t i = 0; i < known.count; i++)
        kill(known.pids[i], SIGKILL);
}
