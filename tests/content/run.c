/* Runs acts for the tests of what lessons say of them. The record is read after the end, so a test
 * sees just what a learner's prediction is graded from. */
#include "tests/content/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "chapters/chapter.h"
#include "engine/task/recorded.h"
#include "engine/task/task.h"
#include "tests/support/test.h"

static double ms(uint64_t ns)
{
    return (double)ns / 1e6;
}

/* A program that is wrong on purpose reports to its reader, and not to whoever judges this test. */
static int perform(const struct performer *performer, const struct program_options *options,
                   struct performance **ret_performance)
{
    const char *judged = getenv("ASAN_OPTIONS");
    char *kept = judged ? strdup(judged) : NULL;
    int r;

    if (!performer->main)
        unsetenv("ASAN_OPTIONS");
    r = performance_start(performer, options, ret_performance);
    if (kept)
        setenv("ASAN_OPTIONS", kept, 1);
    free(kept);
    return r;
}

static struct trial run_with(int number, const char *demo_name, const char *act_name, bool instant)
{
    const struct chapter *chapter = chapter_by_number(number);
    const struct demo *demo = chapter ? chapter_demo(chapter, demo_name) : NULL;
    const struct act *act = demo ? demo_act(demo, act_name) : NULL;
    struct program_options options = {.name = act_name, .instant = instant};
    struct trial run = {0};

    struct performer performer = {0};
    char path[512];

    cr_assert(act, "no act %s:%s in chapter %d", demo_name, act_name, number);
    task_set_tracer(task_recorder());
    snprintf(path, sizeof path, "%s/%s", ASYNCTUT_BUILD, act->program ? act->program : "");
    performer.main = act->main;
    performer.program = path;
    cr_assert_eq(perform(&performer, &options, &run.performance), 0);
    run.status = performance_join(run.performance, &run.signal);
    cr_assert_eq(trace_open(performance_record(run.performance), &run.trace), 0);
    cr_assert_geq(trace_finish(run.trace), 0);
    cr_assert_eq(trace_dropped(run.trace), 0);
    cr_assert_eq(trace_damaged(run.trace), 0);
    cr_assert_eq(query_actors(run.trace, &run.actors), 0);
    return run;
}

struct trial run_act(int chapter, const char *demo, const char *act)
{
    return run_with(chapter, demo, act, false);
}

struct trial run_instantly(int chapter, const char *demo, const char *act)
{
    return run_with(chapter, demo, act, true);
}

struct trial run_quietly(int chapter, const char *demo, const char *act)
{
    struct trial run = run_act(chapter, demo, act);

    for (int i = 1; i < 10 && performance_waited_for_cpu(run.performance) > 10000000; i++) {
        run_free(&run);
        run = run_act(chapter, demo, act);
    }
    return run;
}

void run_free(struct trial *run)
{
    query_actors_free(&run->actors);
    trace_close(run->trace);
    performance_free(run->performance);
}

const struct actor *run_actor(const struct trial *run, const char *who)
{
    const struct actor *actor = query_actor(&run->actors, who);

    cr_assert(actor, "the run has no actor %s", who);
    return actor;
}

double run_total(const struct trial *run)
{
    return ms(trace_end(run->trace));
}

double run_waited(const struct trial *run, const char *who)
{
    const struct actor *actor = run_actor(run, who);

    return ms(query_time_in(actor, SPAN_WAITING) + query_time_in(actor, SPAN_BLOCKED));
}

double run_ran(const struct trial *run, const char *who)
{
    return ms(query_time_in(run_actor(run, who), SPAN_RUNNING));
}

double run_ended(const struct trial *run, const char *who)
{
    return ms(run_actor(run, who)->end);
}

size_t run_overlap(const struct trial *run, enum span_state state)
{
    return query_overlap(&run->actors, NULL, 0, state, 0, NULL);
}

size_t run_count(const struct trial *run, enum event_kind kind, int64_t object)
{
    size_t count = 0;

    for (size_t i = 0; i < trace_count(run->trace); i++) {
        const struct event *event = trace_event(run->trace, i);
        count += event->kind == kind && (object < 0 || event->object == object);
    }
    return count;
}

/* Texts of that role that contain the words. */
static size_t count_texts(const struct trial *run, uint32_t role, const char *words)
{
    char text[EVENT_TEXT_MAX * 4 + 1];
    size_t count = 0;

    for (size_t i = 0; i < trace_count(run->trace); i++) {
        const struct event *event = trace_event(run->trace, i);
        if (event->kind != EVENT_TEXT || event->object != role)
            continue;
        trace_text(run->trace, i, text, sizeof text);
        count += strstr(text, words) != NULL;
    }
    return count;
}

size_t run_said(const struct trial *run, const char *words)
{
    return count_texts(run, TEXT_SAY, words);
}

size_t run_wrote(const struct trial *run, const char *words)
{
    return count_texts(run, TEXT_STDOUT, words) + count_texts(run, TEXT_STDERR, words);
}
