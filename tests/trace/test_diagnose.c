/* Each check finds its fault in a program that has it, at its place, and nothing in a healthy one.
 * Thresholds of time are set by the test, so that a busy machine changes nothing. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/event/record.h"
#include "engine/probe/program.h"
#include "engine/trace/diagnose.h"
#include "engine/trace/query.h"
#include "engine/trace/symbols.h"
#include "tests/support/test.h"
#include "tests/trace/patients.h"
#include "tests/trace/script.h"
#include "tests/trace/well.h"

enum { NS_PER_MS = 1000000 };

static struct program *program;
static struct trace *trace;
static struct findings findings;
static struct thresholds thresholds;

static void close_it(void)
{
    findings_free(&findings);
    trace_close(trace);
    program_free(program);
    patients_clean_up();
}

static void examine(int (*patient)(void))
{
    cr_assert_eq(program_start(patient, NULL, &program), 0);
    cr_assert_eq(trace_open(program_record(program), &trace), 0);
    cr_assert_eq(program_join(program), 0);
    trace_finish(trace);
    cr_assert_eq(diagnose(trace, &thresholds, &findings), 0);
}

/* Nothing but the check in question finds anything. */
static void only(enum check check, uint64_t least)
{
    for (int i = 0; i < CHECKS; i++)
        thresholds.least[i] = UINT64_MAX;
    thresholds.least[check] = least;
}

/* The function in which the first finding of that check lies, and its sentence. */
static void expect(enum check check, const char *function, const char *sentence)
{
    struct symbols *symbols;
    struct place place;
    struct str said = {0};
    const struct event *event;

    cr_assert_gt(findings.count, 0, "%s found nothing", check_name(check));
    cr_assert_eq(findings.items[0].check, check);
    event = trace_event(trace, findings.items[0].event);
    cr_assert_eq(symbols_open(&symbols), 0);
    symbols_wait(symbols, event->where, event_where_is_return((enum event_kind)event->kind),
                 &place);
    cr_assert_str_eq(place.function, function);
    finding_say(trace, &findings.items[0], &said);
    if (getenv("SHOW"))
        fprintf(stderr, "%-15s %s %s:%d\n", check_name(check), str_text(&said), place.file,
                place.line);
    cr_assert_not_null(strstr(str_text(&said), sentence), "%s", str_text(&said));
    str_free(&said);
    symbols_close(symbols);
}

Test(diagnose, a_healthy_program_has_nothing, .fini = close_it)
{
    thresholds = thresholds_default;
    for (int check = 0; check < CHECKS; check++) /* seconds, for a machine that is busy */
        if (thresholds.least[check] % NS_PER_MS == 0)
            thresholds.least[check] *= 20;
    examine(patient_healthy);
    for (size_t i = 0; i < findings.count; i++)
        cr_assert_fail("%s", check_name(findings.items[i].check));
}

Test(diagnose, blocked_loop, .fini = close_it)
{
    only(CHECK_BLOCKED_LOOP, 100 * NS_PER_MS);
    examine(patient_blocked_loop);
    expect(CHECK_BLOCKED_LOOP, "on_slow", "One callback of timer 1 kept the loop for ");
}

Test(diagnose, slow_turn, .fini = close_it)
{
    only(CHECK_SLOW_TURN, 150 * NS_PER_MS);
    examine(patient_slow_turn);
    expect(CHECK_SLOW_TURN, "on_slow", "One turn of the loop took");
}

Test(diagnose, stale_clock, .fini = close_it)
{
    only(CHECK_STALE_CLOCK, 20 * NS_PER_MS);
    examine(patient_stale_clock);
    expect(CHECK_STALE_CLOCK, "on_first", "too early");
}

Test(diagnose, oversleep, .fini = close_it)
{
    only(CHECK_OVERSLEEP, 20 * NS_PER_MS);
    examine(patient_oversleep);
    cr_assert_eq(findings.count, 1);
    expect(CHECK_OVERSLEEP, "on_prepare",
           "something ran between the last update of its clock and its sleep");
}

Test(diagnose, starved_phase, .fini = close_it)
{
    only(CHECK_STARVED_PHASE, 500);
    examine(patient_starved_phase);
    expect(CHECK_STARVED_PHASE, "on_short", "600 callbacks of the timers phase");
}

Test(diagnose, not_closed, .fini = close_it)
{
    only(CHECK_NOT_CLOSED, 1);
    examine(patient_not_closed);
    expect(CHECK_NOT_CLOSED, "start", "timer 1 was never closed");
}

Test(diagnose, write_queue, .fini = close_it)
{
    only(CHECK_WRITE_QUEUE, 1024 * 1024);
    examine(patient_write_queue);
    expect(CHECK_WRITE_QUEUE, "patient_write_queue", "MiB waited to be written to pipe 1");
}

