/* How long a large trace takes to be merged and asked. The events are those of a loop with tasks
 * and timers, on four threads; the floor is one pass over the same memory. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "engine/event/record.h"
#include "engine/trace/diagnose.h"
#include "engine/trace/query.h"
#include "engine/trace/tally.h"

enum { THREADS = 4, LANE_TASKS = 50 };

static double now_ms(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

struct lane {
    struct writer writer;
    uint32_t loop, tasks[LANE_TASKS], timers[LANE_TASKS];
};

static struct record *record;

static struct lane lanes[THREADS];

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

/* One turn: ten events. */
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
    event_emit(EVENT_STOP, timer, 0, 0, NULL);
    event_emit(EVENT_START, timer, 0, 1, NULL);
}

static void write_all(long events)
{
    size_t cap = ((size_t)events / RECORD_CHUNK_SLOTS + 4 * RECORD_SPARES) * RECORD_CHUNK_SIZE;

    if (record_create(cap, &record, NULL))
        abort();
    record_refill(record, record->chunks, RECORD_SPARES);
    for (int i = 0; i < THREADS; i++)
        begin(&lanes[i]);
    for (long n = 0; n < events / 10; n++) {
        if (n % 2000 == 0)
            record_refill(record, record->chunks, RECORD_SPARES);
        turn(&lanes[n % THREADS], n / THREADS);
    }
    event_writer = NULL;
}

static uint64_t pass_over(void)
{
    const uint64_t *words = (const uint64_t *)record;
    uint64_t sum = 0;

    for (size_t i = 0; i < record->size / sizeof *words; i++)
        sum += words[i];
    return sum;
}

static double since(double *at)
{
    double now = now_ms(), took = now - *at;

    *at = now;
    return took;
}

/* With the record, which has chunks to spare. */
static void say_memory(size_t events)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    printf("memory: %.1f bytes an event, at most\n",
           (double)usage.ru_maxrss * 1024 / (double)events);
}

int main(int count, char **words)
{
    long events = count > 1 ? atol(words[1]) : 10000000;
    struct loop_share loops[THREADS];
    struct findings findings;
    struct actors actors;
    struct trace *trace;
    struct tally tally;
    volatile uint64_t sum;
    double at, merge, summary;

    write_all(events);
    at = now_ms();
    sum = pass_over();
    (void)sum;
    printf("floor, one pass over the record: %.0f ms\n", since(&at));
    if (trace_open(record, &trace))
        return 1;
    trace_finish(trace);
    merge = since(&at);
    printf("merge: %.0f ms, %zu events, %.0f ns each, %lu dropped\n", merge, trace_count(trace),
           merge * 1e6 / (double)trace_count(trace), (unsigned long)trace_dropped(trace));
    query_loops(trace, loops, THREADS);
    printf("loops: %.0f ms\n", summary = since(&at));
    if (tally_trace(trace, &tally))
        return 1;
    summary += merge;
    merge = since(&at);
    printf("tally: %.0f ms\n", merge);
    summary += merge;
    if (diagnose(trace, NULL, &findings))
        return 1;
    merge = since(&at);
    printf("diagnosis: %.0f ms\nthe whole summary: %.0f ms\n", merge, summary + merge);
    if (query_actors_small(trace, &actors))
        return 1;
    printf("actors and spans, for lanes: %.0f ms\n", since(&at));
    say_memory(trace_count(trace));
    query_actors_free(&actors);
    findings_free(&findings);
    tally_free(&tally);
    trace_close(trace);
    record_destroy(record);
    return 0;
}
