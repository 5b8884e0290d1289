/* `asynctut trace -- CMD`: any libuv program, seen from inside. The program keeps its input,
 * output, signals and exit status; what we say goes to standard error, or to a file. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "cli/commands/command.h"
#include "cli/commands/trace_job.h"
#include "cli/saved.h"
#include "engine/probe/perturb.h"

/* --- one run ---------------------------------------------------------------------------------- */

/* Closes a log in a file. What could not be written is missing from it, which is said. */
static int close_log(struct trace_job *job)
{
    bool is_whole = !ferror(job->log);

    if (job->log == stderr)
        return STATUS_OK;
    if (fclose(job->log) || !is_whole) {
        is_whole = false;
        speak_error("Make room, or name another file.", "cannot write all of %s", job->log_path);
    }
    job->log = stderr;
    return is_whole ? STATUS_OK : STATUS_FAILED;
}

/* Ends as the program did: with its status, or by its signal. */
static int end_like(struct trace_job *job)
{
    int number = WTERMSIG(job->wait_status);

    if (!WIFSIGNALED(job->wait_status))
        return WEXITSTATUS(job->wait_status);
    trace_job_say_end(job);
    close_log(job);
    app_close(job->app);
    signal(number, SIG_DFL);
    raise(number);
    return 128 + number; /* a signal that does not kill us */
}

static int run_once(struct trace_job *job)
{
    int status = trace_job_run(job), result;

    if (status && !job->file)
        return status;
    if (status && !job->wait_status)
        return status;
    result = end_like(job);
    if (!result && job->check_failed)
        return STATUS_CHECK;
    return result ? result : status;
}

/* --- options ---------------------------------------------------------------------------------- */

static int bad_value(const char *word, const char *what, const char *to_do)
{
    speak_error(to_do, "\"%s\" is no %s", word, what);
    return STATUS_USAGE;
}

static bool parse_number(const char *word, long least, long most, long *ret_number)
{
    char *end;

    errno = 0;
    *ret_number = strtol(word, &end, 10);
    return end != word && !*end && !errno && *ret_number >= least && *ret_number <= most;
}

static int parse_level(const char *word, enum event_level *ret_level)
{
    static const char *const names[] = {"off", "tasks", "loop", "all"};

    for (int i = 0; i < 4; i++)
        if (!strcmp(word, names[i])) {
            *ret_level = (enum event_level)i;
            return STATUS_OK;
        }
    return bad_value(word, "level", "It is one of off, tasks, loop, all.");
}

static int parse_log(struct trace_job *job, const char *path)
{
    job->log_path = path;
    job->log = fopen(path, "we");
    if (job->log)
        return STATUS_OK;
    job->log = stderr;
    speak_error("Name another file with --log.", "cannot write %s: %s", path, strerror(errno));
    return STATUS_FAILED;
}

static int parse_seed(struct trace_job *job, const char *word)
{
    unsigned kinds;
    uint64_t seed;

    job->seed = word;
    if (perturb_parse(word, &seed, &kinds))
        return STATUS_OK;
    return bad_value(word, "seed",
                     "A number, or NUMBER:KIND,... of completions, order, reads, wakeups, writes.");
}

/* Where Enter comes from: the program has our standard input. */
static int open_keys(struct trace_job *job)
{
    if (!job->step && job->pause_at < 0)
        return STATUS_OK;
    job->keys = fopen("/dev/tty", "re");
    if (job->keys) {
        setvbuf(job->keys, NULL, _IONBF, 0); /* what was read is asked for by poll() */
        return STATUS_OK;
    }
    speak_error("Run it in a terminal, or without --step and --pause-at.",
                "a stopped program waits for Enter, and there is no terminal");
    return STATUS_FAILED;
}

/* clang-format off */
static const struct option own[] = {
    {"cap", required_argument, NULL, 'c'},
    {"fail-on", required_argument, NULL, 'F'},
    {"instant", no_argument, NULL, 'i'},
    {"level", required_argument, NULL, 'L'},
    {"limit", required_argument, NULL, 'm'},
    {"live", no_argument, NULL, 'l'},
    {"log", required_argument, NULL, 'f'},
    {"no-summary", no_argument, NULL, 'n'},
    {"output", required_argument, NULL, 'o'},
    {"pause-at", required_argument, NULL, 'p'},
    {"perturb", required_argument, NULL, 'P'},
    {"seeds", required_argument, NULL, 'S'},
    {"slow", required_argument, NULL, 'w'},
    {"step", no_argument, NULL, 't'},
    {"summary", no_argument, NULL, 's'},
    {0},
};
/* clang-format on */

