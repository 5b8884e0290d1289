/* Time that is stopped, stepped, slowed and skipped. The tests steer real programs and judge them
 * by their own clock; what they wait for is a condition, never a duration. */
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include "engine/event/record.h"
#include "engine/event/stage.h"
#include "tests/probe/run.h"
#include "tests/support/test.h"

/* How exactly a program's clock keeps the time that it should. ThreadSanitizer makes every step
 * many times as long, and the steps belong to the program; so does the time for which a busy
 * machine leaves it without a processor, hence a few tries. */
#ifdef __SANITIZE_THREAD__
enum { WITHIN_MS = 60, TRIES = 5 };
#else
enum { WITHIN_MS = 3, TRIES = 5 };
#endif

enum { PATIENCE_MS = 20000 };

static double real_ms(void)
{
    return (double)control_real_now() / 1e6;
}

static void short_pause(int ms)
{
    poll(NULL, 0, ms);
}

#define WAIT_FOR(condition)                                          \
    do {                                                             \
        double deadline = real_ms() + PATIENCE_MS;                   \
        while (!(condition)) {                                       \
            cr_assert_lt(real_ms(), deadline, "never: " #condition); \
            short_pause(1);                                          \
        }                                                            \
    } while (0)

static uv_loop_t loop;
static uv_timer_t timer;
static uv_work_t request;
static _Atomic int reached;
static double fired_ms;

static void close_timer(uv_timer_t *handle)
{
    fired_ms = (double)uv_hrtime() / 1e6;
    uv_close((uv_handle_t *)handle, NULL);
}

static int run_loop(void)
{
    uv_run(&loop, UV_RUN_DEFAULT);
    return uv_loop_close(&loop);
}

/* From before the loop looks at the clock, as the timer counts from there. */
static int timer_of_300(void)
{
    double begin = (double)uv_hrtime() / 1e6;

    uv_loop_init(&loop);
    uv_timer_init(&loop, &timer);
    stage_name(&timer, "timer");
    uv_timer_start(&timer, close_timer, 300, 0);
    atomic_store(&reached, 1);
    run_loop();
    fired_ms -= begin;
    return 0;
}

static void stop_for_a_second(void)
{
    struct program *program;
    double begin = real_ms();
    struct run run;

    atomic_store(&reached, 0);
    cr_assert_eq(program_start(timer_of_300, NULL, &program), 0);
    WAIT_FOR(atomic_load(&reached));
    program_stop(program);
    WAIT_FOR(program_held(program));
    cr_assert(program_stopped(program));
    short_pause(1000); /* the stop itself, which is what is tested */
    program_go(program);
    run = run_finish(program);
    cr_assert_geq(real_ms() - begin, 1299);
    cr_assert_geq(fired_ms, 299);
    cr_assert_eq(run_count(&run, EVENT_STOPPED, 0), 1);
    cr_assert_geq(run_event(&run, EVENT_GO, 0, 0)->arg, 999000000);
    run_close(&run);
}

/* Whether the timer fires at 300 ms of the program's clock. */
static bool fires_in_time(void (*do_it)(void))
{
    for (int i = 0; i < TRIES; i++) {
        do_it();
        if (fired_ms <= 300 + WITHIN_MS)
            return true;
    }
    return false;
}

Test(time, a_300_ms_timer_stopped_for_a_second_fires_at_300_ms_of_its_own_clock)
{
    cr_assert(fires_in_time(stop_for_a_second), "it fired at %g ms", fired_ms);
}

/* --- while the whole process is stopped --------------------------------------------------------
 */

Test(time, stands_while_the_process_is_suspended_and_then_goes_on_as_before)
{
    struct program *program;
    int64_t stood;
    struct run run;

    atomic_store(&reached, 0);
    cr_assert_eq(program_start(timer_of_300, NULL, &program), 0);
    WAIT_FOR(atomic_load(&reached));
    program_suspend(program, true);
    stood = control_now(&program_record(program)->control);
    short_pause(400); /* longer than the timer */
    cr_assert_eq(control_now(&program_record(program)->control), stood);
    cr_assert_not(program_ended(program, NULL));
    program_suspend(program, false);
    cr_assert_not(program_stopped(program));
    run = run_finish(program);
    cr_assert_geq(fired_ms, 299);
    cr_assert_geq(run_event(&run, EVENT_GO, 0, 0)->arg, 399000000);
    run_close(&run);
}

Test(time, that_stood_before_it_was_suspended_stands_afterwards)
{
    struct program *program;
    struct run run;

    atomic_store(&reached, 0);
    cr_assert_eq(program_start(timer_of_300, NULL, &program), 0);
    WAIT_FOR(atomic_load(&reached));
    program_stop(program);
    program_suspend(program, true);
    program_suspend(program, false);
    cr_assert(program_stopped(program));
    program_go(program);
    run = run_finish(program);
    cr_assert_eq(run_count(&run, EVENT_STOPPED, 0), 1);
    run_close(&run);
}

/* --- what a thread does when it is stopped ---------------------------------------------------- */

static _Atomic uint64_t sum;
static _Atomic bool finish;

static int compute(void)
{
    atomic_store(&reached, 1);
    while (!atomic_load(&finish))
        atomic_fetch_add_explicit(&sum, 1, memory_order_relaxed);
    return 0;
}

Test(time, a_thread_that_only_computes_stops_too)
{
    struct program *program;
    struct run run;
    uint64_t seen;

    atomic_store(&reached, 0);
    atomic_store(&finish, false);
    cr_assert_eq(program_start(compute, NULL, &program), 0);
    WAIT_FOR(atomic_load(&reached));
    program_stop(program);
    WAIT_FOR(program_held(program));
    seen = atomic_load(&sum);
    short_pause(20);
    cr_assert_eq(atomic_load(&sum), seen);
    program_go(program);
    WAIT_FOR(atomic_load(&sum) > seen);
    atomic_store(&finish, true);
    run = run_finish(program);
    run_close(&run);
}

static int sleep_plainly(void)
{
    struct timespec before, after, wait = {0, 50000000};

    clock_gettime(CLOCK_MONOTONIC, &before);
    atomic_store(&reached, 1);
    nanosleep(&wait, NULL);
    clock_gettime(CLOCK_MONOTONIC, &after);
    fired_ms = (double)(after.tv_sec - before.tv_sec) * 1e3 +
               (double)(after.tv_nsec - before.tv_nsec) / 1e6;
    return 0;
}

static void slept_on_a_worker(uv_work_t *req)
{
    (void)req;
    sleep_plainly();
}

static int wait_for_a_worker(void)
{
    uv_loop_init(&loop);
    uv_queue_work(&loop, &request, slept_on_a_worker, NULL);
    return run_loop();
}

static int timed_condition(void)
{
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
    struct timespec before, after, until;

    clock_gettime(CLOCK_REALTIME, &before);
    until = before;
    until.tv_nsec += 50000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&mutex);
    atomic_store(&reached, 1);
    while (pthread_cond_timedwait(&condition, &mutex, &until) == 0)
        ;
    pthread_mutex_unlock(&mutex);
    clock_gettime(CLOCK_REALTIME, &after);
    fired_ms = (double)(after.tv_sec - before.tv_sec) * 1e3 +
               (double)(after.tv_nsec - before.tv_nsec) / 1e6;
    return 0;
}

