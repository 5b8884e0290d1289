/* Two runs side by side: what is the same in spite of time, and where they part. */
#include <string.h>

#include "engine/trace/diff.h"
#include "engine/trace/query.h"
#include "engine/trace/symbols.h"
#include "tests/support/test.h"
#include "tests/trace/script.h"

static struct script scripts[2];
static struct symbols *symbols;
static struct difference difference;

static void open_them(void)
{
    static const struct symbol table[] = {
        {0x0fff, {"spawn", "a.c", "a.c", 40}},
        {0x1fff, {"sleep", "a.c", "a.c", 27}},
        {0x2fff, {"sleep", "a.c", "a.c", 99}}, /* another line of the same function */
        {0x4fff, {"other", "a.c", "a.c", 1}},
    };

    script_open(&scripts[0], 64);
    script_open(&scripts[1], 64);
    cr_assert_eq(symbols_open_table(table, sizeof table / sizeof *table, &symbols), 0);
}

static void close_them(void)
{
    script_close(&scripts[0]);
    script_close(&scripts[1]);
    symbols_close(symbols);
}

static void compare(void)
{
    struct diff_side sides[2];

    for (int i = 0; i < 2; i++) {
        trace_finish(scripts[i].trace);
        sides[i] = (struct diff_side){scripts[i].trace, symbols};
    }
    cr_assert_eq(diff_traces(sides, &difference), 0);
}

static const struct event *event_of(int side)
{
    cr_assert_lt(difference.event[side], trace_count(scripts[side].trace));
    return trace_event(scripts[side].trace, difference.event[side]);
}

/* A loop with `count` timers, each of which fires once. Ids begin at another number on each side.
 */
static void run_timers(int side, int count, const int *order, double ms, const void *where)
{
    struct script *s = &scripts[side];
    uint32_t loop, timers[8];

    for (int i = 0; i < side * 5; i++)
        record_new_id(s->record);
    script_at(s, ms);
    script_new_thread(s, 0, "main");
    loop = event_emit_born(ENTITY_LOOP, 0, NULL);
    for (int i = 0; i < count; i++)
        timers[i] = event_emit_born(ENTITY_TIMER, loop, where);
    emit(EVENT_RUN, loop, 0, 0);
    for (int i = 0; i < count; i++) {
        for (int polls = 0; polls <= side; polls++) { /* one of them polls more often */
            emit(EVENT_POLL, loop, 0, 10);
            emit(EVENT_POLL_END, loop, 0, 0);
        }
        script_at(s, ms *= 2);
        emit(EVENT_CALL, timers[order[i]], CALLBACK_TIMER, 0);
        emit(EVENT_CALL_END, timers[order[i]], CALLBACK_TIMER, 0);
    }
    emit(EVENT_RUN_END, loop, 0, 0);
}

Test(diff, time_and_polls_are_no_difference, .init = open_them, .fini = close_them)
{
    run_timers(0, 3, (int[]){0, 1, 2}, 1, (void *)0x1000);
    run_timers(1, 3, (int[]){0, 1, 2}, 3, (void *)0x1000);
    compare();
    cr_assert_not(difference.found);
    cr_assert_gt(difference.same, 8);
}

Test(diff, another_order_is_told_at_its_first_event, .init = open_them, .fini = close_them)
{
    run_timers(0, 3, (int[]){0, 1, 2}, 1, (void *)0x1000);
    run_timers(1, 3, (int[]){0, 2, 1}, 1, (void *)0x1000);
    compare();
    cr_assert(difference.found);
    cr_assert_eq(event_of(0)->kind, EVENT_CALL);
    cr_assert_eq(trace_entity(scripts[0].trace, event_of(0)->subject)->number, 2);
    cr_assert_eq(event_of(1)->kind, EVENT_CALL);
    cr_assert_eq(trace_entity(scripts[1].trace, event_of(1)->subject)->number, 3);
    cr_assert_eq(trace_event(scripts[0].trace, difference.last[0])->kind, EVENT_CALL);
    cr_assert_eq(trace_event(scripts[1].trace, difference.last[1])->kind, EVENT_CALL);
}

