/* Lanes and the loop row, as a reader sees them. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/views/lanes.h"
#include "cli/views/loop_row.h"
#include "tests/cli/views/golden.h"
#include "tests/support/test.h"
#include "tests/trace/script.h"

static struct script s;
static struct look look;

static void open_it(void)
{
    script_open(&s, 64);
    look = (struct look){.unicode = true, .width = 80, .height = 24};
}

static void close_it(void)
{
    script_close(&s);
}

static void check_width(const char *text)
{
    for (const char *line = text; *line;) {
        size_t length = strcspn(line, "\n");

        cr_assert(look.plain || text_width(line, length) <= look.width, "too wide: %.*s",
                  (int)length, line);
        line += length + (line[length] == '\n');
    }
}

static void check(const char *name, const char *title)
{
    struct actors actors;
    struct str out = {0};

    trace_finish(s.trace);
    cr_assert_eq(query_actors(s.trace, &actors), 0);
    lanes_view(s.trace, &actors, &look, title, &out);
    check_width(str_text(&out));
    golden(name, str_text(&out));
    query_actors_free(&actors);
    str_free(&out);
}

Test(lanes, of_three_sleeps, .init = open_it, .fini = close_it)
{
    script_three_sleeps(&s);
    check("lanes_sleeps", "3 sleeps together");
}

Test(lanes, in_ascii, .init = open_it, .fini = close_it)
{
    look.unicode = false;
    script_three_sleeps(&s);
    check("lanes_sleeps_ascii", "3 sleeps together");
}

/* B could run from the beginning, and A computes for most of the time. */
static void script_starved(void)
{
    uint32_t main_thread = script_new_thread(&s, 0, "main"), a, b;

    a = event_emit_born(ENTITY_TASK, main_thread, NULL);
    emit_name(a, "A");
    b = event_emit_born(ENTITY_TASK, main_thread, NULL);
    emit_name(b, "B");
    emit(EVENT_RESUME, a, 0, 0);
    script_at(&s, 40);
    emit(EVENT_SUSPEND, a, 0, event_wait_arg(WAIT_READY, 0));
    emit(EVENT_RESUME, b, 0, 0);
    script_at(&s, 50);
    emit_sleep(b, 10, NULL);
    emit(EVENT_RESUME, a, 0, 0);
    script_at(&s, 60);
    emit(EVENT_END, a, 0, 0);
    emit(EVENT_WAKE, b, 0, 0);
    emit(EVENT_RESUME, b, 0, 0);
    emit(EVENT_END, b, 0, 0);
}

Test(lanes, who_is_ready_and_does_not_run_is_not_drawn_as_waiting, .init = open_it,
     .fini = close_it)
{
    script_starved();
    check("lanes_starved", "who is ready");
    look.unicode = false;
    check("lanes_starved_ascii", "who is ready");
    look.plain = true;
    check("lanes_starved_plain", "who is ready");
}

Test(lanes, in_40_columns, .init = open_it, .fini = close_it)
{
    look.width = 40;
    script_three_sleeps(&s);
    check("lanes_sleeps_40", "3 sleeps together, with a title that is too long");
}

Test(lanes, in_120_columns, .init = open_it, .fini = close_it)
{
    look.width = 120;
    script_three_sleeps(&s);
    check("lanes_sleeps_120", "3 sleeps together");
}

Test(lanes, in_plain_words, .init = open_it, .fini = close_it)
{
    look.plain = true;
    script_three_sleeps(&s);
    check("lanes_sleeps_plain", "3 sleeps together");
}

Test(lanes, in_colour, .init = open_it, .fini = close_it)
{
    look.color = look.bold = true;
    script_three_sleeps(&s);
    check("lanes_sleeps_colour", "3 sleeps together");
}

Test(lanes, of_a_blocked_loop, .init = open_it, .fini = close_it)
{
    script_blocked_loop(&s);
    check("lanes_blocked", "the same, blocking the loop");
}

/* n tasks one after another, each computing half of its 10 ms. */
static void chain(int n)
{
    uint32_t task;

    script_new_thread(&s, 0, "main");
    for (int i = 0; i < n; i++) {
        char name[16];

        script_at(&s, 10 * i);
        task = event_emit_born(ENTITY_TASK, 0, NULL);
        snprintf(name, sizeof name, "board %d", i + 1);
        emit_name(task, name);
        emit(EVENT_RESUME, task, 0, 0);
        script_at(&s, 10 * i + 5);
        emit_sleep(task, 5, NULL);
        script_at(&s, 10 * i + 10);
        emit(EVENT_RESUME, task, 0, 0);
        emit(EVENT_END, task, 0, i == 2 ? -ECANCELED : 0);
    }
}