Test(diagnose, pool_saturated, .fini = close_it)
{
    only(CHECK_POOL_SATURATED, 20 * NS_PER_MS);
    examine(patient_pool_saturated);
    expect(CHECK_POOL_SATURATED, "patient_pool_saturated", "for a free thread of the pool");
}

Test(diagnose, sync_fs, .fini = close_it)
{
    only(CHECK_SYNC_FS, 1000);
    examine(patient_sync_fs);
    expect(CHECK_SYNC_FS, "on_read_files", "on the loop's own thread");
}

Test(diagnose, wrong_thread, .fini = close_it)
{
    only(CHECK_WRONG_THREAD, 1);
    examine(patient_wrong_thread);
    expect(CHECK_WRONG_THREAD, "on_thread", "while another thread ran its loop");
}

static uint64_t turns_of_the_loop(void)
{
    struct loop_share share;

    return query_loops(trace, &share, 1) ? share.turns : 0;
}

Test(diagnose, busy_idle, .fini = close_it)
{
    only(CHECK_BUSY_IDLE, 1000);
    examine(patient_busy_idle);
    expect(CHECK_BUSY_IDLE, "on_idle", "without a pause");
    cr_assert_eq(findings.items[0].count, 1);
    cr_assert_geq(findings.items[0].value + 3, turns_of_the_loop(), "all but those that end it");
}

Test(diagnose, work_left, .fini = close_it)
{
    only(CHECK_WORK_LEFT, 1);
    examine(patient_work_left);
    expect(CHECK_WORK_LEFT, "start", "timer 2 still kept the loop alive when uv_run() returned");
}

/* Each check beside a program that nearly has the fault. Where a machine that stalls could make it
 * one, the threshold is far above what the program does. */
static void expect_well(enum check check, uint64_t least, int (*well)(void))
{
    only(check, least);
    examine(well);
    cr_assert_eq(findings.count, 0, "%s", check_name(check));
    close_it();
}

Test(diagnose, who_does_the_same_as_it_should_be_is_well, .timeout = 60)
{
    expect_well(CHECK_BLOCKED_LOOP, 100 * NS_PER_MS, well_blocked_loop);
    expect_well(CHECK_SLOW_TURN, 110 * NS_PER_MS, well_blocked_loop);
    expect_well(CHECK_STALE_CLOCK, 20 * NS_PER_MS, well_stale_clock);
    expect_well(CHECK_OVERSLEEP, 20 * NS_PER_MS, well_oversleep);
    expect_well(CHECK_STARVED_PHASE, 500, well_starved_phase);
    expect_well(CHECK_NOT_CLOSED, 1, well_closed);
    expect_well(CHECK_CLOSED_TWICE, 1, well_closed);
    expect_well(CHECK_WRITE_QUEUE, 1024 * 1024, well_write_queue);
    expect_well(CHECK_WRITE_QUEUE, 1024 * 1024, well_written_at_once);
    expect_well(CHECK_POOL_SATURATED, 200 * NS_PER_MS, well_pool_saturated);
    expect_well(CHECK_SYNC_FS, 1000, well_sync_fs);
    expect_well(CHECK_WRONG_THREAD, 1, well_wrong_thread);
    expect_well(CHECK_BUSY_IDLE, 1000, well_busy_idle);
    expect_well(CHECK_BUSY_IDLE, 1000, well_working_idle);
    expect_well(CHECK_WORK_LEFT, 1, well_work_left);
}

/* --- what no program should do ---------------------------------------------------------------- */

static struct script s;

static void close_script(void)
{
    findings_free(&findings);
    script_close(&s);
}

Test(diagnose, closed_twice, .fini = close_script)
{
    uint32_t timer;

    script_open(&s, 16);
    script_new_thread(&s, 0, NULL);
    timer = event_emit_born(ENTITY_TIMER, 0, NULL);
    emit(EVENT_CLOSE, timer, 0, 0);
    event_emit(EVENT_CLOSE, timer, 0, 1, (void *)0x5000);
    trace_finish(s.trace);
    cr_assert_eq(diagnose(s.trace, NULL, &findings), 0);
    cr_assert_eq(findings.count, 1);
    cr_assert_eq(findings.items[0].check, CHECK_CLOSED_TWICE);
    cr_assert_eq(trace_event(s.trace, findings.items[0].event)->where, 0x5000);
}

