/* A program on a thread of its own; see program.h. The recorder's tick does, every millisecond,
 * what must not wait for the screen: it halts the threads of a stopped program that still compute,
 * alternates stop and go in slow motion, skips idle waits, and takes in what came through the
 * pipes. */
#include "engine/probe/program.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/event/record.h"
#include "engine/probe/fork.h"
#include "engine/probe/gate.h"
#include "engine/probe/libuv.h"
#include "engine/probe/output.h"
#include "engine/probe/perturb.h"
#include "engine/probe/pool.h"
#include "engine/probe/raw.h"
#include "engine/probe/thread.h"

enum { SLOW_PERIOD_MS = 20, DEFAULT_CAP = 512 << 20, ABANDON_NS = 200000000 };

struct program {
    int (*main)(void);
    void (*ended)(void *to);
    void *to;
    char name[32];
    struct record *record;
    struct recorder *recorder;
    struct probe_thread controller; /* the controlling thread, when it writes STOPPED and GO */
    struct probe_thread collector;  /* the recorder, when it takes in what came through pipes */
    pthread_mutex_t lock; /* around stop and go: the tick and the controller both do them */
    pthread_t thread;
    uint32_t thread_id;
    _Atomic bool has_begun, has_ended;
    sem_t begun; /* posted once with has_begun */
    int status;
    bool joined;
    bool suspended;     /* the process itself is being stopped; nothing else changes meanwhile */
    bool user_stopped;  /* the learner's stop, which slow motion does not undo */
    int percent;        /* of slow motion; 100: none */
    int slow_phase;     /* ms into its period */
    int64_t stopped_at; /* machine time of the learner's stop */
    int64_t pause_at;   /* program time since the start, ns, at which to stop; 0: none */
};

static bool running; /* one program at a time */

/* --- stop and go ------------------------------------------------------------------------------ */

static void controller_emit(struct program *program, enum event_kind kind, int64_t arg)
{
    struct writer *saved = event_writer;

    event_writer = &program->controller.writer;
    event_emit(kind, 0, 0, arg, NULL);
    event_writer = saved;
}

static void clock_stop(struct program *program)
{
    if (control_stop(&program->record->control))
        gate_halt_running();
}

static void clock_go(struct program *program)
{
    if (control_go(&program->record->control))
        gate_release(&program->record->control);
}

static void stop(struct program *program)
{
    program->user_stopped = true;
    program->stopped_at = control_real_now();
    clock_stop(program);
    controller_emit(program, EVENT_STOPPED, 0);
}

void program_stop(struct program *program)
{
    raw_lock(&program->lock);
    if (!program->user_stopped)
        stop(program);
    raw_unlock(&program->lock);
}

/* Ends the learner's stop, or the stop that a step has ended in. */
static void go_on(struct program *program)
{
    program->user_stopped = false;
    program->slow_phase = 0;
    clock_go(program);
}

void program_go(struct program *program)
{
    raw_lock(&program->lock);
    atomic_fetch_and(&program->record->control.attention, ~(uint32_t)ATTENTION_STEP);
    if (program->user_stopped)
        controller_emit(program, EVENT_GO, control_real_now() - program->stopped_at);
    go_on(program);
    raw_unlock(&program->lock);
}

static void step_until(struct program *program, uint32_t until)
{
    struct control *control = &program->record->control;

    raw_lock(&program->lock);
    atomic_store(&control->step_until, until);
    atomic_fetch_or(&control->attention, ATTENTION_STEP);
    go_on(program);
    raw_unlock(&program->lock);
}

void program_step(struct program *program, enum event_level level)
{
    step_until(program, level);
}

void program_step_turn(struct program *program)
{
    step_until(program, STEP_TURN);
}

bool program_stopped(struct program *program)
{
    struct control *control = &program->record->control;
    bool slow = program->percent < 100 && !program->user_stopped;

    return atomic_load(&control->attention) & ATTENTION_STOP && !slow;
}

