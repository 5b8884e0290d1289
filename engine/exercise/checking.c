/* One run of a program is: a record in a memfd, a recorder that feeds it, the supervisor, and then
 * the judge over what is left. The first run is the program as it is; the others are the same
 * program disturbed by seeds, its idle waits skipped. Places are looked up while the program's file
 * is still there, and kept as text. */
#include "engine/exercise/checking.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/array.h"
#include "engine/base/file.h"
#include "engine/event/record.h"
#include "engine/exercise/supervise.h"
#include "engine/probe/attach.h"
#include "engine/trace/symbols.h"

enum { RECORD_BYTES = 64 << 20, REPORT_BYTES = 256 * 1024, SOURCE_BYTES = 1 << 20 };

/* --- the environment of a run ----------------------------------------------------------------- */

enum { VARIABLES = 16 };

struct variables {
    struct str texts[VARIABLES];
    char *items[VARIABLES + 1];
    int count;
};

__attribute__((format(printf, 2, 3))) static void set(struct variables *variables,
                                                      const char *format, ...)
{
    struct str *text = &variables->texts[variables->count];
    va_list args;

    va_start(args, format);
    str_vprintf(text, format, args);
    va_end(args);
    variables->items[variables->count++] = text->data;
}

static void set_variables(struct variables *variables, const struct checking *checking,
                          const char *scratch, int record, int seed)
{
    const char *path = getenv("PATH");

    *variables = (struct variables){.count = 0};
    set(variables, "PATH=%s", path ? path : "/usr/bin:/bin");
    set(variables, "HOME=%s/run", scratch);
    set(variables, "TMPDIR=%s/run", scratch);
    set(variables, "LC_ALL=C.UTF-8");
    set(variables, "UV_USE_IO_URING=0");
    set(variables,
        "ASAN_OPTIONS=log_path=%s/report:detect_leaks=%d:detect_stack_use_after_return=1", scratch,
        checking->exercise->leaks);
    set(variables, "UBSAN_OPTIONS=log_path=%s/report:print_stacktrace=1", scratch);
    if (record >= 0)
        set(variables, "%s=/proc/%d/fd/%d", ATTACH_RECORD, (int)getpid(), record);
    if (seed) {
        set(variables, "%s=1", ATTACH_CONTROL);
        set(variables, "%s=1", ATTACH_INSTANT);
        set(variables, "%s=%d", ATTACH_PERTURB, seed);
    }
}

static void free_variables(struct variables *variables)
{
    for (int i = 0; i < variables->count; i++)
        str_free(&variables->texts[i]);
}

/* --- the sanitizers' report ------------------------------------------------------------------- */

static void add_report(const char *path, struct str *out)
{
    char *data = NULL;
    size_t length = 0;

    if (file_read(path, REPORT_BYTES, &data, &length, NULL) == 0 && out->length < REPORT_BYTES)
        str_add_shown(out, data, length, true);
    free(data);
}

/* Files SCRATCH/report.PID, which are removed so that the next run begins without. */
static void take_report(const char *scratch, struct str *out)
{
    DIR *entries = opendir(scratch);
    struct dirent *entry;
    struct str path = {0};

    while (entries && (entry = readdir(entries))) {
        if (strncmp(entry->d_name, "report.", 7))
            continue;
        str_clear(&path);
        str_printf(&path, "%s/%s", scratch, entry->d_name);
        add_report(str_text(&path), out);
        unlink(str_text(&path));
    }
    if (entries)
        closedir(entries);
    str_free(&path);
}

/* --- one run ---------------------------------------------------------------------------------- */

/* What a run leaves; belongs to the verdict if the run is the one that is told. */
struct traced {
    struct record *record;
    struct trace *trace;
    struct outcome *outcome;
    struct str report;
};

static void traced_free(struct traced *traced)
{
    trace_close(traced->trace);
    record_destroy(traced->record);
    outcome_free(traced->outcome);
    str_free(&traced->report);
    *traced = (struct traced){0};
}

