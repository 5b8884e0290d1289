/* The first run is the program as it is; the others are the same program disturbed by seeds, its
 * idle waits skipped. Places are looked up while the program's file is still there, and kept as
 * text. */
#include "engine/exercise/checking.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/event/record.h"
#include "engine/exercise/supervise.h"
#include "engine/exercise/trial.h"
#include "engine/exercise/workspace.h"
#include "engine/trace/symbols.h"

enum { SOURCE_BYTES = 1 << 20, BACK_MS = 200 };

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
static void tell(struct verdict *verdict, int seed, struct trial *trial,
                 const struct finding *findings, size_t count)
{
    trace_close(verdict->trace);
    record_destroy(verdict->record);
    outcome_free(verdict->outcome);
    str_free(&verdict->report);
    verdict->seed = seed;
    memcpy(verdict->findings, findings, count * sizeof *findings);
    verdict->finding_count = count;
    verdict->outcome = trial->outcome;
    verdict->record = trial->record;
    verdict->trace = trial->trace;
    verdict->report = trial->report;
    *trial = (struct trial){0};
    if (verdict->trace && was_ended(verdict->outcome)) {
        size_t alive = judge_alive(verdict->trace, verdict->alive, ALIVE_MAX);
        verdict->alive_count = alive < ALIVE_MAX ? alive : ALIVE_MAX;
    }
    name_places(verdict);
}

static size_t judge_trial(const struct checking *checking, const struct trial *trial, int seed,
                          struct finding *ret_findings)
{
    struct judged_run run = {.outcome = trial->outcome,
                             .trace = trial->trace,
                             .report = str_text(&trial->report),
                             .processor = atomic_load(&trial->record->processor),
                             .perturbed = seed != 0};

    return judge(checking->exercise, &run, ret_findings);
}

static int one_run(const struct checking *checking, const char *scratch, int seed,
                   struct verdict *verdict, struct error *error)
{
    struct finding findings[FINDINGS_MAX];
    struct trial trial;

    if (checking->running)
        checking->running(checking->to, verdict->runs + 1,
                          checking->seeds + (checking->only_seed ? 0 : 1));
    int code = trial_run(checking, scratch, seed, &trial, error);

    if (code == 0) {
        size_t count = judge_trial(checking, &trial, seed, findings);
        bool failed = judge_first(findings, count) != NULL;
        bool unknown = !failed && judge_unknown(findings, count);

        verdict->runs++;
        verdict->runs_ns += trial.outcome->wall_ns;
        if (failed && verdict->failed < SEEDS_TOLD)
            verdict->failed_seeds[verdict->failed] = seed;
        verdict->failed += failed;
        verdict->unknown += unknown;
        if (verdict->runs == 1) {
            verdict->run_ns = trial.outcome->wall_ns;
            tell(verdict, seed, &trial, findings, count);
        } else if ((failed && verdict->failed == 1) ||
                   (unknown && verdict->unknown == 1 && !verdict->failed)) {
            tell(verdict, seed, &trial, findings, count);
        }
    }
    trial_free(&trial);
    return code;
}

/* Does the seed that is told fail each time? A race may also need a machine that is busy. */
static int run_again(const struct checking *checking, const char *scratch, struct verdict *verdict,
                     struct error *error)
{
    struct finding findings[FINDINGS_MAX];
    struct trial trial;
    int code = trial_run(checking, scratch, verdict->seed, &trial, error);

    if (code == 0) {
        size_t count = judge_trial(checking, &trial, verdict->seed, findings);
        verdict->repeats = judge_first(findings, count) != NULL;
    }
    trial_free(&trial);
    return code;
}

/* A program that fails undisturbed, or overflows its record, is not worth disturbing; one that was
 * ended by the supervisor would cost its limit each time. */
static int all_runs(const struct checking *checking, const char *scratch, struct verdict *verdict,
                    struct error *error)
{
    int code = checking->only_seed ? 0 : one_run(checking, scratch, 0, verdict, error);

    if (verdict->failed || verdict->unknown)
        return code;
    for (int i = 0; i < checking->seeds && code == 0; i++) {
        code = one_run(checking, scratch, checking->first_seed + i, verdict, error);
        verdict->first_seed = checking->first_seed;
        verdict->seeds += code == 0;
        if (verdict->failed && verdict->outcome->end != RUN_EXITED)
            break;
    }
    if (code == 0 && verdict->failed && verdict->seed)
        code = run_again(checking, scratch, verdict, error);
    return code;
}

/* A program may remove its own source; the learner's work is not lost by that. But an editor that
 * saves by removing the file has it back in a moment, and nothing is ever written over. */
static void keep_source(const struct checking *checking, const char *data, size_t length,
                        struct verdict *verdict)
{
    for (int waited = 0; waited < BACK_MS && !file_exists(checking->source); waited += 10)
        poll(NULL, 0, 10);
    verdict->source_deleted = !file_exists(checking->source) &&
                              workspace_make_file(checking->source, data, length, NULL) == 0;
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
        verdict->kind = verdict->failed    ? VERDICT_FAILED
                        : verdict->unknown ? VERDICT_UNKNOWN
                                           : VERDICT_PASSED;
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
    const struct finding *first = judge_first(verdict->findings, verdict->finding_count);

    return first ? first : judge_unknown(verdict->findings, verdict->finding_count);
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