bool program_held(struct program *program)
{
    return atomic_load(&program->record->control.attention) & ATTENTION_STOP && gate_all_held();
}

void program_suspend(struct program *program, bool suspended)
{
    raw_lock(&program->lock);
    program->suspended = suspended;
    if (!program->user_stopped) {
        if (suspended) {
            program->stopped_at = control_real_now();
            clock_stop(program);
            controller_emit(program, EVENT_STOPPED, 0);
        } else {
            controller_emit(program, EVENT_GO, control_real_now() - program->stopped_at);
            clock_go(program);
        }
    }
    raw_unlock(&program->lock);
}

void program_slow(struct program *program, int percent)
{
    raw_lock(&program->lock);
    program->percent = percent < 1 ? 1 : percent > 100 ? 100 : percent;
    program->slow_phase = 0;
    if (!program->user_stopped)
        clock_go(program);
    raw_unlock(&program->lock);
}

int program_percent(struct program *program)
{
    return program->percent;
}

/* --- the tick --------------------------------------------------------------------------------- */

/* Slow motion runs the first `percent` of each period and stands for the rest. */
static void slow_tick(struct program *program)
{
    int run_ms = SLOW_PERIOD_MS * program->percent / 100;

    program->slow_phase = (program->slow_phase + 1) % SLOW_PERIOD_MS;
    if (program->slow_phase < (run_ms ? run_ms : 1))
        clock_go(program);
    else
        clock_stop(program);
}

/* A step has stopped the clock: from now on that is the learner's stop. */
static void adopt_step(struct program *program, uint32_t attention)
{
    if (attention & ATTENTION_STOP && program->percent == 100 && !program->user_stopped) {
        program->user_stopped = true;
        program->stopped_at = control_real_now();
    }
}

static void pause_when_due(struct program *program)
{
    struct record *record = program->record;

    if (!program->pause_at || control_now(&record->control) - record->start < program->pause_at)
        return;
    program->pause_at = 0;
    if (!program->user_stopped)
        stop(program);
}

static void tick(void *to)
{
    struct program *program = to;
    struct control *control = &program->record->control;
    uint32_t attention;

    if (!atomic_load(&program->has_begun))
        return;
    raw_lock(&program->lock);
    attention = atomic_load(&control->attention);
    if (!program->suspended) {
        adopt_step(program, attention);
        pause_when_due(program);
        if (program->percent < 100 && !program->user_stopped)
            slow_tick(program);
    }
    if (atomic_load(&control->attention) & ATTENTION_STOP)
        gate_halt_running();
    else if (attention & ATTENTION_INSTANT)
        instant_skip(control);
    raw_unlock(&program->lock);
    output_collect(&program->collector.writer);
}

/* --- life ------------------------------------------------------------------------------------- */

/* Events count from here, and not from when the thread was asked for: on a busy machine that is
 * some ms earlier. Until then nobody else looks at the start. */
static void begin(struct program *program)
{
    program->record->start = control_now(&program->record->control);
    atomic_store(&program->has_begun, true);
    sem_post(&program->begun);
}

static void *run(void *arg)
{
    struct program *program = arg;

    begin(program);
    thread_enter(program->thread_id);
    event_emit(EVENT_BORN, program->thread_id, 0, ENTITY_THREAD, (void *)program->main);
    event_emit_text(TEXT_NAME, program->thread_id, program->name, strlen(program->name));
    program->status = program->main();
    output_flush();
    event_emit(EVENT_GONE, program->thread_id, 0, program->status, NULL);
    thread_leave();
    atomic_store(&program->has_ended, true);
    if (program->ended)
        program->ended(program->to);
    return NULL;
}

static void take_options(struct program *program, const struct program_options *options)
{
    program->ended = options->ended;
    program->to = options->to;
    snprintf(program->name, sizeof program->name, "%s", options->name ? options->name : "main");
    program->pause_at = options->pause_at;
    perturb_begin(options->perturb);
    if (options->instant)
        atomic_fetch_or(&program->record->control.attention, ATTENTION_INSTANT);
    if (options->stopped) {
        program->user_stopped = true;
        program->stopped_at = control_real_now();
        control_stop(&program->record->control);
    }
}

