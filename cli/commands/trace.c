/* `asynctut trace -- CMD`: any libuv program, seen from inside. The program keeps its input,
 * output, signals and exit status; what we say goes to standard error, or to a file. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/commands/command.h"
#include "cli/paths.h"
#include "cli/views/lanes.h"
#include "cli/views/live.h"
#include "engine/event/record.h"
#include "engine/probe/tracee.h"
#include "engine/trace/chrome.h"
#include "engine/trace/symbols.h"

enum { LIVE_MS = 20, QUIET_MS = 200, STATUS_NOT_EXECUTABLE = 126, STATUS_NOT_FOUND = 127 };

struct job {
    struct app *app;
    const char *program;
    FILE *log;        /* where lines and the summary go */
    const char *file; /* -o; NULL: none */
    bool live, summary;
    enum event_level level;
    size_t cap;
    struct tracee *tracee;
    struct trace *trace;
    struct symbols *symbols;
    struct live *lines;
    struct look look;
    int status; /* of waitpid */
};

/* --- while it runs ------------------------------------------------------------------------------
 */

static void put(struct job *job, struct str *text)
{
    fwrite(str_text(text), 1, text->length, job->log);
    fflush(job->log);
    str_clear(text);
}

static void show_lines(struct job *job)
{
    struct str out = {0};

    live_update(job->lines, job->level, &out);
    put(job, &out);
    str_free(&out);
}

/* Ctrl-C and Ctrl-\ reach the program by itself, as it is in our process group; we see its end. */
static void follow(struct job *job)
{
    int interval = job->live ? LIVE_MS : QUIET_MS;

    signal(SIGINT, SIG_IGN);
    signal(SIGQUIT, SIG_IGN);
    while (!tracee_wait(job->tracee, interval, &job->status)) {
        trace_update(job->trace, control_real_now());
        if (job->live)
            show_lines(job);
    }
    trace_finish(job->trace);
    if (job->live)
        show_lines(job);
}

/* --- afterwards
 * ----------------------------------------------------------------------------------- */

/* What could be seen at all, in words; "" if libuv was. */
static const char *what_was_seen(struct job *job)
{
    if (!atomic_load(&tracee_record(job->tracee)->pid))
        return "The program did not load the probe: it is linked statically, or runs with the "
               "rights of "
               "another user. Nothing of it can be seen.";
    for (uint32_t id = 1; id < trace_entities(job->trace); id++) {
        const struct entity *entity = trace_entity(job->trace, id);

        if (entity && entity->type == ENTITY_LOOP)
            return "";
    }
    return "The program never ran a libuv loop that can be seen. If libuv is linked into it "
           "statically, "
           "only its polls and blocking calls are recorded.";
}

static void summarize(struct job *job)
{
    struct actors actors = {0};
    struct str out = {0};
    const char *seen = what_was_seen(job);

    if (*seen)
        str_printf(&out, " %s\n", seen);
    if (query_actors(job->trace, &actors) == 0 && actors.count)
        lanes_view(job->trace, &actors, &job->look, job->program, &out);
    query_actors_free(&actors);
    if (trace_dropped(job->trace))
        str_printf(&out, " The record was full: %llu events were dropped. --cap sets its size.\n",
                   (unsigned long long)trace_dropped(job->trace));
    put(job, &out);
    str_free(&out);
}

static int save(struct job *job)
{
    struct error error = {0};
    FILE *file = fopen(job->file, "we");

    if (file) {
        chrome_write(job->trace, job->symbols, job->program, file, &error);
        if (fclose(file) != 0)
            error_set(&error, -errno, "%s", strerror(errno));
    } else {
        error_set(&error, -errno, "%s", strerror(errno));
    }
    if (error.code)
        speak_error("Make room, or name another file with -o.", "cannot write %s: %s", job->file,
                    error.text);
    return error.code;
}

/* Ends as the program did: with its status, or by its signal. */
static int end_like(struct job *job)
{
    int number = WTERMSIG(job->status);

    if (!WIFSIGNALED(job->status))
        return WEXITSTATUS(job->status);
    fprintf(job->log, " %s was killed by signal %d (%s).\n", job->program, number,
            strsignal(number));
    fflush(job->log);
    app_close(job->app);
    signal(number, SIG_DFL);
    raise(number);
    return 128 + number; /* a signal that does not kill us */
}

/* --- the command
 * ---------------------------------------------------------------------------------- */

static int cannot_start(const struct job *job, int error)
{
    if (error == -ENOENT) {
        speak_error("Is it spelled right, and on the PATH?", "there is no command \"%s\"",
                    job->program);
        return STATUS_NOT_FOUND;
    }
    if (error == -EACCES || error == -ENOEXEC) {
        speak_error("chmod +x makes a program executable.", "\"%s\" cannot be executed: %s",
                    job->program, strerror(-error));
        return STATUS_NOT_EXECUTABLE;
    }
    speak_error("", "cannot start \"%s\": %s", job->program, strerror(-error));
    return STATUS_FAILED;
}

