/* The replay on a mock terminal: what is seen, and where keys and time lead. */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "cli/views/replay.h"
#include "cli/views/replay_priv.h"
#include "engine/trace/query.h"
#include "engine/trace/symbols.h"
#include "tests/cli/views/golden.h"
#include "tests/support/test.h"
#include "tests/trace/script.h"

static const char source[] = "/* Three that sleep. */\n"
                             "#include \"engine/task/task.h\"\n"
                             "\n"
                             "static int nap(void *arg) {\n"
                             "    int *ms = arg;\n"
                             "    return task_sleep(*ms);\n"
                             "}\n"
                             "\n"
                             "int main(void) {\n"
                             "    for (int i = 0; i < 3; i++)\n"
                             "        task_spawn(nap, &naps[i]);\n"
                             "    return task_run();\n"
                             "}\n";

static const struct symbol table[] = {
    {0x0fff, {"main", "naps.c", "../chapters/naps.c", 11}},
    {0x1fff, {"nap", "naps.c", "../chapters/naps.c", 6}},
    {0x3fff, {"nap", "naps.c", "../chapters/naps.c", 6}},
};

static struct script script;
static struct symbols *symbols;
static struct term *term;
static struct screen *screen;
static struct replay *replay;
static struct look look;
static int loads;

static int load(void *to, const char *path, char **ret_text)
{
    (void)to;
    loads++;
    cr_assert_str_eq(path, "../chapters/naps.c");
    *ret_text = strdup(source);
    return 0;
}

static void prepare(void)
{
    script_open(&script, 64);
    cr_assert_eq(symbols_open_table(table, 3, &symbols), 0);
    look = (struct look){
        .color = true, .bold = true, .unicode = true, .terminal = true, .width = 80, .height = 24};
    loads = 0;
}

/* Another run of the same, in which C ends with an error: opened in place of a file. */
static struct script other;

static int open_other(void *to, const char *path, struct diff_side *ret_side, struct error *error)
{
    (void)to;
    if (strcmp(path, "runs/b.trace") != 0)
        return error_set(error, UV_ENOENT, "%s: No such file", path);
    *ret_side = (struct diff_side){other.trace, symbols};
    return 0;
}

/* After the script is written: the replay of it on a terminal of the look. */
static void begin(enum event_level level)
{
    struct replay_options options = {
        .title = "3 sleeps together", .level = level, .load = load, .other = open_other};

    trace_finish(script.trace);
    cr_assert_eq(replay_open(script.trace, symbols, &options, &replay), 0);
    cr_assert_eq(term_open_mock(&look, &term), 0);
    cr_assert_eq(screen_open(term, &screen), 0);
    replay_draw(replay, screen);
}

static void end(void)
{
    screen_close(screen);
    term_close(term);
    replay_close(replay);
    symbols_close(symbols);
    script_close(&script);
}

static void press_key(struct key key)
{
    cr_assert(!replay_key(replay, &key));
    replay_draw(replay, screen);
}

static void press(enum key_type type)
{
    press_key((struct key){.type = type});
}

static void type(const char *text)
{
    for (; *text; text++)
        press_key((struct key){.type = KEY_CHAR, .code = (unsigned char)*text});
}

/* Until what a key asked for is done. */
static void wait_for_it(void)
{
    while (replay_timeout(replay) >= 0) {
        sched_yield();
        replay_tick(replay, 0);
        replay_draw(replay, screen);
    }
}

static void picture(struct str *out)
{
    for (int row = 0; row < screen_height(screen); row++) {
        screen_row(screen, row, out);
        str_putc(out, '\n');
    }
}

static void check_picture(const char *name)
{
    struct str out = {0};

    picture(&out);
    golden(name, str_text(&out));
    str_free(&out);
}

