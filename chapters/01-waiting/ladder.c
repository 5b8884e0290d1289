/* How long things take on this machine, from a read of the nearest
 * memory to an answer from another continent. Each rung is measured
 * nine times and its median is shown, on a scale on which two marks are
 * a factor of ten.
 *
 * Measured calls go to the kernel by syscall(2) directly, so that
 * neither libc nor a tracer that watches libc adds to the figure. The
 * one rung that no program can measure without a partner is simulated,
 * and says so. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <uv.h>

#include "chapters/01-waiting/acts.h"
#include "chapters/01-waiting/pair.h"
#include "engine/event/stage.h"

enum { TRIES = 9, BLOCK = 4096, OCEAN_MS = 80 };

struct bench {
    void **near, **far; /* rings of pointers, in cache and beyond */
    void **near_at, **far_at; /* where the last chase ended: memory that
                                 was just read is in a cache */
    pthread_mutex_t mutex;
    int file;
    bool in_memory; /* the file system keeps files in memory: there is
                       no disk to measure */
    void *block;
    struct pair pair;
};

/* Every rung does its thing n times, or returns false if this machine
 * cannot. */

/* region chase */
static bool chase(void ***at, unsigned n)
{
    void **here = *at;
    for (unsigned i = 0; i < n; i++)
        here = *here; /* the next address is known only when this one
                         was read */
    *at = here;
    return true;
}
/* end */

static bool near_memory(struct bench *bench, unsigned n)
{
    return chase(&bench->near_at, n);
}

static bool far_memory(struct bench *bench, unsigned n)
{
    return chase(&bench->far_at, n);
}

static bool lock(struct bench *bench, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        pthread_mutex_lock(&bench->mutex);
        pthread_mutex_unlock(&bench->mutex);
    }
    return true;
}

static bool system_call(struct bench *bench, unsigned n)
{
    (void)bench;
    for (unsigned i = 0; i < n; i++)
        syscall(SYS_getppid);
    return true;
}

static bool read_block(struct bench *bench, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (syscall(SYS_pread64, bench->file, bench->block, BLOCK, 0) !=
            BLOCK)
            return false;
    return true;
}

static bool cached_read(struct bench *bench, unsigned n)
{
    return bench->file >= 0 && read_block(bench, n);
}

static bool disk_write(struct bench *bench, unsigned n)
{
    if (bench->file < 0 || bench->in_memory)
        return false;
    for (unsigned i = 0; i < n; i++)
        if (syscall(SYS_pwrite64, bench->file, bench->block, BLOCK,
                    0) != BLOCK ||
            syscall(SYS_fsync, bench->file) < 0)
            return false;
    return true;
}

static bool disk_read(struct bench *bench, unsigned n)
{
    if (bench->file < 0 || bench->in_memory ||
        fcntl(bench->file, F_SETFL, O_DIRECT) < 0)
        return false; /* O_DIRECT: past the cache, from the device */
    bool ok = read_block(bench, n);
    fcntl(bench->file, F_SETFL, 0);
    return ok;
}

static bool round_trip(struct bench *bench, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (!pair_ask(&bench->pair, 'n'))
            return false;
    return true;
}

static bool ocean(struct bench *bench, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (!pair_ask(&bench->pair, 'o'))
            return false;
    return true;
}

/* region rungs */
static const struct rung {
    const char *name;
    bool (*once)(struct bench *bench, unsigned n);
    unsigned repeats; /* of one try */
    unsigned tries;
} rungs[] = {
    {"memory, 16 KiB used", near_memory, 100000, TRIES},
    {"lock and unlock", lock, 20000, TRIES},
    {"memory, 64 MiB used", far_memory, 50000, TRIES},
    {"a system call", system_call, 5000, TRIES},
    {"4 KiB from the cache", cached_read, 500, TRIES},
    {"a thread, loopback", round_trip, 50, TRIES},
    {"4 KiB from the disk", disk_read, 10, TRIES},
    {"4 KiB to disk, fsync", disk_write, 2, TRIES},
    {"an ocean, SIMULATED", ocean, 1, 1},
};
/* end */

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The median in ns of one repeat; negative if the machine cannot do it.
 */