static int timed_semaphore(void)
{
    struct timespec before, after, until;
    sem_t none;

    sem_init(&none, 0, 0);
    clock_gettime(CLOCK_MONOTONIC, &before);
    until = before;
    until.tv_nsec += 50000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    atomic_store(&reached, 1);
    while (sem_clockwait(&none, CLOCK_MONOTONIC, &until) == 0)
        ;
    clock_gettime(CLOCK_MONOTONIC, &after);
    fired_ms = (double)(after.tv_sec - before.tv_sec) * 1e3 +
               (double)(after.tv_nsec - before.tv_nsec) / 1e6;
    return 0;
}

/* Linux leaves there what is left. */
static int selects(void)
{
    struct timeval limit = {60, 0}, at_once = {0, 2000};
    fd_set readable;
    int ends[2];

    if (pipe(ends) || write(ends[1], "a", 1) != 1)
        return -1;
    FD_ZERO(&readable);
    FD_SET(ends[0], &readable);
    if (select(ends[0] + 1, &readable, NULL, NULL, &limit) != 1 ||
        select(0, NULL, NULL, NULL, &at_once) != 0)
        return -1;
    close(ends[0]);
    close(ends[1]);
    return limit.tv_sec >= 60 || limit.tv_sec < 50 || at_once.tv_sec || at_once.tv_usec;
}

Test(time, that_is_left_of_a_select_is_told)
{
    struct run run = run_whole(selects, NULL);

    cr_assert_eq(run.status, 0);
    run_close(&run);
}

