/* Faults that end a program, or keep it from ending: in processes of their own, seen by the tracer.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/event/record.h"
#include "engine/probe/tracee.h"
#include "engine/trace/diagnose.h"
#include "engine/trace/file.h"
#include "engine/trace/symbols.h"
#include "tests/support/test.h"

enum { NS_PER_MS = 1000000 };

static struct tracee *tracee;
static struct trace *trace;
static struct findings findings;
static int status;

static void start(const char *mode)
{
    char *words[] = {UNWELL, (char *)mode, NULL};
    struct tracee_options options = {.preload = PRELOAD};

    cr_assert_eq(tracee_start(words, &options, &tracee), 0);
    cr_assert_eq(trace_open(tracee_record(tracee), &trace), 0);
}

/* Follows it to its end; kills it when it has polled without end for `patience` ns (0: does not).
 */
static void follow(uint64_t patience)
{
    while (!tracee_wait(tracee, 10, &status)) {
        trace_update(trace, control_real_now());
        size_t count = trace_count(trace);
        const struct event *last = count ? trace_event(trace, count - 1) : NULL;
        if (patience && last && last->kind == EVENT_POLL && last->arg < 0 &&
            trace_lasted(trace) > last->time + patience)
            kill(tracee_pid(tracee), SIGTERM);
    }
    cr_assert_geq(trace_finish(trace), 0);
}

static void judge(const struct trace *of)
{
    struct thresholds thresholds = thresholds_default;

    for (int check = 0; check < CHECKS; check++) /* for a machine that is busy */
        if (thresholds.least[check] % NS_PER_MS == 0)
            thresholds.least[check] *= 20;
    findings_free(&findings);
    cr_assert_eq(diagnose(of, &thresholds, &findings), 0);
}

static void close_it(void)
{
    findings_free(&findings);
    trace_close(trace);
    tracee_free(tracee);
}

static void expect(enum check check, const char *function)
{
    struct symbols *symbols;
    struct place place;

    cr_assert_eq(findings.count, 1u, "%zu findings", findings.count);
    cr_assert_eq(findings.items[0].check, check);
    cr_assert_eq(symbols_open_modules(&tracee_record(tracee)->modules, &symbols), 0);
    symbols_wait(symbols, trace_event(trace, findings.items[0].event)->where, true, &place);
    cr_assert_str_eq(place.function, function);
    symbols_close(symbols);
}

Test(unwell, closed_twice_is_known_after_the_crash, .fini = close_it, .timeout = 60)
{
    start("closed-twice");
    follow(0);
    cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT, "status %d", status);
    judge(trace);
    expect(CHECK_CLOSED_TWICE, "on_timer");
}

/* Also when the trace is read from a file, later. */
Test(unwell, a_loop_that_cannot_end, .fini = close_it, .timeout = 60)
{
    char path[] = "/tmp/asynctut-test-XXXXXX";
    struct error error = {0};
    struct trace_file *file;
    struct trace *saved;
    int fd = mkstemp(path);

    start("stuck");
    follow(1300 * (uint64_t)NS_PER_MS);
    cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
    judge(trace);
    expect(CHECK_WORK_LEFT, "wait_for_ever");
    FILE *out = fdopen(fd, "wb");
    cr_assert_eq(trace_file_write(trace, NULL, "stuck", out, &error), 0);
    fclose(out);
    cr_assert_eq(trace_file_open(path, &file, &saved, &error), 0, "%s", error.text);
    unlink(path);
    judge(saved);
    cr_assert_eq(findings.count, 1u);
    cr_assert_eq(findings.items[0].check, CHECK_WORK_LEFT);
    trace_close(saved);
    trace_file_close(file);
}

Test(unwell, who_waits_as_long_for_somebody_who_comes_is_well, .fini = close_it, .timeout = 60)
{
    start("well");
    follow(0);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    judge(trace);
    for (size_t i = 0; i < findings.count; i++)
        cr_assert_fail("%s", check_name(findings.items[i].check));
}
