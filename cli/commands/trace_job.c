/* A traced run from start to summary; see trace_job.h. What was recorded is written first, so that
 * nobody who leaves while it is looked through loses it. */
#include "cli/commands/trace_job.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/commands/trace_signals.h"
#include "cli/paths.h"
#include "cli/saved.h"
#include "cli/views/lanes.h"
#include "cli/views/summary.h"
#include "engine/event/record.h"
#include "engine/probe/tracee.h"
#include "engine/trace/symbols.h"

enum { STATUS_NOT_EXECUTABLE = 126, STATUS_NOT_FOUND = 127 };

static void put(const struct trace_job *job, struct str *text)
{
    speak_wait_end();
    fwrite(str_text(text), 1, text->length, job->log);
    fflush(job->log);
    str_free(text);
}

void trace_job_lines(struct trace_job *job)
{
    struct str out = {0};

    if (!job->lines)
        return;
    live_update(job->lines, job->level, &out);
    put(job, &out);
}

/* --- afterwards ------------------------------------------------------------------------------- */

static bool has_loop(const struct trace *trace)
{
    for (uint32_t id = 1; id < trace_entities(trace); id++) {
        const struct entity *entity = trace_entity(trace, id);

        if (entity && entity->type == ENTITY_LOOP)
            return true;
    }
    return false;
}

static void add_lanes(const struct trace_job *job, const char *title, struct str *out)
{
    struct actors actors = {0};

    if (query_actors(job->trace, &actors) == 0 && actors.count)
        lanes_view(job->trace, &actors, &job->look, title, out);
    query_actors_free(&actors);
}

static void say_dropped(const struct trace_job *job, struct str *out)
{
    if (trace_dropped(job->trace))
        str_printf(out, " The record was full: %llu events were dropped%s. --cap sets its size.\n",
                   (unsigned long long)trace_dropped(job->trace),
                   trace_checks_asked(&job->checks) ? ", and nothing was checked after that" : "");
}

static void summarize(const struct trace_job *job, const struct findings *findings)
{
    struct str out = {0}, title = {0};
    struct tally tally;

    str_add_shown(&title, job->words[0], strlen(job->words[0]), false);
    add_lanes(job, str_text(&title), &out);
    if (has_loop(job->trace) && tally_trace(job->trace, &tally) == 0) {
        str_putc(&out, '\n');
        summary_view(job->trace, &tally, findings, job->symbols, &job->look, str_text(&title),
                     &out);
        tally_free(&tally);
    }
    if (WIFSIGNALED(job->wait_status) && !trace_dropped(job->trace))
        summary_under_way(job->trace, job->symbols, &job->look, &out);
    str_free(&title);
    str_putc(&out, '\n');
    trace_seen_say(job, &out);
    say_dropped(job, &out);
    put(job, &out);
}

/* A script that asks for checks alone must not take those for whole. */
static void warn_of_drops(const struct trace_job *job)
{
    struct str out = {0};

    say_dropped(job, &out);
    put(job, &out);
}

/* What is wrong is looked for also when nobody wants to read it, for --fail-on. */
static void judge(struct trace_job *job)
{
    struct findings findings = {0};
    struct look look;

    app_look_error(job->app, &look);
    speak_wait(&look, " looking through %zu events   Ctrl-C leave", trace_count(job->trace));
    if (diagnose(job->trace, &job->checks.thresholds, &findings)) {
        speak_error("", "not enough memory to look for what is wrong");
        return;
    }
    job->check_failed = trace_checks_failed(&job->checks, &findings);
    if (job->summary)
        summarize(job, &findings);
    else if (trace_checks_asked(&job->checks))
        warn_of_drops(job);
    speak_wait_end();
    findings_free(&findings);
}

static volatile sig_atomic_t interrupted;

static void note(int number)
{
    (void)number;
    interrupted = 1;
}

/* In the format that the name asks for. Ctrl-C once waits until the file is whole, and only ends
 * what comes after it; twice leaves at once. */
static int save(const struct trace_job *job)
{
    struct sigaction once = {.sa_handler = note, .sa_flags = (int)(SA_RESETHAND | SA_RESTART)}, as;
    struct look look;
    int status;

    interrupted = 0;
    sigaction(SIGINT, &once, &as);
    app_look_error(job->app, &look);
    speak_wait(&look, " writing %s   Ctrl-C twice leave", job->file);
    status = saved_write(job->file, job->trace, job->symbols, job->words[0]);
    speak_wait_end();
    sigaction(SIGINT, &as, NULL);
    if (interrupted && status == STATUS_OK)
        fprintf(job->log, " %s is written.\n", job->file);
    return interrupted ? STATUS_INTERRUPTED : status;
}

