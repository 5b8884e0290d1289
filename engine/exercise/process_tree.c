/* The kernel numbers processes in order and says which number it gave last (/proc/loadavg). So what
 * was made since the last look is found among those numbers, by parent, and a look costs in
 * proportion to what is new and not to the machine. Who is to be killed is looked for everywhere.
 *
 * Design notes. /proc/PID/task is not looked at, although it has lists of children: on Linux 6.18
 * whoever buries a process then spins, for seconds on a busy machine, until the last thread of it
 * has thrown away its own part of that folder. */
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

enum { TREE_MAX = 8192 };

struct tree {
    int root;
    int last, before; /* the last number at the last look, and at the one before; 0: not known */
    int pids[TREE_MAX];
    uint32_t count;
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

/* Calls `found` with each process of the machine. */
static void each_process(void (*found)(int pid, void *to), void *to)
{
    int fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    char buffer[8192] __attribute__((aligned(8)));
    long n;

    if (fd < 0)
        return;
    while ((n = syscall(SYS_getdents64, fd, buffer, sizeof buffer)) > 0)
        for (long at = 0; at < n;) {
            const struct entry *entry = (const struct entry *)(buffer + at);
            if (entry->name[0] >= '1' && entry->name[0] <= '9')
                found(atoi(entry->name), to);
            at += entry->length;
        }
    close(fd);
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
    bool grew;
};

static bool holds(const struct tree *tree, int pid)
{
    for (uint32_t i = 0; i < tree->count; i++)
        if (tree->pids[i] == pid)
            return true;
    return pid == tree->root;
}

static void add_if_child(int pid, void *to)
{
    struct search *search = to;
    int parent = parent_of(pid);

    if (!parent || !holds(search->tree, parent) || holds(search->tree, pid))
        return;
    if (search->tree->count < TREE_MAX)
        search->tree->pids[search->tree->count++] = pid;
    search->grew = search->tree->count < TREE_MAX;
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

static void find_all(struct tree *tree)
{
    struct search search = {tree, true};

    while (search.grew) {
        search.grew = false;
        each_process(add_if_child, &search);
    }
}

/* A number is given a little before its process can be seen, so the last ones are looked at again.
 */
static void find_new(struct tree *tree, int last)
{
    struct search search = {tree, false};

    for (int number = tree->before + 1; number <= last; number++)
        if (is_process(number))
            add_if_child(number, &search);
}

static void find(int root, bool whole, struct tree *tree)
{
    int last = last_number();

    if (tree->root != root || tree->count == TREE_MAX)
        *tree = (struct tree){.root = root};
    drop_gone(tree);
    if (whole || !tree->before || tree->last > last) /* they begin again after the highest */
        find_all(tree);
    else
        find_new(tree, last);
    tree->before = tree->last <= last ? tree->last : 0;
    tree->last = last;
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
    *ret_use = (struct tree_use){0};
    find(pid, false, &known);
    for (uint32_t i = 0; i < known.count; i++)
        add_use(known.pids[i], ret_use);
}

uint32_t tree_kill(int pid)
{
    uint32_t alive = 0;

    find(pid, true, &known);
    for (uint32_t i = 0; i < known.count; i++) {
        alive += is_alive(known.pids[i]);
        kill(known.pids[i], SIGKILL);
    }
    return alive;
}
