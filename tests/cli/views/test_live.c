/* The live trace of runs written by hand, as a reader sees it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/views/live.h"
#include "cli/views/words.h"
#include "engine/trace/symbols.h"
#include "tests/cli/views/golden.h"
#include "tests/support/test.h"
#include "tests/trace/script.h"

static struct script s;
static struct symbols *symbols;
static struct look look;

static void open_it(void)
{
    static const struct symbol table[] = {
        {0x0fff, {.function = "all_at_once", .path = "chess.c", .line = 40}},
        {0x1fff, {.function = "play", .path = "chapters/03-concurrency/chess.c", .line = 27}},
        {0x3000, {.function = "on_timer", .path = "sleeps.c", .line = 12}},
        {0x3fff, {.function = "crunch", .path = "spinners.c", .line = 31}},
        {0x8fff, {.function = "on_threads", .path = "chess.c", .line = 70}},
    };

    script_open(&s, 64);
    cr_assert_eq(symbols_open_table(table, sizeof table / sizeof *table, &symbols), 0);
    look = (struct look){.unicode = true, .width = 80, .height = 24};
}

static void close_it(void)
{
    symbols_close(symbols);
    script_close(&s);
}

static void check(const char *name, enum event_level level)
{
    struct live *live = live_open(s.trace, symbols, &look);
    struct str out = {0};

    trace_finish(s.trace);
    live_update(live, level, &out);
    for (const char *line = str_text(&out); *line;) {
        size_t length = strcspn(line, "\n");

        cr_assert_leq(text_width(line, length), look.width, "too wide: %.*s", (int)length, line);
        line += length + (line[length] == '\n');
    }
    golden(name, str_text(&out));
    str_free(&out);
    live_close(live);
}

/* The lines of a run in which a thread speaks before it does anything. */
static void speaks(const char *name, const char *wanted)
{
    struct live *live = live_open(s.trace, symbols, &look);
    struct str out = {0};
    uint32_t thread = script_new_thread(&s, 0, name);

    event_emit_text(TEXT_SAY, thread, "it begins", 9);
    script_at(&s, 1);
    emit(EVENT_BLOCK, thread, BLOCK_SLEEP, 30000000);
    script_at(&s, 31);
    emit(EVENT_BLOCK_END, thread, BLOCK_SLEEP, 0);
    trace_finish(s.trace);
    live_update(live, LEVEL_TASKS, &out);
    cr_assert_not_null(strstr(str_text(&out), wanted), "%s", str_text(&out));
    str_free(&out);
    live_close(live);
}

Test(live, a_thread_with_a_name_of_its_own_is_somebody_when_it_speaks, .init = open_it,
     .fini = close_it)
{
    speaks("cook", "   0.0 ms  ╷  cook  says: it begins\n");
}

Test(live, what_the_first_thread_says_is_nobodys, .init = open_it, .fini = close_it)
{
    speaks("main", "   0.0 ms           says: it begins\n");
}

Test(live, a_thread_is_main_before_its_name_is_known, .init = open_it, .fini = close_it)
{
    struct str out = {0};
    uint32_t thread = script_new_thread(&s, 0, NULL), idle = event_emit_born(ENTITY_IDLE, 0, NULL);

    emit_name(idle, "spin");
    trace_finish(s.trace);
    words_actor(s.trace, thread, &out);
    cr_assert_str_eq(str_text(&out), "main");
    str_clear(&out);
    words_event(s.trace, trace_entity(s.trace, idle)->born, &out);
    cr_assert_str_eq(str_text(&out), "spin is made (an idle)");
    str_free(&out);
}

