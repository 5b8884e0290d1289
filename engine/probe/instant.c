/* Instant time: an idle wait is skipped when nothing else can happen.
 *
 * That is so when every thread of the program waits, the kernel agrees that each other one sleeps
 * (a thread that was just woken is runnable there at once, before it can say so itself), and
 * nothing is under way that could end a wait: pool work that no worker has begun or whose callback
 * is still to come, a child process, however it was made, a look-up. Then the clock moves to the
 * earliest deadline. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/probe/gate.h"
#include "engine/probe/raw.h"
#include "engine/probe/thread.h"

static _Atomic int queued;   /* submitted, not begun */
static _Atomic int working;  /* begun, not ended */
static _Atomic int finished; /* ended or cancelled, its callback not begun */
static _Atomic int outside;
static _Atomic bool skipping;

void instant_pool(enum pool_step step)
{
    switch (step) {
    case POOL_SUBMITTED:
        atomic_fetch_add(&queued, 1);
        break;
    case POOL_CANCELLED:
        atomic_fetch_add(&finished, 1);
        atomic_fetch_sub(&queued, 1);
        break;
    case POOL_BEGUN:
        atomic_fetch_add(&working, 1);
        atomic_fetch_sub(&queued, 1);
        break;
    case POOL_ENDED:
        atomic_fetch_add(&finished, 1);
        atomic_fetch_sub(&working, 1);
        break;
    case POOL_DELIVERED:
        atomic_fetch_sub(&finished, 1);
        break;
    }
}

void instant_outside(int change)
{
    atomic_fetch_add(&outside, change);
}

void instant_reset(void)
{
    atomic_store(&queued, 0);
    atomic_store(&working, 0);
    atomic_store(&finished, 0);
    atomic_store(&outside, 0);
}

/* The state letter follows the name in parentheses. */
static bool sleeps_in_kernel(uint32_t tid)
{
    char text[256], *end;

    if (!thread_file(tid, "stat", text, sizeof text))
        return false;
    end = strrchr(text, ')');
    return end && end[1] == ' ' && end[2] == 'S';
}

struct search {
    int64_t earliest;
    bool idle;
};

static bool look(struct probe_thread *thread, void *to)
{
    struct search *search = to;
    int64_t deadline = atomic_load(&thread->deadline);

    int state = atomic_load(&thread->state);

    search->idle = (state == THREAD_WAITING || state == THREAD_BLOCKED) &&
                   (thread == thread_current() || sleeps_in_kernel(thread->writer.tid));
    if (deadline < search->earliest)
        search->earliest = deadline;
    return search->idle;
}

/* As libuv reads it: the default is 4, the range 1 to 1024. */
static int pool_size(void)
{
    const char *text = getenv("UV_THREADPOOL_SIZE");
    int size = text ? atoi(text) : 4;

    return size < 1 ? 1 : size > 1024 ? 1024 : size;
}

/* Work that waits behind a full pool is idle; work that a worker is about to take is not, and
 * neither is work whose callback is still to come. */
static bool pool_is_idle(void)
{
    return !atomic_load(&finished) &&
           (!atomic_load(&queued) || atomic_load(&working) >= pool_size());
}

/* libuv's are counted, but a program may fork by itself. Nothing is taken from it: the kernel is
 * asked past the probe, and the child stays as it is. */
static bool has_children(void)
{
    siginfo_t info;

    return syscall(SYS_waitid, P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT, NULL) == 0;
}

/* Nothing outside the list of threads is under way, and nobody has entered it since `entered`. A
 * thread that was made counts as outside until it has entered, so between two such looks with the
 * same number none can have slipped in. */
static bool is_settled(unsigned entered)
{
    return !atomic_load(&outside) && pool_is_idle() && threads_entered() == entered;
}

static bool skip_to_earliest(struct control *control, unsigned entered)
{
    struct search search = {INT64_MAX, true};
    int64_t ahead;

    if (!threads_each(look, &search) || search.earliest == INT64_MAX || !is_settled(entered) ||
        has_children())
        return false;
    ahead = search.earliest - control_now(control);
    if (ahead <= 0)
        return false;
    control_skip(control, ahead);
    gate_wake_waiting();
    return true;
}

bool instant_skip(struct control *control)
{
    unsigned entered = threads_entered();
    int saved = errno;
    bool skipped = false;

    if (atomic_load(&control->attention) & (ATTENTION_STOP | ATTENTION_STEP) ||
        !is_settled(entered))
        return false;
    if (!atomic_exchange(&skipping, true)) {
        skipped = skip_to_earliest(control, entered);
        atomic_store(&skipping, false);
    }
    errno = saved;
    return skipped;
}
