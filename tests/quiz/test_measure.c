/* engine/quiz/measure over runs written by hand, whose figures are known to the nanosecond. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "engine/quiz/measure.h"
#include "tests/support/test.h"
#include "tests/trace/script.h"

static struct script script;

static void clean_up(void)
{
    script_close(&script);
}

static void run_three_sleeps(void)
{
    script_open(&script, 4);
    script_three_sleeps(&script);
    cr_assert_geq(trace_finish(script.trace), 0);
}

/* Two tasks on one loop that each wait 100 ms, the second after the end of the first. */
static void run_one_after_another(void)
{
    uint32_t loop, task;

    script_open(&script, 4);
    script_new_thread(&script, 0, "main");
    loop = event_emit_born(ENTITY_LOOP, 0, NULL);
    emit(EVENT_RUN, loop, 0, 0);
    for (int i = 0; i < 2; i++) {
        task = event_emit_born(ENTITY_TASK, 0, NULL);
        emit_name(task, i ? "board 2" : "board 1");
        emit(EVENT_RESUME, task, 0, 0);
        emit_sleep(task, 100, (void *)0x2000);
        emit(EVENT_POLL, loop, 0, 100);
        script_at(&script, 100 * (i + 1));
        emit(EVENT_POLL_END, loop, 0, 0);
        emit(EVENT_WAKE, task, 0, 0);
        emit(EVENT_RESUME, task, 0, 0);
        emit(EVENT_END, task, 0, 0);
    }
    emit(EVENT_RUN_END, loop, 0, 0);
    cr_assert_geq(trace_finish(script.trace), 0);
}

/* Two threads that compute 50 ms each: together, or the second when the first is done. */
static void run_two_threads(double second_at)
{
    uint32_t main, a, b;

    script_open(&script, 4);
    main = script_new_thread(&script, 0, "main");
    a = script_new_thread(&script, main, "A");
    script_at(&script, second_at);
    b = script_new_thread(&script, main, "B");
    script_at(&script, 50);
    script_thread(&script, a);
    emit(EVENT_GONE, a, 0, 0);
    script_at(&script, 50 + second_at);
    script_thread(&script, b);
    emit(EVENT_GONE, b, 0, 0);
    cr_assert_geq(trace_finish(script.trace), 0);
}

static struct measured measure(struct measure measure, struct choice *choices, size_t n)
{
    const struct item item = {
        .type = ITEM_PREDICT, .measure = measure, .choices = choices, .choice_count = n};
    struct measured measured;
    struct error error = {0};

    cr_assert_eq(measure_item(&item, script.trace, &measured, &error), 0, "%s", error.text);
    return measured;
}

static struct choice numbers[] = {
    {.from = -INFINITY, .to = 0.5}, {.from = 0.5, .to = 1.5}, {.from = 1.5, .to = INFINITY}};

Test(measure, waits_together_take_one_wait, .init = run_three_sleeps, .fini = clean_up)
{
    struct measured measured =
        measure((struct measure){.what = "ratio", .of = "total", .to = "longest-wait"}, numbers, 3);

    cr_assert_float_eq(measured.number, 1, 0.002);
    cr_assert_eq(measured.choice, 1);
    cr_assert_str_eq(measured.text,
                     "the total (300.3 ms) was 1.00 times the longest wait (300.3 ms)");
    cr_assert_str_eq(measured.difference, "B began to wait while A was still waiting");
    const struct event *event = trace_event(script.trace, measured.event);
    cr_assert_eq(event->kind, EVENT_SUSPEND);
    cr_assert_eq(event->where, 0x2000);
}

/* That waits overlap does not speak against somebody who thought the whole still shorter. */
Test(measure, of_a_total_that_was_thought_too_short_the_last_wait_is_shown,
     .init = run_three_sleeps, .fini = clean_up)
{
    const struct item item = {.type = ITEM_PREDICT,
                              .measure = {.what = "ratio", .of = "total", .to = "longest-wait"},
                              .choices = numbers,
                              .choice_count = 3};
    struct measured measured;

    cr_assert_eq(measure_item(&item, script.trace, &measured, NULL), 0);
    cr_assert_eq(measure_difference(&item, script.trace, 0, &measured), 0);
    cr_assert_str_eq(measured.difference, "C ended, the last that waited; its waits took 300.3 ms");
    cr_assert_eq(trace_event(script.trace, measured.event)->kind, EVENT_END);
    cr_assert_eq(measure_difference(&item, script.trace, 2, &measured), 0);
    cr_assert_str_eq(measured.difference, "B began to wait while A was still waiting");
}

