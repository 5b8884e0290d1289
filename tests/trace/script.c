/* Threads are writers that take turns on the one real thread of the test: event_writer says which
 * one is meant. Time is the record's own control block with its clock stopped. */
#include "tests/trace/script.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

void script_open(struct script *script, uint32_t chunks)
{
    *script = (struct script){0};
    if (record_create((size_t)chunks * RECORD_CHUNK_SIZE, &script->record, NULL) ||
        trace_open(script->record, &script->trace))
        abort();
    record_refill(script->record, script->record->chunks, RECORD_SPARES);
    control_stop(&script->record->control);
    atomic_store(&script->record->libuv, 1 << 16 | 44 << 8 | 2);
    script_at(script, 0);
}

void script_close(struct script *script)
{
    event_writer = NULL;
    trace_close(script->trace);
    record_destroy(script->record);
}

void script_at(struct script *script, double ms)
{
    atomic_store(&script->record->control.frozen,
                 script->record->start + (int64_t)(ms * 1e6 + 0.5));
}

void script_thread(struct script *script, uint32_t thread)
{
    struct writer *writer = NULL;

    for (int i = 0; i < script->count; i++)
        if (script->writers[i].thread == thread)
            writer = &script->writers[i];
    if (!writer) {
        assert(script->count < SCRIPT_THREADS);
        writer = &script->writers[script->count++];
        *writer = (struct writer){.record = script->record, .thread = thread, .tid = thread};
    }
    event_writer = writer;
}

uint32_t script_new_thread(struct script *script, uint32_t parent, const char *name)
{
    uint32_t id = record_new_id(script->record);

    script_thread(script, id);
    event_emit(EVENT_BORN, id, parent, ENTITY_THREAD, (void *)0x9000);
    if (name)
        emit_name(id, name);
    return id;
}

void emit(enum event_kind kind, uint32_t subject, uint32_t object, int64_t arg)
{
    event_emit(kind, subject, object, arg, NULL);
}

void emit_name(uint32_t subject, const char *name)
{
    event_emit_text(TEXT_NAME, subject, name, strlen(name));
}

void emit_sleep(uint32_t task, int ms, const void *where)
{
    event_emit(EVENT_SUSPEND, task, 0, event_wait_arg(WAIT_SLEEP, ms), where);
}

void script_three_sleeps(struct script *script)
{
    static const char *const names[] = {"A", "B", "C"};
    uint32_t loop, tasks[3], timers[3];

    script_new_thread(script, 0, "main");
    loop = event_emit_born(ENTITY_LOOP, 0, NULL);
    for (int i = 0; i < 3; i++) {
        tasks[i] = event_emit_born(ENTITY_TASK, 0, (void *)0x1000);
        emit_name(tasks[i], names[i]);
    }
    emit(EVENT_RUN, loop, 0, 0);
    for (int i = 0; i < 3; i++) {
        emit(EVENT_RESUME, tasks[i], 0, 0);
        timers[i] = event_emit_born(ENTITY_TIMER, loop, (void *)0x2000);
        emit(EVENT_START, timers[i], 0, 100 * (i + 1));
        emit_sleep(tasks[i], 100 * (i + 1), (void *)0x2000);
    }
    for (int i = 0; i < 3; i++) {
        emit(EVENT_POLL, loop, 0, 100);
        script_at(script, 100.1 * (i + 1));
        emit(EVENT_POLL_END, loop, 0, 0);
        event_emit(EVENT_CALL, timers[i], CALLBACK_TIMER, 0, (void *)0x3000);
        emit(EVENT_WAKE, tasks[i], 0, 0);
        emit(EVENT_RESUME, tasks[i], 0, 0);
        emit(EVENT_END, tasks[i], 0, 0);
        emit(EVENT_CALL_END, timers[i], CALLBACK_TIMER, 0);
    }
    script_at(script, 300.4);
    emit(EVENT_RUN_END, loop, 0, 0);
}

void script_blocked_loop(struct script *script)
{
    uint32_t thread = script_new_thread(script, 0, "main"), loop, task;

    loop = event_emit_born(ENTITY_LOOP, 0, NULL);
    task = event_emit_born(ENTITY_TASK, 0, (void *)0x1000);
    emit_name(task, "A");
    emit(EVENT_RUN, loop, 0, 0);
    emit(EVENT_RESUME, task, 0, 0);
    event_emit(EVENT_BLOCK, thread, BLOCK_SLEEP, 100000000, (void *)0x4000);
    script_at(script, 100.1);
    event_emit(EVENT_BLOCK_END, thread, 0, 0, (void *)0x4000);
    emit(EVENT_END, task, 0, 0);
    emit(EVENT_RUN_END, loop, 0, 0);
}