static int run_program(const struct checking *checking, const char *scratch, int record, int seed,
                       struct traced *traced, struct error *error)
{
    struct str folder = {0}, program = {0};
    struct variables variables;
    struct supervised job = {.supervisor = checking->kit->supervisor,
                             .limits = checking->exercise->limits,
                             .tick = checking->tick,
                             .to = checking->to};

    str_printf(&folder, "%s/run", scratch);
    str_printf(&program, "%s/program", scratch);
    char *words[] = {program.data, NULL};
    set_variables(&variables, checking, scratch, record, seed);
    job.folder = str_text(&folder);
    job.words = words;
    job.environment = variables.items;
    mkdir(job.folder, 0700);
    int code = supervise(&job, &traced->outcome, error);
    if (code == 0 && traced->outcome->end == RUN_CANCELLED)
        code = -ECANCELED;
    scratch_remove(job.folder);
    take_report(scratch, &traced->report);
    free_variables(&variables);
    str_free(&folder);
    str_free(&program);
    return code;
}

static int trace_program(const struct checking *checking, const char *scratch, int seed,
                         struct traced *ret_traced, struct error *error)
{
    struct recorder *recorder = NULL;
    int fd = -1, code;

    *ret_traced = (struct traced){0};
    code = record_create(RECORD_BYTES, &ret_traced->record, &fd);
    if (code == 0)
        code = recorder_start(ret_traced->record, NULL, NULL, &recorder);
    if (code)
        error_set(error, code, "cannot record a run: %s", strerror(-code));
    if (code == 0)
        code = run_program(checking, scratch, fd, seed, ret_traced, error);
    recorder_stop(recorder);
    if (fd >= 0)
        close(fd);
    if (code == 0 && trace_open(ret_traced->record, &ret_traced->trace) == 0)
        trace_finish(ret_traced->trace);
    return code;
}

/* --- places ----------------------------------------------------------------------------------- */

static void name_place(struct symbols *symbols, uint64_t where, bool is_return, char *ret_text)
{
    struct place place;

    ret_text[0] = '\0';
    if (!where || !symbols)
        return;
    symbols_wait(symbols, where, is_return, &place);
    if (place.line > 0)
        snprintf(ret_text, PLACE_BYTES, "%s:%d", place.file, place.line);
}

static void name_places(struct verdict *verdict)
{
    struct symbols *symbols = NULL;

    if (!verdict->record || symbols_open_modules(&verdict->record->modules, &symbols))
        symbols = NULL;
    for (size_t i = 0; i < verdict->finding_count; i++)
        if (!verdict->findings[i].passed)
            name_place(symbols, verdict->findings[i].where, verdict->findings[i].is_return,
                       verdict->places[i]);
    for (size_t i = 0; i < verdict->alive_count; i++) {
        name_place(symbols, verdict->alive[i].created, true, verdict->alive_places[i][0]);
        name_place(symbols, verdict->alive[i].where, true, verdict->alive_places[i][1]);
    }
    symbols_close(symbols);
}

/* --- the verdict ------------------------------------------------------------------------------ */

static bool was_ended(const struct outcome *outcome)
{
    return outcome->end == RUN_TOO_LONG || outcome->end == RUN_TOO_MUCH_CPU;
}

/* The run becomes the one that the verdict tells. */
static void tell(struct verdict *verdict, int seed, struct traced *traced,
                 const struct finding *findings, size_t count)
{
    trace_close(verdict->trace);
    record_destroy(verdict->record);
    outcome_free(verdict->outcome);
    str_free(&verdict->report);
    verdict->seed = seed;
    memcpy(verdict->findings, findings, count * sizeof *findings);
    verdict->finding_count = count;
    verdict->outcome = traced->outcome;
    verdict->record = traced->record;
    verdict->trace = traced->trace;
    verdict->report = traced->report;
    *traced = (struct traced){0};
    if (verdict->trace && was_ended(verdict->outcome)) {
        size_t alive = judge_alive(verdict->trace, verdict->alive, ALIVE_MAX);
        verdict->alive_count = alive < ALIVE_MAX ? alive : ALIVE_MAX;
    }
    name_places(verdict);
}

