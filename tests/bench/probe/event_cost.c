/* What an event costs: a bare push, a whole probe call, and the probe while nothing is recorded,
 * each beside its floor (one clock_gettime, the call itself) measured in the same rounds; in this
 * process, then in a program of its own with the preload library. Medians; only a wide margin
 * fails. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "engine/event/record.h"
#include "engine/probe/attach.h"
#include "engine/probe/program.h"
#include "engine/probe/thread.h"
#include "engine/probe/tracee.h"

enum { ROUNDS = 15, CALLS = 200000 };

static double now_ns(void)
{
    struct timespec time;

    event_real_clock(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static double clock_cost(void)
{
    double begin = now_ns();
    struct timespec time;

    for (int i = 0; i < CALLS; i++)
        event_real_clock(CLOCK_MONOTONIC, &time);
    return (now_ns() - begin) / CALLS;
}

static double push_cost(void)
{
    double begin = now_ns();

    for (int i = 0; i < CALLS; i++)
        event_emit(EVENT_SEND, 1, 0, i, NULL);
    return (now_ns() - begin) / CALLS;
}

static double more_cost(void)
{
    double begin = now_ns();

    for (int i = 0; i < CALLS; i++)
        event_emit_more(EVENT_SEND, 1, 0, i, NULL);
    return (now_ns() - begin) / CALLS;
}

static uv_loop_t loop;
static uv_timer_t timer;

static void never(uv_timer_t *handle)
{
    (void)handle;
}

/* uv_timer_stop() of an idle timer: the cheapest public call that is recorded. */
static double call_cost(void)
{
    double begin = now_ns();

    for (int i = 0; i < CALLS; i++)
        uv_timer_stop(&timer);
    return (now_ns() - begin) / CALLS;
}

/* The same call as it is without a probe. */
static double bare_cost(void)
{
    static int (*bare_stop)(uv_timer_t *);
    double begin;

    if (!bare_stop)
        *(void **)&bare_stop = dlsym(dlopen("libuv.so.1", RTLD_LAZY), "uv_timer_stop");
    begin = now_ns();
    for (int i = 0; i < CALLS; i++)
        bare_stop(&timer);
    return (now_ns() - begin) / CALLS;
}

static double start_cost(void)
{
    double begin = now_ns();

    for (int i = 0; i < CALLS; i++)
        uv_timer_start(&timer, never, 1000, 0);
    return (now_ns() - begin) / CALLS;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double *values)
{
    qsort(values, ROUNDS, sizeof *values, by_value);
    return values[ROUNDS / 2];
}

static double clock_ns[ROUNDS], bare_ns[ROUNDS], push_ns[ROUNDS], more_ns[ROUNDS], off_ns[ROUNDS],
    on_ns[ROUNDS], start_off_ns[ROUNDS], start_on_ns[ROUNDS];

static int measure(void)
{
    struct writer *writer = event_writer;

    uv_loop_init(&loop);
    uv_timer_init(&loop, &timer);
    for (int i = 0; i < ROUNDS; i++) {
        clock_ns[i] = clock_cost();
        push_ns[i] = push_cost();
        more_ns[i] = more_cost();
        bare_ns[i] = bare_cost();
        on_ns[i] = call_cost();
        start_on_ns[i] = start_cost();
        event_writer = NULL; /* the probe is there, this thread is not recorded */
        off_ns[i] = call_cost();
        start_off_ns[i] = start_cost();
        event_writer = writer;
    }
    uv_close((uv_handle_t *)&timer, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    return uv_loop_close(&loop);
}

/* --- preloaded -------------------------------------------------------------------------------- */

static double floor_ns; /* clock_gettime, in the program itself */

/* One line of costs.c. A mutex costs two calls; locks that are free are not recorded, nor clocks.
 */
static void tell(const char *name, double bare, double called, bool recorded)
{
    bool pair = !strcmp(name, "pthread_mutex");
    bool clocked = recorded && !strncmp(name, "uv_", 3);
    double cost = (called - bare - (clocked ? floor_ns : 0)) / (pair ? 2 : 1);

    if (!strcmp(name, "clock_gettime"))
        floor_ns = bare;
    printf("  %-14s %s %6.1f ns  = floor %.1f%s + %.1f%s\n", name,
           recorded ? "recorded    " : "not recorded", called, bare, clocked ? " + clock" : "",
           cost,
           clocked    ? "  (wanted: + 15)"
           : recorded ? ""
           : pair     ? " each  (wanted: + 3)"
                      : "  (wanted: + 3)");
}

static void read_costs(int fd, bool recorded)
{
    FILE *in = fdopen(fd, "r");
    double bare, called;
    char name[32];

    while (in && fscanf(in, "%31s %lf %lf", name, &bare, &called) == 3)
        tell(name, bare, called, recorded);
    if (in)
        fclose(in);
}

/* Runs the program with the probe preloaded, by a tracer or (not recorded) by nobody. */
static void run_preloaded(bool recorded)
{
    char *words[] = {COSTS, NULL},
         *plain[] = {"env", "-u", ATTACH_RECORD, "LD_PRELOAD=" PRELOAD, COSTS, NULL};
    struct tracee_options options = {.preload = recorded ? PRELOAD : NULL,
                                     .cap = (size_t)512 << 20,
                                     .captive = true,
                                     .output = {-1, 2}};
    struct tracee *tracee;
    int ends[2], status;

    if (pipe(ends))
        abort();
    options.output[0] = ends[1];
    if (tracee_start(recorded ? words : plain, &options, &tracee))
        abort();
    close(ends[1]);
    read_costs(ends[0], recorded);
    while (!tracee_wait(tracee, 1000, &status))
        ;
    if (recorded)
        printf("  dropped %lu events\n",
               (unsigned long)atomic_load(&tracee_record(tracee)->dropped));
    tracee_free(tracee);
}

int main(void)
{
    struct program_options options = {.cap = (size_t)1 << 30};
    struct program *program;
    double clock, bare, push, off, on, start_off, start_on;
    uint64_t dropped;

    if (program_start(measure, &options, &program))
        return 1;
    program_join(program);
    dropped = atomic_load(&program_record(program)->dropped);
    program_free(program);
    clock = median(clock_ns), push = median(push_ns), off = median(off_ns), on = median(on_ns);
    bare = median(bare_ns);
    start_off = median(start_off_ns), start_on = median(start_on_ns);
    printf("clock_gettime                       %6.1f ns  (floor)\n", clock);
    printf("push one event                      %6.1f ns  = clock + %.1f  (wanted: + 8)\n", push,
           push - clock);
    printf("one more of the same moment         %6.1f ns\n", median(more_ns));
    printf("uv_timer_stop, without the probe    %6.1f ns  (floor)\n", bare);
    printf("uv_timer_stop, not recorded         %6.1f ns  = floor + %.1f  (wanted: + 3)\n", off,
           off - bare);
    printf("uv_timer_stop, recorded             %6.1f ns  = floor + clock + %.1f  (wanted: + 15)\n",
           on, on - bare - clock);
    printf("uv_timer_start, not recorded        %6.1f ns  (floor)\n", start_off);
    printf("uv_timer_start, recorded            %6.1f ns  = floor + clock + %.1f  (wanted: + 15)\n",
           start_on, start_on - start_off - clock);
    printf("dropped                             %6lu events\n", (unsigned long)dropped);
    printf("preloaded\n");
    fflush(stdout);
    run_preloaded(false);
    run_preloaded(true);
    return push > 3 * clock + 60 || on - off > 3 * clock + 120;
}
