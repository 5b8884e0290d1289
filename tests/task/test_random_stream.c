/* Random conversations over streams against the simplest reference: byte n of what is written has a
 * value that follows from n, so whoever reads knows what must come.
 *
 * A writer writes pieces of random sizes, sets watermarks, flushes, pauses; a reader reads in all
 * three ways, gives up in the middle, pauses. Whatever the order of tasks, sizes and cancellations,
 * no byte may be lost, doubled or out of place, and at the end all of them have come. Virtual time;
 * ASYNCTUT_SEED=N repeats one, and a failure prints it. */
#include <stdlib.h>
#include <sys/socket.h>

#include "engine/task/task_debug.h"
#include "engine/task/task_scope.h"
#include "engine/task/task_stream.h"
#include "tests/task/support.h"

enum { RUNS = 400, TOTAL = 400000, PIECE = 90000, LINE = 65536 };

static uint64_t seed, state;
static struct task_stream *left, *right;
static size_t written, taken;

static unsigned pick(unsigned n)
{
    state ^= state << 13; /* xorshift64 (Marsaglia 2003) */
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)(state >> 33) % n;
}

#define must(condition) \
    cr_assert(condition, "%s with ASYNCTUT_SEED=%llu", #condition, (unsigned long long)seed)

/* A newline now and then, and no pattern as long as any buffer. */
static char byte_at(size_t n)
{
    return (char)(n * 2654435761u >> 13 ^ n / 977);
}

static size_t some_size(void)
{
    static const unsigned most[] = {1, 10, 1000, PIECE};

    return 1 + pick(most[pick(4)]);
}

static int flushes(void *arg)
{
    (void)arg;
    return task_flush(left);
}

static int writes(void *arg)
{
    static char piece[PIECE];
    int error = 0;

    (void)arg;
    while (written < TOTAL && error == 0) {
        size_t size = some_size(), low = pick(20000);
        for (size_t i = 0; i < size; i++)
            piece[i] = byte_at(written + i);
        written += size;
        error = task_write(left, piece, size);
        if (pick(8) == 0)
            task_stream_set_watermarks(left, low, low + pick(100000));
        if (pick(4) == 0)
            task_sleep(pick(3));
        if (pick(4) == 0) /* giving up a flush loses nothing */
            must(task_timeout(pick(3), flushes, NULL) <= 0);
    }
    must(error == 0);
    return task_shutdown(left);
}

static char into[LINE];
static size_t wanted;

static int reads_some(void *arg)
{
    (void)arg;
    return (int)task_read(right, into, wanted);
}

static int reads_line(void *arg)
{
    (void)arg;
    return (int)task_read_until(right, '\n', into, wanted);
}

static int reads_exactly(void)
{
    int error;

    wanted = 1 + pick(5000);
    if (taken + wanted > TOTAL) /* there may be less: then it would be gone */
        return UV_ETIMEDOUT;
    error = task_read_exactly(right, into, wanted);
    return error ? error : (int)wanted;
}

/* The number of bytes in `into`, or an error. */
static int read_in_some_way(void)
{
    wanted = some_size() % LINE + 1;
    switch (pick(5)) {
    case 0:
        return reads_exactly();
    case 1:
        return task_timeout(pick(3), reads_line, NULL);
    case 2:
        return reads_line(NULL);
    case 3:
        return task_timeout(pick(3), reads_some, NULL);
    default:
        return reads_some(NULL);
    }
}

static void check_bytes(int got)
{
    for (int i = 0; i < got; i++)
        must(into[i] == byte_at(taken + (size_t)i));
    taken += (size_t)got;
}

static int reads(void *arg)
{
    int got;

    (void)arg;
    while ((got = read_in_some_way()) != UV_EOF) {
        must(got > 0 || got == UV_ETIMEDOUT || got == UV_ENOBUFS);
        if (got > 0)
            check_bytes(got);
        if (pick(4) == 0)
            task_sleep(pick(3));
    }
    return 0;
}

static int converse(void *arg)
{
    struct task *tasks[2];
    int fds[2];

    (void)arg;
    must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
    must(task_pipe_open(fds[0], &left) == 0);
    must(task_pipe_open(fds[1], &right) == 0);
    tasks[0] = task_spawn(writes, NULL);
    tasks[1] = task_spawn(reads, NULL);
    must(task_gather(tasks, 2, NULL) == 0);
    task_stream_close(left);
    task_stream_close(right);
    return 0;
}

static void run_seed(uint64_t new_seed)
{
    seed = new_seed;
    state = seed * 0x9e3779b97f4a7c15u + 1;
    written = taken = 0;
    task_set_perturb(seed % 2 ? seed : 0);
    must(run_in_virtual_time(converse, NULL) == 0);
    task_set_perturb(0);
    must(task_lines[0] == '\0');
    must(taken == written);
}

Test(random_stream, no_byte_is_lost_or_out_of_place, .timeout = 100)
{
    const char *repeat = getenv("ASYNCTUT_SEED");

    if (repeat) {
        run_seed(strtoull(repeat, NULL, 10));
        return;
    }
    for (uint64_t i = 0; i < (watched() ? RUNS / 40 : RUNS); i++)
        run_seed(i);
}