/* Somebody asks for the loop in the middle of a turn of which a line was told. */
Test(live, a_turn_that_was_told_of_does_not_begin_later, .init = open_it, .fini = close_it)
{
    struct live *live = live_open(s.trace, symbols, &look);
    struct str out = {0};
    uint32_t loop, task;

    script_new_thread(&s, 0, "main");
    loop = event_emit_born(ENTITY_LOOP, 0, NULL);
    emit(EVENT_RUN, loop, 0, 0);
    task = event_emit_born(ENTITY_TASK, 0, NULL);
    emit_name(task, "A");
    emit(EVENT_RESUME, task, 0, 0);
    script_at(&s, 5);
    emit_sleep(task, 10, NULL);
    script_at(&s, 400);
    emit(EVENT_RESUME, task, 0, 0);
    emit(EVENT_END, task, 0, 0);
    trace_update(s.trace, s.record->start + INT64_C(300000000));
    live_update(live, LEVEL_TASKS, &out);
    cr_assert_not_null(strstr(str_text(&out), "A  starts"), "%s", str_text(&out));
    trace_finish(s.trace);
    live_update(live, LEVEL_LOOP, &out);
    cr_assert_not_null(strstr(str_text(&out), "400.0 ms"), "%s", str_text(&out));
    cr_assert_null(strstr(str_text(&out), "begins turn"), "%s", str_text(&out));
    str_free(&out);
    live_close(live);
}

/* Two columns become one. */
Test(live, a_program_that_took_the_place_of_another_is_alone, .init = open_it, .fini = close_it)
{
    struct live *live = live_open(s.trace, symbols, &look);
    struct str out = {0};
    uint32_t thread = script_new_thread(&s, 0, "before");

    emit(EVENT_BLOCK, thread, BLOCK_SLEEP, 30000000);
    script_at(&s, 30);
    emit(EVENT_BLOCK_END, thread, BLOCK_SLEEP, 0);
    thread = script_new_thread(&s, 0, "after");
    emit(EVENT_EXEC, thread, 0, thread);
    emit(EVENT_BLOCK, thread, BLOCK_SLEEP, 30000000);
    script_at(&s, 90);
    emit(EVENT_BLOCK_END, thread, BLOCK_SLEEP, 0);
    trace_finish(s.trace);
    live_update(live, LEVEL_ALL, &out);
    cr_assert_not_null(strstr(str_text(&out), "  30.0 ms  █  before  was blocked"));
    cr_assert_not_null(strstr(str_text(&out), "  90.0 ms    █  after   was blocked"), "%s",
                       str_text(&out));
    str_free(&out);
    live_close(live);
}

Test(live, three_sleeps, .init = open_it, .fini = close_it)
{
    script_three_sleeps(&s);
    check("live_sleeps", LEVEL_TASKS);
}

Test(live, three_sleeps_in_ascii, .init = open_it, .fini = close_it)
{
    look.unicode = false;
    script_three_sleeps(&s);
    check("live_sleeps_ascii", LEVEL_TASKS);
}

Test(live, three_sleeps_in_40_columns, .init = open_it, .fini = close_it)
{
    look.width = 40;
    script_three_sleeps(&s);
    check("live_sleeps_40", LEVEL_TASKS);
}

Test(live, three_sleeps_in_plain_words, .init = open_it, .fini = close_it)
{
    look.plain = true;
    script_three_sleeps(&s);
    check("live_sleeps_plain", LEVEL_TASKS);
}

Test(live, three_sleeps_in_colour, .init = open_it, .fini = close_it)
{
    look.color = look.bold = true;
    script_three_sleeps(&s);
    check("live_sleeps_colour", LEVEL_TASKS);
}

Test(live, three_sleeps_and_their_loop, .init = open_it, .fini = close_it)
{
    script_three_sleeps(&s);
    check("live_sleeps_loop", LEVEL_LOOP);
}

Test(live, three_sleeps_and_every_call, .init = open_it, .fini = close_it)
{
    look.width = 100;
    script_three_sleeps(&s);
    check("live_sleeps_all", LEVEL_ALL);
}

Test(live, what_tasks_do_to_each_other, .init = open_it, .fini = close_it)
{
    script_operations(&s);
    check("live_operations", LEVEL_ALL);
}

Test(live, every_operation_has_words, .init = open_it, .fini = close_it)
{
    uint32_t thread = script_new_thread(&s, 0, "main");

    for (int operation = 0; operation < OPERATIONS; operation++)
        emit(EVENT_DO, thread, 0, event_do_arg((enum operation)operation, 0));
    trace_finish(s.trace);
    for (size_t i = 0; i < trace_count(s.trace); i++) {
        struct str text = {0};

        words_event(s.trace, i, &text);
        cr_assert_null(strstr(str_text(&text), "does something"), "%s",
                       operation_name(event_do(trace_event(s.trace, i))));
        str_free(&text);
    }
}

