/* Programs in processes of their own as a stage needs them: what they write, how their time is
 * steered, and that they end. */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/event/record.h"
#include "engine/probe/apart.h"
#include "engine/trace/trace.h"
#include "tests/support/test.h"

static struct apart *begin(const char *program, const char *argument,
                           struct program_options options)
{
    char *words[] = {(char *)program, (char *)argument, NULL};
    struct apart *apart = NULL;

    cr_assert_eq(apart_start(words, PRELOAD, &options, &apart), 0);
    return apart;
}

/* Waits, for some seconds at most, until it is so. */
static bool comes(bool (*is_so)(struct apart *apart), struct apart *apart, bool wanted)
{
    int64_t deadline = control_real_now() + INT64_C(20000000000);

    while (is_so(apart) != wanted && control_real_now() < deadline)
        sched_yield();
    return is_so(apart) == wanted;
}

static bool has_ended(struct apart *apart)
{
    return apart_ended(apart, NULL);
}

/* What it wrote, its lines in their order. */
static void read_output(struct apart *apart, char *out, size_t size)
{
    struct trace *trace;
    char text[EVENT_TEXT_MAX * 4 + 1];

    *out = '\0';
    cr_assert_eq(trace_open(apart_record(apart), &trace), 0);
    cr_assert_geq(trace_finish(trace), 0);
    for (size_t i = 0; i < trace_count(trace); i++) {
        const struct event *event = trace_event(trace, i);
        if (event->kind != EVENT_TEXT ||
            (event->object != TEXT_STDOUT && event->object != TEXT_STDERR))
            continue;
        trace_text(trace, i, text, sizeof text);
        strncat(out, text, size - strlen(out) - 1);
        strncat(out, "|", size - strlen(out) - 1);
    }
    trace_close(trace);
}

Test(apart, what_it_writes_is_in_its_record_a_line_an_event)
{
    char *words[] = {"/bin/sh", "-c", "echo one; echo two; echo three >&2; read x; exit 5", NULL};
    struct program_options options = {0};
    struct apart *apart;
    char output[200];

    cr_assert_eq(apart_start(words, PRELOAD, &options, &apart), 0);
    int status = apart_join(apart);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 5, "its input is empty, and it goes on");
    read_output(apart, output, sizeof output);
    const char *one = strstr(output, "one"), *two = strstr(output, "|two");
    cr_assert(one && two && one < two && strstr(output, "three"), "%s", output);
    apart_free(apart);
}

Test(apart, a_crash_is_a_signal_and_the_record_outlives_it)
{
    struct apart *apart = begin(SUBJECT, "crash", (struct program_options){0});
    int status = apart_join(apart);
    char output[200];

    cr_assert(WIFSIGNALED(status));
    read_output(apart, output, sizeof output);
    cr_assert(strstr(output, "about to crash"), "%s", output);
    apart_free(apart);
}

Test(apart, what_does_not_end_is_killed)
{
    struct apart *apart = begin("/bin/sleep", "1000", (struct program_options){0});
    int status;

    cr_assert_not(apart_ended(apart, NULL));
    apart_end(apart);
    cr_assert(apart_ended(apart, &status));
    cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    apart_free(apart);
}

Test(apart, begins_stopped_and_goes_step_by_step_to_its_end)
{
    struct apart *apart = begin(SUBJECT, "timer", (struct program_options){.stopped = true});
    int steps = 0, status;

    cr_assert(comes(apart_stopped, apart, true));
    while (!apart_ended(apart, &status)) {
        if (!apart_stopped(apart))
            continue;
        apart_step(apart, LEVEL_LOOP);
        steps++;
    }
    cr_assert(WIFEXITED(status));
    cr_assert_geq(steps, 6);
    apart_free(apart);
}

Test(apart, pauses_when_its_clock_says_so_and_stands_until_it_may_go)
{
    struct apart *apart =
        begin("/bin/sleep", "1000", (struct program_options){.pause_at = 5000000});

    cr_assert(comes(apart_stopped, apart, true));
    struct control *control = &apart_record(apart)->control;
    int64_t stood = control_now(control);
    cr_assert_geq(stood - apart_record(apart)->start, 5000000);
    cr_assert_eq(control_now(control), stood);
    apart_go(apart);
    cr_assert_not(apart_stopped(apart));
    apart_free(apart);
}

Test(apart, in_slow_motion_it_stops_and_goes)
{
    struct apart *apart = begin("/bin/sleep", "1000", (struct program_options){0});

    apart_slow(apart, 25);
    cr_assert_eq(apart_percent(apart), 25);
    for (int i = 0; i < 3; i++) {
        cr_assert(comes(apart_held, apart, true));
        cr_assert_not(apart_stopped(apart), "that is not the learner's stop");
        cr_assert(comes(apart_held, apart, false));
    }
    apart_slow(apart, 100);
    cr_assert(comes(apart_held, apart, false));
    apart_free(apart);
}

Test(apart, a_program_that_is_not_there_is_an_error)
{
    char *words[] = {"/nowhere/at/all", NULL};
    struct program_options options = {0};
    struct apart *apart;

    cr_assert_eq(apart_start(words, PRELOAD, &options, &apart), -ENOENT);
}

Test(apart, tells_how_long_it_waited_for_a_processor)
{
    struct apart *apart = begin(SUBJECT, "timer", (struct program_options){0});

    cr_assert(comes(has_ended, apart, true));
    apart_join(apart);
    cr_assert_geq(apart_waited_for_cpu(apart), -1);
    cr_assert_neq(apart_record(apart)->pid, 0);
    apart_free(apart);
}