/* The row that contains a text, -1 if none does. */
static int row_of(const char *text)
{
    for (int row = 0; row < screen_height(screen); row++) {
        struct str out = {0};
        screen_row(screen, row, &out);
        bool found = strstr(str_text(&out), text) != NULL;
        str_free(&out);
        if (found)
            return row;
    }
    return -1;
}

static const struct event *event_seen(void)
{
    cr_assert_neq(replay_event(replay), SIZE_MAX);
    return trace_event(script.trace, replay_event(replay));
}

/* The column of the moment in the lanes. */
static int moment(void)
{
    for (int column = 0; column < screen_width(screen); column++)
        if (screen_chosen(screen, 3, column))
            return column;
    return -1;
}

Test(replay, pictures, .init = prepare, .fini = end)
{
    script_three_sleeps(&script);
    begin(LEVEL_TASKS);
    check_picture("replay_begin");
    while (event_seen()->time == 0)
        press(KEY_RIGHT);
    check_picture("replay_first_woken");
    type("?");
    check_picture("replay_help");
}

Test(replay, a_wide_screen_has_the_source_beside_the_lanes, .init = prepare, .fini = end)
{
    look.width = 140;
    look.height = 30;
    script_three_sleeps(&script);
    begin(LEVEL_LOOP);
    press(KEY_PAGE_DOWN);
    check_picture("replay_wide");
}

Test(replay, a_small_screen_in_ascii, .init = prepare, .fini = end)
{
    look.width = 40;
    look.height = 14;
    look.unicode = false;
    script_three_sleeps(&script);
    begin(LEVEL_TASKS);
    check_picture("replay_small");
}

Test(replay, any_size_can_be_drawn, .init = prepare, .fini = end)
{
    script_three_sleeps(&script);
    begin(LEVEL_ALL);
    for (int height = 1; height < 30; height++)
        for (int width = 1; width < 150; width += 7) {
            struct term_event event;
            term_mock_resize(term, width, height);
            term_wait(term, 0, &event);
            cr_assert(screen_event(screen, &event));
            replay_draw(replay, screen);
        }
    cr_assert_eq(loads, 1, "the file was read once");
}

Test(replay, arrows_move_by_events_and_stop_at_the_ends, .init = prepare, .fini = end)
{
    script_three_sleeps(&script);
    begin(LEVEL_TASKS);
    size_t first = replay_event(replay);
    press(KEY_LEFT);
    cr_assert_eq(replay_event(replay), first);
    press(KEY_RIGHT);
    cr_assert_gt(replay_event(replay), first);
    press(KEY_END);
    size_t last = replay_event(replay);
    cr_assert_eq(event_seen()->kind, EVENT_END);
    press(KEY_RIGHT);
    cr_assert_eq(replay_event(replay), last);
    press(KEY_UP);
    cr_assert_lt(replay_event(replay), last);
    press(KEY_HOME);
    cr_assert_eq(replay_event(replay), first);
}

Test(replay, the_moment_moves_through_the_lanes, .init = prepare, .fini = end)
{
    script_three_sleeps(&script);
    begin(LEVEL_TASKS);
    cr_assert_eq(moment(), 8, "the axis begins behind the gutter");
    press(KEY_END);
    cr_assert_eq(moment(), 68, "300.3 of 300 ms");
}

Test(replay, brackets_move_by_turns, .init = prepare, .fini = end)
{
    script_three_sleeps(&script);
    begin(LEVEL_ALL);
    uint64_t turn = 0;
    for (int i = 0; i < 3; i++) {
        type("]");
        cr_assert_gt(query_turn(script.trace, replay_event(replay)), turn);
        turn = query_turn(script.trace, replay_event(replay));
    }
    size_t there = replay_event(replay);
    press(KEY_RIGHT);
    type("[");
    cr_assert_eq(replay_event(replay), there, "first to where this turn begins");
    press_key((struct key){.type = KEY_LEFT, .modifiers = KEY_SHIFT});
    cr_assert_eq(query_turn(script.trace, replay_event(replay)), turn - 1);
}

