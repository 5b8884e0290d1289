/* How long the replay of a large trace takes to open, to draw first, and to move: the floor is the
 * merge of the same trace. The events are those of loops with tasks and timers, on four threads. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "cli/views/replay.h"
#include "engine/event/record.h"
#include "engine/trace/query.h"

enum { THREADS = 4, LANE_TASKS = 50, STEPS = 300 };

struct lane {
    struct writer writer;
    uint32_t loop, tasks[LANE_TASKS], timers[LANE_TASKS];
};

static struct record *record;
static struct lane lanes[THREADS];
static struct term *term;
static struct screen *screen;
static struct replay *replay;

static double now_ms(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static void begin(struct lane *lane)
{
    lane->writer = (struct writer){.record = record, .thread = record_new_id(record)};
    event_writer = &lane->writer;
    event_emit(EVENT_BORN, lane->writer.thread, 0, ENTITY_THREAD, NULL);
    lane->loop = event_emit_born(ENTITY_LOOP, 0, NULL);
    for (int i = 0; i < LANE_TASKS; i++) {
        lane->tasks[i] = event_emit_born(ENTITY_TASK, 0, NULL);
        lane->timers[i] = event_emit_born(ENTITY_TIMER, lane->loop, NULL);
    }
    event_emit(EVENT_RUN, lane->loop, 0, 0, NULL);
}

/* One turn: eight events. */
static void turn(struct lane *lane, long n)
{
    uint32_t task = lane->tasks[n % LANE_TASKS], timer = lane->timers[n % LANE_TASKS];

    event_writer = &lane->writer;
    event_emit(EVENT_POLL, lane->loop, 0, 1, NULL);
    event_emit(EVENT_POLL_END, lane->loop, 0, 0, NULL);
    event_emit(EVENT_CALL, timer, CALLBACK_TIMER, 0, (void *)(0x1000 + n % 7));
    event_emit(EVENT_WAKE, task, 0, 0, NULL);
    event_emit(EVENT_RESUME, task, 0, 0, NULL);
    event_emit(EVENT_START, timer, 0, 1, (void *)0x2000);
    event_emit(EVENT_SUSPEND, task, 0, event_wait_arg(WAIT_SLEEP, 1), NULL);
    event_emit(EVENT_CALL_END, timer, CALLBACK_TIMER, 0, NULL);
}

static void write_all(long events)
{
    size_t cap = ((size_t)events / RECORD_CHUNK_SLOTS + 4 * RECORD_SPARES) * RECORD_CHUNK_SIZE;

    if (record_create(cap, &record, NULL))
        abort();
    record_refill(record, record->chunks, RECORD_SPARES);
    for (int i = 0; i < THREADS; i++)
        begin(&lanes[i]);
    for (long n = 0; n < events / 8; n++) {
        if (n % 2000 == 0)
            record_refill(record, record->chunks, RECORD_SPARES);
        turn(&lanes[n % THREADS], n / THREADS);
    }
    event_writer = NULL;
}

static int compare(const void *a, const void *b)
{
    const double *first = a, *second = b;

    return (*first > *second) - (*first < *second);
}

/* Presses a key many times, drawing and sending each picture. */
static void press(const char *name, struct key key)
{
    double took[STEPS];

    for (int i = 0; i < STEPS; i++) {
        double begun = now_ms();
        replay_key(replay, &key);
        replay_draw(replay, screen);
        screen_show(screen);
        took[i] = now_ms() - begun;
        term_mock_output(term);
    }
    qsort(took, STEPS, sizeof *took, compare);
    printf("  %s: median %.2f ms, worst %.2f ms of %d\n", name, took[STEPS / 2], took[STEPS - 1],
           STEPS);
}

static void once(const char *name, const struct key *keys, int count)
{
    double begun = now_ms();

    for (int i = 0; i < count; i++)
        replay_key(replay, &keys[i]);
    replay_draw(replay, screen);
    printf("  %s: %.1f ms\n", name, now_ms() - begun);
}

static void move_about(void)
{
    const struct key end = {.type = KEY_END}, level = {.type = KEY_CHAR, .code = 't'};
    const struct key filter[] = {
        {.type = KEY_CHAR, .code = '/'}, {.type = KEY_CHAR, .code = '7'}, {.type = KEY_ENTER}};

    press("event on", (struct key){.type = KEY_RIGHT});
    once("level all", (struct key[]){level, level}, 2);
    once("to the end", &end, 1);
    press("event back", (struct key){.type = KEY_LEFT});
    press("turn back", (struct key){.type = KEY_CHAR, .code = '['});
    press("page back", (struct key){.type = KEY_PAGE_UP});
    once("filter", filter, 3);
    press("filtered event back", (struct key){.type = KEY_LEFT});
}

int main(int count, char **words)
{
    static const struct look look = {
        .color = true, .bold = true, .unicode = true, .terminal = true, .width = 140, .height = 40};
    struct replay_options options = {.title = "a large trace"};
    long events = count > 1 ? atol(words[1]) : 1000000;
    struct trace *trace;
    struct rusage usage;
    double at[4];

    write_all(events);
    at[0] = now_ms();
    if (trace_open(record, &trace))
        return 1;
    trace_finish(trace);
    at[1] = now_ms();
    if (replay_open(trace, NULL, &options, &replay) || term_open_mock(&look, &term) ||
        screen_open(term, &screen))
        return 1;
    at[2] = now_ms();
    replay_draw(replay, screen);
    screen_show(screen);
    at[3] = now_ms();
    getrusage(RUSAGE_SELF, &usage);
    printf("%zu events: floor (merge) %.0f ms, open %.0f ms, first picture %.0f ms; peak memory "
           "%.0f bytes an event\n",
           trace_count(trace), at[1] - at[0], at[2] - at[1], at[3] - at[2],
           (double)usage.ru_maxrss * 1024 / (double)trace_count(trace));
    move_about();
    screen_close(screen);
    term_close(term);
    replay_close(replay);
    trace_close(trace);
    record_destroy(record);
    return 0;
}
