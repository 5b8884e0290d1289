/* /proc/PID/task/TID/children has the children of each thread (CONFIG_PROC_CHILDREN), so a look
 * costs in proportion to the program and not to the machine. A kernel without it is searched whole,
 * by each process's parent. */
#include "engine/exercise/process_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { TREE_MAX = 8192 };

struct tree {
    int pids[TREE_MAX];
    uint32_t count;
};

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

/* Calls `found` with each name that is a number. False: the folder cannot be read. */
static bool each_number(const char *folder, void (*found)(int number, void *to), void *to)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    char buffer[8192] __attribute__((aligned(8)));
    long n;

    if (fd < 0)
        return false;
    while ((n = syscall(SYS_getdents64, fd, buffer, sizeof buffer)) > 0)
        for (long at = 0; at < n;) {
            const struct entry *entry = (const struct entry *)(buffer + at);
            if (entry->name[0] >= '1' && entry->name[0] <= '9')
                found(atoi(entry->name), to);
            at += entry->length;
        }
    close(fd);
    return true;
}

/* --- by lists of children --------------------------------------------------------------------- */

struct thread_of {
    struct tree *tree;
    int pid;
    bool listed; /* the kernel has such lists */
};

static void add_children(int tid, void *to)
{
    struct thread_of *thread = to;
    char path[64], text[16384], *at = text, *end;

    snprintf(path, sizeof path, "/proc/%d/task/%d/children", thread->pid, tid);
    if (!thread->listed && access(path, R_OK))
        return;
    thread->listed = true;
    read_file(path, text, sizeof text);
    for (long pid; (pid = strtol(at, &end, 10)) > 0 && thread->tree->count < TREE_MAX; at = end)
        thread->tree->pids[thread->tree->count++] = (int)pid;
}

/* False: the kernel has no such lists. */
static bool find_listed(int root, struct tree *tree)
{
    struct thread_of thread = {.tree = tree, .pid = root};
    char folder[32];

    for (uint32_t next = 0;; thread.pid = tree->pids[next++]) {
        snprintf(folder, sizeof folder, "/proc/%d/task", thread.pid);
        each_number(folder, add_children, &thread);
        if (!thread.listed)
            return false;
        if (next == tree->count)
            return true;
    }
}

/* --- by parents ------------------------------------------------------------------------------- */

/* The text after the name, which stands in parentheses and may itself contain anything. */
static const char *after_name(char *text)
{
    char *end = strrchr(text, ')');

    return end ? end + 1 : "";
}

static int parent_of(int pid)
{
    char path[32], text[1024];
    int parent = 0;

    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    if (!read_file(path, text, sizeof text) || sscanf(after_name(text), " %*c %d", &parent) != 1)
        return 0;
    return parent;
}

struct search {
    struct tree *tree;
    int root;
    bool grew;
};

static bool holds(const struct tree *tree, int pid)
{
    for (uint32_t i = 0; i < tree->count; i++)
        if (tree->pids[i] == pid)
            return true;
    return false;
}

static void add_if_child(int pid, void *to)
{
    struct search *search = to;
    int parent = parent_of(pid);

    if (search->tree->count == TREE_MAX || holds(search->tree, pid))
        return;
    if (parent && (parent == search->root || holds(search->tree, parent))) {
        search->tree->pids[search->tree->count++] = pid;
        search->grew = true;
    }
}

static void find(int root, struct tree *tree)
{
    struct search search = {tree, root, true};

    tree->count = 0;
    if (find_listed(root, tree))
        return;
    for (tree->count = 0; search.grew;) {
        search.grew = false;
        each_number("/proc", add_if_child, &search);
    }
}

/* --- what is asked ---------------------------------------------------------------------------- */

static bool read_status(int pid, char *text, size_t size)
{
    char path[32];

    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    return read_file(path, text, size) > 0;
}

static void add_use(int pid, struct tree_use *use)
{
    unsigned long user = 0, system = 0;
    long waited_user = 0, waited_system = 0, pages = 0;
    char path[32], text[1024], state = ' ';

    if (!read_status(pid, text, sizeof text))
        return;
    sscanf(after_name(text), " %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %ld %ld", &state,
           &user, &system, &waited_user, &waited_system);
    snprintf(path, sizeof path, "/proc/%d/statm", pid);
    if (read_file(path, text, sizeof text))
        sscanf(text, "%*d %ld", &pages);
    use->processes++;
    use->running += state == 'R';
    use->bytes += (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
    use->cpu_ns += ((int64_t)(user + system) + waited_user + waited_system) *
                   (1000000000 / sysconf(_SC_CLK_TCK));
}

/* One that has ended and that nobody has buried yet is not alive. */
static bool is_alive(int pid)
{
    char text[1024], state = 'Z';

    if (read_status(pid, text, sizeof text))
        sscanf(after_name(text), " %c", &state);
    return state != 'Z' && state != 'X';
}

void tree_measure(int pid, struct tree_use *ret_use)
{
    static struct tree tree;

    *ret_use = (struct tree_use){0};
    find(pid, &tree);
    for (uint32_t i = 0; i < tree.count; i++)
        add_use(tree.pids[i], ret_use);
}

uint32_t tree_kill(int pid)
{
    static struct tree tree;
    uint32_t alive = 0;

    find(pid, &tree);
    for (uint32_t i = 0; i < tree.count; i++) {
        alive += is_alive(tree.pids[i]);
        kill(tree.pids[i], SIGKILL);
    }
    return alive;
}
