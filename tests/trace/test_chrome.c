/* What Perfetto needs: JSON, slices that nest on every lane, spans and arrows with numbers of their
 * own, times that do not go back. Read back with cJSON and checked event by event. */
#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/utf8.h"
#include "engine/trace/chrome.h"
#include "tests/support/test.h"
#include "tests/trace/script.h"

static struct script s;
static cJSON *root, *events;

static void open_it(void)
{
    script_open(&s, 64);
    root = NULL;
}

static void close_it(void)
{
    cJSON_Delete(root);
    script_close(&s);
}

static void export_as(const char *program)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    struct error error = {0};

    trace_finish(s.trace);
    cr_assert_eq(chrome_write(s.trace, NULL, program, out, &error), 0);
    fclose(out);
    cr_assert_eq(utf8_valid_prefix(text, length), length);
    root = cJSON_Parse(text);
    cr_assert_not_null(root);
    events = cJSON_GetObjectItem(root, "traceEvents");
    cr_assert_not_null(events);
    free(text);
}

static void export(void)
{
    export_as("a \"demo\"");
}

static const char *text_of(const cJSON *event, const char *key)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(event, key));

    return text ? text : "";
}

static int number_of(const cJSON *event, const char *key)
{
    const cJSON *item = cJSON_GetObjectItem(event, key);

    return item ? item->valueint : -1;
}

static int count(const char *phase, const char *category, const char *name)
{
    const cJSON *event;
    int n = 0;

    cJSON_ArrayForEach(event, events) n +=
        !strcmp(text_of(event, "ph"), phase) &&
        (!category || !strcmp(text_of(event, "cat"), category)) &&
        (!name || !strcmp(text_of(event, "name"), name));
    return n;
}

/* Every lane opens and closes, and never below zero; times do not go back. */
static void check_lanes(void)
{
    int depth[64] = {0};
    double last = 0;
    const cJSON *event;

    cJSON_ArrayForEach(event, events)
    {
        const char *phase = text_of(event, "ph");
        int tid = number_of(event, "tid");
        double time = cJSON_GetNumberValue(cJSON_GetObjectItem(event, "ts"));

        cr_assert_gt(number_of(event, "pid"), 0);
        if (*phase == 'M')
            continue;
        if (*phase == 's') { /* written with its end; it begins where something was going on */
            cr_assert_leq(time, last);
            continue;
        }
        cr_assert_geq(time, last);
        last = time;
        if (*phase == 'B' || *phase == 'E') {
            cr_assert(tid > 0 && tid < 64);
            depth[tid] += *phase == 'B' ? 1 : -1;
            cr_assert_geq(depth[tid], 0);
        }
    }
    for (int tid = 0; tid < 64; tid++)
        cr_assert_eq(depth[tid], 0);
}

Test(chrome, has_lanes_slices_and_spans, .init = open_it, .fini = close_it)
{
    script_three_sleeps(&s);
    export();
    check_lanes();
    cr_assert_eq(count("M", NULL, "thread_name"), 4);
    cr_assert_eq(count("B", "loop", "uv_run"), 1);
    cr_assert_eq(count("B", "poll", "poll"), 3);
    cr_assert_eq(count("B", "callback", "timer callback"), 3);
    cr_assert_eq(count("B", "task", "A"), 4, "two steps, on the thread's lane and on its own");
    cr_assert_eq(count("b", "wait", "A: sleep"), 1);
    cr_assert_eq(count("b", "wait", NULL), 3);
    cr_assert_eq(count("e", "wait", NULL), 3);
    cr_assert_eq(count("b", "handle", NULL), 3);
    cr_assert_eq(count("e", "handle", NULL), 3);
    cr_assert_eq(count("s", NULL, NULL), 3);
    cr_assert_eq(count("f", NULL, NULL), 3);
}

Test(chrome, marks_operations_on_the_lane_of_their_task, .init = open_it, .fini = close_it)
{
    const cJSON *event;
    int on_lane = 0;

    script_operations(&s);
    export();
    check_lanes();
    cr_assert_eq(count("i", "operation", "put queue 1"), 2);
    cr_assert_eq(count("i", "operation", "wait"), 1, "for several tasks");
    cr_assert_eq(count("i", "operation", "await B"), 1);
    cr_assert_eq(count("i", "operation", "unknown"), 1);
    cr_assert_eq(count("i", "operation", "give generator 1"), 2);
    cr_assert_eq(count("i", "operation", "post async 1"), 1);
    cJSON_ArrayForEach(event, events)
    {
        if (!strcmp(text_of(event, "name"), "put queue 1"))
            on_lane += number_of(event, "tid") == 3;
        if (!strcmp(text_of(event, "name"), "write tcp 1"))
            cr_assert_eq(number_of(cJSON_GetObjectItem(event, "args"), "result"), 512);
    }
    cr_assert_eq(on_lane, 2, "A is the third entity");
}

