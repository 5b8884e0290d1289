/* See perturb.h. A number is a hash of the seed and of how many were drawn before (splitmix64), so
 * no lock is needed. */
#include "engine/probe/perturb.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "engine/event/record.h"
#include "engine/probe/gate.h"
#include "engine/probe/raw.h"

unsigned perturb_kinds;

static uint64_t seed;
static _Atomic uint64_t drawn;

static const struct {
    const char *name;
    enum perturb kind;
} kinds[] = {
    {"completions", PERTURB_COMPLETIONS}, {"order", PERTURB_ORDER},   {"reads", PERTURB_READS},
    {"wakeups", PERTURB_WAKEUPS},         {"writes", PERTURB_WRITES},
};

static unsigned kind_named(const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strlen(kinds[i].name) == length && !strncmp(kinds[i].name, name, length))
            return kinds[i].kind;
    return 0;
}

static bool parse_kinds(const char *text, unsigned *ret_kinds)
{
    unsigned all = 0;

    for (;;) {
        size_t length = strcspn(text, ",");
        unsigned kind = kind_named(text, length);

        if (!kind)
            return false;
        all |= kind;
        if (!text[length])
            break;
        text += length + 1;
    }
    *ret_kinds = all;
    return true;
}

bool perturb_parse(const char *text, uint64_t *ret_seed, unsigned *ret_kinds)
{
    char *end;
    unsigned wanted = PERTURB_ALL;
    uint64_t value;

    errno = 0;
    value = strtoull(text, &end, 10);
    if (errno || end == text || *text == '-' || (*end && *end != ':'))
        return false;
    if (*end == ':' && !parse_kinds(end + 1, &wanted))
        return false;
    *ret_seed = value;
    *ret_kinds = wanted;
    return true;
}

void perturb_begin(const char *text)
{
    perturb_kinds = 0;
    atomic_store(&drawn, 0);
    if (text)
        perturb_parse(text, &seed, &perturb_kinds);
}

uint32_t perturb_below(uint32_t limit)
{
    uint64_t z = seed + (atomic_fetch_add(&drawn, 1) + 1) * UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)((z ^ (z >> 31)) % limit);
}

void perturb_delay(void)
{
    int64_t ns;

    if (perturb_below(3))
        return;
    ns = perturb_below(3000) * INT64_C(1000);
    if (gate_controlled)
        gate_wait(NULL, 0, control_now(&event_writer->record->control) + ns, NULL);
    else
        raw_ppoll(NULL, 0, &(struct timespec){0, ns}, NULL);
}

int perturb_events(struct epoll_event *events, int count)
{
    for (int i = count - 1; i > 0; i--) {
        int other = (int)perturb_below((uint32_t)i + 1);
        struct epoll_event event = events[i];

        events[i] = events[other];
        events[other] = event;
    }
    if (count > 1 && perturb_below(2) == 0)
        count = 1 + (int)perturb_below((uint32_t)count);
    return count;
}

size_t perturb_length(size_t length)
{
    uint32_t limit = length > 64 && perturb_below(2) ? 64 : (uint32_t)(length & 0x7fffffff);

    if (length < 2 || limit == 0 || perturb_below(3) == 0)
        return length;
    return 1 + perturb_below(limit);
}

/* A socket that keeps messages apart would lose the rest of one that is cut. */
static bool keeps_messages(int fd)
{
    int type;
    socklen_t size = sizeof type;

    return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type != SOCK_STREAM;
}

bool perturb_may_split(int fd)
{
    int saved = errno;
    bool may = !keeps_messages(fd);

    errno = saved;
    return may;
}

/* Blocking descriptors take all, and pipes take up to PIPE_BUF bytes in one piece (pipe(7)). */
bool perturb_may_shorten(int fd, size_t length)
{
    struct stat status;
    int flags = fcntl(fd, F_GETFL);

    if (flags < 0 || !(flags & O_NONBLOCK) || fstat(fd, &status))
        return false;
    return (S_ISSOCK(status.st_mode) && perturb_may_split(fd)) ||
           (S_ISFIFO(status.st_mode) && length > PIPE_BUF);
}
