/* The summary of runs written by hand, as a reader sees it. */
#include <string.h>

#include "cli/views/summary.h"
#include "engine/trace/symbols.h"
#include "tests/cli/views/golden.h"
#include "tests/support/test.h"
#include "tests/trace/script.h"

static struct script s;
static struct look look;
static struct symbols *symbols;
static struct tally tally;
static struct findings findings;

static void open_it(void)
{
    static const struct symbol table[] = {
        {0x1fff, {.function = "main", .path = "server.c", .line = 12}},
        {0x3000, {.function = "on_tick", .path = "server.c", .line = 30}},
        {0x4000, {.function = "hash_all", .path = "server.c", .line = 44}},
    };

    script_open(&s, 64);
    look = (struct look){.unicode = true, .width = 80, .height = 24};
    cr_assert_eq(symbols_open_table(table, sizeof table / sizeof *table, &symbols), 0);
}

static void close_it(void)
{
    tally_free(&tally);
    findings_free(&findings);
    symbols_close(symbols);
    script_close(&s);
}

/* A timer that blocks the loop, work that waits for the pool, a timer that is left. */
static void run(void)
{
    uint32_t first = script_new_thread(&s, 0, "main"), loop, timers[2], works[2];

    loop = event_emit_born(ENTITY_LOOP, 0, NULL);
    for (int i = 0; i < 2; i++) {
        timers[i] = event_emit_born(ENTITY_TIMER, loop, (void *)0x2000);
        event_emit(EVENT_START, timers[i], 0, i ? 3600000 : 5, (void *)0x2000);
        works[i] = event_emit_born(ENTITY_WORK, loop, (void *)0x2000);
        event_emit(EVENT_SUBMIT, works[i], 0, 0, (void *)0x2000);
    }
    emit(EVENT_RUN, loop, 0, 0);
    emit(EVENT_POLL, loop, 0, 5);
    script_new_thread(&s, 0, NULL);
    for (int i = 0; i < 2; i++) {
        script_at(&s, 1 + 200 * i);
        event_emit(EVENT_WORK, works[i], 0, 0, (void *)0x4000);
        script_at(&s, 201 + 200 * i);
        event_emit(EVENT_WORK_END, works[i], 0, 0, (void *)0x4000);
    }
    script_thread(&s, first);
    script_at(&s, 5);
    emit(EVENT_POLL_END, loop, 0, 0);
    event_emit(EVENT_CALL, timers[0], CALLBACK_TIMER, 0, (void *)0x3000);
    script_at(&s, 155);
    event_emit(EVENT_CALL_END, timers[0], CALLBACK_TIMER, 0, (void *)0x3000);
    emit(EVENT_POLL, loop, 0, -1);
    script_at(&s, 402);
    emit(EVENT_POLL_END, loop, 0, 1);
    for (int i = 0; i < 2; i++) {
        event_emit(EVENT_CALL, works[i], CALLBACK_DONE, 0, (void *)0x4000);
        emit(EVENT_CALL_END, works[i], CALLBACK_DONE, 0);
        emit(EVENT_GONE, works[i], 0, 0);
    }
    emit(EVENT_RUN_END, loop, 0, 1);
}

static void check(const char *name)
{
    struct str out = {0};

    trace_finish(s.trace);
    cr_assert_eq(tally_trace(s.trace, &tally), 0);
    cr_assert_eq(diagnose(s.trace, NULL, &findings), 0);
    summary_view(s.trace, &tally, &findings, symbols, &look, "./server --port 80", &out);
    for (const char *line = str_text(&out); *line;) {
        size_t length = strcspn(line, "\n");

        cr_assert_leq(text_width(line, length), look.width);
        line += length + (line[length] == '\n');
    }
    golden(name, str_text(&out));
    str_free(&out);
}

Test(summary, of_a_run_with_faults, .init = open_it, .fini = close_it)
{
    run();
    check("summary");
}

Test(summary, in_40_columns, .init = open_it, .fini = close_it)
{
    look.width = 40;
    run();
    check("summary_40");
}