Test(live, what_tasks_wait_for_has_its_name, .init = open_it, .fini = close_it)
{
    script_waits(&s);
    check("live_waits", LEVEL_TASKS);
}

Test(live, and_only_at_the_level_of_all, .init = open_it, .fini = close_it)
{
    script_operations(&s);
    check("live_operations_loop", LEVEL_LOOP);
}

Test(live, a_blocked_loop, .init = open_it, .fini = close_it)
{
    script_blocked_loop(&s);
    check("live_blocked", LEVEL_TASKS);
}

static void two_threads(void)
{
    uint32_t first = script_new_thread(&s, 0, "main"), threads[2];

    for (int i = 0; i < 2; i++) {
        script_thread(&s, first);
        threads[i] = event_emit_born(ENTITY_THREAD, first, (void *)0x9000);
        script_thread(&s, threads[i]);
        script_at(&s, 0.1 * (i + 1));
        emit_name(threads[i], i ? "board B" : "board A");
        event_emit(EVENT_BLOCK, threads[i], BLOCK_SLEEP, 60000000, (void *)0x2000);
    }
    script_thread(&s, first);
    script_at(&s, 0.3);
    emit(EVENT_BLOCK, first, BLOCK_JOIN, 0);
    for (int i = 0; i < 2; i++) {
        script_thread(&s, threads[i]);
        script_at(&s, 60.2 + i);
        event_emit(EVENT_BLOCK_END, threads[i], BLOCK_SLEEP, 0, (void *)0x2000);
        emit(EVENT_GONE, threads[i], 0, 0);
    }
    script_thread(&s, first);
    script_at(&s, 61.4);
    emit(EVENT_BLOCK_END, first, BLOCK_JOIN, 0);
    event_emit_text(TEXT_SAY, first, "Both are done.", 14);
}

Test(live, threads_that_wait, .init = open_it, .fini = close_it)
{
    two_threads();
    check("live_threads", LEVEL_TASKS);
}

static void pool_and_timer(void)
{
    uint32_t first = script_new_thread(&s, 0, "main"), loop, timer, work;

    loop = event_emit_born(ENTITY_LOOP, 0, NULL);
    timer = event_emit_born(ENTITY_TIMER, loop, NULL);
    emit_name(timer, "tick");
    event_emit(EVENT_START, timer, 0, 10, (void *)0x2000);
    work = event_emit_born(ENTITY_WORK, loop, NULL);
    event_emit(EVENT_SUBMIT, work, 0, 0, (void *)0x2000);
    emit_name(work, "search");
    emit(EVENT_RUN, loop, 0, 0);
    emit(EVENT_POLL, loop, 0, 10);
    script_new_thread(&s, 0, NULL);
    script_at(&s, 0.2);
    event_emit(EVENT_WORK, work, 0, 0, (void *)0x3fff);
    script_thread(&s, first);
    script_at(&s, 10.1);
    emit(EVENT_POLL_END, loop, 0, 0);
    event_emit(EVENT_CALL, timer, CALLBACK_TIMER, 0, (void *)0x3000);
    event_emit(EVENT_CALL_END, timer, CALLBACK_TIMER, 0, (void *)0x3000);
    emit(EVENT_POLL, loop, 0, -1);
    script_thread(&s, first + 3 > 0 ? work + 1 : 0);
    script_at(&s, 50.3);
    emit(EVENT_WORK_END, work, 0, 0);
    script_thread(&s, first);
    script_at(&s, 50.4);
    emit(EVENT_POLL_END, loop, 0, 1);
    event_emit(EVENT_CALL, work, CALLBACK_DONE, 0, (void *)0x3000);
    event_emit_text(TEXT_STDOUT, first, "found it\n", 9);
    emit(EVENT_CALL_END, work, CALLBACK_DONE, 0);
    emit(EVENT_RUN_END, loop, 0, 0);
}

Test(live, a_named_timer_and_work_in_the_pool, .init = open_it, .fini = close_it)
{
    pool_and_timer();
    check("live_pool", LEVEL_TASKS);
}

