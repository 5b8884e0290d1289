/* Attaches this process to the record that the environment names; see attach.h. Part of the preload
 * library and of exercises, not of asynctut itself, whose programs run in-process. */
#include "engine/probe/attach.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/event/record.h"
#include "engine/probe/gate.h"
#include "engine/probe/perturb.h"
#include "engine/probe/thread.h"

/* There in programs that are linked with the task library; see engine/task/recorded.h. */
extern void task_record_events(void) __attribute__((weak));

static struct record *open_record(const char *path)
{
    struct record *record = NULL;
    int fd = open(path, O_RDWR | O_CLOEXEC);

    if (fd < 0)
        return NULL;
    record_attach(fd, &record);
    close(fd);
    return record;
}

/* The record belongs to the first process that takes it; after an exec it is still the same one. */
static bool take(struct record *record)
{
    uint32_t nobody = 0, own = (uint32_t)getpid();

    return atomic_compare_exchange_strong(&record->pid, &nobody, own) || nobody == own;
}

/* A forked child shares the mapping but must not write to it: its parent's chunks are not its own.
 */
static void leave_child_alone(void)
{
    perturb_kinds = 0;
    gate_controlled = false;
    event_gate = NULL;
    threads_forget();
}

/* exit() runs this on the thread that called it, with all libraries still there. */
static void on_exit_of_program(void)
{
    if (!event_writer)
        return;
    modules_note(&event_writer->record->modules);
    event_emit(EVENT_GONE, event_writer->thread, 0, 0, NULL);
}

static void begin(struct record *record)
{
    const char *name = program_invocation_short_name;
    uint32_t id = record_new_id(record);

    threads_begin(record);
    thread_enter(id);
    event_emit(EVENT_BORN, id, 0, ENTITY_THREAD, NULL);
    event_emit_text(TEXT_NAME, id, name, strlen(name));
}

__attribute__((constructor(200))) static void attach(void)
{
    const char *path = getenv(ATTACH_RECORD);
    struct record *record = path ? open_record(path) : NULL;
    const char *perturbed = getenv(ATTACH_PERTURB);
    int saved = errno;
    unsigned kinds;
    uint64_t seed;

    if (!record)
        return;
    if (!take(record)) {
        record_destroy(record);
        return;
    }
    modules_note(&record->modules);
    if (getenv(ATTACH_CONTROL))
        gate_open();
    if (getenv(ATTACH_INSTANT))
        atomic_fetch_or(&record->control.attention, ATTENTION_INSTANT);
    if (perturbed && perturb_parse(perturbed, &seed, &kinds))
        perturb_begin(seed, kinds);
    pthread_atfork(NULL, NULL, leave_child_alone);
    atexit(on_exit_of_program);
    if (task_record_events)
        task_record_events();
    begin(record);
    errno = saved;
}
