/* `asynctut replay FILE`: a run that is over, on a full screen; without a terminal, lanes and
 * summary. */
#include "cli/views/replay.h"
#include "cli/commands/command.h"
#include "cli/paths.h"
#include "cli/saved.h"
#include "engine/trace/file.h"

static int status_of(enum term_event_type ended)
{
    if (ended == TERM_INTERRUPT)
        return STATUS_INTERRUPTED;
    return ended == TERM_TERMINATE ? STATUS_TERMINATED : STATUS_OK;
}

static int show(struct app *app, const struct trace *trace, const struct trace_file *file)
{
    struct replay_options options = {.title = trace_file_program(file),
                                     .level = settings_level(&app->settings),
                                     .load = path_read_source};
    struct replay *replay;
    int status = app_term(app);

    if (status)
        return status;
    if (replay_open(trace, trace_file_symbols(file), &options, &replay)) {
        speak_error("", "this trace is too large to replay");
        return STATUS_FAILED;
    }
    status = status_of(replay_run(replay, app->term));
    replay_close(replay);
    return status;
}

static int run(struct app *app, int count, char **words)
{
    static const struct option own[] = {{0}};
    struct trace_file *file;
    struct trace *trace;
    int option, status;

    while ((option = options_next(app, count, words, "", own)) != -1)
        return command_option(app, &command_replay, option);
    if (count - optind != 1)
        return command_misused(&command_replay, "asynctut replay needs one file");
    status = saved_open(words[optind], &file, &trace);
    if (status)
        return status;
    status = show(app, trace, file);
    trace_close(trace);
    trace_file_close(file);
    return status;
}

const struct command command_replay = {
    .name = "replay",
    .summary = "A saved run on a full screen, step by step",
    .usage = "replay FILE.trace",
    .examples = "  asynctut trace -o x.trace -- ./server    record a run\n"
                "  asynctut replay x.trace                  look at it\n"
                "  asynctut replay x.trace | cat            lanes and a summary as text\n",
    .options = "",
    .next = "asynctut export x.trace x.json",
    .run = run,
};