Test(chrome, draws_arrows_and_counters_for_the_pool, .init = open_it, .fini = close_it)
{
    uint32_t thread = script_new_thread(&s, 0, "main"), loop, work;

    loop = event_emit_born(ENTITY_LOOP, 0, NULL);
    emit(EVENT_RUN, loop, 0, 0);
    work = event_emit_born(ENTITY_WORK, loop, NULL);
    emit(EVENT_SUBMIT, work, 0, 0);
    script_new_thread(&s, thread, NULL);
    script_at(&s, 1);
    emit(EVENT_WORK, work, 0, 0);
    script_at(&s, 2);
    emit(EVENT_WORK_END, work, 0, 0);
    script_thread(&s, thread);
    script_at(&s, 3);
    emit(EVENT_CALL, work, CALLBACK_DONE, 0);
    emit(EVENT_CALL_END, work, CALLBACK_DONE, 0);
    emit(EVENT_POLL, loop, 0, -1); /* and it is never heard of again */
    export();
    check_lanes();
    cr_assert_eq(count("s", NULL, NULL), 2);
    cr_assert_eq(count("f", NULL, NULL), 2);
    cr_assert_eq(count("C", "pool", NULL), 3);
    cr_assert_eq(count("b", "request", "work 1"), 1);
}

Test(chrome, counts_bytes_that_wait_to_be_written, .init = open_it, .fini = close_it)
{
    uint32_t tcp, writes[2];

    script_new_thread(&s, 0, "main");
    tcp = event_emit_born(ENTITY_TCP, 0, NULL);
    for (int i = 0; i < 2; i++) {
        writes[i] = event_emit_born(ENTITY_WRITE, 0, NULL);
        emit(EVENT_SUBMIT, writes[i], tcp, 1000);
    }
    emit(EVENT_CALL, writes[0], CALLBACK_DONE, 0);
    export();
    check_lanes();
    cr_assert_eq(count("C", "write", "write queue of tcp 1"), 3);
    const cJSON *event, *last = NULL;
    cJSON_ArrayForEach(event, events) if (*text_of(event, "ph") == 'C') last = event;
    cr_assert_eq(number_of(cJSON_GetObjectItem(last, "args"), "bytes"), 1000);
}

Test(chrome, survives_ends_without_begins, .init = open_it, .fini = close_it)
{
    static const enum event_kind ends[] = {EVENT_RUN_END, EVENT_POLL_END, EVENT_CALL_END,
                                           EVENT_SUSPEND, EVENT_END,      EVENT_WORK_END,
                                           EVENT_WORK,    EVENT_RESUME,   EVENT_CALL};
    uint32_t a = script_new_thread(&s, 0, "quo\"te\n");

    for (int i = 0; i < 200; i++)
        emit(ends[i * 7 % 9], a + (uint32_t)(i % 3), (uint32_t)i, i);
    export();
    check_lanes();
}

/* The only event of that phase, and of that name if one is given. */
static const cJSON *only(const char *phase, const char *name)
{
    const cJSON *event, *found = NULL;

    cr_assert_eq(count(phase, NULL, name), 1, "%s %s", phase, name ? name : "");
    cJSON_ArrayForEach(event, events) if (!strcmp(text_of(event, "ph"), phase) &&
                                          (!name || !strcmp(text_of(event, "name"), name))) found =
        event;
    return found;
}

/* In whole nanoseconds, as readers take it. */
static long time_of(const cJSON *event)
{
    return (long)(cJSON_GetNumberValue(cJSON_GetObjectItem(event, "ts")) * 1000 + 0.5);
}

static long end_of(const char *name)
{
    const cJSON *event = only("B", name);
    int depth = 0, tid = number_of(event, "tid");

    for (; event; event = event->next)
        if (number_of(event, "tid") == tid && strchr("BE", *text_of(event, "ph")) &&
            (depth += *text_of(event, "ph") == 'B' ? 1 : -1) == 0)
            return time_of(event);
    cr_assert_fail("%s has no end", name);
    return 0;
}

/* One thread wakes another, in a callback of no length after it said something; both in uv_run().
 */
static void run_at_one_moment(void)
{
    uint32_t first = script_new_thread(&s, 0, "first"), second, async, timer;
    uint32_t loop = event_emit_born(ENTITY_LOOP, 0, NULL);

    timer = event_emit_born(ENTITY_TIMER, loop, NULL);
    async = event_emit_born(ENTITY_ASYNC, loop, NULL);
    second = script_new_thread(&s, first, "second");
    emit(EVENT_RUN, loop, 0, 0);
    script_thread(&s, first);
    script_at(&s, 1);
    emit(EVENT_RUN, loop, 0, 0);
    emit(EVENT_CALL, timer, CALLBACK_TIMER, 0);
    event_emit_text(TEXT_STDOUT, first, "hello", 5);
    emit(EVENT_SEND, async, 0, 0);
    emit(EVENT_CALL_END, timer, CALLBACK_TIMER, 0);
    script_thread(&s, second);
    script_at(&s, 2);
    emit(EVENT_CALL, async, CALLBACK_ASYNC, 0);
    emit(EVENT_CALL_END, async, CALLBACK_ASYNC, 0);
}