static int open_parts(struct job *job)
{
    int error = trace_open(tracee_record(job->tracee), &job->trace);

    if (!error)
        error = symbols_open_modules(&tracee_record(job->tracee)->modules, &job->symbols);
    if (!error && job->live) {
        job->lines = live_open(job->trace, job->symbols, &job->look);
        error = job->lines ? 0 : -ENOMEM;
    }
    return error;
}

static int trace_command(struct job *job, char **words)
{
    struct str preload = {0};
    struct tracee_options options = {.cap = job->cap};
    int error, result;

    path_preload(&preload);
    options.preload = str_text(&preload);
    error = tracee_start(words, &options, &job->tracee);
    str_free(&preload);
    if (error)
        return cannot_start(job, error);
    error = open_parts(job);
    if (error) {
        speak_error("", "cannot follow \"%s\": %s", job->program, strerror(-error));
        return STATUS_FAILED;
    }
    follow(job);
    if (job->summary)
        summarize(job);
    error = job->file ? save(job) : 0;
    live_close(job->lines);
    symbols_close(job->symbols);
    trace_close(job->trace);
    tracee_free(job->tracee);
    result = end_like(job);
    return error && !result ? STATUS_FAILED : result;
}

static int open_log(struct job *job, const char *path)
{
    job->log = fopen(path, "we");
    if (!job->log) {
        speak_error("Name another file with --log.", "cannot write %s: %s", path, strerror(errno));
        return STATUS_FAILED;
    }
    return STATUS_OK;
}

static int parse_level(const char *word, enum event_level *ret_level)
{
    static const char *const names[] = {"off", "tasks", "loop", "all"};

    for (int i = 0; i < 4; i++)
        if (!strcmp(word, names[i])) {
            *ret_level = (enum event_level)i;
            return 0;
        }
    speak_error("It is one of off, tasks, loop, all.", "there is no level \"%s\"", word);
    return STATUS_USAGE;
}

static int parse_cap(const char *word, size_t *ret_cap)
{
    char *end;
    long value = strtol(word, &end, 10);

    if (value < 1 || value > 65536 || *end) {
        speak_error("For example --cap 256, in MiB.", "\"%s\" is no size for the record", word);
        return STATUS_USAGE;
    }
    *ret_cap = (size_t)value << 20;
    return 0;
}

/* The look of the log, which may be a file while standard output is a terminal. */
static void find_look(struct job *job)
{
    struct look_options options;

    settings_look(&job->app->settings, &options);
    look_detect(&options, fileno(job->log), &job->look);
}

static int run(struct app *app, int count, char **words)
{
    static const struct option own[] = {
        {"cap", required_argument, NULL, 'c'},  {"level", required_argument, NULL, 'L'},
        {"live", no_argument, NULL, 'l'},       {"log", required_argument, NULL, 'f'},
        {"no-summary", no_argument, NULL, 'n'}, {"output", required_argument, NULL, 'o'},
        {"summary", no_argument, NULL, 's'},    {0}};
    struct job job = {.app = app, .log = stderr, .summary = true, .level = LEVEL_LOOP};
    int option, status = STATUS_OK;

    while (!status && (option = options_next(app, count, words, "+o:", own)) != -1) {
        if (option == 'c')
            status = parse_cap(optarg, &job.cap);
        else if (option == 'L')
            status = parse_level(optarg, &job.level);
        else if (option == 'l')
            job.live = true;
        else if (option == 'f')
            status = open_log(&job, optarg);
        else if (option == 'n' || option == 's')
            job.summary = option == 's';
        else if (option == 'o')
            job.file = optarg;
        else
            return command_option(app, &command_trace, option);
    }
    if (status)
        return status;
    if (optind >= count)
        return command_misused(&command_trace, "asynctut trace needs a command to run");
    job.program = words[optind];
    find_look(&job);
    status = trace_command(&job, words + optind);
    if (job.log != stderr)
        fclose(job.log);
    return status;
}

const struct command command_trace = {
    .name = "trace",
    .summary = "see inside any libuv program",
    .usage = "trace [OPTION]… -- COMMAND [ARGUMENT]…",
    .examples = "  asynctut trace -- dig example.org      a summary at its end\n"
                "  asynctut trace --live -- ./server       line by line while it runs\n"
                "  asynctut trace -o x.json -- ctest       a file for ui.perfetto.dev\n",
    .options = "  --live          print the trace while the program runs, on standard error\n"
               "  --level LEVEL   how much of it: tasks, loop or all\n"
               "  --log FILE      write the lines and the summary to FILE instead\n"
               "  -o FILE         save the trace as Chrome trace JSON\n"
               "  --no-summary    say nothing at the end\n"
               "  --cap MIB       the size of the record; what does not fit is dropped and said\n",
    .next = "asynctut list",
    .run = run,
};