static int timed_signal(void)
{
    struct timespec before, after, wait = {0, 50000000};
    sigset_t mine;

    sigemptyset(&mine);
    sigaddset(&mine, SIGUSR2);
    pthread_sigmask(SIG_BLOCK, &mine, NULL);
    clock_gettime(CLOCK_MONOTONIC, &before);
    atomic_store(&reached, 1);
    sigtimedwait(&mine, NULL, &wait);
    clock_gettime(CLOCK_MONOTONIC, &after);
    fired_ms = (double)(after.tv_sec - before.tv_sec) * 1e3 +
               (double)(after.tv_nsec - before.tv_nsec) / 1e6;
    return 0;
}

/* Stops the program for a while in the middle of a wait of 50 ms. */
static void stopped_wait_lasts_50_ms(int (*main)(void))
{
    struct program *program;
    struct run run;

    atomic_store(&reached, 0);
    cr_assert_eq(program_start(main, NULL, &program), 0);
    WAIT_FOR(atomic_load(&reached));
    program_stop(program);
    short_pause(150);
    program_go(program);
    run = run_finish(program);
    cr_assert_geq(fired_ms, 49.9);
    cr_assert_lt(fired_ms, 140, "%f", fired_ms); /* far less than the stop: it did not count */
    run_close(&run);
}

Test(time, stands_for_a_sleep)
{
    stopped_wait_lasts_50_ms(sleep_plainly);
}

Test(time, stands_for_a_wait_on_a_pool_thread)
{
    stopped_wait_lasts_50_ms(wait_for_a_worker);
}

Test(time, stands_for_a_timed_wait_for_a_condition)
{
    stopped_wait_lasts_50_ms(timed_condition);
}

Test(time, stands_for_a_timed_wait_for_a_semaphore)
{
    stopped_wait_lasts_50_ms(timed_semaphore);
}

Test(time, stands_for_a_timed_wait_for_a_signal)
{
    stopped_wait_lasts_50_ms(timed_signal);
}

/* --- stepping --------------------------------------------------------------------------------- */

/* A name is not something that happens: a step does not end there. */
static bool happens(const struct event *event)
{
    return event->kind != EVENT_TEXT || event->object != TEXT_NAME;
}

static size_t events_so_far(struct program *program)
{
    struct trace *trace;
    size_t count = 0;

    trace_open(program_record(program), &trace);
    trace_finish(trace);
    for (size_t i = 0; i < trace_count(trace); i++)
        count += happens(trace_event(trace, i));
    trace_close(trace);
    return count;
}

/* Only while all threads are held may another one read their record to its end. */
static void step_five_times(void)
{
    struct program_options options = {.stopped = true};
    struct program *program;
    struct run run;
    size_t before;

    cr_assert_eq(program_start(timer_of_300, &options, &program), 0);
    WAIT_FOR(program_held(program));
    for (int i = 0; i < 5; i++) {
        before = events_so_far(program);
        program_step(program, LEVEL_ALL);
        WAIT_FOR(program_stopped(program) && program_held(program));
        cr_assert_eq(events_so_far(program), before + 1);
    }
    program_go(program);
    run = run_finish(program);
    cr_assert_geq(fired_ms, 299);
    run_close(&run);
}

Test(time, steps_from_event_to_event_and_stands_between)
{
    cr_assert(fires_in_time(step_five_times), "it fired at %g ms", fired_ms);
}

Test(time, steps_to_the_next_turn)
{
    struct program_options options = {.stopped = true};
    struct program *program;
    struct run run;

    cr_assert_eq(program_start(timer_of_300, &options, &program), 0);
    WAIT_FOR(program_held(program));
    program_step_turn(program);
    WAIT_FOR(program_stopped(program) && program_held(program));
    program_go(program);
    run = run_finish(program);
    cr_assert_geq(run_count(&run, EVENT_POLL_END, 0), 1);
    run_close(&run);
}

/* --- slow and instant ------------------------------------------------------------------------- */

static int two_short_waits(void)
{
    sleep_plainly();
    return 0;
}

Test(time, in_slow_motion_takes_longer_and_measures_the_same)
{
    struct program *program;
    double begin = real_ms();
    struct run run;

    cr_assert_eq(program_start(two_short_waits, NULL, &program), 0);
    program_slow(program, 25);
    cr_assert_eq(program_percent(program), 25);
    run = run_finish(program);
    (void)begin;
    cr_assert_geq(fired_ms, 49.9);
    cr_assert_lt(fired_ms, 80, "%f", fired_ms);
    run_close(&run);
}

static void sleep_long(uv_work_t *req)
{
    (void)req;
    uv_sleep(60000);
}

