/* See apart.h. The recorder's tick, which is on a thread of its own, reads what the program wrote
 * and alternates stop and go in slow motion; a lock keeps it and the controlling thread apart. A
 * stop is SIGSTOP, so a program that computes stands still too. */
#include "engine/probe/apart.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/event/record.h"
#include "engine/probe/raw.h"
#include "engine/probe/thread.h"
#include "engine/probe/tracee.h"

enum { SLOW_PERIOD_MS = 40, OUTPUTS = 2 };

struct apart {
    struct tracee *tracee;
    struct record *record;
    struct probe_thread controller; /* writes STOPPED and GO */
    struct probe_thread collector;  /* the tick, writes what the program wrote */
    int readers[OUTPUTS];
    pthread_mutex_t lock;
    bool suspended; /* the tracer's process is being stopped; nothing else changes meanwhile */
    bool user_stopped;
    int percent, slow_phase; /* of slow motion; ms into its period */
    int64_t stopped_at;      /* machine time of the learner's stop */
    int64_t pause_at;        /* program time, ns, at which to stop; 0: none */
    bool joined;
    int status;
};

/* --- what it writes --------------------------------------------------------------------------- */

/* Each line is an event, as if it had been written by itself; what is longer is cut. */
static void emit_output(struct apart *apart, enum text_role role, const char *bytes, size_t length)
{
    struct writer *saved = event_writer;

    event_writer = &apart->collector.writer;
    while (length > 0) {
        const char *end = memchr(bytes, '\n', length);
        size_t piece = end ? (size_t)(end + 1 - bytes) : length;

        if (piece > EVENT_TEXT_MAX)
            piece = EVENT_TEXT_MAX;
        event_emit_text(role, apart->collector.writer.thread, bytes, piece);
        bytes += piece;
        length -= piece;
    }
    event_writer = saved;
}

static void collect(struct apart *apart)
{
    static const enum text_role roles[OUTPUTS] = {TEXT_STDOUT, TEXT_STDERR};
    char bytes[4096];
    ssize_t length;

    for (int i = 0; i < OUTPUTS; i++)
        while ((length = raw_read(apart->readers[i], bytes, sizeof bytes)) > 0)
            emit_output(apart, roles[i], bytes, (size_t)length);
}

static int open_pipes(struct apart *apart, int writers[OUTPUTS])
{
    for (int i = 0; i < OUTPUTS; i++) {
        int ends[2];

        if (pipe2(ends, O_CLOEXEC))
            return -errno;
        fcntl(ends[0], F_SETFL, O_NONBLOCK);
        apart->readers[i] = ends[0];
        writers[i] = ends[1];
    }
    return 0;
}

static void close_all(int descriptors[OUTPUTS])
{
    for (int i = 0; i < OUTPUTS; i++)
        if (descriptors[i] >= 0)
            close(descriptors[i]);
}

/* --- its time --------------------------------------------------------------------------------- */

static void emit(struct apart *apart, enum event_kind kind, int64_t arg)
{
    struct writer *saved = event_writer;

    event_writer = &apart->controller.writer;
    event_emit(kind, 0, 0, arg, NULL);
    event_writer = saved;
}

static void stop(struct apart *apart)
{
    apart->user_stopped = true;
    apart->stopped_at = control_real_now();
    tracee_stop(apart->tracee);
    emit(apart, EVENT_STOPPED, 0);
}

void apart_stop(struct apart *apart)
{
    raw_lock(&apart->lock);
    if (!apart->user_stopped)
        stop(apart);
    raw_unlock(&apart->lock);
}

void apart_go(struct apart *apart)
{
    raw_lock(&apart->lock);
    atomic_fetch_and(&apart->record->control.attention, ~(uint32_t)ATTENTION_STEP);
    if (apart->user_stopped)
        emit(apart, EVENT_GO, control_real_now() - apart->stopped_at);
    apart->user_stopped = false;
    apart->slow_phase = 0;
    tracee_go(apart->tracee);
    raw_unlock(&apart->lock);
}

void apart_step(struct apart *apart, uint32_t until)
{
    raw_lock(&apart->lock);
    apart->user_stopped = false;
    tracee_step(apart->tracee, until);
    raw_unlock(&apart->lock);
}

bool apart_stopped(struct apart *apart)
{
    return tracee_stands(apart->tracee) && (apart->percent == 100 || apart->user_stopped);
}

bool apart_held(struct apart *apart)
{
    return tracee_stands(apart->tracee);
}

void apart_suspend(struct apart *apart, bool suspended)
{
    raw_lock(&apart->lock);
    apart->suspended = suspended;
    if (!apart->user_stopped) {
        if (suspended) {
            apart->stopped_at = control_real_now();
            tracee_stop(apart->tracee);
            emit(apart, EVENT_STOPPED, 0);
        } else {
            emit(apart, EVENT_GO, control_real_now() - apart->stopped_at);
            tracee_go(apart->tracee);
        }
    }
    raw_unlock(&apart->lock);
}