/* uv_stop() from another thread while the loop runs, and when it does not. */
Test(diagnose, a_loop_is_stopped_by_its_own_thread, .fini = close_script)
{
    struct str said = {0};
    uint32_t first, loop, other;

    script_open(&s, 16);
    first = script_new_thread(&s, 0, NULL);
    loop = event_emit_born(ENTITY_LOOP, 0, NULL);
    emit(EVENT_RUN, loop, 0, 0);
    emit(EVENT_STOP, loop, 0, 0);
    other = script_new_thread(&s, first, NULL);
    script_at(&s, 1);
    event_emit(EVENT_STOP, loop, 0, 0, (void *)0x5000);
    script_thread(&s, first);
    script_at(&s, 2);
    emit(EVENT_RUN_END, loop, 0, 0);
    script_thread(&s, other);
    script_at(&s, 3);
    event_emit(EVENT_STOP, loop, 0, 0, (void *)0x6000);
    trace_finish(s.trace);
    only(CHECK_WRONG_THREAD, 1);
    cr_assert_eq(diagnose(s.trace, &thresholds, &findings), 0);
    cr_assert_eq(findings.count, 1);
    cr_assert_eq(trace_event(s.trace, findings.items[0].event)->where, 0x5000);
    finding_say(s.trace, &findings.items[0], &said);
    cr_assert_not_null(strstr(str_text(&said), " while another thread ran it:"));
    str_free(&said);
}

/* Six timers that are left when their loop is closed. */
static void left_six(void)
{
    uint32_t loop;

    script_open(&s, 16);
    script_new_thread(&s, 0, NULL);
    loop = event_emit_born(ENTITY_LOOP, 0, NULL);
    for (int i = 0; i < 6; i++)
        event_emit_born(ENTITY_TIMER, loop, (void *)0x5000);
    emit(EVENT_CLOSE, loop, 0, -EBUSY);
    trace_finish(s.trace);
}

Test(diagnose, what_is_counted_is_told_from_its_limit_on, .fini = close_script)
{
    left_six();
    for (uint64_t least = 1; least <= 7; least++) {
        only(CHECK_NOT_CLOSED, least);
        cr_assert_eq(diagnose(s.trace, &thresholds, &findings), 0);
        cr_assert_eq(findings.count, least <= 6, "%d", (int)least);
        findings_free(&findings);
    }
}

/* A loop on a second thread that only an async keeps, while the first one goes on to 2000 ms. */
static void script_kept_loop(uint32_t *ret_first, uint32_t *ret_async)
{
    uint32_t loop;

    script_open(&s, 16);
    *ret_first = script_new_thread(&s, 0, "main");
    script_new_thread(&s, *ret_first, NULL);
    loop = event_emit_born(ENTITY_LOOP, 0, NULL);
    *ret_async = event_emit_born(ENTITY_ASYNC, loop, NULL);
    emit(EVENT_RUN, loop, 0, 0);
    emit(EVENT_POLL, loop, 0, -1);
    script_at(&s, 2000);
    script_thread(&s, *ret_first);
}

Test(diagnose, a_loop_that_cannot_end, .fini = close_script)
{
    uint32_t first, async;

    script_kept_loop(&first, &async);
    emit(EVENT_BLOCK, first, BLOCK_JOIN, 0);
    trace_finish(s.trace);
    cr_assert_eq(diagnose(s.trace, NULL, &findings), 0);
    cr_assert_eq(findings.count, 1);
    cr_assert_eq(findings.items[0].check, CHECK_WORK_LEFT);
    cr_assert_eq(findings.items[0].entity, async);
    cr_assert_eq(findings.items[0].value, WORK_STUCK);
}

/* The first thread reads, and may send to the loop when it has read. */
Test(diagnose, a_loop_that_waits_for_another_thread_is_well, .fini = close_script)
{
    uint32_t first, async;

    script_kept_loop(&first, &async);
    emit(EVENT_BLOCK, first, BLOCK_READ, 0);
    trace_finish(s.trace);
    cr_assert_eq(diagnose(s.trace, NULL, &findings), 0);
    cr_assert_eq(findings.count, 0);
}

Test(diagnose, a_loop_that_ends_with_the_program_is_well, .fini = close_script)
{
    uint32_t first, async;

    script_kept_loop(&first, &async);
    emit(EVENT_GONE, first, 0, 0);
    trace_finish(s.trace);
    cr_assert_eq(diagnose(s.trace, NULL, &findings), 0);
    cr_assert_eq(findings.count, 0);
}

/* The record was full at 10 ms for the first thread, which ended its callback and its loop soon
 * after. The second had room left for what it did at 2000 ms. */