Test(measure, waits_one_by_one_take_as_many, .init = run_one_after_another, .fini = clean_up)
{
    struct measured measured =
        measure((struct measure){.what = "ratio", .of = "total", .to = "longest-wait"}, numbers, 3);

    cr_assert_float_eq(measured.number, 2, 1e-9);
    cr_assert_eq(measured.choice, 2);
    cr_assert_str_eq(measured.difference, "board 2 began to wait when board 1 had stopped waiting");
    cr_assert_eq(trace_event(script.trace, measured.event)->time, 100000000);
}

Test(measure, sums_and_named_times, .init = run_three_sleeps, .fini = clean_up)
{
    cr_assert_float_eq(
        measure((struct measure){.what = "ratio", .of = "sum-of-waits", .to = "B:waiting"}, NULL, 0)
            .number,
        3, 1e-9);
    cr_assert_float_eq(
        measure((struct measure){.what = "ratio", .of = "A:waiting", .to = "total"}, NULL, 0)
            .number,
        1.0 / 3, 1e-9);
    cr_assert_str_eq(
        measure((struct measure){.what = "ratio", .of = "A:waiting", .to = "total"}, NULL, 0)
            .difference,
        "A began to wait, for 100.1 ms");
    struct measured none =
        measure((struct measure){.what = "ratio", .of = "total", .to = "A:pool"}, numbers, 3);
    cr_assert(isinf(none.number));
    cr_assert_eq(none.choice, 2);
    cr_assert_str_eq(none.text, "the total (300.3 ms), A's time in the pool (0.0 ms)");
}

Test(measure, nothing_over_nothing_is_no_choice, .init = run_three_sleeps, .fini = clean_up)
{
    struct measured measured =
        measure((struct measure){.what = "ratio", .of = "A:pool", .to = "B:pool"}, numbers, 3);

    cr_assert(isnan(measured.number));
    cr_assert_eq(measured.choice, -1);
    cr_assert_eq(measured.event, SIZE_MAX);
}

Test(measure, names_limit_the_cast, .init = run_one_after_another, .fini = clean_up)
{
    static const char *const one[] = {"board 2", NULL}, *const all[] = {"board *", NULL};

    cr_assert_float_eq(
        measure(
            (struct measure){.what = "ratio", .of = "total", .to = "longest-wait", .names = one},
            NULL, 0)
            .number,
        1, 1e-9);
    cr_assert_float_eq(
        measure((struct measure){.what = "count", .kind = "resume", .names = one}, NULL, 0).number,
        2, 0);
    cr_assert_float_eq(
        measure((struct measure){.what = "count", .kind = "resume", .names = all}, NULL, 0).number,
        4, 0);
}

/* Of what was counted the first one too many is pointed at, or else the last. */
Test(measure, the_first_one_too_many_is_where_a_count_differs, .init = run_one_after_another,
     .fini = clean_up)
{
    static const char *const all[] = {"board *", NULL};
    struct choice choices[] = {{.text = "up to two", .from = 0, .to = 3},
                               {.text = "more", .from = 3, .to = 9}};
    struct item item = {.type = ITEM_PREDICT,
                        .measure = {.what = "count", .kind = "resume", .names = all},
                        .choices = choices,
                        .choice_count = 2};
    struct measured measured;

    cr_assert_eq(measure_item(&item, script.trace, &measured, NULL), 0);
    cr_assert_eq(measured.choice, 1);
    cr_assert_str_eq(measured.text, "4 times going on of board 1 and board 2");
    cr_assert_str_eq(measured.difference, "board 2's time going on 4 of 4");
    cr_assert_eq(measure_difference(&item, script.trace, 0, &measured), 0);
    cr_assert_str_eq(measured.difference, "board 2's time going on 3 of 4");
}

