/* Real runs as Chrome trace JSON, held to what Perfetto's importer needs: slices that nest on each
 * lane, numbers used once, arrows whose ends lie in slices, counters that come back to nothing. */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chapters/chapter.h"
#include "engine/event/record.h"
#include "engine/probe/program.h"
#include "engine/task/task.h"
#include "engine/trace/chrome.h"
#include "engine/trace/symbols.h"
#include "engine/trace/trace.h"
#include "tests/support/test.h"
#include "tests/trace/day.h"

enum { LANES = 4096, DEPTH = 64, NUMBERS = 100000 };

struct slice {
    int lane;
    double begin, end;
};

static cJSON *root, *events;
static struct slice *slices;
static size_t slice_count;

/* --- a run, exported and read back ------------------------------------------------------------ */

static void emit(unsigned kind, uint32_t subject, uint32_t object, int64_t arg, const void *where)
{
    event_emit((enum event_kind)kind, subject, object, arg, where);
}

static uint32_t born(unsigned type, uint32_t parent, const void *where)
{
    return event_emit_born((enum entity_type)type, parent, where);
}

static void name(uint32_t subject, const char *text)
{
    event_emit_text(TEXT_NAME, subject, text, strlen(text));
}

static void export(int (*run)(void))
{
    static const struct task_tracer tracer = {.born = born, .emit = emit, .name = name};
    struct program *program;
    struct symbols *symbols;
    struct error error = {0};
    struct trace *trace;
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);

    task_set_tracer(&tracer);
    cr_assert_eq(symbols_open(&symbols), 0);
    cr_assert_eq(program_start(run, NULL, &program), 0);
    cr_assert_eq(trace_open(program_record(program), &trace), 0);
    cr_assert_eq(program_join(program), 0);
    cr_assert_geq(trace_finish(trace), 0);
    cr_assert_eq(chrome_write(trace, symbols, "a run", out, &error), 0, "%s", error.text);
    fclose(out);
    trace_close(trace);
    symbols_close(symbols);
    program_free(program);
    root = cJSON_Parse(text);
    cr_assert_not_null(root);
    events = cJSON_GetObjectItem(root, "traceEvents");
    slices = calloc((size_t)cJSON_GetArraySize(events) + 1, sizeof *slices);
    free(text);
}

static void close_it(void)
{
    cJSON_Delete(root);
    free(slices);
    root = NULL;
    slices = NULL;
    slice_count = 0;
}

static const char *text_of(const cJSON *event, const char *key)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(event, key));

    return text ? text : "";
}

static double number_of(const cJSON *event, const char *key)
{
    const cJSON *item = cJSON_GetObjectItem(event, key);

    cr_assert(cJSON_IsNumber(item), "%s of %s", key, text_of(event, "name"));
    return item->valuedouble;
}

static bool is_phase(const cJSON *event, char phase)
{
    return text_of(event, "ph")[0] == phase;
}

/* --- what must hold --------------------------------------------------------------------------- */

/* Every B has its E on the same lane, in time; every lane has a name. */
static void check_slices(void)
{
    static size_t open[LANES][DEPTH];
    static int depth[LANES], named[LANES];
    const cJSON *event;

    memset(depth, 0, sizeof depth);
    memset(named, 0, sizeof named);
    cJSON_ArrayForEach(event, events)
    {
        int lane = (int)number_of(event, "tid");
        if (is_phase(event, 'M') && !strcmp(text_of(event, "name"), "thread_name"))
            named[lane] = 1;
        if (is_phase(event, 'B')) {
            cr_assert(lane > 0 && lane < LANES && depth[lane] < DEPTH && named[lane]);
            open[lane][depth[lane]++] = slice_count;
            slices[slice_count++] = (struct slice){lane, number_of(event, "ts"), 0};
        }
        if (is_phase(event, 'E')) {
            cr_assert_gt(depth[lane], 0);
            struct slice *slice = &slices[open[lane][--depth[lane]]];
            slice->end = number_of(event, "ts");
            cr_assert_geq(slice->end, slice->begin);
        }
    }
    for (int lane = 0; lane < LANES; lane++)
        cr_assert_eq(depth[lane], 0);
    cr_assert_gt(slice_count, 10);
}

