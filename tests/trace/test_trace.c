/* Merging: order, lag, repair, entities, and records that lie. */
#include <errno.h>
#include <string.h>

#include "engine/trace/query.h"
#include "tests/support/test.h"
#include "tests/trace/script.h"

static struct script s;

static void open_it(void)
{
    script_open(&s, 64);
}

static void close_it(void)
{
    script_close(&s);
}

static unsigned kind(size_t i)
{
    return trace_event(s.trace, i)->kind;
}

Test(trace, is_empty_for_an_empty_record, .init = open_it, .fini = close_it)
{
    cr_assert_eq(trace_update(s.trace, control_real_now()), 0);
    cr_assert_eq(trace_finish(s.trace), 0);
    cr_assert_eq(trace_count(s.trace), 0);
    cr_assert_null(trace_entity(s.trace, 1));
    cr_assert_eq(trace_until(s.trace), UINT64_MAX);
}

Test(trace, merges_threads_by_time_and_then_by_thread, .init = open_it, .fini = close_it)
{
    uint32_t a = script_new_thread(&s, 0, NULL), b = script_new_thread(&s, a, NULL);

    for (int t = 1; t <= 3; t++) {
        script_at(&s, t);
        script_thread(&s, b);
        emit(EVENT_RESUME, b, 0, t);
        script_thread(&s, a);
        emit(EVENT_RESUME, a, 0, t);
    }
    cr_assert_eq(trace_finish(s.trace), 8);
    for (size_t i = 2; i < 8; i++) {
        cr_assert_eq(trace_event(s.trace, i)->arg, (int64_t)i / 2);
        cr_assert_eq(trace_thread(s.trace, i), i % 2 ? b : a);
    }
    cr_assert_eq(trace_damaged(s.trace), 0);
    cr_assert_eq(trace_end(s.trace), 3000000);
}

Test(trace, keeps_a_threads_own_order_when_its_times_go_back, .init = open_it, .fini = close_it)
{
    uint32_t a = script_new_thread(&s, 0, NULL);

    script_at(&s, 5);
    emit(EVENT_RESUME, a, 0, 1);
    script_at(&s, 3);
    emit(EVENT_RESUME, a, 0, 2);
    trace_finish(s.trace);
    cr_assert_eq(trace_event(s.trace, 1)->arg, 1);
    cr_assert_eq(trace_event(s.trace, 2)->arg, 2);
}

Test(trace, leaves_the_youngest_events_for_later, .init = open_it, .fini = close_it)
{
    struct control *control = &s.record->control;
    uint32_t a = script_new_thread(&s, 0, NULL);
    int64_t start;

    script_at(&s, 100);
    emit(EVENT_RESUME, a, 0, 0);
    control_go(control); /* program time 100 ms is now */
    start = s.record->start + atomic_load(&control->offset);
    cr_assert_eq(trace_update(s.trace, start + 119999999), 1);
    cr_assert_eq(trace_until(s.trace), 99999999);
    cr_assert_eq(trace_update(s.trace, start + 120000000), 1);
    cr_assert_eq(trace_update(s.trace, start + 150000000), 0);
    cr_assert_eq(trace_until(s.trace), 130000000);
}

Test(trace, shows_all_when_the_program_stands_still, .init = open_it, .fini = close_it)
{
    uint32_t a = script_new_thread(&s, 0, NULL);
    int64_t now = control_real_now();

    script_at(&s, 100);
    emit(EVENT_RESUME, a, 0, 0);
    cr_assert_eq(trace_update(s.trace, now), 1, "the birth alone");
    cr_assert_eq(trace_update(s.trace, now + 20000000), 1, "the clock has stood for the lag");
}

Test(trace, never_moves_what_it_returned, .init = open_it, .fini = close_it)
{
    uint32_t a = script_new_thread(&s, 0, NULL), b;
    int64_t now = control_real_now();

    script_at(&s, 200);
    emit(EVENT_RESUME, a, 0, 1);
    trace_update(s.trace, now);
    trace_update(s.trace, now + 20000000);
    cr_assert_eq(trace_count(s.trace), 2);
    script_at(&s, 100);
    b = script_new_thread(&s, a, NULL); /* came too late */
    trace_finish(s.trace);
    cr_assert_eq(trace_count(s.trace), 3);
    cr_assert_eq(trace_event(s.trace, 2)->subject, b);
}