Test(measure, an_actor_that_is_not_there_is_the_items_fault, .init = run_three_sleeps,
     .fini = clean_up)
{
    static const char *const names[] = {"A", "board *", NULL};
    struct item item = {.type = ITEM_PREDICT, .measure = {.what = "threads", .names = names}};
    struct measured measured = {.event = 7};
    struct error error = {0}, other = {0};

    cr_assert_eq(measure_item(&item, script.trace, &measured, &error), -ENOENT);
    cr_assert_str_eq(error.text, "the run has no actor named \"board *\"");
    cr_assert_eq(measured.event, 7);
    item.measure = (struct measure){.what = "ratio", .of = "Z:waiting", .to = "total"};
    cr_assert_eq(measure_item(&item, script.trace, &measured, &other), -ENOENT);
    cr_assert_str_eq(other.text, "the run has no actor named \"Z\"");
}

Test(measure, overlap_counts_who_is_in_a_state_at_one_instant, .init = run_three_sleeps,
     .fini = clean_up)
{
    struct measured waiting =
        measure((struct measure){.what = "overlap", .state = "waiting"}, NULL, 0);
    struct measured running =
        measure((struct measure){.what = "overlap", .state = "running"}, NULL, 0);

    cr_assert_float_eq(waiting.number, 3, 0);
    cr_assert_str_eq(waiting.text, "at most 3 waiting at one instant");
    cr_assert_leq(running.number, 1);
}

Test(measure, threads_that_compute_together_overlap, .fini = clean_up)
{
    static const char *const names[] = {"A", "B", NULL};

    run_two_threads(10);
    struct measured measured = measure(
        (struct measure){.what = "overlap", .state = "running", .names = names}, numbers, 3);
    cr_assert_float_eq(measured.number, 2, 0);
    cr_assert_str_eq(measured.difference, "B began to run while A was still running");
    struct measured threads =
        measure((struct measure){.what = "threads", .names = names}, numbers, 3);
    cr_assert_float_eq(threads.number, 2, 0);
    cr_assert_str_eq(threads.text, "on 2 threads: A and B");
    cr_assert_str_eq(measured.text, "at most 2 running at one instant, of A and B");
    cr_assert_str_eq(threads.difference, "B ran on another thread than A");
}

Test(measure, threads_that_take_turns_do_not_overlap, .fini = clean_up)
{
    static const char *const names[] = {"A", "B", NULL};

    run_two_threads(50);
    struct measured measured = measure(
        (struct measure){.what = "overlap", .state = "running", .names = names}, numbers, 3);
    cr_assert_float_eq(measured.number, 1, 0);
    cr_assert_eq(measured.choice, 1);
    cr_assert_str_eq(measured.difference, "B began to run when A had stopped running");
}

Test(measure, a_total_of_some_names_them, .init = run_three_sleeps, .fini = clean_up)
{
    static const char *const names[] = {"A", "B", NULL};
    const struct measure some = {.what = "ratio", .of = "total", .to = "A:waiting", .names = names};

    cr_assert_str_eq(measure(some, NULL, 0).text,
                     "the time of A and B (200.2 ms) was 2.00 times A's waiting (100.1 ms)");
    cr_assert_str_eq(measure((struct measure){.what = "count", .kind = "resume"}, NULL, 0).text,
                     "6 times going on in all");
}

Test(measure, a_small_part_is_not_nothing_and_many_times_have_no_decimals, .fini = clean_up)
{
    const struct measure part = {.what = "ratio", .of = "A:running", .to = "B:running"},
                         times = {.what = "ratio", .of = "B:running", .to = "A:running"};
    uint32_t main, a, b;

    script_open(&script, 4);
    main = script_new_thread(&script, 0, "main");
    a = script_new_thread(&script, main, "A");
    b = script_new_thread(&script, main, "B");
    script_at(&script, 0.02);
    script_thread(&script, a);
    emit(EVENT_GONE, a, 0, 0);
    script_at(&script, 5);
    script_thread(&script, b);
    emit(EVENT_GONE, b, 0, 0);
    cr_assert_geq(trace_finish(script.trace), 0);
    cr_assert_str_eq(measure(part, NULL, 0).text,
                     "A's running (0.02 ms) was 0.4% of B's running (5.0 ms)");
    cr_assert_str_eq(measure(times, NULL, 0).text,
                     "B's running (5.0 ms) was 250 times A's running (0.02 ms)");
}

Test(measure, tasks_of_one_loop_share_its_thread, .init = run_three_sleeps, .fini = clean_up)
{
    struct measured threads = measure((struct measure){.what = "threads"}, numbers, 3);

    cr_assert_float_eq(threads.number, 1, 0);
    cr_assert_str_eq(threads.text, "on 1 thread");
}

