/* The record as a writer and a reader see it: order, text, chunks that fill up, a cap that is
 * reached, signal handlers in the middle of a write, and several threads at once. */
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "engine/base/array.h"
#include "engine/event/record.h"
#include "tests/support/test.h"

static struct record *record;
static struct writer writer;

static void open_record(size_t cap)
{
    cr_assert_eq(record_create(cap, &record, NULL), 0);
    writer = (struct writer){.record = record, .thread = record_new_id(record)};
    event_writer = &writer;
}

static void close_record(void)
{
    event_writer = NULL;
    record_destroy(record);
}

/* Committed events of a thread, in order of its chunks; text counts as one. */
static size_t count_events(struct record *from, uint32_t thread)
{
    size_t count = 0;

    for (uint32_t i = 0; i < atomic_load(&from->fresh); i++) {
        struct chunk *chunk = record_chunk(from, i);
        uint32_t claimed = atomic_load(&chunk->claimed);

        if (chunk->thread != thread)
            continue;
        for (uint32_t slot = 0; slot < claimed && slot < RECORD_CHUNK_SLOTS; slot++) {
            struct event *event = &chunk->slots[slot];

            if (event->kind == EVENT_TEXT)
                slot += (uint32_t)(event->arg + 31) / 32;
            count += event->kind != EVENT_NONE;
        }
    }
    return count;
}

static struct event *slot(uint32_t index)
{
    return &record_chunk(record, 0)->slots[index];
}

Test(record, keeps_what_was_emitted)
{
    int here;

    open_record(1 << 20);
    event_emit(EVENT_START, 7, 3, -5, &here);
    cr_assert_eq(slot(0)->kind, EVENT_START);
    cr_assert_eq(slot(0)->subject, 7);
    cr_assert_eq(slot(0)->object, 3);
    cr_assert_eq(slot(0)->arg, -5);
    cr_assert_eq(slot(0)->where, (uint64_t)(uintptr_t)&here);
    cr_assert_eq(record_chunk(record, 0)->thread, writer.thread);
    close_record();
}

Test(record, is_silent_on_a_thread_without_a_writer)
{
    open_record(1 << 20);
    event_writer = NULL;
    event_emit(EVENT_START, 7, 3, 0, NULL);
    cr_assert_eq(event_emit_born(ENTITY_TIMER, 0, NULL), 0);
    cr_assert_eq(atomic_load(&record_chunk(record, 0)->claimed), 0);
    close_record();
}

Test(record, cuts_text_at_its_limit_and_skips_none)
{
    char text[EVENT_TEXT_MAX + 50];

    memset(text, 'x', sizeof text);
    open_record(1 << 20);
    event_emit_text(TEXT_SAY, 1, text, sizeof text);
    event_emit_text(TEXT_SAY, 1, "abc", 3);
    event_emit_text(TEXT_SAY, 1, "", 0);
    cr_assert_eq(slot(0)->arg, EVENT_TEXT_MAX);
    cr_assert_eq(memcmp(slot(1), text, EVENT_TEXT_MAX), 0);
    cr_assert_eq(slot(8)->kind, EVENT_TEXT);
    cr_assert_eq(slot(8)->arg, 3);
    cr_assert_eq(memcmp(slot(9), "abc", 3), 0);
    cr_assert_eq(count_events(record, writer.thread), 2);
    close_record();
}

Test(record, goes_on_in_further_chunks_and_marks_full_ones)
{
    struct recorder *recorder;
    size_t wanted = 5 * RECORD_CHUNK_SLOTS + 10;

    open_record(16 << 20);
    cr_assert_eq(recorder_start(record, NULL, NULL, &recorder), 0);
    for (size_t i = 0; i < wanted; i++)
        event_emit(EVENT_CALL, 1, 0, (int64_t)i, NULL);
    cr_assert_eq(count_events(record, writer.thread), wanted);
    cr_assert_eq(atomic_load(&record_chunk(record, 0)->full), 1);
    cr_assert_eq(atomic_load(&record->dropped), 0);
    recorder_stop(recorder);
    close_record();
}

/* All before the recorder has looked once. */
Test(record, keeps_the_first_event_of_each_of_hundreds_of_threads)
{
    static struct writer writers[400];
    size_t found = 0;

    open_record(64 << 20);
    for (size_t i = 0; i < array_length(writers); i++) {
        writers[i] = (struct writer){.record = record, .thread = record_new_id(record)};
        event_writer = &writers[i];
        event_emit(EVENT_CALL, 1, 0, 0, NULL);
    }
    for (size_t i = 0; i < array_length(writers); i++)
        found += count_events(record, writers[i].thread);
    cr_assert_eq(found, array_length(writers));
    cr_assert_eq(atomic_load(&record->dropped), 0);
    close_record();
}