Test(diff, what_tasks_do_to_locks_is_no_difference, .init = open_them, .fini = close_them)
{
    run_timers(0, 2, (int[]){0, 1}, 1, (void *)0x1000);
    run_timers(1, 2, (int[]){0, 1}, 1, (void *)0x1000);
    uint32_t lock = event_emit_born(ENTITY_LOCK, 0, (void *)0x1000);
    emit(EVENT_DO, 1, lock, event_do_arg(DO_ACQUIRE, 0));
    compare();
    cr_assert_not(difference.found);
}

Test(diff, who_does_no_more, .init = open_them, .fini = close_them)
{
    run_timers(0, 2, (int[]){0, 1}, 1, (void *)0x1000);
    run_timers(1, 2, (int[]){0, 1}, 1, (void *)0x1000);
    emit(EVENT_SEND, 1, 0, 0);
    compare();
    cr_assert(difference.found);
    cr_assert_eq(difference.event[0], SIZE_MAX);
    cr_assert_eq(event_of(1)->kind, EVENT_SEND);
}

Test(diff, a_function_is_a_place_and_a_line_is_none, .init = open_them, .fini = close_them)
{
    run_timers(0, 1, (int[]){0}, 1, (void *)0x2000);
    run_timers(1, 1, (int[]){0}, 1, (void *)0x3000);
    compare();
    cr_assert_not(difference.found);
    close_them();
    open_them();
    run_timers(0, 1, (int[]){0}, 1, (void *)0x2000);
    run_timers(1, 1, (int[]){0}, 1, (void *)0x5000);
    compare();
    cr_assert(difference.found);
    cr_assert_eq(event_of(0)->kind, EVENT_BORN);
}

/* Threads take turns otherwise, and the pool's do the other's work. */
static void run_threads(int side)
{
    struct script *s = &scripts[side];
    uint32_t threads[4], works[2];

    threads[0] = script_new_thread(s, 0, "main");
    works[0] = event_emit_born(ENTITY_WORK, 0, NULL);
    works[1] = event_emit_born(ENTITY_WORK, 0, NULL);
    emit(EVENT_SUBMIT, works[0], 0, 0);
    emit(EVENT_SUBMIT, works[1], 0, 0);
    threads[1] = script_new_thread(s, threads[0], "helper");
    for (int i = 2; i < 4; i++)
        threads[i] = script_new_thread(s, threads[0], NULL);
    for (int i = 2; i < 4; i++) {
        script_at(s, i);
        script_thread(s, threads[side ? 5 - i : i]);
        emit(EVENT_WORK, works[i - 2], 0, 0);
        emit(EVENT_WORK_END, works[i - 2], 0, 0);
        script_thread(s, threads[side == (i == 2)]);
        emit(EVENT_SEND, 99, 0, 0);
    }
}

Test(diff, threads_may_take_turns_otherwise, .init = open_them, .fini = close_them)
{
    run_threads(0);
    run_threads(1);
    compare();
    cr_assert_not(difference.found, "event %zu, event %zu", difference.event[0],
                  difference.event[1]);
}

static void say(int side, const char *text)
{
    script_new_thread(&scripts[side], 0, "main");
    event_emit_text(TEXT_SAY, 1, text, strlen(text));
}

Test(diff, numbers_in_what_is_said_are_none, .init = open_them, .fini = close_them)
{
    say(0, "done after 10 ms");
    say(1, "done after 9 ms");
    compare();
    cr_assert_not(difference.found);
    close_them();
    open_them();
    say(0, "done after 10 ms");
    say(1, "done in 10 ms");
    compare();
    cr_assert(difference.found);
    cr_assert_eq(event_of(1)->kind, EVENT_TEXT);
}

Test(diff, an_empty_trace_has_nothing_that_differs, .init = open_them, .fini = close_them)
{
    compare();
    cr_assert_not(difference.found);
    cr_assert_eq(difference.same, 0);
    close_them();
    open_them();
    script_three_sleeps(&scripts[1]);
    compare();
    cr_assert(difference.found);
    cr_assert_eq(difference.event[0], SIZE_MAX);
}