Test(lanes, more_actors_than_lanes_are_counted, .init = open_it, .fini = close_it)
{
    chain(30);
    check("lanes_many", "30 boards");
}

Test(lanes, a_short_run_is_told_in_the_unit_of_its_axis, .init = open_it, .fini = close_it)
{
    uint32_t task;

    script_new_thread(&s, 0, "main");
    task = event_emit_born(ENTITY_TASK, 0, NULL);
    emit_name(task, "A");
    emit(EVENT_RESUME, task, 0, 0);
    script_at(&s, 0.0415);
    emit(EVENT_END, task, 0, 0);
    check("lanes_short", "a short run");
}

/* Jobs of which nobody is told as an actor: all that the lane shows is their thread's. */
Test(lanes, a_thread_of_the_pool_sleeps_between_its_jobs, .init = open_it, .fini = close_it)
{
    uint32_t pool;

    script_new_thread(&s, 0, "main");
    pool = script_new_thread(&s, 0, NULL);
    for (int i = 0; i < 2; i++) {
        uint32_t work = event_emit_born(ENTITY_WORK, 0, NULL);

        script_at(&s, 6 * i);
        emit(EVENT_WORK, work, 0, 0);
        script_at(&s, 6 * i + 1.5);
        emit(EVENT_WORK_END, work, 0, 0);
    }
    script_at(&s, 12);
    emit(EVENT_GONE, pool, 0, 0);
    check("lanes_pool_thread", "two jobs");
}

Test(lanes, of_threads_and_work_in_the_pool, .init = open_it, .fini = close_it)
{
    uint32_t first = script_new_thread(&s, 0, "main"), thread, work;

    thread = event_emit_born(ENTITY_THREAD, first, NULL);
    work = event_emit_born(ENTITY_WORK, 0, NULL);
    emit_name(work, "search");
    emit(EVENT_SUBMIT, work, 0, 0);
    script_thread(&s, thread);
    emit_name(thread, "A");
    script_at(&s, 2);
    emit(EVENT_BLOCK, thread, BLOCK_SLEEP, 4000000);
    script_new_thread(&s, 0, NULL);
    emit(EVENT_WORK, work, 0, 0);
    script_at(&s, 8);
    emit(EVENT_WORK_END, work, 0, 0);
    script_thread(&s, thread);
    emit(EVENT_BLOCK_END, thread, BLOCK_SLEEP, 0);
    script_at(&s, 11.7);
    emit(EVENT_RESUME, 0, 0, 0);
    check("lanes_threads", "a thread and the pool");
}

Test(lanes, of_nothing, .init = open_it, .fini = close_it)
{
    check("lanes_nothing", "nothing");
}

/* --- the loop row ----------------------------------------------------------------------------- */

static void put_row(enum phase phase, uint64_t time, bool timers_last, struct str *out)
{
    struct loop_row row = {.turn = 2, .phase = phase, .time = time, .timers_last = timers_last};
    size_t from = out->length;

    loop_row_view(&row, &look, out);
    cr_assert_leq(text_width(out->data + from, out->length - from), look.width);
    str_putc(out, '\n');
}

Test(loop_row, never_moves, .init = open_it, .fini = close_it)
{
    struct str out = {0};

    put_row(PHASE_TIMERS, 100000, false, &out);
    put_row(PHASE_POLL, 100100000, false, &out);
    put_row(PHASE_NONE, UINT64_MAX, false, &out);
    put_row(PHASE_TIMERS, 100000, true, &out);
    look.unicode = false;
    put_row(PHASE_POLL, 100100000, false, &out);
    look.width = 75;
    put_row(PHASE_POLL, 100100000, false, &out);
    look.width = 40;
    put_row(PHASE_POLL, 100100000, false, &out);
    look.plain = true;
    put_row(PHASE_POLL, 100100000, false, &out);
    golden("loop_row", str_text(&out));
    str_free(&out);
}

Test(loop_row, of_an_event, .init = open_it, .fini = close_it)
{
    size_t poll;

    script_three_sleeps(&s);
    trace_finish(s.trace);
    poll = query_next(s.trace, 0, EVENT_POLL_END, 0);
    struct loop_row row = loop_row_at(s.trace, poll);
    cr_assert_eq(row.turn, 1);
    cr_assert_eq(row.phase, PHASE_POLL);
    cr_assert_eq(row.time, 100100000);
}