Test(replay, names_stand_where_somebody_waits, .init = prepare, .fini = end)
{
    script_three_sleeps(&script);
    begin(LEVEL_TASKS);
    cr_assert_eq(row_of("task_sleep(*ms);  "), -1, "nobody waits yet");
    press(KEY_RIGHT);
    cr_assert_neq(row_of("\u25b8     return task_sleep(*ms);  A"), -1);
    cr_assert_eq(row_of("task_sleep(*ms);  A,"), -1, "A alone");
    while (event_seen()->time == 0)
        press(KEY_RIGHT);
    press(KEY_LEFT);
    cr_assert_neq(row_of("return task_sleep(*ms);  A, B, C"), -1);
    while (event_seen()->kind != EVENT_END)
        press(KEY_RIGHT);
    cr_assert_neq(row_of("return task_sleep(*ms);  B, C"), -1);
    press(KEY_END);
    cr_assert_eq(row_of("task_sleep(*ms);  "), -1);
}

Test(replay, plays_in_slow_motion_to_its_end, .init = prepare, .fini = end)
{
    script_three_sleeps(&script);
    begin(LEVEL_TASKS);
    cr_assert_eq(replay_timeout(replay), -1);
    type(" ");
    cr_assert_gt(replay_timeout(replay), 0);
    cr_assert_neq(row_of("playing at 1/32"), -1);
    replay_tick(replay, UINT64_C(3200000000));
    cr_assert_eq(replay_time(replay), 100000000u, "3.2 s at 1/32");
    cr_assert_eq(event_seen()->time, 0u);
    replay_tick(replay, UINT64_C(64000000));
    cr_assert_gt(event_seen()->time, 100000000u);
    type("+");
    replay_tick(replay, UINT64_C(60000000000));
    cr_assert_eq(replay_timeout(replay), -1, "it stops by itself");
    cr_assert_eq(replay_time(replay), trace_end(script.trace));
    type(" ");
    cr_assert_lt(replay_time(replay), 1000u, "and begins anew");
    press(KEY_RIGHT);
    cr_assert_eq(replay_timeout(replay), -1, "moving by hand stops it");
}

/* As in the live trace at that level. */
Test(replay, what_a_handle_with_a_name_does_is_listed_with_the_tasks)
{
    struct replay_list list = {0};
    struct script run;
    uint32_t named, unnamed;

    script_open(&run, 4);
    script_new_thread(&run, 0, "main");
    named = event_emit_born(ENTITY_TIMER, 0, NULL);
    emit_name(named, "tick");
    unnamed = event_emit_born(ENTITY_TIMER, 0, NULL);
    emit(EVENT_START, named, 0, 10);
    emit(EVENT_START, unnamed, 0, 10);
    emit(EVENT_CALL, named, CALLBACK_TIMER, 0);
    emit(EVENT_CALL_END, named, CALLBACK_TIMER, 0);
    emit(EVENT_CALL, unnamed, CALLBACK_TIMER, 0);
    emit(EVENT_CALL_END, unnamed, CALLBACK_TIMER, 0);
    cr_assert_geq(trace_finish(run.trace), 0);
    cr_assert_eq(replay_list_make(&list, run.trace, LEVEL_TASKS, ""), 0);
    cr_assert_eq(list.count, 3);
    for (size_t i = 0; i < list.count; i++)
        cr_assert_eq(trace_event(run.trace, replay_list_item(&list, i))->subject, named);
    replay_list_free(&list);
    script_close(&run);
}

Test(replay, levels_keep_the_place, .init = prepare, .fini = end)
{
    script_three_sleeps(&script);
    begin(LEVEL_TASKS);
    press(KEY_END);
    size_t event = replay_event(replay);
    type("tt");
    cr_assert_eq(replay_event(replay), event);
    cr_assert_neq(row_of("t all"), -1);
    press(KEY_END);
    cr_assert_eq(event_seen()->kind, EVENT_RUN_END);
    type("t");
    cr_assert_eq(event_seen()->kind, EVENT_END, "the nearest before");
}