Test(trace, puts_the_queueing_before_the_work_before_the_end, .init = open_it, .fini = close_it)
{
    uint32_t loop = script_new_thread(&s, 0, NULL), pool = script_new_thread(&s, loop, NULL), work;

    script_thread(&s, loop);
    work = event_emit_born(ENTITY_WORK, 0, NULL);
    script_at(&s, 2); /* the note of the call came after the pool had begun */
    emit(EVENT_SUBMIT, work, 0, 0);
    script_at(&s, 5);
    emit(EVENT_CALL, work, CALLBACK_DONE, 0);
    script_thread(&s, pool);
    script_at(&s, 1);
    emit(EVENT_WORK, work, 0, 0);
    script_at(&s, 6);
    emit(EVENT_WORK_END, work, 0, 0);
    cr_assert_eq(trace_finish(s.trace), 7);
    cr_assert_eq(kind(3), EVENT_SUBMIT);
    cr_assert_eq(kind(4), EVENT_WORK);
    cr_assert_eq(kind(5), EVENT_WORK_END);
    cr_assert_eq(kind(6), EVENT_CALL);
}

Test(trace, does_not_wait_for_a_cause_that_was_lost, .init = open_it, .fini = close_it)
{
    uint32_t a = script_new_thread(&s, 0, NULL), pool = script_new_thread(&s, a, NULL), work;

    work = record_new_id(s.record);
    script_at(&s, 1);
    emit(EVENT_WORK, work, 0, 0);
    script_thread(&s, a);
    for (int t = 2; t < 100; t++) {
        script_at(&s, t);
        emit(EVENT_RESUME, a, 0, t);
    }
    trace_finish(s.trace);
    size_t at = query_next(s.trace, 0, EVENT_WORK, work);
    cr_assert_eq(trace_thread(s.trace, at), pool);
    cr_assert_eq(trace_event(s.trace, at - 1)->time, 21000000, "20 ms later it goes on");
    cr_assert_eq(trace_count(s.trace), 101);
}

Test(trace, reads_over_many_chunks, .init = open_it, .fini = close_it)
{
    uint32_t a = script_new_thread(&s, 0, NULL);
    size_t wanted = 10 * RECORD_CHUNK_SLOTS;

    for (size_t i = 0; i < wanted; i++) {
        script_at(&s, 1 + (double)i / 1000);
        if (i % 100 == 0)
            event_emit_text(TEXT_SAY, a, "a text that fills more than one slot, and more", 47);
        emit(EVENT_RESUME, a, 0, (int64_t)i);
        if (i % 1000 == 0)
            trace_update(s.trace, control_real_now());
    }
    trace_finish(s.trace);
    cr_assert_eq(trace_dropped(s.trace), 0);
    cr_assert_eq(trace_damaged(s.trace), 0);
    cr_assert_eq(trace_count(s.trace), 1 + wanted + wanted / 100 + 1);
}

Test(trace, counts_what_did_not_fit_the_record, .init = open_it, .fini = close_it)
{
    uint32_t a = script_new_thread(&s, 0, NULL);

    for (size_t i = 0; i < 80 * RECORD_CHUNK_SLOTS; i++)
        emit(EVENT_RESUME, a, 0, 0);
    trace_finish(s.trace);
    cr_assert_gt(trace_dropped(s.trace), 0);
    cr_assert_eq(trace_count(s.trace) + trace_dropped(s.trace), 1 + 80 * RECORD_CHUNK_SLOTS);
}

Test(trace, knows_its_entities, .init = open_it, .fini = close_it)
{
    uint32_t a = script_new_thread(&s, 0, "ma\x1b[31min"), loop, timer;
    const struct entity *entity;

    loop = event_emit_born(ENTITY_LOOP, 0, NULL);
    event_emit_born(ENTITY_TIMER, loop, NULL);
    timer = event_emit_born(ENTITY_TIMER, loop, (void *)0x1234);
    emit(EVENT_START, timer, 0, 50);
    emit(EVENT_UNREF, timer, 0, 0);
    trace_finish(s.trace);
    cr_assert_str_eq(trace_entity(s.trace, a)->name, "ma\\x1b[31min");
    entity = trace_entity(s.trace, timer);
    cr_assert_eq(entity->type, ENTITY_TIMER);
    cr_assert_eq(entity->number, 2);
    cr_assert_eq(entity->parent, loop);
    cr_assert_eq(trace_made_at(s.trace, entity), 0x1234);
    cr_assert(entity->active);
    cr_assert_not(entity->referenced);
    cr_assert_eq(trace_entities(s.trace), timer + 1);
    cr_assert_null(trace_entity(s.trace, timer + 1));
    cr_assert_null(trace_entity(s.trace, UINT32_MAX));
}