static void did(uint32_t who, enum operation operation, uint32_t object, int64_t result)
{
    event_emit(EVENT_DO, who, object, event_do_arg(operation, result), (void *)0x2000);
}

static void do_to_shared(uint32_t who, uint32_t other)
{
    uint32_t lock = event_emit_born(ENTITY_LOCK, who, (void *)0x2000);
    uint32_t queue = event_emit_born(ENTITY_QUEUE, who, (void *)0x2000);
    uint32_t semaphore = event_emit_born(ENTITY_SEMAPHORE, who, (void *)0x2000);
    uint32_t condition = event_emit_born(ENTITY_CONDITION, who, (void *)0x2000);

    did(who, DO_ACQUIRE, lock, 0);
    did(other, DO_ACQUIRE, lock, -EAGAIN);
    did(who, DO_RELEASE, lock, 0);
    did(who, DO_PUT, queue, 1);
    did(who, DO_PUT, queue, -EPIPE);
    did(other, DO_GET, queue, 0);
    did(who, DO_ACQUIRE, semaphore, 2);
    did(who, DO_NOTIFY, condition, 0);
    did(who, DO_NOTIFY, condition, 3);
    did(who, DO_WAIT, condition, -ECANCELED);
}

static void do_to_handles(uint32_t who, uint32_t loop)
{
    uint32_t stream = event_emit_born(ENTITY_TCP, loop, (void *)0x2000);
    uint32_t mailbox = event_emit_born(ENTITY_ASYNC, loop, (void *)0x2000);

    did(who, DO_READ, stream, 1);
    did(who, DO_READ, stream, -EPIPE);
    did(who, DO_WRITE, stream, 512);
    did(who, DO_FLUSH, stream, 0);
    did(who, DO_RECEIVE, mailbox, 0);
    did(event_writer->thread, DO_POST, mailbox, 0);
    did(who, DO_OPEN, mailbox, 0);
    did(who, DO_CONNECT, stream, 0);
    did(who, DO_CONNECT, stream, -ECONNREFUSED);
    did(who, DO_LISTEN, 0, -EADDRINUSE);
    did(who, DO_SET, stream, 65536);
    did(who, DO_SHUTDOWN, stream, 0);
    did(who, DO_CLOSE, stream, 0);
    emit(EVENT_CLOSE, stream, 0, 0);
    emit(EVENT_CLOSE, mailbox, 0, 0);
}

static void do_in_the_pool(uint32_t who, uint32_t loop)
{
    uint32_t child = event_emit_born(ENTITY_PROCESS, loop, (void *)0x2000);
    uint32_t work = event_emit_born(ENTITY_WORK, loop, (void *)0x2000);
    uint32_t file = event_emit_born(ENTITY_FS, loop, (void *)0x2000);
    uint32_t name = event_emit_born(ENTITY_GETADDRINFO, loop, (void *)0x2000);

    did(who, DO_START, child, 4711);
    did(who, DO_START, 0, -ENOENT);
    did(who, DO_KILL, child, 15);
    did(who, DO_OFFLOAD, work, 7);
    did(who, DO_OFFLOAD, 0, -ECANCELED);
    did(who, DO_OPEN, file, 3);
    did(who, DO_OPEN, file, -ENOENT);
    did(who, DO_READ, file, 512);
    did(who, DO_CLOSE, file, 0);
    did(who, DO_SYNC, file, 0);
    did(who, DO_STAT, file, 0);
    did(who, DO_RENAME, file, 0);
    did(who, DO_UNLINK, 0, -ECANCELED);
    did(who, DO_MKDIR, file, 0);
    did(who, DO_LIST, file, 0);
    did(who, DO_RMDIR, file, -ENOTEMPTY);
    did(who, DO_RESOLVE, name, 0);
    did(who, DO_RESOLVE, name, -EAGAIN);
    emit(EVENT_CLOSE, child, 0, 0);
}

static void do_with_generator(uint32_t who, uint32_t other)
{
    uint32_t generator = event_emit_born(ENTITY_GENERATOR, who, (void *)0x2000);

    did(who, DO_NEXT, generator, 0);
    did(other, DO_GIVE, generator, 0);
    did(other, DO_GIVE, generator, -ECANCELED);
    did(who, DO_NEXT, generator, UV_EOF);
    did(who, DO_NEXT, 0, UV_EOF);
    did(who, DO_CLOSE, generator, 0);
    did(who, DO_LOCAL_SET, 0, 0);
    did(who, DO_SPAWN, 0, -ENOMEM);
}