Test(replay, a_filter_keeps_what_one_actor_did, .init = prepare, .fini = end)
{
    script_three_sleeps(&script);
    begin(LEVEL_ALL);
    type("/b");
    cr_assert_neq(row_of("events of actor or kind: b"), -1);
    press(KEY_BACKSPACE);
    type("B");
    press(KEY_ENTER);
    cr_assert_neq(row_of("with \"B\""), -1);
    uint32_t only = 0;
    press(KEY_HOME);
    for (size_t before = SIZE_MAX; replay_event(replay) != before;) {
        before = replay_event(replay);
        if (!strcmp(trace_entity(script.trace, event_seen()->subject)->name, "B"))
            only = event_seen()->subject;
        else
            cr_assert_not_null(strcasestr(event_kind_name(event_seen()->kind), "b"));
        press(KEY_RIGHT);
    }
    cr_assert_neq(only, 0u);
    type("/");
    press(KEY_BACKSPACE);
    press(KEY_ENTER);
    cr_assert_eq(row_of("with"), -1);
}

Test(replay, a_filter_finds_what_was_done_to_a_thing, .init = prepare, .fini = end)
{
    int seen = 0;

    script_operations(&script);
    begin(LEVEL_ALL);
    type("/queue 1");
    press(KEY_ENTER);
    press(KEY_HOME);
    for (size_t before = SIZE_MAX; replay_event(replay) != before;) {
        before = replay_event(replay);
        seen += event_seen()->kind == EVENT_DO;
        press(KEY_RIGHT);
    }
    cr_assert_eq(seen, 3);
}

/* How many events it lets through, one after the other, that are waits of a task. */
static int waits_with(const char *filter)
{
    int seen = 0;

    type("/");
    for (int i = 0; i < 32; i++)
        press(KEY_BACKSPACE);
    type(filter);
    press(KEY_ENTER);
    press(KEY_HOME);
    for (size_t before = SIZE_MAX; replay_event(replay) != before;) {
        before = replay_event(replay);
        seen += event_seen()->kind == EVENT_SUSPEND;
        press(KEY_RIGHT);
    }
    return seen;
}

Test(replay, a_filter_finds_who_waits_for_a_thing, .init = prepare, .fini = end)
{
    script_waits(&script);
    begin(LEVEL_ALL);
    cr_assert_eq(waits_with("semaphore 1"), 1);
    cr_assert_eq(waits_with("lock 1"), 1);
    cr_assert_eq(waits_with("pipe 1"), 1);
    cr_assert_eq(waits_with("generator 1"), 1);
    cr_assert_eq(waits_with("no such"), 0);
}

Test(replay, a_filter_that_nothing_passes_says_so, .init = prepare, .fini = end)
{
    script_three_sleeps(&script);
    begin(LEVEL_ALL);
    type("/no such thing");
    press(KEY_ENTER);
    cr_assert_neq(row_of("no event is like that"), -1);
    cr_assert_eq(replay_event(replay), SIZE_MAX);
    press(KEY_RIGHT);
    press(KEY_END);
    type("][ w t");
    type("/x");
    press(KEY_ESCAPE);
    cr_assert_neq(row_of("with \"no such thing\""), -1, "Escape leaves it as it was");
}

Test(replay, a_long_filter_is_cut, .init = prepare, .fini = end)
{
    script_three_sleeps(&script);
    begin(LEVEL_ALL);
    type("/");
    for (int i = 0; i < 100; i++)
        type("x");
    press(KEY_ENTER);
    cr_assert_eq(replay_event(replay), SIZE_MAX);
}

Test(replay, w_goes_to_what_the_diagnosis_found, .init = prepare, .fini = end)
{
    script_blocked_loop(&script);
    begin(LEVEL_TASKS);
    type("w");
    wait_for_it();
    cr_assert_neq(row_of("blocked-loop: One step of A kept the loop for 100.1 ms"), -1);
    cr_assert_eq(event_seen()->time, 0u, "where it began");
    press(KEY_RIGHT);
    cr_assert_eq(row_of("blocked-loop"), -1, "said until the next key");
}