Test(chrome, begins_arrows_in_the_slice_even_if_it_takes_no_time, .init = open_it, .fini = close_it)
{
    run_at_one_moment();
    export();
    check_lanes();
    long arrow = time_of(only("s", NULL));
    cr_assert_geq(arrow, time_of(only("B", "timer callback")));
    cr_assert_lt(arrow, time_of(only("i", "hello")), "or it would come from the instant");
    cr_assert_lt(arrow, end_of("timer callback"));
    arrow = time_of(only("f", NULL));
    cr_assert_geq(arrow, time_of(only("B", "async callback")));
    cr_assert_lt(arrow, end_of("async callback"));
}

/* What one thread did first has the later time, so all that another did is put after it. */
Test(chrome, begins_arrows_in_the_slice_where_clocks_disagree, .init = open_it, .fini = close_it)
{
    uint32_t main = script_new_thread(&s, 0, "main"), pool, loop, work, async;

    loop = event_emit_born(ENTITY_LOOP, 0, NULL);
    async = event_emit_born(ENTITY_ASYNC, loop, NULL);
    work = event_emit_born(ENTITY_WORK, loop, NULL);
    emit(EVENT_RUN, loop, 0, 0);
    pool = script_new_thread(&s, main, "pool");
    script_at(&s, 1);
    emit(EVENT_WORK, work, 0, 0);
    script_at(&s, 1.5);
    emit(EVENT_SEND, async, 0, 0);
    script_at(&s, 3);
    emit(EVENT_WORK_END, work, 0, 0);
    script_thread(&s, main);
    script_at(&s, 2);
    emit(EVENT_SUBMIT, work, 0, 0);
    script_at(&s, 4);
    emit(EVENT_CALL, async, CALLBACK_ASYNC, 0);
    export();
    check_lanes();
    const cJSON *event, *begin = only("B", "work 1");
    int found = 0;
    cJSON_ArrayForEach(event, events)
    {
        if (*text_of(event, "ph") != 's' || number_of(event, "tid") != (int)pool)
            continue;
        found++;
        cr_assert_geq(time_of(event), time_of(begin));
    }
    cr_assert_eq(found, 1);
}

static const char *span_id(const cJSON *event)
{
    return text_of(cJSON_GetObjectItem(event, "id2"), "local");
}

Test(chrome, gives_requests_that_take_turns_one_row, .init = open_it, .fini = close_it)
{
    uint32_t ids[4];
    const cJSON *rows[4];

    script_new_thread(&s, 0, "main");
    for (int i = 0; i < 4; i++)
        ids[i] = event_emit_born(i < 3 ? ENTITY_FS : ENTITY_WORK, 0, NULL);
    emit(EVENT_SUBMIT, ids[0], 0, 0);
    emit(EVENT_SUBMIT, ids[1], 0, 0);
    emit(EVENT_CALL, ids[0], CALLBACK_DONE, 0);
    emit(EVENT_SUBMIT, ids[3], 0, 0);
    emit(EVENT_SUBMIT, ids[2], 0, 0);
    export();
    check_lanes();
    for (int i = 0; i < 3; i++)
        rows[i] = only("b", (const char *[]){"fs 1", "fs 2", "fs 3"}[i]);
    rows[3] = only("b", "work 1");
    cr_assert_str_eq(span_id(rows[0]), span_id(rows[2]), "fs 3 came when fs 1 had gone");
    cr_assert_str_neq(span_id(rows[0]), span_id(rows[1]));
    cr_assert_str_neq(span_id(rows[0]), span_id(rows[3]));
    cr_assert_str_neq(span_id(rows[1]), span_id(rows[3]));
}

Test(chrome, is_utf8_whatever_the_program_is_called, .init = open_it, .fini = close_it)
{
    script_three_sleeps(&s);
    export_as("./a\xff\"\n\xc3\xa9");
    const cJSON *args = cJSON_GetObjectItem(only("M", "process_name"), "args");
    cr_assert_str_eq(text_of(args, "name"), "./a\\xff\"\n\xc3\xa9");
}

/* Perfetto takes no empty name. */
Test(chrome, does_not_name_a_program_without_a_name, .init = open_it, .fini = close_it)
{
    script_three_sleeps(&s);
    export_as("");
    cr_assert_eq(count("M", NULL, "process_name"), 0);
}

Test(chrome, says_that_the_disk_is_full, .init = open_it, .fini = close_it)
{
    FILE *full = fopen("/dev/full", "w");
    struct error error = {0};

    cr_assert_not_null(full);
    script_three_sleeps(&s);
    trace_finish(s.trace);
    cr_assert_eq(chrome_write(s.trace, NULL, "demo", full, &error), -ENOSPC);
    cr_assert_not_null(strstr(error.text, "No space left"));
    fclose(full);
}