void apart_slow(struct apart *apart, int percent)
{
    raw_lock(&apart->lock);
    apart->percent = percent < 1 ? 1 : percent > 100 ? 100 : percent;
    apart->slow_phase = 0;
    if (!apart->user_stopped)
        tracee_go(apart->tracee);
    raw_unlock(&apart->lock);
}

int apart_percent(const struct apart *apart)
{
    return apart->percent;
}

/* --- the tick --------------------------------------------------------------------------------- */

static void slow_tick(struct apart *apart)
{
    int run_ms = SLOW_PERIOD_MS * apart->percent / 100;

    apart->slow_phase = (apart->slow_phase + 1) % SLOW_PERIOD_MS;
    if (apart->slow_phase < (run_ms ? run_ms : 1))
        tracee_go(apart->tracee);
    else
        tracee_stop(apart->tracee);
}

/* A step that has ended inside the program is from now on the learner's stop. */
static void adopt_step(struct apart *apart)
{
    if (tracee_stands(apart->tracee) && apart->percent == 100 && !apart->user_stopped) {
        tracee_halt(apart->tracee);
        apart->user_stopped = true;
        apart->stopped_at = control_real_now();
    }
}

static void pause_when_due(struct apart *apart)
{
    if (!apart->pause_at || tracee_time(apart->tracee) < apart->pause_at)
        return;
    apart->pause_at = 0;
    if (!apart->user_stopped)
        stop(apart);
}

static void steer(struct apart *apart)
{
    adopt_step(apart);
    pause_when_due(apart);
    if (apart->percent < 100 && !apart->user_stopped)
        slow_tick(apart);
}

static void tick(void *to)
{
    struct apart *apart = to;

    raw_lock(&apart->lock);
    if (apart->tracee) {
        if (!apart->suspended)
            steer(apart);
        collect(apart);
    }
    raw_unlock(&apart->lock);
}

/* --- life ------------------------------------------------------------------------------------- */

/* A thread that is not the program's but writes to its record; nobody shows it. */
static void outsider(struct probe_thread *thread, struct record *record)
{
    thread->writer.record = record;
    thread->writer.thread = record_new_id(record);
}

static int start(struct apart *apart, char *const *words, const char *preload,
                 const struct program_options *options)
{
    struct tracee_options how = {.preload = preload,
                                 .cap = options->cap,
                                 .control = true,
                                 .instant = options->instant,
                                 .perturb = options->perturb,
                                 .name = options->name ? options->name : "main",
                                 .step = options->stopped,
                                 .level = LEVEL_ALL,
                                 .captive = true,
                                 .output = {-1, -1},
                                 .tick = tick,
                                 .to = apart};
    int error = open_pipes(apart, how.output);

    if (!error) {
        raw_lock(&apart->lock); /* the tick must not look before there is something */
        error = tracee_start(words, &how, &apart->tracee);
        if (!error) {
            apart->record = tracee_record(apart->tracee);
            outsider(&apart->controller, apart->record);
            outsider(&apart->collector, apart->record);
        }
        raw_unlock(&apart->lock);
    }
    close_all(how.output);
    return error;
}

int apart_start(char *const *words, const char *preload, const struct program_options *options,
                struct apart **ret_apart)
{
    struct apart *apart = calloc(1, sizeof *apart);
    int error;

    if (!apart)
        return -ENOMEM;
    apart->readers[0] = apart->readers[1] = -1;
    apart->percent = 100;
    apart->pause_at = options->pause_at;
    pthread_mutex_init(&apart->lock, NULL);
    error = start(apart, words, preload, options);
    if (error) {
        close_all(apart->readers);
        pthread_mutex_destroy(&apart->lock);
        free(apart);
        return error;
    }
    *ret_apart = apart;
    return 0;
}

struct record *apart_record(struct apart *apart)
{
    return apart->record;
}

bool apart_ended(struct apart *apart, int *ret_status)
{
    int status;
    bool ended;

    raw_lock(&apart->lock); /* what has ended may no longer be sent a signal */
    ended = tracee_wait(apart->tracee, 0, &status);
    raw_unlock(&apart->lock);
    if (ended && ret_status)
        *ret_status = status;
    return ended;
}

int apart_join(struct apart *apart)
{
    if (apart->joined)
        return apart->status;
    apart_go(apart);
    while (!apart_ended(apart, &apart->status))
        raw_ppoll(NULL, 0, &(struct timespec){0, 1000000}, NULL);
    apart->joined = true;
    raw_lock(&apart->lock);
    collect(apart);
    raw_unlock(&apart->lock);
    return apart->status;
}

int64_t apart_waited_for_cpu(struct apart *apart)
{
    return tracee_waited_for_cpu(apart->tracee);
}

void apart_end(struct apart *apart)
{
    if (!apart_ended(apart, NULL))
        kill(tracee_pid(apart->tracee), SIGKILL);
    apart_join(apart);
}

void apart_free(struct apart *apart)
{
    if (!apart)
        return;
    apart_end(apart);
    tracee_free(apart->tracee);
    close_all(apart->readers);
    pthread_mutex_destroy(&apart->lock);
    free(apart);
}