Test(replay, a_warning_is_told_whole_also_where_it_needs_more_rows, .init = prepare, .fini = end)
{
    script_blocked_loop(&script);
    look.width = 40;
    begin(LEVEL_TASKS);
    type("w");
    wait_for_it();
    cr_assert_eq(row_of("blocked-loop: One step of A kept the"), look.height - 3);
    cr_assert_eq(row_of(" run."), look.height - 1);
}

Test(replay, a_long_warning_takes_half_of_a_small_screen_at_most, .init = prepare, .fini = end)
{
    script_blocked_loop(&script);
    look.width = 16;
    look.height = 6;
    begin(LEVEL_TASKS);
    type("w");
    wait_for_it();
    cr_assert_eq(row_of("blocked-loop:"), 3);
    cr_assert_eq(row_of("run."), -1);
}

/* A computes for 100 ms and never ends. */
static void script_two_warnings(void)
{
    uint32_t thread = script_new_thread(&script, 0, "main");
    uint32_t loop = event_emit_born(ENTITY_LOOP, 0, NULL);
    uint32_t task = event_emit_born(ENTITY_TASK, 0, (void *)0x1000);

    emit_name(task, "A");
    emit(EVENT_RUN, loop, 0, 0);
    emit(EVENT_RESUME, task, 0, 0);
    event_emit(EVENT_BLOCK, thread, BLOCK_SLEEP, 100000000, (void *)0x4000);
    script_at(&script, 100.1);
    event_emit(EVENT_BLOCK_END, thread, 0, 0, (void *)0x4000);
    emit(EVENT_RUN_END, loop, 0, 0);
}

Test(replay, w_shows_each_of_two_warnings_of_one_event, .init = prepare, .fini = end)
{
    struct replay_warning *items;

    script_two_warnings();
    begin(LEVEL_ALL);
    type("w");
    wait_for_it();
    items = replay->warnings.items;
    cr_assert_eq(replay->warnings.count, 2);
    items[1].event = items[0].event;
    cr_assert_str_eq(replay->message, items[0].text);
    type("w");
    cr_assert_str_eq(replay->message, items[1].text);
    type("w");
    cr_assert_str_eq(replay->message, items[0].text, "from the first again");
}

Test(replay, w_goes_to_who_still_waits, .init = prepare, .fini = end)
{
    script_new_thread(&script, 0, "main");
    uint32_t loop = event_emit_born(ENTITY_LOOP, 0, NULL);
    uint32_t task = event_emit_born(ENTITY_TASK, 0, (void *)0x1000);
    emit_name(task, "lonely");
    emit(EVENT_RUN, loop, 0, 0);
    emit(EVENT_RESUME, task, 0, 0);
    event_emit(EVENT_SUSPEND, task, 0, event_wait_arg(WAIT_LOCK, 0), (void *)0x2000);
    script_at(&script, 1);
    emit(EVENT_RUN_END, loop, 0, 0);
    begin(LEVEL_TASKS);
    type("w");
    wait_for_it();
    cr_assert_eq(event_seen()->kind, EVENT_SUSPEND);
    cr_assert_neq(row_of("lonely never ended"), -1);
    struct str text = {0};
    replay_summary(replay, &look, &text);
    cr_assert_not_null(strstr(str_text(&text), " 0.0 ms  lonely never ended"));
    str_free(&text);
}