Test(measure, orders_are_of_names_by_event, .init = run_three_sleeps, .fini = clean_up)
{
    static const char *const abc[] = {"A", "B", "C", NULL}, *const acb[] = {"A", "C", "B", NULL},
                             *const ab[] = {"A", "B", NULL};
    struct choice choices[] = {{.is = acb}, {.is = ab}, {.is = abc}};
    const struct item item = {.type = ITEM_PREDICT,
                              .measure = {.what = "order", .kind = "end"},
                              .choices = choices,
                              .choice_count = 3};

    struct measured measured = measure(item.measure, choices, 3);
    cr_assert_str_eq(measured.text, "A, B, C");
    cr_assert_eq(measured.choice, 2);
    cr_assert_str_eq(measured.difference, "A came first");
    cr_assert_eq(measure_difference(&item, script.trace, 0, &measured), 0);
    cr_assert_str_eq(measured.difference, "B came second, where you said C");
    cr_assert_eq(trace_event(script.trace, measured.event)->kind, EVENT_END);
    cr_assert_eq(trace_event(script.trace, measured.event)->time, 200200000);
}

Test(measure, who_comes_first_is_a_word, .init = run_three_sleeps, .fini = clean_up)
{
    struct choice choices[] = {{.equals = "B"}, {.equals = "A"}};

    struct measured measured =
        measure((struct measure){.what = "first", .kind = "end"}, choices, 2);
    cr_assert_str_eq(measured.text, "A");
    cr_assert_eq(measured.choice, 1);
    measured = measure((struct measure){.what = "first", .kind = "say"}, choices, 2);
    cr_assert_str_eq(measured.text, "none of them");
    cr_assert_eq(measured.choice, -1);
}

Test(measure, a_wait_behind_somebody_names_them, .fini = clean_up)
{
    uint32_t loop, a, search;

    script_open(&script, 4);
    script_new_thread(&script, 0, "main");
    loop = event_emit_born(ENTITY_LOOP, 0, NULL);
    emit(EVENT_RUN, loop, 0, 0);
    a = event_emit_born(ENTITY_TASK, 0, NULL);
    emit_name(a, "A");
    search = event_emit_born(ENTITY_TASK, 0, NULL);
    emit_name(search, "search");
    emit(EVENT_RESUME, a, 0, 0);
    emit_sleep(a, 20, NULL);
    emit(EVENT_RESUME, search, 0, 0);
    script_at(&script, 150);
    emit(EVENT_END, search, 0, 0);
    emit(EVENT_WAKE, a, 0, 0);
    emit(EVENT_RESUME, a, 0, 0);
    emit(EVENT_END, a, 0, 0);
    emit(EVENT_RUN_END, loop, 0, 0);
    cr_assert_geq(trace_finish(script.trace), 0);
    struct measured measured =
        measure((struct measure){.what = "ratio", .of = "A:waiting", .to = "total"}, numbers, 3);
    cr_assert_float_eq(measured.number, 1, 1e-9);
    cr_assert_str_eq(
        measured.difference,
        "A began to wait, for 150.0 ms; meanwhile search kept its thread for 150.0 ms");
}

/* main awaits both children: its wait is theirs, and must not be taken for the longest. */
Test(measure, a_wait_for_another_actor_is_not_its_own, .fini = clean_up)
{
    uint32_t loop, main, child;

    script_open(&script, 4);
    script_new_thread(&script, 0, "main");
    loop = event_emit_born(ENTITY_LOOP, 0, NULL);
    emit(EVENT_RUN, loop, 0, 0);
    main = event_emit_born(ENTITY_TASK, 0, NULL);
    emit_name(main, "parent");
    emit(EVENT_RESUME, main, 0, 0);
    for (int i = 0; i < 2; i++) {
        child = event_emit_born(ENTITY_TASK, main, NULL);
        emit(EVENT_SUSPEND, main, child, event_wait_arg(WAIT_TASK, 0));
        emit(EVENT_RESUME, child, 0, 0);
        emit_sleep(child, 100, NULL);
        script_at(&script, 100 * (i + 1));
        emit(EVENT_WAKE, child, 0, 0);
        emit(EVENT_RESUME, child, 0, 0);
        emit(EVENT_END, child, 0, 0);
        emit(EVENT_WAKE, main, child, 0);
        emit(EVENT_RESUME, main, 0, 0);
    }
    emit(EVENT_END, main, 0, 0);
    emit(EVENT_RUN_END, loop, 0, 0);
    cr_assert_geq(trace_finish(script.trace), 0);
    cr_assert_float_eq(
        measure((struct measure){.what = "ratio", .of = "total", .to = "longest-wait"}, NULL, 0)
            .number,
        2, 1e-9);
    cr_assert_float_eq(
        measure((struct measure){.what = "ratio", .of = "parent:waiting", .to = "longest-wait"},
                NULL, 0)
            .number,
        2, 1e-9);
    cr_assert_float_eq(
        measure((struct measure){.what = "overlap", .state = "waiting"}, NULL, 0).number, 1, 0);
}