Test(live, a_named_timer_that_repeats, .init = open_it, .fini = close_it)
{
    uint32_t loop, timer;

    script_new_thread(&s, 0, "main");
    loop = event_emit_born(ENTITY_LOOP, 0, NULL);
    timer = event_emit_born(ENTITY_TIMER, loop, NULL);
    emit_name(timer, "tick");
    event_emit(EVENT_START, timer, 5, 10, (void *)0x2000);
    for (int i = 0; i < 3; i++) {
        script_at(&s, 10 + 5 * i);
        event_emit(EVENT_CALL, timer, CALLBACK_TIMER, 0, (void *)0x3000);
        event_emit(EVENT_CALL_END, timer, CALLBACK_TIMER, 0, (void *)0x3000);
    }
    emit(EVENT_STOP, timer, 0, 0);
    check("live_tick", LEVEL_TASKS);
}

/* n tasks that each sleep once. */
static void many(int n)
{
    uint32_t tasks[64];

    script_new_thread(&s, 0, "main");
    for (int i = 0; i < n; i++) {
        char name[16];

        tasks[i] = event_emit_born(ENTITY_TASK, 0, NULL);
        snprintf(name, sizeof name, "board %d", i + 1);
        emit_name(tasks[i], name);
        emit(EVENT_RESUME, tasks[i], 0, 0);
        emit_sleep(tasks[i], 10, (void *)0x2000);
    }
    script_at(&s, 10);
    for (int i = 0; i < n; i++) {
        emit(EVENT_RESUME, tasks[i], 0, 0);
        emit(EVENT_END, tasks[i], 0, i == 1 ? -ECANCELED : 0);
    }
}

Test(live, eight_boards, .init = open_it, .fini = close_it)
{
    many(8);
    check("live_eight", LEVEL_TASKS);
}

/* Of those who have their names before they begin, a heading tells all, each by a letter of its
 * own. */
static void named_before_they_begin(void)
{
    static const char *const names[] = {"spin", "sleep", "save"};
    uint32_t loop, tasks[3];

    script_new_thread(&s, 0, "main");
    loop = event_emit_born(ENTITY_LOOP, 0, NULL);
    emit(EVENT_RUN, loop, 0, 0);
    for (int i = 0; i < 3; i++) {
        tasks[i] = event_emit_born(ENTITY_TASK, 0, (void *)0x1000);
        emit_name(tasks[i], names[i]);
    }
    for (int i = 0; i < 3; i++) {
        emit(EVENT_RESUME, tasks[i], 0, 0);
        script_at(&s, 40 * (i + 1));
        emit(EVENT_END, tasks[i], 0, 0);
    }
    emit(EVENT_RUN_END, loop, 0, 0);
}

Test(live, tasks_named_before_they_begin, .init = open_it, .fini = close_it)
{
    named_before_they_begin();
    check("live_named", LEVEL_TASKS);
}

Test(live, more_actors_than_columns, .init = open_it, .fini = close_it)
{
    many(21);
    check("live_many", LEVEL_TASKS);
}

Test(live, columns_are_used_again, .init = open_it, .fini = close_it)
{
    uint32_t task;

    script_new_thread(&s, 0, "main");
    for (int i = 0; i < 3; i++) {
        script_at(&s, 30 * i);
        task = event_emit_born(ENTITY_TASK, 0, NULL);
        emit_name(task, i == 0 ? "A" : i == 1 ? "B" : "C");
        emit(EVENT_RESUME, task, 0, 0);
        emit_sleep(task, 25, (void *)0x2000);
        script_at(&s, 30 * i + 25);
        emit(EVENT_RESUME, task, 0, 0);
        emit(EVENT_END, task, 0, 0);
    }
    check("live_again", LEVEL_TASKS);
}

Test(live, equal_steps_are_summed_up, .init = open_it, .fini = close_it)
{
    uint32_t task;

    script_new_thread(&s, 0, "main");
    task = event_emit_born(ENTITY_TASK, 0, NULL);
    emit_name(task, "A");
    for (int i = 0; i < 1000; i++) {
        script_at(&s, 0.01 * i);
        emit(EVENT_RESUME, task, 0, 0);
        event_emit(EVENT_SUSPEND, task, 0, event_wait_arg(WAIT_READY, 0), (void *)0x2000);
    }
    emit(EVENT_RESUME, task, 0, 0);
    emit(EVENT_END, task, 0, 0);
    check("live_repeats", LEVEL_TASKS);
}