Test(replay, two_runs_side_by_side, .init = prepare, .fini = end)
{
    struct writer *writer;

    script_three_sleeps(&script);
    writer = event_writer;
    script_open(&other, 64);
    script_three_sleeps(&other);
    uint32_t extra = event_emit_born(ENTITY_TASK, 0, (void *)0x1000);
    emit_name(extra, "D");
    trace_finish(other.trace);
    event_writer = writer;
    begin(LEVEL_TASKS);
    type("druns/nowhere");
    press(KEY_ENTER);
    cr_assert_neq(row_of("reading and comparing"), -1, "it is said before it is done");
    wait_for_it();
    cr_assert_neq(row_of("runs/nowhere: No such file"), -1);
    type("druns/b.trace");
    press(KEY_ENTER);
    wait_for_it();
    cr_assert_neq(row_of("events are the same, then they part: at 300.4 ms"), -1);
    cr_assert_neq(row_of("b.trace"), -1);
    int row = row_of("D is made");
    cr_assert_neq(row, -1);
    cr_assert_neq(row_of("(no more)"), -1);
    cr_assert(screen_chosen(screen, row, 45));
    press(KEY_DOWN);
    cr_assert_eq(row_of("D is made"), row - 1);
    press(KEY_HOME);
    cr_assert_eq(row_of("D is made"), row);
    type("q");
    cr_assert_neq(row_of("3 sleeps together"), -1, "back in the replay");
    trace_close(other.trace);
    record_destroy(other.record);
}

Test(replay, nothing_to_warn_of, .init = prepare, .fini = end)
{
    script_three_sleeps(&script);
    begin(LEVEL_TASKS);
    size_t event = replay_event(replay);
    type("w");
    wait_for_it();
    cr_assert_eq(replay_event(replay), event);
    cr_assert_neq(row_of("nothing to warn of"), -1);
}

Test(replay, handles_without_a_lane_stand_where_they_were_started, .init = prepare, .fini = end)
{
    script_new_thread(&script, 0, "main");
    uint32_t loop = event_emit_born(ENTITY_LOOP, 0, NULL);
    uint32_t timer = event_emit_born(ENTITY_TIMER, loop, (void *)0x1000);
    event_emit(EVENT_START, timer, 10, 10, (void *)0x1000); /* it repeats */
    emit(EVENT_RUN, loop, 0, 0);
    for (int i = 1; i <= 2; i++) {
        emit(EVENT_POLL, loop, 0, 10);
        script_at(&script, 10 * i);
        emit(EVENT_POLL_END, loop, 0, 0);
        event_emit(EVENT_CALL, timer, CALLBACK_TIMER, 0, (void *)0x4000);
        emit(EVENT_CALL_END, timer, CALLBACK_TIMER, 0);
    }
    emit(EVENT_STOP, timer, 0, 0);
    emit(EVENT_RUN_END, loop, 0, 0);
    begin(LEVEL_ALL);
    size_t count = 0;
    bool stopped = false;
    for (size_t before = SIZE_MAX; replay_event(replay) != before; count++) {
        const enum event_kind kind = event_seen()->kind;
        before = replay_event(replay);
        stopped = stopped || kind == EVENT_STOP;
        bool wanted = kind != EVENT_BORN && kind != EVENT_CALL && !stopped;
        bool waits = row_of("task_spawn(nap, &naps[i]);  timer 1") != -1;
        cr_assert_eq(waits, wanted, "%s, event %zu", event_kind_name(kind), before);
        press(KEY_RIGHT);
    }
    cr_assert_gt(count, 8u);
}

/* A timer on a loop, without tasks and without debug information. */
static void plain_loop(void)
{
    script_new_thread(&script, 0, "main");
    uint32_t loop = event_emit_born(ENTITY_LOOP, 0, NULL);
    uint32_t timer = event_emit_born(ENTITY_TIMER, loop, (void *)0x7000);
    emit(EVENT_START, timer, 0, 10);
    emit(EVENT_RUN, loop, 0, 0);
    emit(EVENT_POLL, loop, 0, 10);
    script_at(&script, 10);
    emit(EVENT_POLL_END, loop, 0, 0);
    event_emit(EVENT_CALL, timer, CALLBACK_TIMER, 0, (void *)0x7100);
    emit(EVENT_CALL_END, timer, CALLBACK_TIMER, 0);
    emit(EVENT_RUN_END, loop, 0, 0);
}