/* Of three works two have begun and one has ended, after 10 ms. */
Test(summary, counts_no_time_of_work_that_has_not_ended, .init = open_it, .fini = close_it)
{
    struct str out = {0};
    uint32_t loop, works[3];

    script_new_thread(&s, 0, "main");
    loop = event_emit_born(ENTITY_LOOP, 0, NULL);
    emit(EVENT_RUN, loop, 0, 0);
    for (int i = 0; i < 3; i++) {
        works[i] = event_emit_born(ENTITY_WORK, loop, NULL);
        emit(EVENT_SUBMIT, works[i], 0, 0);
    }
    script_new_thread(&s, 0, NULL);
    script_at(&s, 1);
    emit(EVENT_WORK, works[0], 0, 0);
    script_at(&s, 11);
    emit(EVENT_WORK_END, works[0], 0, 0);
    emit(EVENT_WORK, works[1], 0, 0);
    trace_finish(s.trace);
    cr_assert_eq(tally_trace(s.trace, &tally), 0);
    summary_view(s.trace, &tally, &findings, symbols, &look, "./server", &out);
    cr_assert_not_null(strstr(str_text(&out), "a thread: 10.0 ms"), "%s", str_text(&out));
    str_free(&out);
}

Test(summary, tells_of_how_many_loops_it_has_the_first, .init = open_it, .fini = close_it)
{
    struct str out = {0};

    script_new_thread(&s, 0, "main");
    for (int i = 0; i < 11; i++) {
        uint32_t loop = event_emit_born(ENTITY_LOOP, 0, NULL);

        emit(EVENT_RUN, loop, 0, 0);
        emit(EVENT_RUN_END, loop, 0, 0);
    }
    trace_finish(s.trace);
    cr_assert_eq(tally_trace(s.trace, &tally), 0);
    summary_view(s.trace, &tally, &findings, symbols, &look, "./server", &out);
    cr_assert_not_null(strstr(str_text(&out), "loop 8: busy"), "%s", str_text(&out));
    cr_assert_not_null(strstr(str_text(&out), " and 3 more loops\n"), "%s", str_text(&out));
    str_free(&out);
}

Test(summary, of_a_healthy_run_is_short, .init = open_it, .fini = close_it)
{
    script_three_sleeps(&s);
    check("summary_healthy");
}

Test(tally, of_locks_and_the_like_there_is_nothing_to_count, .init = open_it, .fini = close_it)
{
    script_operations(&s);
    trace_finish(s.trace);
    cr_assert_eq(tally_trace(s.trace, &tally), 0);
    cr_assert_eq(tally.keeper_count, 0);
    for (unsigned type = ENTITY_LOCK; type <= ENTITY_GENERATOR; type++)
        cr_assert_eq(tally.types[type].made, 0, "%s", entity_type_name(type));
    cr_assert_eq(diagnose(s.trace, NULL, &findings), 0);
    cr_assert_eq(findings.count, 0);
}

Test(summary, says_what_did_not_go_to_the_pool, .init = open_it, .fini = close_it)
{
    struct str out = {0};
    uint32_t loop, files[2];

    script_new_thread(&s, 0, "main");
    loop = event_emit_born(ENTITY_LOOP, 0, NULL);
    for (int i = 0; i < 2; i++) {
        files[i] = event_emit_born(ENTITY_FS, loop, NULL);
        emit(EVENT_SUBMIT, files[i], 0, 0);
        emit(EVENT_KERNEL, files[i], 0, 0);
        emit(EVENT_CALL, files[i], CALLBACK_DONE, 0);
        emit(EVENT_CALL_END, files[i], CALLBACK_DONE, 0);
    }
    trace_finish(s.trace);
    cr_assert_eq(tally_trace(s.trace, &tally), 0);
    cr_assert_eq(tally.pool.works, 0);
    cr_assert_eq(tally.pool.by_kernel, 2);
    summary_view(s.trace, &tally, &findings, symbols, &look, "./server", &out);
    cr_assert_not_null(strstr(str_text(&out), "2 requests did not go to it"), "%s", str_text(&out));
    str_free(&out);
}

Test(tally, adds_up, .init = open_it, .fini = close_it)
{
    run();
    trace_finish(s.trace);
    cr_assert_eq(tally_trace(s.trace, &tally), 0);
    cr_assert_eq(tally.pool.works, 2);
    cr_assert_eq(tally.pool.delivered, 2);
    cr_assert_eq(tally.pool.waited_longest, 201000000);
    cr_assert_eq(tally.pool.ran, 400000000);
    cr_assert_eq(tally.call_count, 2);
    cr_assert_eq(tally.calls[0].longest, 150000000);
    cr_assert_eq(tally.keeper_count, 1);
    cr_assert_eq(tally.types[ENTITY_TIMER].made, 2);
    cr_assert_eq(tally.types[ENTITY_WORK].gone, 2);
}
