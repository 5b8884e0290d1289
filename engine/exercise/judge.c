/* One function a type of check. Each gives its verdict with what the run did in words, so that a
 * learner reads the difference and not only that there is one. */
#include "engine/exercise/judge.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/utf8.h"
#include "engine/exercise/judge_priv.h"
#include "engine/exercise/supervise.h"
#include "engine/exercise/warnings.h"

void finding_at(struct finding *finding, const struct trace *trace, size_t i)
{
    if (i >= trace_count(trace))
        return;
    const struct event *event = trace_event(trace, i);
    finding->where = event->where;
    finding->is_return = event_where_is_return((enum event_kind)event->kind);
    finding->time = event->time;
}

static bool within(const struct check *check, double value)
{
    return value >= check->least && value <= check->most;
}

/* --- of the trace ----------------------------------------------------------------------------- */

static void judge_count(const struct check *check, const struct trace *trace,
                        struct finding *finding)
{
    const struct selector *of = &check->steps[0];
    size_t count = 0, beyond = SIZE_MAX;

    for (size_t i = 0; i < trace_count(trace); i++) {
        if (!selector_matches(of, trace, i))
            continue;
        if ((double)++count > check->most && beyond == SIZE_MAX)
            beyond = i;
    }
    finding->passed = within(check, (double)count);
    if (beyond != SIZE_MAX) /* what is missing has no place */
        finding_at(finding, trace, beyond);
    if (count == 0)
        snprintf(finding->got, sizeof finding->got, "that never happened (\"%s\" in its trace)",
                 selector_noun(of));
    else
        snprintf(finding->got, sizeof finding->got,
                 "that happened %zu time%s (\"%s\" in its trace)", count, count == 1 ? "" : "s",
                 selector_noun(of));
}

static void judge_order(const struct check *check, const struct trace *trace,
                        struct finding *finding)
{
    size_t before = 0;

    finding->passed = true;
    for (size_t step = 0; step < check->step_count && finding->passed; step++) {
        size_t at = selector_find(&check->steps[step], trace);
        finding->passed = at != SIZE_MAX && (step == 0 || at > before);
        if (at == SIZE_MAX)
            snprintf(finding->got, sizeof finding->got, "step %zu (%s) did not happen", step + 1,
                     selector_noun(&check->steps[step]));
        else if (!finding->passed)
            snprintf(finding->got, sizeof finding->got, "step %zu (%s) came before step %zu (%s)",
                     step + 1, selector_noun(&check->steps[step]), step,
                     selector_noun(&check->steps[step - 1]));
        if (!finding->passed)
            finding_at(finding, trace, at);
        before = at;
    }
}

static void judge_duration(const struct check *check, const struct trace *trace,
                           struct finding *finding)
{
    size_t from = check->step_count ? selector_find(&check->steps[0], trace) : 0;
    size_t to =
        check->step_count > 1 ? selector_find(&check->steps[1], trace) : trace_count(trace) - 1;

    if (from >= trace_count(trace) || to >= trace_count(trace)) {
        snprintf(finding->got, sizeof finding->got, "the trace has no such stretch");
        return;
    }
    double took =
        ((double)trace_event(trace, to)->time - (double)trace_event(trace, from)->time) / 1e6;
    finding->passed = within(check, took);
    finding_at(finding, trace, to);
    snprintf(finding->got, sizeof finding->got, "it took %.1f ms", took);
}

static void judge_warnings(const struct check *check, const struct trace *trace,
                           struct finding *finding)
{
    struct str told = {0};
    size_t event = SIZE_MAX;

    finding->passed = !warnings_find(trace, check->lines, &told, &event);
    finding_at(finding, trace, event);
    snprintf(finding->got, sizeof finding->got, "%s", str_text(&told));
    str_free(&told);
}

static void judge_queue(const struct check *check, const struct trace *trace,
                        struct finding *finding)
{
    struct str told = {0};
    uint64_t bytes = 0;
    size_t event = SIZE_MAX;

    warnings_queue(trace, &bytes, &event, &told);
    finding->passed = within(check, (double)bytes);
    finding_at(finding, trace, event);
    if (bytes)
        snprintf(finding->got, sizeof finding->got, "as many as %llu bytes were pending on %s",
                 (unsigned long long)bytes, str_text(&told));
    else
        snprintf(finding->got, sizeof finding->got, "nothing was written through libuv");
    str_free(&told);
}