Test(replay, a_program_without_tasks_begins_with_its_loop, .init = prepare, .fini = end)
{
    plain_loop();
    begin(LEVEL_TASKS);
    cr_assert_neq(replay_event(replay), SIZE_MAX);
    cr_assert_neq(row_of("t loop"), -1);
}

Test(replay, a_program_without_lines_leaves_their_room_to_events, .init = prepare, .fini = end)
{
    plain_loop();
    begin(LEVEL_ALL);
    cr_assert_eq(row_of("source"), -1);
    int keys = row_of("q leave"), events = row_of("event 1 of");
    cr_assert_eq(keys, 23);
    cr_assert_lt(events, 8);
}

Test(replay, an_empty_trace, .init = prepare, .fini = end)
{
    begin(LEVEL_ALL);
    type("w]['t / ?x");
    press(KEY_RIGHT);
    cr_assert_eq(replay_event(replay), SIZE_MAX);
    replay_tick(replay, 1000000);
}

Test(replay, q_and_escape_leave, .init = prepare, .fini = end)
{
    script_three_sleeps(&script);
    begin(LEVEL_TASKS);
    cr_assert(replay_key(replay, &(struct key){.type = KEY_CHAR, .code = 'q'}));
    cr_assert(replay_key(replay, &(struct key){.type = KEY_ESCAPE}));
    cr_assert(!replay_key(replay, &(struct key){.type = KEY_CHAR, .code = 'q', .pasted = true}));
    type("?");
    cr_assert(!replay_key(replay, &(struct key){.type = KEY_CHAR, .code = 'q'}), "leaves the help");
}

Test(replay, more_lanes_than_rows_follow_who_acts, .init = prepare, .fini = end)
{
    script_new_thread(&script, 0, "main");
    uint32_t loop = event_emit_born(ENTITY_LOOP, 0, NULL), tasks[40];
    for (int i = 0; i < 40; i++) {
        char name[16];
        snprintf(name, sizeof name, "task%02d", i);
        tasks[i] = event_emit_born(ENTITY_TASK, 0, (void *)0x1000);
        emit_name(tasks[i], name);
    }
    emit(EVENT_RUN, loop, 0, 0);
    for (int i = 0; i < 40; i++) {
        emit(EVENT_RESUME, tasks[i], 0, 0);
        script_at(&script, i + 1);
        emit(EVENT_END, tasks[i], 0, 0);
    }
    emit(EVENT_RUN_END, loop, 0, 0);
    begin(LEVEL_TASKS);
    int row = row_of("task00");
    cr_assert(row > 0 && row < 10);
    press(KEY_END);
    row = row_of("task39");
    cr_assert(row > 0 && row < 10);
    cr_assert_eq(row_of("task00"), -1);
}

Test(replay, more_loops_than_rows_leave_room_for_who_acts, .init = prepare, .fini = end)
{
    script_new_thread(&script, 0, "worker");
    for (int i = 0; i < 9; i++) {
        uint32_t loop = event_emit_born(ENTITY_LOOP, 0, NULL);

        event_emit(EVENT_RUN, loop, 0, 0, NULL);
        event_emit(EVENT_POLL, loop, 0, 5, NULL);
        script_at(&script, 5 * i + 5);
        event_emit(EVENT_POLL_END, loop, 0, 0, NULL);
        event_emit(EVENT_RUN_END, loop, 0, 0, NULL);
    }
    begin(LEVEL_LOOP);
    cr_assert_neq(row_of("worker"), -1);
    cr_assert_neq(row_of("loop 2"), -1);
}