/* The parent runs first, but it is not one of those whose turns are compared. */
Test(measure, who_sets_others_going_is_not_one_of_them, .fini = clean_up)
{
    uint32_t loop, parent, children[2];

    script_open(&script, 4);
    script_new_thread(&script, 0, "main");
    loop = event_emit_born(ENTITY_LOOP, 0, NULL);
    emit(EVENT_RUN, loop, 0, 0);
    parent = event_emit_born(ENTITY_TASK, 0, NULL);
    emit_name(parent, "parent");
    emit(EVENT_RESUME, parent, 0, 0);
    for (int i = 0; i < 2; i++) {
        children[i] = event_emit_born(ENTITY_TASK, parent, NULL);
        emit_name(children[i], i ? "B" : "A");
    }
    script_at(&script, 5);
    emit(EVENT_SUSPEND, parent, children[1], event_wait_arg(WAIT_GROUP, 0));
    for (int i = 0; i < 2; i++) {
        emit(EVENT_RESUME, children[i], 0, 0);
        script_at(&script, 15 + 10 * i);
        emit(EVENT_END, children[i], 0, 0);
    }
    emit(EVENT_WAKE, parent, children[1], 0);
    emit(EVENT_RESUME, parent, 0, 0);
    emit(EVENT_END, parent, 0, 0);
    emit(EVENT_RUN_END, loop, 0, 0);
    cr_assert_geq(trace_finish(script.trace), 0);
    struct measured measured =
        measure((struct measure){.what = "ratio", .of = "total", .to = "sum-of-runs"}, NULL, 0);
    cr_assert_float_eq(measured.number, 1, 1e-9);
    cr_assert_str_eq(measured.difference, "B began to run when A had stopped running");
}

Test(measure, phases_are_of_the_first_callback, .init = NULL, .fini = clean_up)
{
    struct choice choices[] = {{.equals = "check"}, {.equals = "timers"}};
    uint32_t loop, timer;

    script_open(&script, 4);
    script_new_thread(&script, 0, "main");
    loop = event_emit_born(ENTITY_LOOP, 0, NULL);
    timer = event_emit_born(ENTITY_TIMER, loop, NULL);
    emit_name(timer, "tick");
    emit(EVENT_START, timer, 0, 10);
    emit(EVENT_RUN, loop, 0, 0);
    emit(EVENT_POLL, loop, 0, 10);
    script_at(&script, 10);
    emit(EVENT_POLL_END, loop, 0, 0);
    emit(EVENT_CALL, timer, CALLBACK_TIMER, 0);
    emit(EVENT_CALL_END, timer, CALLBACK_TIMER, 0);
    emit(EVENT_RUN_END, loop, 0, 0);
    cr_assert_geq(trace_finish(script.trace), 0);
    struct measured measured = measure((struct measure){.what = "phase", .of = "tick"}, choices, 2);
    cr_assert_str_eq(measured.text, "timers");
    cr_assert_eq(measured.choice, 1);
    cr_assert_str_eq(measured.difference, "the callback of tick began, in phase timers");
}

/* The words that quiz.json may use are the words that events have. */
Test(measure, every_kind_that_an_item_may_name_exists)
{
    for (const char *const *kind = measure_kinds; *kind; kind++) {
        bool known = strcmp(*kind, "say") == 0;
        for (unsigned i = 0; i < EVENT_KINDS; i++)
            known = known || strcmp(*kind, event_kind_name(i)) == 0;
        cr_assert(known, "%s", *kind);
    }
}