static bool is_about_time(enum check_type type)
{
    return type == CHECK_DURATION || type == CHECK_LONGEST || type == CHECK_WARNINGS;
}

static void judge_trace(const struct check *check, const struct trace *trace,
                        struct finding *finding)
{
    switch (check->type) {
    case CHECK_OVERLAP:
        judge_overlap(check, trace, finding);
        break;
    case CHECK_COUNT:
        judge_count(check, trace, finding);
        break;
    case CHECK_ORDER:
        judge_order(check, trace, finding);
        break;
    case CHECK_DURATION:
        judge_duration(check, trace, finding);
        break;
    case CHECK_LONGEST:
        judge_longest(check, trace, finding);
        break;
    case CHECK_CLOSED:
        judge_closed(trace, finding);
        break;
    case CHECK_WARNINGS:
        judge_warnings(check, trace, finding);
        break;
    case CHECK_THREADS:
        judge_threads(check, trace, finding);
        break;
    case CHECK_QUEUE:
        judge_queue(check, trace, finding);
        break;
    default:
        break;
    }
}

/* --- of the record ---------------------------------------------------------------------------- */

static void judge_processor(const struct check *check, int64_t processor, struct finding *finding)
{
    double computed = (double)processor / 1e6;

    finding->passed = processor > 0 && within(check, computed);
    if (processor > 0)
        snprintf(finding->got, sizeof finding->got, "it computed for %.1f ms", computed);
    else
        snprintf(
            finding->got, sizeof finding->got,
            "how long it computed is not known: it did not end by an exit or the end of main()");
}

/* --- all -------------------------------------------------------------------------------------- */

static void judge_check(const struct check *check, const struct judged_run *run,
                        struct finding *finding)
{
    finding->skipped = run->perturbed && is_about_time(check->type);
    finding->passed = finding->skipped;
    if (finding->skipped)
        return;
    if (check->type == CHECK_OUTPUT) {
        judge_output(check, run->outcome, finding);
    } else if (check->type == CHECK_EXIT) {
        finding->passed = run->outcome->end == RUN_EXITED && run->outcome->detail == check->status;
        snprintf(finding->got, sizeof finding->got, "its status was %d", run->outcome->detail);
    } else if (check->type == CHECK_MEMORY) {
        judge_memory(check, run->outcome, finding);
    } else if (check->type == CHECK_PROCESSOR) {
        judge_processor(check, run->processor, finding);
    } else if (!run->trace || trace_count(run->trace) == 0) {
        snprintf(finding->got, sizeof finding->got, "no trace of this run was recorded");
    } else if (trace_dropped(run->trace)) {
        finding->unknown = true;
        snprintf(finding->got, sizeof finding->got,
                 "%llu events did not fit into the record of %zu, so its trace tells nothing",
                 (unsigned long long)trace_dropped(run->trace), trace_count(run->trace));
    } else {
        judge_trace(check, run->trace, finding);
    }
}

size_t judge(const struct exercise *exercise, const struct judged_run *run,
             struct finding *ret_findings)
{
    size_t count = 0;

    memset(ret_findings, 0, FINDINGS_MAX * sizeof *ret_findings);
    ret_findings[count].id = "clean";
    ret_findings[count].say = "the sanitizers find nothing wrong";
    judge_clean(run->report, &ret_findings[count++]);
    ret_findings[count].id = "ends";
    ret_findings[count].say = "the program ends by itself, within its limits";
    judge_end(exercise, run->outcome, &ret_findings[count++]);
    for (size_t i = 0; i < exercise->check_count; i++) {
        ret_findings[count].id = exercise->checks[i].id;
        ret_findings[count].say = exercise->checks[i].say;
        judge_check(&exercise->checks[i], run, &ret_findings[count++]);
    }
    for (size_t i = 0; i < count; i++) { /* what was cut is cut at a character */
        char *got = ret_findings[i].got;
        got[utf8_valid_prefix(got, strlen(got))] = '\0';
    }
    return count;
}

const struct finding *judge_first(const struct finding *findings, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!findings[i].passed && !findings[i].unknown)
            return &findings[i];
    return NULL;
}

const struct finding *judge_unknown(const struct finding *findings, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (findings[i].unknown)
            return &findings[i];
    return NULL;
}
