/* Reading while others write: every event comes once, and each thread's in its own order. */
#include <pthread.h>

#include "engine/event/record.h"
#include "engine/trace/trace.h"
#include "tests/support/test.h"

enum { THREADS = 3, EVENTS = 30000 };

struct emitter {
    struct writer writer;
    pthread_t thread;
    _Atomic bool done;
};

static void *emit_all(void *arg)
{
    struct emitter *emitter = arg;
    uint32_t id = emitter->writer.thread;

    event_writer = &emitter->writer;
    for (int i = 0; i < EVENTS; i++) {
        if (i % 50 == 0)
            event_emit_text(TEXT_SAY, id, "the quick brown fox jumps over the dog", 38);
        event_emit(EVENT_RESUME, id, 0, i, NULL);
    }
    event_writer = NULL;
    atomic_store(&emitter->done, true);
    return NULL;
}

static bool all_done(struct emitter *emitters)
{
    for (int i = 0; i < THREADS; i++)
        if (!atomic_load(&emitters[i].done))
            return false;
    return true;
}

static void check_order(const struct trace *trace)
{
    int64_t next[THREADS + 1] = {0};

    for (size_t i = 0; i < trace_count(trace); i++) {
        const struct event *event = trace_event(trace, i);

        if (event->kind != EVENT_RESUME)
            continue;
        cr_assert(event->subject >= 1 && event->subject <= THREADS);
        cr_assert_eq(event->subject, trace_thread(trace, i));
        cr_assert_geq(event->arg, next[event->subject]);
        next[event->subject] = event->arg + 1;
    }
}

Test(threads, are_merged_while_they_write)
{
    static struct emitter emitters[THREADS];
    struct record *record;
    struct recorder *recorder;
    struct trace *trace;

    cr_assert_eq(record_create((size_t)64 << 20, &record, NULL), 0);
    cr_assert_eq(recorder_start(record, NULL, NULL, &recorder), 0);
    cr_assert_eq(trace_open(record, &trace), 0);
    for (int i = 0; i < THREADS; i++) {
        emitters[i] = (struct emitter){{.record = record, .thread = record_new_id(record)}};
        cr_assert_eq(pthread_create(&emitters[i].thread, NULL, emit_all, &emitters[i]), 0);
    }
    while (!all_done(emitters))
        cr_assert_geq(trace_update(trace, control_real_now()), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(emitters[i].thread, NULL);
    recorder_stop(recorder);
    cr_assert_geq(trace_finish(trace), 0);
    cr_assert_eq(trace_damaged(trace), 0);
    cr_assert_eq(trace_count(trace) + trace_dropped(trace),
                 (size_t)THREADS * (EVENTS + EVENTS / 50));
    check_order(trace);
    trace_close(trace);
    record_destroy(record);
}