Test(record, counts_what_is_lost_past_its_cap)
{
    size_t wanted = 40 * RECORD_CHUNK_SLOTS;

    open_record(2 * RECORD_CHUNK_SIZE); /* three chunks */
    for (size_t i = 0; i < wanted; i++)
        event_emit(EVENT_CALL, 1, 0, 0, NULL);
    cr_assert_eq(count_events(record, writer.thread) + atomic_load(&record->dropped), wanted);
    cr_assert_gt(atomic_load(&record->dropped), 0);
    cr_assert_gt(atomic_load(&record->first_dropped), 0);
    close_record();
}

static _Atomic size_t from_handler;

static void on_alarm(int number)
{
    (void)number;
    event_emit(EVENT_SEND, 2, 0, 0, NULL);
    event_emit_text(TEXT_SAY, 2, "in the handler", 14);
    atomic_fetch_add(&from_handler, 2);
}

/* A timer interrupts the writer thousands of times; nothing is lost and nothing is counted twice.
 */
Test(record, survives_signal_handlers_that_write)
{
    struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
    struct itimerval every = {{0, 50}, {0, 50}}, never = {{0, 0}, {0, 0}};
    struct recorder *recorder;
    size_t mine = 0;

    atomic_store(&from_handler, 0);
    open_record(64 << 20);
    recorder_start(record, NULL, NULL, &recorder);
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &every, NULL);
    while (atomic_load(&from_handler) < 2000) {
        event_emit(EVENT_CALL, 1, 0, 0, NULL);
        if (mine < 800000)
            mine++;
        else
            break;
    }
    setitimer(ITIMER_REAL, &never, NULL);
    signal(SIGALRM, SIG_IGN); /* one may still be on its way */
    recorder_stop(recorder);
    cr_assert_gt(atomic_load(&from_handler), 0);
    cr_assert_leq(count_events(record, writer.thread) + atomic_load(&record->dropped),
                  mine + 1 + atomic_load(&from_handler));
    cr_assert_geq(count_events(record, writer.thread) + atomic_load(&record->dropped),
                  mine + atomic_load(&from_handler));
    close_record();
}

enum { THREADS = 4, EACH = 50000 };
static uint32_t thread_ids[THREADS];

static void *write_many(void *arg)
{
    struct writer own = {.record = record, .thread = *(uint32_t *)arg};

    event_writer = &own;
    for (int i = 0; i < EACH; i++)
        event_emit(EVENT_CALL, own.thread, 0, i, NULL);
    event_writer = NULL;
    return NULL;
}

Test(record, keeps_each_threads_events_in_its_own_chunks)
{
    struct recorder *recorder;
    pthread_t threads[THREADS];
    size_t found = 0;

    open_record(64 << 20);
    recorder_start(record, NULL, NULL, &recorder);
    for (int i = 0; i < THREADS; i++) {
        thread_ids[i] = record_new_id(record);
        pthread_create(&threads[i], NULL, write_many, &thread_ids[i]);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    recorder_stop(recorder);
    for (int i = 0; i < THREADS; i++)
        found += count_events(record, thread_ids[i]);
    cr_assert_eq(found + atomic_load(&record->dropped), THREADS * EACH);
    close_record();
}

Test(record, is_shared_through_a_descriptor)
{
    struct record *other;
    int fd;

    cr_assert_eq(record_create(1 << 20, &record, &fd), 0);
    writer = (struct writer){.record = record, .thread = 9};
    event_writer = &writer;
    cr_assert_eq(record_attach(fd, &other), 0);
    event_emit(EVENT_START, 7, 0, 0, NULL);
    cr_assert_eq(count_events(other, 9), 1);
    record_destroy(other);
    close(fd);
    close_record();
}

/* Who is recorded can write to all of it, and try to take it away. */
Test(record, can_be_mended_and_not_be_cut)
{
    struct record *own, *other;
    int fd;

    cr_assert(record_create(4 * RECORD_CHUNK_SIZE, &own, &fd) == 0);
    uint64_t size = own->size;
    uint32_t chunks = own->chunks;
    int64_t start = own->start;
    cr_assert(record_attach(fd, &other) == 0);
    memset(other, 255, sizeof *other);
    cr_assert(ftruncate(fd, 0) != 0 && ftruncate(fd, 1 << 30) != 0);
    record_mend(own);
    cr_assert(own->size == size && own->chunks == chunks && own->start == start);
    memset(other, 255, sizeof *other);
    record_destroy(own); /* of what it was, not of what the header says */
    record_destroy(other);
    close(fd);
}

Test(record, refuses_a_mapping_that_is_none)
{
    struct record *other;
    char junk[256 * 1024];
    int ends[2];
    FILE *file = tmpfile();

    memset(junk, 0x5a, sizeof junk);
    cr_assert_not_null(file);
    fwrite(junk, sizeof junk, 1, file);
    fflush(file);
    cr_assert_lt(record_attach(fileno(file), &other), 0);
    cr_assert_eq(pipe(ends), 0);
    cr_assert_lt(record_attach(ends[0], &other), 0);
    cr_assert_lt(record_attach(-1, &other), 0);
    close(ends[0]);
    close(ends[1]);
    fclose(file);
}