static int one_run(const struct checking *checking, const char *scratch, int seed,
                   struct verdict *verdict, struct error *error)
{
    struct finding findings[FINDINGS_MAX];
    struct traced traced;
    int code = trace_program(checking, scratch, seed, &traced, error);

    if (code == 0) {
        struct judged_run run = {traced.outcome, traced.trace, str_text(&traced.report), seed != 0};
        size_t count = judge(checking->exercise, &run, findings);
        bool failed = judge_first(findings, count) != NULL;

        verdict->runs++;
        verdict->runs_ns += traced.outcome->wall_ns;
        if (failed && verdict->failed < SEEDS_TOLD)
            verdict->failed_seeds[verdict->failed] = seed;
        verdict->failed += failed;
        if (verdict->runs == 1) {
            verdict->run_ns = traced.outcome->wall_ns;
            tell(verdict, seed, &traced, findings, count);
        } else if (failed && verdict->failed == 1) {
            tell(verdict, seed, &traced, findings, count);
        }
    }
    traced_free(&traced);
    return code;
}

/* A program that fails undisturbed is not worth disturbing; one that was ended by the supervisor
 * would cost its limit each time. */
static int all_runs(const struct checking *checking, const char *scratch, struct verdict *verdict,
                    struct error *error)
{
    int code = checking->only_seed ? 0 : one_run(checking, scratch, 0, verdict, error);

    if (verdict->failed)
        return code;
    for (int i = 0; i < checking->seeds && code == 0; i++) {
        code = one_run(checking, scratch, checking->first_seed + i, verdict, error);
        verdict->first_seed = checking->first_seed;
        verdict->seeds += code == 0;
        if (verdict->failed && verdict->outcome->end != RUN_EXITED)
            break;
    }
    return code;
}

/* A program may remove its own source; the learner's work is not lost by that. */
static void keep_source(const struct checking *checking, const char *data, size_t length,
                        struct verdict *verdict)
{
    if (file_exists(checking->source))
        return;
    verdict->source_deleted = true;
    file_replace(checking->source, data, length, NULL);
}

static int build_and_run(const struct checking *checking, const char *scratch,
                         struct verdict *verdict, struct error *error)
{
    struct built built;
    int code = build_program(checking->kit, checking->source, scratch, checking->exercise->tasks,
                             checking->tick, checking->to, &built, error);

    verdict->diagnostics = built.diagnostics;
    verdict->compile_ns = built.took_ns;
    if (code == 0 && !built.good)
        verdict->kind = VERDICT_NOT_COMPILED;
    if (code == 0 && built.good) {
        code = all_runs(checking, scratch, verdict, error);
        verdict->kind = verdict->failed ? VERDICT_FAILED : VERDICT_PASSED;
    }
    return code;
}

int check_source(const struct checking *checking, struct verdict *ret_verdict, struct error *error)
{
    struct str scratch = {0};
    char *data = NULL;
    size_t length = 0;
    int64_t begin = control_real_now();
    int code = file_read(checking->source, SOURCE_BYTES, &data, &length, error);

    memset(ret_verdict, 0, sizeof *ret_verdict);
    if (code == 0)
        code = scratch_make(&scratch, error);
    if (code == 0) {
        code = build_and_run(checking, str_text(&scratch), ret_verdict, error);
        keep_source(checking, data, length, ret_verdict);
        scratch_remove(str_text(&scratch));
    }
    if (code)
        verdict_free(ret_verdict);
    else
        ret_verdict->total_ns = control_real_now() - begin;
    str_free(&scratch);
    free(data);
    return code;
}

const struct finding *verdict_first(const struct verdict *verdict)
{
    return judge_first(verdict->findings, verdict->finding_count);
}

void verdict_free(struct verdict *verdict)
{
    trace_close(verdict->trace);
    record_destroy(verdict->record);
    outcome_free(verdict->outcome);
    str_free(&verdict->report);
    str_free(&verdict->diagnostics);
    memset(verdict, 0, sizeof *verdict);
}