Test(trace, gives_text_fit_to_show, .init = open_it, .fini = close_it)
{
    uint32_t a = script_new_thread(&s, 0, NULL);
    char text[8];

    event_emit_text(TEXT_SAY, a, "\xc3\xa9\x07 ok", 6);
    trace_finish(s.trace);
    cr_assert_eq(trace_text(s.trace, 1, text, sizeof text), 7);
    cr_assert_str_eq(text, "\xc3\xa9\\x07 ");
    cr_assert_eq(trace_text(s.trace, 1, text, 2), 0, "no half characters");
    cr_assert_eq(trace_text(s.trace, 0, text, sizeof text), 0, "not a text");
}

/* --- records that lie ------------------------------------------------------------------------- */

static struct chunk *first_chunk(void)
{
    return record_chunk(s.record, 0);
}

static void commit(struct event *slot, unsigned event_kind)
{
    slot->kind = event_kind;
}

Test(hostile, bad_kinds_texts_and_ids_are_counted_and_skipped, .init = open_it, .fini = close_it)
{
    uint32_t a = script_new_thread(&s, 0, NULL);
    struct chunk *chunk = first_chunk();

    for (int i = 0; i < 5; i++)
        emit(EVENT_RESUME, a, 0, 0);
    commit(&chunk->slots[1], 9999);
    chunk->slots[2].subject = 4000000000u;
    chunk->slots[3].arg = -1;
    commit(&chunk->slots[3], EVENT_TEXT);
    chunk->slots[4].arg = INT64_MAX;
    commit(&chunk->slots[4], EVENT_TEXT);
    trace_finish(s.trace);
    cr_assert_eq(trace_count(s.trace), 2);
    cr_assert_eq(trace_damaged(s.trace), 4);
    cr_assert_leq(trace_entities(s.trace), 2);
}

Test(hostile, a_text_does_not_reach_past_its_chunk, .init = open_it, .fini = close_it)
{
    uint32_t a = script_new_thread(&s, 0, NULL);
    struct chunk *chunk = first_chunk();

    for (int i = 0; i < RECORD_CHUNK_SLOTS - 1; i++)
        emit(EVENT_RESUME, a, 0, 0);
    chunk->slots[RECORD_CHUNK_SLOTS - 1].arg = 100;
    commit(&chunk->slots[RECORD_CHUNK_SLOTS - 1], EVENT_TEXT);
    trace_finish(s.trace);
    cr_assert_eq(trace_damaged(s.trace), 1);
}

Test(hostile, an_absurd_id_does_not_take_memory, .init = open_it, .fini = close_it)
{
    uint32_t a = script_new_thread(&s, 0, NULL);

    atomic_store(&s.record->next_id, UINT32_MAX);
    emit(EVENT_RESUME, a, 0, 0);
    first_chunk()->slots[1].subject = 0xfffffff0u;
    trace_finish(s.trace);
    cr_assert_eq(trace_damaged(s.trace), 1);
    cr_assert_leq(trace_entities(s.trace), 2);
}

Test(hostile, chunks_of_nobody_and_chunks_that_come_twice, .init = open_it, .fini = close_it)
{
    uint32_t a = script_new_thread(&s, 0, NULL);

    for (size_t i = 0; i < 3 * RECORD_CHUNK_SLOTS; i++)
        emit(EVENT_RESUME, a, 0, 0);
    record_chunk(s.record, 1)->thread = 0;
    record_chunk(s.record, 2)->sequence = 0;
    trace_finish(s.trace);
    cr_assert_eq(trace_damaged(s.trace), 2);
    cr_assert_leq(trace_count(s.trace), 2 * RECORD_CHUNK_SLOTS);
}

Test(hostile, a_header_that_claims_too_much_is_not_believed, .init = open_it, .fini = close_it)
{
    script_new_thread(&s, 0, NULL);
    s.record->chunks = UINT32_MAX;
    atomic_store(&s.record->fresh, UINT32_MAX);
    atomic_store(&first_chunk()->claimed, UINT32_MAX);
    trace_finish(s.trace);
    cr_assert_eq(trace_count(s.trace), 1);
}

Test(hostile, a_torn_slot_is_passed_over_at_the_end, .init = open_it, .fini = close_it)
{
    uint32_t a = script_new_thread(&s, 0, NULL);

    atomic_fetch_add(&first_chunk()->claimed, 1); /* claimed, and the thread was killed */
    emit(EVENT_RESUME, a, 0, 0);
    trace_update(s.trace, control_real_now() + 1000000000);
    trace_update(s.trace, control_real_now() + 2000000000);
    cr_assert_eq(trace_count(s.trace), 1, "it may still come");
    trace_finish(s.trace);
    cr_assert_eq(trace_count(s.trace), 2);
    cr_assert_eq(trace_damaged(s.trace), 1);
}