/* Takes one option; the number of runs goes to ret_seeds. A status, or -1 for what is not ours. */
static int take(struct trace_job *job, int option, long *ret_seeds)
{
    long number = 0;

    switch (option) {
    case 'c':
        if (!parse_number(optarg, 1, 65536, &number))
            return bad_value(optarg, "size for the record", "In MiB, for example --cap 256.");
        job->cap = (size_t)number << 20;
        return STATUS_OK;
    case 'F':
        return trace_checks_fail_on(&job->checks, optarg);
    case 'm':
        return trace_checks_limit(&job->checks, optarg);
    case 'i':
        job->instant = true;
        return STATUS_OK;
    case 'L':
        return parse_level(optarg, &job->level);
    case 'l':
        job->live = true;
        return STATUS_OK;
    case 'f':
        return parse_log(job, optarg);
    case 'n':
    case 's':
        job->summary = option == 's';
        return STATUS_OK;
    case 'o':
        job->file = optarg;
        return STATUS_OK;
    case 'p':
        if (!parse_number(optarg, 0, 86400000, &number))
            return bad_value(optarg, "time", "In ms of the program's clock: --pause-at 250.");
        job->pause_at = number;
        return STATUS_OK;
    case 'P':
        return parse_seed(job, optarg);
    case 'S':
        if (!parse_number(optarg, 1, 1000000, ret_seeds))
            return bad_value(optarg, "number of runs", "For example --seeds 200.");
        return STATUS_OK;
    case 'w':
        if (!parse_number(optarg, 1, 100, &number))
            return bad_value(optarg, "speed", "In percent of full speed: --slow 10.");
        job->slow = (int)number;
        return STATUS_OK;
    case 't':
        job->step = true;
        return STATUS_OK;
    default:
        return -1;
    }
}

/* The look of the log, which may be a file while standard output is a terminal. */
static void find_look(struct trace_job *job)
{
    struct look_options options;

    settings_look(&job->app->settings, &options);
    look_detect(&options, fileno(job->log), &job->look);
}

static int run(struct app *app, int count, char **words)
{
    struct trace_job job = {.app = app,
                            .log = stderr,
                            .summary = true,
                            .level = LEVEL_LOOP,
                            .slow = 100,
                            .pause_at = -1};
    const char *kinds = "";
    long seeds = 0;
    int option, status = STATUS_OK;

    trace_checks_init(&job.checks);
    while (!status && (option = options_next(app, count, words, "+o:", own)) != -1)
        if ((status = take(&job, option, &seeds)) < 0)
            return command_option(app, &command_trace, option);
    if (!status && optind >= count)
        status = command_misused(&command_trace, "asynctut trace needs a command to run");
    if (!status && job.file)
        status = saved_check(job.file);
    if (!status)
        status = open_keys(&job);
    if (!status) {
        job.words = words + optind;
        find_look(&job);
        if (job.seed && strchr(job.seed, ':'))
            kinds = strchr(job.seed, ':');
        status = seeds ? trace_seeds_run(&job, seeds, kinds) : run_once(&job);
    }
    if (job.keys)
        fclose(job.keys);
    if (close_log(&job) && !status)
        status = STATUS_FAILED;
    return status;
}

const struct command command_trace = {
    .name = "trace",
    .summary = "See inside any libuv program while it runs",
    .usage = "trace [OPTION]... -- COMMAND [ARGUMENT]...",
    .examples =
        "  asynctut trace -- dig example.org           a summary at its end\n"
        "  asynctut trace --live -- ./server           line by line while it runs\n"
        "  asynctut trace -o x.json -- ctest           a file for ui.perfetto.dev\n"
        "  asynctut trace --seeds 200 -- ./test        disturbed in 200 ways, until it fails\n",
    .options =
        "  --live          print the trace while the program runs, on standard error\n"
        "  --level LEVEL   how much of it: tasks, loop or all\n"
        "  --log FILE      write the lines and the summary to FILE instead\n"
        "  -o FILE         save the trace: x.trace to replay, any other name as Chrome JSON\n"
        "  --no-summary    say nothing at the end\n"
        "  --cap MIB       the size of the record; what does not fit is dropped and said\n"
        "  --step          stop at each event of the level; Enter goes on to the next\n"
        "  --pause-at MS   stop when the program's clock says MS; Enter steps from there\n"
        "  --slow PERCENT  run at that speed, by stop and go: its clock stops too\n"
        "  --instant       skip idle waits where nothing else can happen (best effort)\n"
        "  --perturb SEED[:KINDS]  disturb it in legal ways; kinds: completions, order,\n"
        "                  reads, wakeups, writes\n"
        "  --fail-on NAMES exit with 3 if one of these checks (or all) finds something:\n"
        "                  blocked-loop, slow-turn, stale-clock, oversleep, starved-phase,\n"
        "                  not-closed, closed-twice, write-queue, pool-saturated, sync-fs,\n"
        "                  wrong-thread, busy-idle, work-left\n"
        "  --limit NAME=N  from which value on it does: ms, bytes or a count\n"
        "  --seeds N       run it under the seeds 1 to N and report the first that fails\n"
        "  Options after COMMAND are its own, with or without the -- before it.\n"
        "  COMMAND gets the signals that are sent to asynctut, each once; programs that\n"
        "  COMMAND starts are left alone.\n",
    .next = "asynctut replay x.trace",
    .run = run,
};