Test(diagnose, where_events_are_missing_nothing_is_made_of_it, .fini = close_script)
{
    struct loop_share share;
    uint32_t first, loop, timer;

    script_open(&s, 16);
    first = script_new_thread(&s, 0, "main");
    loop = event_emit_born(ENTITY_LOOP, 0, NULL);
    timer = event_emit_born(ENTITY_TIMER, loop, NULL);
    event_emit(EVENT_START, timer, 0, 5, NULL);
    emit(EVENT_RUN, loop, 0, 0);
    script_at(&s, 5);
    event_emit(EVENT_CALL, timer, CALLBACK_TIMER, 0, (void *)0x3000);
    atomic_store(&s.record->dropped, 1);
    atomic_store(&s.record->first_dropped, 10 * NS_PER_MS);
    script_at(&s, 2000);
    script_new_thread(&s, first, NULL);
    event_emit(EVENT_STOP, timer, 0, 0, NULL);
    trace_finish(s.trace);
    cr_assert_eq(trace_whole_until(s.trace), 10 * NS_PER_MS);
    cr_assert_eq(diagnose(s.trace, NULL, &findings), 0);
    cr_assert_eq(findings.count, 0, "%s", check_name(findings.items[0].check));
    cr_assert_eq(query_loops(s.trace, &share, 1), 1);
    cr_assert_leq(share.longest_busy, 10 * NS_PER_MS);
}

/* Of the program that was there before an exec: it blocked one loop to its end, and slept for ever
 * in another. */
Test(diagnose, what_another_program_left_by_exec_is_not_told, .fini = close_script)
{
    uint32_t first, loop, timer, next;
    const struct entity *entity;
    struct actors actors;

    script_open(&s, 16);
    first = script_new_thread(&s, 0, "before");
    emit(EVENT_BLOCK, first, BLOCK_READ, 0);
    emit(EVENT_BLOCK_END, first, BLOCK_READ, 0);
    script_new_thread(&s, first, NULL);
    loop = event_emit_born(ENTITY_LOOP, 0, NULL);
    event_emit_born(ENTITY_ASYNC, loop, NULL);
    emit(EVENT_RUN, loop, 0, 0);
    emit(EVENT_POLL, loop, 0, -1);
    script_thread(&s, first);
    loop = event_emit_born(ENTITY_LOOP, 0, NULL);
    timer = event_emit_born(ENTITY_TIMER, loop, NULL);
    emit(EVENT_RUN, loop, 0, 0);
    emit(EVENT_START, timer, 0, 0);
    emit(EVENT_CALL, timer, CALLBACK_TIMER, 0);
    next = script_new_thread(&s, 0, "after");
    emit(EVENT_EXEC, next, 0, next);
    script_at(&s, 2000);
    emit(EVENT_BLOCK, next, BLOCK_JOIN, 0);
    trace_finish(s.trace);
    cr_assert_eq(diagnose(s.trace, NULL, &findings), 0);
    cr_assert_eq(findings.count, 0, "%s", check_name(findings.items[0].check));
    entity = trace_entity(s.trace, timer);
    cr_assert_neq(entity->gone, ENTITY_NEVER);
    cr_assert_not(entity->active);
    cr_assert_eq(query_actors(s.trace, &actors), 0);
    cr_assert_geq(actors.count, 2);
    for (size_t i = 0; i < actors.count; i++)
        cr_assert_eq(actors.items[i].ended, actors.items[i].id != next);
    query_actors_free(&actors);
}

/* A repeating timer keeps its loop alive after it has fired, too. */
Test(diagnose, a_tick_that_was_forgotten, .fini = close_it)
{
    only(CHECK_WORK_LEFT, 1);
    examine(patient_forgotten_tick);
    expect(CHECK_WORK_LEFT, "patient_forgotten_tick", "timer 1 still kept the loop alive");
}

Test(diagnose, a_callback_that_never_ends_blocks, .fini = close_script)
{
    uint32_t loop, timer;

    script_open(&s, 16);
    script_new_thread(&s, 0, NULL);
    loop = event_emit_born(ENTITY_LOOP, 0, NULL);
    timer = event_emit_born(ENTITY_TIMER, loop, NULL);
    emit(EVENT_RUN, loop, 0, 0);
    emit(EVENT_CALL, timer, CALLBACK_TIMER, 0);
    script_at(&s, 500);
    emit(EVENT_SEND, timer, 0, 0);
    trace_finish(s.trace);
    cr_assert_eq(diagnose(s.trace, NULL, &findings), 0);
    cr_assert_eq(findings.count, 1);
    cr_assert_eq(findings.items[0].check, CHECK_BLOCKED_LOOP);
    cr_assert_eq(findings.items[0].value, 500 * (uint64_t)NS_PER_MS);
}

Test(diagnose, checks_have_names)
{
    enum check check;

    for (int i = 0; i < CHECKS; i++) {
        cr_assert(check_by_name(check_name((enum check)i), &check));
        cr_assert_eq((int)check, i);
    }
    cr_assert_not(check_by_name("nonsense", &check));
}
