/* A record in a memfd, a recorder that feeds it, the supervisor, and what is left when they are
 * done: the trace, the outcome and what the sanitizers wrote. */
#include "engine/exercise/trial.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/file.h"
#include "engine/event/record.h"
#include "engine/exercise/supervise.h"
#include "engine/probe/attach.h"

enum { RECORD_BYTES = 64 << 20, REPORT_BYTES = 256 * 1024 };

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
        set(variables, "%s=/proc/self/fd/%d", ATTACH_RECORD, SUPERVISED_RECORD);
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

void trial_free(struct trial *trial)
{
    trace_close(trial->trace);
    record_destroy(trial->record);
    outcome_free(trial->outcome);
    str_free(&trial->report);
    *trial = (struct trial){0};
}

static int run_program(const struct checking *checking, const char *scratch, int record, int seed,
                       struct trial *trial, struct error *error)
{
    struct str folder = {0}, program = {0};
    struct variables variables;
    struct supervised job = {.supervisor = checking->kit->supervisor,
                             .limits = checking->exercise->limits,
                             .writable = checking->unconfined ? NULL : scratch,
                             .record = record,
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
    int code = supervise(&job, &trial->outcome, error);
    if (code == 0 && trial->outcome->end == RUN_CANCELLED)
        code = -ECANCELED;
    scratch_remove(job.folder);
    take_report(scratch, &trial->report);
    free_variables(&variables);
    str_free(&folder);
    str_free(&program);
    return code;
}

/* For how long a program that the supervisor had to end had lived by then; 0 for others. */
static uint64_t lived(const struct outcome *outcome)
{
    bool ended = outcome->end >= RUN_TOO_LONG && outcome->end <= RUN_TOO_MUCH_DISK;

    return ended && outcome->wall_ns > 0 ? (uint64_t)outcome->wall_ns : 0;
}

int trial_run(const struct checking *checking, const char *scratch, int seed,
              struct trial *ret_trial, struct error *error)
{
    struct recorder *recorder = NULL;
    int fd = -1, code;

    *ret_trial = (struct trial){0};
    code = record_create(checking->record_bytes ? checking->record_bytes : RECORD_BYTES,
                         &ret_trial->record, &fd);
    if (code == 0)
        code = recorder_start(ret_trial->record, NULL, NULL, &recorder);
    if (code)
        error_set(error, code, "cannot record a run: %s", strerror(-code));
    if (code == 0)
        code = run_program(checking, scratch, fd, seed, ret_trial, error);
    recorder_stop(recorder);
    if (fd >= 0)
        close(fd);
    if (ret_trial->record)
        record_mend(ret_trial->record);
    if (code == 0 && trace_open(ret_trial->record, &ret_trial->trace) == 0)
        trace_finish_ended(ret_trial->trace, lived(ret_trial->outcome));
    return code;
}