/* What each kind of thing says of who waits for it. The other goes on at the end. */
static void wait_for_each(uint32_t who, uint32_t other, uint32_t loop)
{
    static const uint8_t types[] = {ENTITY_SEMAPHORE, ENTITY_CONDITION, ENTITY_EVENT,
                                    ENTITY_BARRIER,   ENTITY_QUEUE,     ENTITY_GENERATOR,
                                    ENTITY_GROUP};
    static const uint8_t waits[] = {WAIT_SEMAPHORE, WAIT_CONDITION, WAIT_EVENT, WAIT_BARRIER,
                                    WAIT_QUEUE,     WAIT_GENERATOR, WAIT_GROUP};
    uint32_t lock = event_emit_born(ENTITY_LOCK, who, (void *)0x2000);
    uint32_t stream = event_emit_born(ENTITY_PIPE, loop, (void *)0x2000);

    for (size_t i = 0; i < sizeof types; i++) {
        uint32_t id = event_emit_born((enum entity_type)types[i], who, (void *)0x2000);

        event_emit(EVENT_SUSPEND, other, id, event_wait_arg((enum wait)waits[i], 0),
                   (void *)0x2000);
        event_emit(EVENT_SUSPEND, other, 0, event_wait_arg((enum wait)waits[i], 0), (void *)0x2000);
    }
    event_emit(EVENT_SUSPEND, other, who, event_wait_arg(WAIT_LOCK, lock), (void *)0x2000);
    event_emit(EVENT_SUSPEND, other, who, event_wait_arg(WAIT_LOCK, 0), (void *)0x2000);
    event_emit(EVENT_SUSPEND, other, who, event_wait_arg(WAIT_LOCK, stream), (void *)0x2000);
    emit(EVENT_CLOSE, stream, 0, 0);
    emit(EVENT_RESUME, other, 0, 0);
    emit(EVENT_END, other, 0, 0);
}

static void do_to_tasks(uint32_t who, uint32_t other, uint32_t loop)
{
    uint32_t scope = event_emit_born(ENTITY_SCOPE, who, (void *)0x2000);
    uint32_t group = event_emit_born(ENTITY_GROUP, who, (void *)0x2000);

    did(who, DO_ENTER, scope, 20);
    did(who, DO_SHIELD, scope, -1);
    did(loop, DO_CANCEL, scope, -ETIMEDOUT);
    did(who, DO_LEAVE, scope, -ETIMEDOUT);
    did(who, DO_OPEN, group, 0);
    did(who, DO_SPAWN, group, other);
    did(who, DO_CLOSE, group, 0);
    did(who, DO_WAIT, 0, 2);
    did(who, DO_CANCEL, other, -ESRCH);
    did(who, DO_AWAIT, other, 0);
    did(who, OPERATIONS, 0, 0);
}

static void begin_two_tasks(struct script *script, uint32_t *tasks, uint32_t *ret_loop)
{
    script_new_thread(script, 0, "main");
    *ret_loop = event_emit_born(ENTITY_LOOP, 0, NULL);
    for (int i = 0; i < 2; i++) {
        tasks[i] = event_emit_born(ENTITY_TASK, 0, (void *)0x1000);
        emit_name(tasks[i], i ? "B" : "A");
    }
    emit(EVENT_RUN, *ret_loop, 0, 0);
}

void script_operations(struct script *script)
{
    uint32_t loop, tasks[2];

    begin_two_tasks(script, tasks, &loop);
    emit(EVENT_RESUME, tasks[0], 0, 0);
    do_to_shared(tasks[0], tasks[1]);
    do_to_tasks(tasks[0], tasks[1], loop);
    do_to_handles(tasks[0], loop);
    do_in_the_pool(tasks[0], loop);
    do_with_generator(tasks[0], tasks[1]);
    emit(EVENT_END, tasks[0], 0, 0);
    emit(EVENT_RUN_END, loop, 0, 0);
}

void script_waits(struct script *script)
{
    uint32_t loop, tasks[2];

    begin_two_tasks(script, tasks, &loop);
    wait_for_each(tasks[0], tasks[1], loop);
    emit(EVENT_RUN_END, loop, 0, 0);
}