Test(replay, runs_on_a_terminal_and_writes_a_summary_elsewhere, .init = prepare, .fini = end)
{
    struct look piped = {.unicode = true, .width = 80, .height = 24};
    struct term *pipe_term;

    script_three_sleeps(&script);
    begin(LEVEL_TASKS);
    screen_close(screen);
    screen = NULL;
    term_mock_feed(term, "\033[C?xq");
    cr_assert_eq(replay_run(replay, term), TERM_KEY);
    cr_assert_not_null(strstr(term_mock_output(term), "3 sleeps together"));
    term_mock_feed(term, "\003");
    cr_assert_eq(replay_run(replay, term), TERM_INTERRUPT);
    cr_assert_eq(term_open_mock(&piped, &pipe_term), 0);
    cr_assert_eq(replay_run(replay, pipe_term), TERM_KEY);
    golden("replay_summary", term_mock_output(pipe_term));
    term_close(pipe_term);
}

/* A loop that turns and turns; a timer waits through all of it. */
static void script_many_turns(size_t turns)
{
    script_new_thread(&script, 0, "main");
    uint32_t loop = event_emit_born(ENTITY_LOOP, 0, NULL);
    uint32_t timer = event_emit_born(ENTITY_TIMER, loop, (void *)0x1000);
    uint32_t idle = event_emit_born(ENTITY_IDLE, loop, NULL);
    event_emit(EVENT_START, timer, 0, 100000, (void *)0x1000);
    emit(EVENT_RUN, loop, 0, 0);
    for (size_t i = 0; i < turns; i++) {
        emit(EVENT_CALL, idle, CALLBACK_IDLE, 0);
        emit(EVENT_CALL_END, idle, CALLBACK_IDLE, 0);
        emit(EVENT_POLL, loop, 0, 0);
        emit(EVENT_POLL_END, loop, 0, 0);
    }
    emit(EVENT_STOP, timer, 0, 0);
    emit(EVENT_RUN_END, loop, 0, 0);
}

Test(replay, a_large_trace_is_moved_through_exactly, .init = prepare, .fini = end)
{
    enum { TURNS = 20000 };
    script_many_turns(TURNS);
    begin(LEVEL_ALL);
    type("/idle");
    press(KEY_ENTER); /* its birth, two events a turn */
    press(KEY_END);
    cr_assert_neq(row_of("event 40001 of 40001"), -1);
    cr_assert_eq(event_seen()->kind, EVENT_CALL_END);
    cr_assert_eq(query_turn(script.trace, replay_event(replay)), TURNS);
    type("[");
    cr_assert_eq(event_seen()->kind, EVENT_CALL);
    cr_assert_eq(query_turn(script.trace, replay_event(replay)), TURNS);
    type("[");
    cr_assert_eq(query_turn(script.trace, replay_event(replay)), TURNS - 1);
    type("[]]");
    cr_assert_eq(query_turn(script.trace, replay_event(replay)), TURNS);
    for (int i = 0; i < 100; i++)
        press(KEY_LEFT);
    cr_assert_neq(row_of("event 39900 of 40001"), -1);
    cr_assert_eq(query_turn(script.trace, replay_event(replay)), TURNS - 50);
    press(KEY_HOME);
    cr_assert_eq(event_seen()->kind, EVENT_BORN);
}

Test(replay, who_waits_for_long_stands_in_the_source_all_the_while, .init = prepare, .fini = end)
{
    script_many_turns(20000);
    begin(LEVEL_ALL);
    for (int i = 0; row_of("task_spawn(nap, &naps[i]);  timer 1") == -1 && i < 10; i++)
        press(KEY_RIGHT);
    cr_assert_eq(event_seen()->kind, EVENT_START);
    press(KEY_END);
    cr_assert_eq(row_of("task_spawn(nap, &naps[i]);  timer 1"), -1, "it was stopped");
    press(KEY_LEFT);
    press(KEY_LEFT);
    cr_assert_eq(event_seen()->kind, EVENT_POLL_END);
    cr_assert_neq(row_of("task_spawn(nap, &naps[i]);  timer 1"), -1);
}