static int an_idle_minute(void)
{
    static uv_work_t jobs[5];

    uv_loop_init(&loop);
    for (int i = 0; i < 5; i++)
        uv_queue_work(&loop, &jobs[i], sleep_long, NULL);
    uv_timer_init(&loop, &timer);
    uv_timer_start(&timer, close_timer, 30000, 0);
    return run_loop();
}

Test(time, skips_idle_waits_of_loops_and_workers_when_asked_to_be_instant)
{
    struct program_options options = {.instant = true};
    double begin = real_ms();
    struct run run = run_whole(an_idle_minute, &options);
    const struct event *last = run_event(&run, EVENT_WORK_END, 0, 4);

    cr_assert_lt(real_ms() - begin, 10000);
    cr_assert_geq(run_ms(last), 120000); /* five jobs of a minute on four workers */
    cr_assert_lt(run_ms(last), 121000);
    run_close(&run);
}

/* Sanitizers do not notice that a thread leaves their frames when it is cancelled in ppoll(). */
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
static void *sleep_for_ever(void *arg)
{
    struct timespec longest = {INT64_MAX, 999999999};

    nanosleep(&longest, NULL);
    *(bool *)arg = true;
    return NULL;
}

static int one_sleeps_for_ever(void)
{
    static bool woke;
    pthread_t thread;

    woke = false;
    if (pthread_create(&thread, NULL, sleep_for_ever, &woke))
        return -1;
    uv_sleep(60000);
    if (pthread_cancel(thread) || pthread_join(thread, NULL))
        return -1;
    return woke;
}

Test(time, is_never_over_for_who_sleeps_for_ever)
{
    struct program_options options = {.instant = true};
    struct run run = run_whole(one_sleeps_for_ever, &options);

    cr_assert_eq(run.status, 0);
    run_close(&run);
}
#endif

static void sleep_an_hour(void *arg)
{
    (void)arg;
    uv_sleep(3600000);
}

static int eight_threads(void)
{
    uv_thread_t threads[8];

    for (int i = 0; i < 8; i++)
        uv_thread_create(&threads[i], sleep_an_hour, NULL);
    for (int i = 0; i < 8; i++)
        uv_thread_join(&threads[i]);
    return 0;
}

/* A thread that was made and has not run yet is not asleep: nothing is skipped before it waits too.
 */
Test(time, is_not_skipped_past_a_thread_that_has_just_been_made)
{
    struct program_options options = {.instant = true};

    for (int i = 0; i < 50; i++) {
        struct run run = run_whole(eight_threads, &options);

        cr_assert_lt(run_ms(run_event(&run, EVENT_GONE, run_named(&run, "main"), 0)), 2 * 3600000);
        run_close(&run);
    }
}

/* libuv knows nothing of this child. */
static int a_child_answers(void)
{
    struct pollfd answer = {.events = POLLIN};
    int ends[2], ready;
    pid_t child;

    if (pipe(ends))
        return -1;
    child = fork();
    if (child == 0) {
        usleep(50000);
        _exit(write(ends[1], "a", 1) != 1);
    }
    answer.fd = ends[0];
    ready = poll(&answer, 1, 60000);
    waitpid(child, NULL, 0);
    close(ends[0]);
    close(ends[1]);
    return ready;
}

Test(time, is_not_skipped_while_a_child_runs)
{
    struct program_options options = {.instant = true};
    struct run run = run_whole(a_child_answers, &options);

    cr_assert_eq(run.status, 1);
    run_close(&run);
}

/* --- figures, and a program that does not end ------------------------------------------------- */

Test(time, tells_processor_time)
{
    struct program *program;
    struct run run;

    atomic_store(&reached, 0);
    atomic_store(&finish, false);
    cr_assert_eq(program_start(compute, NULL, &program), 0);
    WAIT_FOR(program_cpu_time(program) < 0 || program_cpu_time(program) > 5000000);
    atomic_store(&finish, true);
    run = run_finish(program);
    cr_assert(program_cpu_time(run.program) < 0 || program_cpu_time(run.program) > 5000000);
    run_close(&run);
}

Test(time, one_program_at_a_time)
{
    struct program *program, *second;
    struct run run;

    atomic_store(&finish, false);
    cr_assert_eq(program_start(compute, NULL, &program), 0);
    cr_assert_eq(program_start(compute, NULL, &second), UV_EBUSY);
    atomic_store(&finish, true);
    run = run_finish(program);
    run_close(&run);
}