static double median(const struct rung *rung, struct bench *bench)
{
    double took[TRIES];
    if (rung->tries > 1 && !rung->once(bench, 1)) /* warm up */
        return -1;
    for (unsigned i = 0; i < rung->tries; i++) {
        uint64_t begin = uv_hrtime();
        if (!rung->once(bench, rung->repeats))
            return -1;
        took[i] = (double)(uv_hrtime() - begin) / rung->repeats;
    }
    qsort(took, rung->tries, sizeof *took, compare);
    return took[rung->tries / 2];
}

static void show(const struct rung *rung, double ns)
{
    static const char *const units[] = {"ns", "us", "ms"};
    char bar[20];
    size_t length = 0, unit = 0;
    if (ns < 0) {
        stage_say("%-20s cannot be measured here", rung->name);
        return;
    }
    for (double mark = 1; mark < ns && length < sizeof bar - 1;
         mark *= 3.1622777) /* the root of ten */
        bar[length++] = '=';
    bar[length] = '\0';
    for (; ns >= 1000 && unit < 2; unit++)
        ns /= 1000;
    stage_say("%-20s %5.1f %s %s", rung->name, ns, units[unit], bar);
}

/* A ring of pointers through `bytes` of memory in random order, one in
 * each cache line. */
static void **ring_new(size_t bytes)
{
    size_t n = bytes / 64, step = 64 / sizeof(void *);
    void **ring = aligned_alloc(64, bytes);
    size_t *order = malloc(n * sizeof *order);
    if (ring && order) {
        unsigned long seed = 1;
        for (size_t i = 0; i < n; i++)
            order[i] = i;
        for (size_t i = n - 1; i > 0; i--) {
            seed = seed * 6364136223846793005ul + 1442695040888963407ul;
            size_t j = (seed >> 33) % (i + 1), swap = order[i];
            order[i] = order[j];
            order[j] = swap;
        }
        for (size_t i = 0; i < n; i++)
            ring[order[i] * step] = &ring[order[(i + 1) % n] * step];
    } else {
        free(ring);
        ring = NULL;
    }
    free(order);
    return ring;
}

/* A file of one block that nobody else sees, in the working directory
 * or else in /tmp. */
static void open_file(struct bench *bench)
{
    enum { TMPFS = 0x01021994, RAMFS = 0x858458f6 };
    struct statfs system;
    bench->file = open(".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (bench->file < 0)
        bench->file =
            open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (bench->file < 0)
        return;
    bench->in_memory = fstatfs(bench->file, &system) == 0 &&
                       ((unsigned)system.f_type == TMPFS ||
                        (unsigned)system.f_type == RAMFS);
    if (pwrite(bench->file, bench->block, BLOCK, 0) != BLOCK) {
        close(bench->file);
        bench->file = -1;
    }
}

static void measure_all(struct bench *bench)
{
    if (bench->in_memory)
        stage_say(
            "files here lie in memory, so there is no disk to measure");
    for (size_t i = 0; i < sizeof rungs / sizeof *rungs; i++)
        show(&rungs[i], median(&rungs[i], bench));
}

int ladder_measure(void)
{
    struct bench bench = {.near = ring_new(16 << 10),
                          .far = ring_new(64 << 20),
                          .mutex = PTHREAD_MUTEX_INITIALIZER,
                          .file = -1,
                          .block = aligned_alloc(BLOCK, BLOCK)};
    int r = UV_ENOMEM;
    if (bench.near && bench.far && bench.block) {
        bench.near_at = bench.near;
        bench.far_at = bench.far;
        memset(bench.block, 'x', BLOCK);
        open_file(&bench);
        r = pair_open(&bench.pair, OCEAN_MS);
        if (r == 0) {
            measure_all(&bench);
            pair_close(&bench.pair);
        }
        if (bench.file >= 0)
            close(bench.file);
    }
    free(bench.near);
    free(bench.far);
    free(bench.block);
    return r;
}
