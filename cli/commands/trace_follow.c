/* Following a traced program, and steering its time. It stops by SIGSTOP, its clock with it, and
 * goes on by SIGCONT: in slow motion, at a pause, and at a step, which the gate inside it ends. */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands/trace_job.h"
#include "cli/commands/trace_signals.h"
#include "engine/event/record.h"
#include "engine/probe/tracee.h"

enum { LIVE_MS = 20, QUIET_MS = 200, SLOW_PERIOD_MS = 40, PLACES_NS = 500000000 };

/* Whether there is a line before the program ends, or is asked to, as by Ctrl-C: stopped as it is,
 * it does not hear that. */
static bool is_answered(struct trace_job *job)
{
    struct pollfd keys = {.fd = fileno(job->keys), .events = POLLIN};

    while (poll(&keys, 1, LIVE_MS) <= 0)
        if (trace_signals_asked_to_end() || tracee_wait(job->tracee, 0, &job->wait_status))
            return false;
    return true;
}

/* Waits for a line from the terminal: Enter alone asks for the next step, g lets the program run, q
 * ends it. At the end of input it runs on. */
static char ask(struct trace_job *job)
{
    char line[64];

    fputs(" Enter next   g go on   q end it > ", job->log);
    fflush(job->log);
    if (is_answered(job))
        return fgets(line, sizeof line, job->keys) ? line[0] : 'g';
    fputc('\n', job->log);
    return 'g';
}

static void go_on(struct trace_job *job)
{
    switch (ask(job)) {
    case 'g':
        job->step = false;
        tracee_go(job->tracee);
        break;
    case 'q':
        job->step = false;
        tracee_go(job->tracee);
        kill(tracee_pid(job->tracee), SIGTERM);
        break;
    default:
        job->step = true; /* after a pause, too */
        tracee_step(job->tracee, job->level);
    }
}

static bool is_pause_due(const struct trace_job *job)
{
    return job->pause_at >= 0 && tracee_time(job->tracee) >= job->pause_at * INT64_C(1000000);
}

/* Lines wait for what may still be committed (the trace's lag) and for their places, which another
 * thread looks up, the first for tens of ms. */
static bool is_all_told(const struct trace_job *job, int64_t stood)
{
    return stood > 2 * TRACE_LAG_MS * INT64_C(1000000) &&
           live_position(job->lines) >= trace_count(job->trace);
}

/* The program stands still, at a step or at its pause: tells what happened, and asks. */
static void look_around(struct trace_job *job)
{
    int64_t since = control_real_now(), stood = 0;

    while (!is_all_told(job, stood) && stood < PLACES_NS) {
        trace_update(job->trace, control_real_now());
        trace_job_lines(job);
        if (tracee_wait(job->tracee, 5, &job->wait_status))
            return;
        stood = control_real_now() - since;
    }
    go_on(job);
}

/* Slow motion: the program runs for the first part of each period. */
static void slow_down(struct trace_job *job, int *phase)
{
    int run_ms = SLOW_PERIOD_MS * job->slow / 100;

    *phase = !*phase;
    if (*phase)
        tracee_stop(job->tracee);
    else
        tracee_go(job->tracee);
    tracee_wait(job->tracee, *phase ? SLOW_PERIOD_MS - run_ms : run_ms, &job->wait_status);
}

static int interval(const struct trace_job *job)
{
    if (job->step || job->pause_at >= 0)
        return 1;
    return job->live ? LIVE_MS : QUIET_MS;
}

void trace_job_follow(struct trace_job *job)
{
    int phase = 0;

    while (!tracee_wait(job->tracee, job->slow < 100 ? 0 : interval(job), &job->wait_status)) {
        if (is_pause_due(job)) {
            tracee_stop(job->tracee);
            job->pause_at = -1;
            look_around(job);
        } else if (job->step && tracee_stands(job->tracee)) {
            tracee_halt(job->tracee);
            look_around(job);
        } else {
            if (job->slow < 100)
                slow_down(job, &phase);
            trace_update(job->trace, control_real_now());
            trace_job_lines(job);
        }
    }
    trace_finish(job->trace);
    trace_job_lines(job);
}
