/* Attaches this process to the record that the environment names; see attach.h. Part of the preload
 * library and of exercises, not of asynctut itself, whose programs run in-process. */
#include "engine/probe/attach.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/event/record.h"
#include "engine/probe/exit.h"
#include "engine/probe/fork.h"
#include "engine/probe/gate.h"
#include "engine/probe/libuv.h"
#include "engine/probe/perturb.h"
#include "engine/probe/raw.h"
#include "engine/probe/thread.h"

static bool attached;

static const char mark __attribute__((used, section(ATTACH_SECTION))) = 1;

/* There in programs that are linked with the task library, one or both; see engine/task/recorded.h.
 */
struct task_tracer;
extern const struct task_tracer *task_recorder(void) __attribute__((weak));
extern void task_set_tracer(const struct task_tracer *tracer) __attribute__((weak));

/* A descriptor that was passed on for this alone is not the program's. */
static void close_inherited(const char *path)
{
    static const char own[] = "/proc/self/fd/";

    if (strncmp(path, own, sizeof own - 1) == 0)
        close(atoi(path + sizeof own - 1));
}

static struct record *open_record(const char *path)
{
    struct record *record = NULL;
    int fd = open(path, O_RDWR | O_CLOEXEC);

    if (fd < 0)
        return NULL;
    record_attach(fd, &record);
    close(fd);
    if (record)
        close_inherited(path);
    return record;
}

/* The record belongs to the first process that takes it; after an exec it is still the same one,
 * and what the program before has written ends here. */
static bool take(struct record *record, bool *ret_again)
{
    uint32_t nobody = 0, own = (uint32_t)getpid();
    bool first = atomic_compare_exchange_strong(&record->pid, &nobody, own);

    *ret_again = !first;
    return first || nobody == own;
}

/* A thread looks for an idle wait when it begins to wait. Who blocks after that, in a read say, can
 * make the others idle too, but cannot skip for them: it may find at once what it reads. So
 * somebody else looks again and again, who belongs to nobody. */
static void *keep_skipping(void *arg)
{
    const struct timespec pause = {0, 1000000};

    for (;;) {
        raw_ppoll(NULL, 0, &pause, NULL);
        instant_skip(arg);
    }
    return NULL;
}

static void begin_skipping(struct control *control)
{
    sigset_t all, before;
    pthread_t thread;

    atomic_fetch_or(&control->attention, ATTENTION_INSTANT);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (raw_thread_create(&thread, NULL, keep_skipping, control) == 0)
        pthread_detach(thread);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void begin(struct record *record, bool again)
{
    const char *given = getenv(ATTACH_NAME);
    const char *name = given && *given ? given : program_invocation_short_name;
    uint32_t id = record_new_id(record);

    threads_begin(record, false);
    thread_enter(id);
    event_emit(EVENT_BORN, id, 0, ENTITY_THREAD, NULL);
    event_emit_text(TEXT_NAME, id, name, strlen(name));
    if (again)
        event_emit(EVENT_EXEC, id, 0, id, NULL);
}

__attribute__((constructor(200))) static void attach(void)
{
    const char *path = getenv(ATTACH_RECORD);
    struct record *record = path ? open_record(path) : NULL;
    int saved = errno;
    bool again;

    if (!record)
        return;
    if (!take(record, &again)) {
        record_destroy(record);
        return;
    }
    atomic_store(&record->program, atomic_load(&record->modules.count));
    modules_note(&record->modules);
    libuv_note(record);
    attached = true;
    if (getenv(ATTACH_CONTROL))
        gate_open();
    if (getenv(ATTACH_INSTANT))
        begin_skipping(&record->control);
    perturb_begin(getenv(ATTACH_PERTURB));
    forks_watch();
    if (task_recorder && task_set_tracer)
        task_set_tracer(task_recorder());
    begin(record, again);
    exits_watch();
    errno = saved;
}

/* The task library asks for this by name when its program has set no tracer. NULL: nobody records.
 */
const struct task_tracer *asynctut_task_recorder(void);
const struct task_tracer *asynctut_task_recorder(void)
{
    return attached && task_recorder ? task_recorder() : NULL;
}