static long number_of_span(const cJSON *event)
{
    const cJSON *local = cJSON_GetObjectItem(cJSON_GetObjectItem(event, "id2"), "local");

    return local ? strtol(local->valuestring, NULL, 16) : (long)number_of(event, "id");
}

/* Each number of a span or an arrow begins, then ends; that of an arrow once, that of a span not
 * again before it has ended. */
static int check_numbers(char begin, char end)
{
    static double begun[NUMBERS];
    const cJSON *event;
    int count = 0, open = 0;

    memset(begun, 0, sizeof begun);
    cJSON_ArrayForEach(event, events)
    {
        if (!is_phase(event, begin) && !is_phase(event, end))
            continue;
        long number = number_of_span(event);
        cr_assert(number > 0 && number < NUMBERS);
        if (is_phase(event, begin)) {
            cr_assert(begun[number] == 0 || (begin == 'b' && begun[number] == -1),
                      "number %ld is used again", number);
            begun[number] = number_of(event, "ts") + 1;
            count++;
            open++;
        } else {
            cr_assert_gt(begun[number], 0);
            cr_assert_geq(number_of(event, "ts") + 1, begun[number]);
            begun[number] = -1;
            open--;
        }
    }
    cr_assert_eq(open, 0);
    return count;
}

/* Sorted by time, what begins an arrow must come before the end of a slice; what ends one, in it.
 */
static bool lies_in_slice(int lane, double time, bool begins)
{
    for (size_t i = 0; i < slice_count; i++)
        if (slices[i].lane == lane && slices[i].begin <= time &&
            (begins ? time < slices[i].end : time <= slices[i].end))
            return true;
    return false;
}

static void check_arrows(void)
{
    const cJSON *event;

    cJSON_ArrayForEach(event, events)
    {
        if (!is_phase(event, 's') && !is_phase(event, 'f'))
            continue;
        cr_assert(lies_in_slice((int)number_of(event, "tid"), number_of(event, "ts"),
                                is_phase(event, 's')),
                  "an arrow begins or ends outside of a slice, at %f us", number_of(event, "ts"));
        if (is_phase(event, 'f'))
            cr_assert_str_eq(text_of(event, "bp"), "e");
    }
}

/* The largest value of a counter, which ends with 0. */
static double counter(const char *category, const char *key)
{
    const cJSON *event;
    double most = -1, last = -1;

    cJSON_ArrayForEach(event, events)
    {
        if (!is_phase(event, 'C') || strcmp(text_of(event, "cat"), category) != 0)
            continue;
        last = number_of(cJSON_GetObjectItem(event, "args"), key);
        cr_assert_geq(last, 0);
        most = last > most ? last : most;
    }
    cr_assert_eq(last, 0, "%s of %s", key, category);
    return most;
}

static int count(char phase, const char *category)
{
    const cJSON *event;
    int n = 0;

    cJSON_ArrayForEach(event, events) n +=
        is_phase(event, phase) && !strcmp(text_of(event, "cat"), category);
    return n;
}

static void check_all(void)
{
    check_slices();
    check_numbers('b', 'e');
    check_numbers('s', 'f');
    check_arrows();
}

Test(chrome_run, a_bit_of_everything, .fini = close_it, .timeout = 60)
{
    export(day);
    check_all();
    cr_assert_geq(count('B', "callback"), 8 + 6 + 12);
    cr_assert_geq(count('b', "request"), 8 + 6 + 12);
    cr_assert_geq(count('b', "handle"), 1, "the timer that repeats waits once");
    cr_assert_geq(count('s', "cause"), 8, "from the pool back");
    cr_assert_geq(counter("pool", "running"), 1);
    cr_assert_geq(counter("pool", "queued"), 4);
    cr_assert_geq(counter("write", "bytes"), 100000);
}

Test(chrome_run, games_of_tasks_and_a_search_in_the_pool, .fini = close_it, .timeout = 60)
{
    const struct act *act =
        demo_act(chapter_demo(chapter_by_number(3), "mixed"), "beside-the-loop");

    cr_assert_not_null(act);
    export(act->main);
    check_all();
    cr_assert_gt(count('B', "task"), 4);
    cr_assert_geq(count('b', "wait"), 3);
    cr_assert_gt(count('s', "cause"), 1);
    cr_assert_eq(counter("pool", "running"), 1);
}
