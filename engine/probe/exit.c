/* See exit.h. exit() and quick_exit() end in libc's own _exit(), which does not pass through ours:
 * each end has its own way to here, and the first of them takes the thread's writer away. */
#include "engine/probe/exit.h"

#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "engine/event/record.h"
#include "engine/probe/pool.h"
#include "engine/probe/real.h"

REAL(_exit);
REAL(_Exit);

static int64_t processor_before;

static int64_t processor_now(void)
{
    struct timespec time = {0};

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* What comes after it, such as the destructors of libraries, is not the program's. */
static void tell(void)
{
    atomic_store(&event_writer->record->processor, processor_now() - processor_before);
    event_emit(EVENT_GONE, event_writer->thread, 0, 0, NULL);
    event_writer = NULL;
}

/* exit() runs this on the thread that called it, with all libraries still there. */
static void on_exit_of_program(void)
{
    if (!event_writer)
        return;
    modules_note(&event_writer->record->modules);
    tell();
    pool_quit(); /* the memory of requests that are still under way may go now */
}

/* Async-signal-safe. A child that shares our memory is another process: only the kernel can tell.
 */
static void leave_at_once(void)
{
    if (event_writer && atomic_load(&event_writer->record->pid) == (uint32_t)syscall(SYS_getpid))
        tell();
}

void exits_watch(void)
{
    atexit(on_exit_of_program);
    at_quick_exit(leave_at_once);
    processor_before = processor_now();
}

void _exit(int status)
{
    leave_at_once();
    REAL_NOW(_exit);
    real__exit(status);
}

void _Exit(int status)
{
    leave_at_once();
    REAL_NOW(_Exit);
    real__Exit(status);
}