Test(live, long_words_go_on_below, .init = open_it, .fini = close_it)
{
    static const char text[] = "a line that is longer than the terminal is wide, so that it has to "
                               "go on in the next line, and is not cut";
    uint32_t first = script_new_thread(&s, 0, "main"), task;

    event_emit_text(TEXT_SAY, first, text, sizeof text - 1);
    task = event_emit_born(ENTITY_TASK, 0, NULL);
    emit_name(task, "A");
    emit(EVENT_RESUME, task, 0, 0);
    event_emit_text(TEXT_SAY, task, text, sizeof text - 1);
    check("live_long", LEVEL_TASKS);
}

/* --- told while it grows ---------------------------------------------------------------------- */

static void finish_script(void (*script)(void))
{
    script();
    trace_finish(s.trace);
}

static void sleeps(void)
{
    script_three_sleeps(&s);
}

/* The same text, whatever the level, if the trace is read event by event. */
static void check_growing(void (*script)(void), enum event_level level)
{
    struct str whole = {0}, grown = {0};
    struct live *live;
    struct trace *growing;
    int64_t start;

    finish_script(script);
    live = live_open(s.trace, symbols, &look);
    live_update(live, level, &whole);
    live_close(live);
    cr_assert_eq(trace_open(s.record, &growing), 0);
    live = live_open(growing, symbols, &look);
    control_go(&s.record->control);
    start = s.record->start + atomic_load(&s.record->control.offset);
    for (int64_t ms = 0; ms < 1000; ms++) {
        trace_update(growing, start + ms * 500000);
        live_update(live, level, &grown);
    }
    trace_finish(growing);
    live_update(live, level, &grown);
    cr_assert_str_eq(str_text(&grown), str_text(&whole));
    live_close(live);
    trace_close(growing);
    str_free(&whole);
    str_free(&grown);
}

Test(growing, sleeps_are_told_the_same, .init = open_it, .fini = close_it)
{
    check_growing(sleeps, LEVEL_TASKS);
}

Test(growing, loops_are_told_the_same, .init = open_it, .fini = close_it)
{
    check_growing(sleeps, LEVEL_ALL);
}

Test(growing, threads_are_told_the_same, .init = open_it, .fini = close_it)
{
    check_growing(two_threads, LEVEL_TASKS);
}

Test(growing, pools_are_told_the_same, .init = open_it, .fini = close_it)
{
    check_growing(pool_and_timer, LEVEL_LOOP);
}

/* While a stopped program is stepped from event to event, each is told at once. */
Test(growing, a_stopped_program_is_told_to_its_last_event, .init = open_it, .fini = close_it)
{
    struct live *live = live_open(s.trace, symbols, &look);
    int64_t now = control_real_now();
    struct str out = {0};
    uint32_t loop, task;

    script_new_thread(&s, 0, "main");
    loop = event_emit_born(ENTITY_LOOP, 0, NULL);
    task = event_emit_born(ENTITY_TASK, 0, NULL);
    emit_name(task, "A");
    emit(EVENT_RESUME, task, 0, 0);
    trace_update(s.trace, now);
    trace_update(s.trace, now + 20000000);
    live_update(live, LEVEL_TASKS, &out);
    cr_assert_not_null(strstr(str_text(&out), "A  starts\n"));
    emit_sleep(task, 10, NULL);
    emit(EVENT_POLL, loop, 0, 10);
    trace_update(s.trace, now + 21000000);
    live_update(live, LEVEL_TASKS, &out);
    cr_assert_not_null(strstr(str_text(&out), "A  sleeps 10 ms\n"));
    cr_assert_not_null(strstr(str_text(&out), "loop sleeps (nothing to run)\n"));
    script_at(&s, 10);
    emit(EVENT_POLL_END, loop, 0, 0);
    trace_update(s.trace, now + 30000000);
    trace_update(s.trace, now + 60000000);
    live_update(live, LEVEL_TASKS, &out);
    cr_assert_not_null(strstr(str_text(&out), "loop slept 10.0 ms\n"));
    live_close(live);
    str_free(&out);
}

