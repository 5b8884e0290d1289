/* How a large trace in a file opens as a replay, is moved through, and what memory it takes. The
 * floor is one pass over the events as they lie in memory. With a number: so many events of loops
 * with tasks and timers on four threads, written by a child; with a name: that file. */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/views/replay.h"
#include "engine/event/record.h"
#include "engine/trace/file.h"
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
static struct trace *trace;

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

/* The key is answered at once; the warning itself comes when all are found. */
static void first_warning(void)
{
    const struct key warning = {.type = KEY_CHAR, .code = 'w'};
    double begun = now_ms();

    once("first warning asked for", &warning, 1);
    while (replay_timeout(replay) >= 0) {
        sched_yield();
        replay_tick(replay, 0);
        replay_draw(replay, screen);
    }
    printf("  first warning: %.1f ms\n", now_ms() - begun);
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
    first_warning();
    once("filter", filter, 3);
    press("filtered event back", (struct key){.type = KEY_LEFT});
}

/* --- the file --------------------------------------------------------------------------------- */

/* Written by a child, whose memory is not ours. */
static void write_file(const char *path, long events)
{
    struct error error = {0};
    pid_t child = fork();
    int status = 1;

    if (child == 0) {
        FILE *out = fopen(path, "wb");

        write_all(events);
        _exit(!out || trace_open(record, &trace) || trace_finish(trace) < 0 ||
              trace_file_write(trace, NULL, "a large trace", out, &error) || fclose(out));
    }
    if (child < 0 || waitpid(child, &status, 0) < 0 || status) {
        fprintf(stderr, "cannot write %s\n", path);
        exit(1);
    }
}

static uint64_t sum_of(const struct record *of)
{
    const uint64_t *words = (const uint64_t *)of;
    uint64_t sum = 0;

    for (size_t i = 0; i < of->size / sizeof *words; i++)
        sum += words[i];
    return sum;
}

/* The most memory that the process has had, private and mapped, in KiB. */
static double peak(void)
{
    FILE *status = fopen("/proc/self/status", "r");
    char line[128];
    double peak = 0;

    while (status && fgets(line, sizeof line, status))
        sscanf(line, "VmHWM: %lf", &peak);
    if (status)
        fclose(status);
    return peak;
}

static void say_memory(const char *when)
{
    printf("  memory %s: %.1f bytes an event, at most\n", when,
           peak() * 1024 / (double)trace_count(trace));
}

/* --- opening ---------------------------------------------------------------------------------- */

static struct trace_file *open_all(const char *path)
{
    static const struct look look = {
        .color = true, .bold = true, .unicode = true, .terminal = true, .width = 140, .height = 40};
    struct replay_options options = {.title = "a large trace"};
    struct error error = {0};
    struct trace_file *file;
    double at[5];

    at[0] = now_ms();
    if (trace_file_open(path, &file, &trace, &error)) {
        fprintf(stderr, "%s\n", error.text);
        exit(1);
    }
    at[1] = now_ms();
    if (replay_open(trace, trace_file_symbols(file), &options, &replay) ||
        term_open_mock(&look, &term) || screen_open(term, &screen))
        exit(1);
    at[2] = now_ms();
    replay_draw(replay, screen);
    screen_show(screen);
    at[3] = now_ms();
    volatile uint64_t sum = sum_of(trace_file_record(file));
    (void)sum;
    at[4] = now_ms();
    printf("%zu events; floor, one pass over them: %.0f ms\n", trace_count(trace), at[4] - at[3]);
    printf("  opens in %.0f ms: file and merge %.0f, replay %.0f, first picture %.0f\n",
           at[3] - at[0], at[1] - at[0], at[2] - at[1], at[3] - at[2]);
    say_memory("then");
    return file;
}

int main(int count, char **words)
{
    const char *given = count > 1 ? words[1] : "10000000";
    char made[] = "/tmp/asynctut-bench-XXXXXX";
    bool is_number = strspn(given, "0123456789") == strlen(given);
    struct trace_file *file;

    if (is_number) {
        int fd = mkstemp(made);

        if (fd < 0)
            return 1;
        close(fd);
        write_file(made, atol(given));
    }
    file = open_all(is_number ? made : given);
    if (is_number)
        unlink(made);
    move_about();
    say_memory("then");
    screen_close(screen);
    term_close(term);
    replay_close(replay);
    trace_close(trace);
    trace_file_close(file);
    return 0;
}