void trace_job_say_end(const struct trace_job *job)
{
    struct str out = {0};
    int number = WTERMSIG(job->wait_status);

    if (!WIFSIGNALED(job->wait_status))
        return;
    str_putc(&out, ' ');
    str_add_shown(&out, job->words[0], strlen(job->words[0]), false);
    str_printf(&out, " was killed by signal %d (%s).\n", number, strsignal(number));
    put(job, &out);
}

/* --- start ------------------------------------------------------------------------------------ */

static bool is_folder(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static int cannot_start(const struct trace_job *job, int error)
{
    if (error == -ENOENT && strchr(job->words[0], '/') && access(job->words[0], F_OK) == 0) {
        speak_error("Its first line (#!) names it, or the program is for another system.",
                    "\"%s\" cannot be executed: what is to run it is not there", job->words[0]);
        return STATUS_NOT_FOUND;
    }
    if (error == -ENOENT) {
        speak_error("Is it spelled right, and on the PATH?", "there is no command \"%s\"",
                    job->words[0]);
        return STATUS_NOT_FOUND;
    }
    if (error == -EACCES && is_folder(job->words[0])) {
        speak_error("Name a program in it.", "\"%s\" is a folder", job->words[0]);
        return STATUS_NOT_EXECUTABLE;
    }
    if (error == -EACCES || error == -ENOEXEC) {
        speak_error("chmod +x makes a program executable.", "\"%s\" cannot be executed: %s",
                    job->words[0], strerror(-error));
        return STATUS_NOT_EXECUTABLE;
    }
    speak_error(error == -ENOMEM || error == -EFBIG ? "A smaller record may fit: --cap 16." : "",
                "cannot start \"%s\": %s", job->words[0], strerror(-error));
    return STATUS_FAILED;
}

static int start(struct trace_job *job)
{
    struct str preload = {0};
    struct tracee_options options = {.cap = job->cap,
                                     .instant = job->instant,
                                     .perturb = job->seed,
                                     .step = job->step,
                                     .level = job->level,
                                     .made = trace_signals_to};
    int error;

    options.control = job->instant || job->step || job->slow < 100 || job->pause_at >= 0;
    path_preload(&preload);
    if (!tracee_has_probe(job->words[0]))
        options.preload = str_text(&preload);
    error = options.preload && access(options.preload, R_OK)
                ? -ELIBACC
                : tracee_start(job->words, &options, &job->tracee);
    str_free(&preload);
    return error;
}

static int open_parts(struct trace_job *job)
{
    bool is_told = job->live || job->step || job->pause_at >= 0;
    int error = trace_open(tracee_record(job->tracee), &job->trace);

    if (!error)
        error = symbols_open_modules(&tracee_record(job->tracee)->modules, &job->symbols);
    if (!error && is_told) {
        job->lines = live_open(job->trace, job->symbols, &job->look);
        error = job->lines ? 0 : -ENOMEM;
    }
    return error;
}

static void close_parts(struct trace_job *job)
{
    live_close(job->lines);
    symbols_close(job->symbols);
    trace_close(job->trace);
    tracee_free(job->tracee);
    job->lines = NULL;
    job->symbols = NULL;
    job->trace = NULL;
    job->tracee = NULL;
}

/* Starts the program and follows it to its end; false after a message if that cannot be. */
static bool follow(struct trace_job *job, int *ret_status)
{
    int error = start(job);

    if (error) {
        *ret_status = cannot_start(job, error);
        return false;
    }
    error = open_parts(job);
    if (error) {
        speak_error("", "cannot follow \"%s\": %s", job->words[0], strerror(-error));
        close_parts(job);
        *ret_status = STATUS_FAILED;
        return false;
    }
    trace_job_follow(job);
    return true;
}

int trace_job_run(struct trace_job *job)
{
    int status = STATUS_OK, error = trace_signals_begin();
    bool followed;

    if (error)
        return cannot_start(job, error);
    followed = follow(job, &status);
    trace_signals_leave();
    if (!followed)
        return status;
    if (job->file)
        status = save(job);
    if (status != STATUS_INTERRUPTED)
        judge(job);
    close_parts(job);
    return status;
}