Test(growing, what_went_before_can_be_told_later, .init = open_it, .fini = close_it)
{
    struct str whole = {0}, later = {0};
    struct live *live;

    finish_script(sleeps);
    live = live_open(s.trace, symbols, &look);
    live_update(live, LEVEL_TASKS, &whole);
    live_seek(live, 0);
    live_update(live, LEVEL_OFF, &later);
    cr_assert_eq(later.length, 0);
    cr_assert_eq(live_position(live), trace_count(s.trace));
    live_seek(live, 0);
    live_update(live, LEVEL_TASKS, &later);
    cr_assert_str_eq(str_text(&whole), str_text(&later));
    str_clear(&later);
    live_seek(live, trace_count(s.trace) - 6); /* the end of C */
    live_update(live, LEVEL_TASKS, &later);
    cr_assert_not_null(strstr(str_text(&later), "done after 300.3 ms"));
    cr_assert_null(strstr(str_text(&later), "starts"));
    live_close(live);
    str_free(&whole);
    str_free(&later);
}

/* --- blocked ---------------------------------------------------------------------------------- */

Test(blocked, says_where_and_for_how_long, .init = open_it, .fini = close_it)
{
    struct live *live = live_open(s.trace, symbols, &look);
    struct str out = {0};
    uint32_t thread = script_new_thread(&s, 0, "main"), loop, task;

    loop = event_emit_born(ENTITY_LOOP, 0, NULL);
    task = event_emit_born(ENTITY_TASK, 0, NULL);
    emit(EVENT_RUN, loop, 0, 0);
    script_at(&s, 5);
    event_emit(EVENT_RESUME, task, 0, 0, (void *)0x4000);
    emit_sleep(task, 5, NULL);
    script_at(&s, 10);
    event_emit(EVENT_RESUME, task, 0, 0, (void *)0x4000);
    script_at(&s, 200);
    emit(EVENT_NONE + EVENT_SEND, thread, 0, 0);
    script_at(&s, 330);
    trace_update(s.trace, control_real_now());
    trace_update(s.trace, control_real_now() + 1000000000);
    live_update(live, LEVEL_OFF, &out);
    cr_assert_not(live_blocked(live, 110000000, &out), "100 ms are allowed");
    cr_assert(live_blocked(live, 322000000, &out));
    cr_assert_str_eq(str_text(&out), "the loop is blocked in crunch (spinners.c:31) for 312 ms");
    str_clear(&out);
    cr_assert(live_blocked(live, 900000000, &out));
    cr_assert_str_eq(str_text(&out), "the loop is blocked in crunch (spinners.c:31) for 320 ms",
                     "no longer than is known");
    emit_sleep(task, 10, NULL);
    emit(EVENT_POLL, loop, 0, 10);
    trace_finish(s.trace);
    live_update(live, LEVEL_OFF, &out);
    cr_assert_not(live_blocked(live, 900000000, &out), "it sleeps");
    str_free(&out);
    live_close(live);
}

Test(blocked, in_a_first_step_says_by_whom_not_where_it_was_started, .init = open_it,
     .fini = close_it)
{
    struct live *live = live_open(s.trace, symbols, &look);
    struct str out = {0};
    uint32_t thread = script_new_thread(&s, 0, "main"), loop, task;

    loop = event_emit_born(ENTITY_LOOP, 0, NULL);
    task = event_emit_born(ENTITY_TASK, 0, NULL);
    emit_name(task, "search");
    emit(EVENT_RUN, loop, 0, 0);
    script_at(&s, 10);
    event_emit(EVENT_RESUME, task, 0, 0, (void *)0x4000);
    script_at(&s, 330);
    emit(EVENT_SEND, thread, 0, 0);
    trace_update(s.trace, control_real_now());
    trace_update(s.trace, control_real_now() + 1000000000);
    live_update(live, LEVEL_OFF, &out);
    cr_assert(live_blocked(live, 300000000, &out));
    cr_assert_str_eq(str_text(&out), "the loop is blocked by search for 290 ms");
    str_free(&out);
    live_close(live);
}