/* A thread that is not the program's but writes to its record. It is not entered, so nothing halts
 * it, and its entity stays unborn, so nobody shows it. */
static void outsider(struct probe_thread *thread, struct record *record)
{
    thread->writer.record = record;
    thread->writer.thread = record_new_id(record);
}

static int open_record(struct program *program, size_t cap)
{
    int error = record_create(cap ? cap : DEFAULT_CAP, &program->record, NULL);

    if (error)
        return error;
    atomic_store(&program->record->pid, (uint32_t)getpid());
    modules_note(&program->record->modules);
    libuv_note(program->record);
    outsider(&program->controller, program->record);
    outsider(&program->collector, program->record);
    program->thread_id = record_new_id(program->record);
    return 0;
}

static int launch(struct program *program)
{
    int error = output_redirect();

    if (error)
        return error;
    error = recorder_start(program->record, tick, program, &program->recorder);
    if (!error)
        error = -raw_thread_create(&program->thread, NULL, run, program);
    if (error) {
        recorder_stop(program->recorder);
        output_end(&program->collector.writer);
        return error;
    }
    while (sem_wait(&program->begun) != 0 && errno == EINTR)
        ;
    return 0;
}

int program_start(int (*main)(void), const struct program_options *options,
                  struct program **ret_program)
{
    static const struct program_options none;
    struct program *program;
    int error;

    if (!options)
        options = &none;
    if (running)
        return -EBUSY;
    forks_watch();
    program = calloc(1, sizeof *program);
    if (!program)
        return -ENOMEM;
    program->main = main;
    program->percent = 100;
    pthread_mutex_init(&program->lock, NULL);
    sem_init(&program->begun, 0, 0);
    error = open_record(program, options->cap);
    if (!error)
        error = gate_open();
    if (!error) {
        instant_reset();
        pool_reset();
        threads_begin(program->record, true);
        take_options(program, options);
        error = launch(program);
    }
    if (error) {
        record_destroy(program->record);
        sem_destroy(&program->begun);
        free(program);
        return error;
    }
    running = true;
    *ret_program = program;
    return 0;
}

struct record *program_record(struct program *program)
{
    return program->record;
}

bool program_ended(struct program *program, int *ret_status)
{
    if (!atomic_load(&program->has_ended))
        return false;
    if (ret_status)
        *ret_status = program->status;
    return true;
}

int64_t program_waited_for_cpu(struct program *program)
{
    int64_t cpu, waited;

    (void)program;
    threads_times(&cpu, &waited);
    return waited;
}

int64_t program_cpu_time(struct program *program)
{
    int64_t cpu, waited;

    (void)program;
    threads_times(&cpu, &waited);
    return cpu;
}

static void close_down(struct program *program)
{
    recorder_stop(program->recorder);
    program->recorder = NULL;
    output_end(&program->collector.writer);
}

int program_join(struct program *program)
{
    if (!program->joined) {
        program_go(program);
        raw_thread_join(program->thread, NULL);
        close_down(program);
        program->joined = true;
    }
    return program->status;
}

/* Threads that the program left running still write to the record: then it stays. */
void program_free(struct program *program)
{
    if (threads_count() == 0)
        record_destroy(program->record);
    pthread_mutex_destroy(&program->lock);
    sem_destroy(&program->begun);
    free(program);
    running = false;
}

/* Threads that compute in a library may take a moment to halt; those that never do are left. */
void program_abandon(struct program *program)
{
    int64_t deadline = control_real_now() + ABANDON_NS;

    program_stop(program);
    while (!program_held(program) && control_real_now() < deadline)
        raw_ppoll(NULL, 0, &(struct timespec){0, 1000000}, NULL);
    close_down(program);
}
