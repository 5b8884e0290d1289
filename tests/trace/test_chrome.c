/* What Perfetto needs: JSON, slices that nest on every lane, spans and arrows with numbers of their
 * own, times that do not go back. Read back with cJSON and checked event by event. */
#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static void export(void)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    struct error error = {0};

    trace_finish(s.trace);
    cr_assert_eq(chrome_write(s.trace, NULL, "a \"demo\"", out, &error), 0);
    fclose(out);
    root = cJSON_Parse(text);
    cr_assert_not_null(root);
    events = cJSON_GetObjectItem(root, "traceEvents");
    cr_assert_not_null(events);
    free(text);
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
