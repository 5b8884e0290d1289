/* `asynctut export FILE OUT`: a saved trace as Chrome trace JSON, or again in our own format. */
#include "cli/commands/command.h"
#include "cli/saved.h"
#include "engine/trace/file.h"

static int run(struct app *app, int count, char **words)
{
    static const struct option own[] = {{0}};
    struct trace_file *file;
    struct trace *trace;
    struct look look;
    int option, status;

    while ((option = options_next(app, count, words, "", own)) != -1)
        return command_option(app, &command_export, option);
    if (count - optind != 2)
        return command_misused(&command_export,
                               "asynctut export needs a file to read and one to write");
    app_look_error(app, &look);
    speak_wait(&look, " reading %s   Ctrl-C leave", words[optind]);
    status = saved_open(words[optind], &file, &trace);
    speak_wait_end();
    if (status)
        return status;
    speak_wait(&look, " writing %s, %zu events   Ctrl-C leave", words[optind + 1],
               trace_count(trace));
    status =
        saved_write(words[optind + 1], trace, trace_file_symbols(file), trace_file_program(file));
    speak_wait_end();
    trace_close(trace);
    trace_file_close(file);
    return status;
}

const struct command command_export = {
    .name = "export",
    .summary = "A saved run in another format",
    .usage = "export FILE.trace OUT.json",
    .examples = "  asynctut export x.trace x.json    for ui.perfetto.dev\n",
    .options = "",
    .next = "asynctut replay x.trace",
    .run = run,
};
