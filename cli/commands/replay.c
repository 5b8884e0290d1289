/* `asynctut replay FILE`: a run that is over, on a full screen; without a terminal, lanes and
 * summary. With a second file: where the two part. */
#include "cli/views/replay.h"

#include <string.h>
#include <unistd.h>

#include "cli/commands/command.h"
#include "cli/paths.h"
#include "cli/saved.h"
#include "cli/views/differ.h"
#include "engine/trace/file.h"

enum { STATUS_DIFFER = 1, STATUS_TROUBLE = 2 };

/* A run that is shown, and perhaps another beside it. */
struct shown {
    struct trace_file *file;
    struct trace *trace;
    struct saved_other other;
    struct diff_side beside; /* no trace: none */
    const char *path;        /* of the other */
};

static int status_of(enum term_event_type ended)
{
    if (ended == TERM_INTERRUPT)
        return STATUS_INTERRUPTED;
    return ended == TERM_TERMINATE ? STATUS_TERMINATED : STATUS_OK;
}

static bool has_full_screen(const struct app *app)
{
    struct look look;

    app_look(app, &look);
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && look.bold && !look.plain;
}

/* Until the terminal is ours, Ctrl-C ends the program: what takes long is done before. */
static int show_on_screen(struct app *app, struct replay *replay)
{
    int status;

    speak_wait_end();
    status = app_term(app);
    return status ? status : status_of(replay_run(replay, app->term));
}

static int print(const struct app *app, struct replay *replay)
{
    struct str out = {0};
    struct look look;
    int status;

    app_look(app, &look);
    replay_summary(replay, &look, &out);
    status = speak_out(&out);
    str_free(&out);
    return status;
}

static int show(struct app *app, struct shown *shown, const char *path)
{
    struct replay_options options = {.title = trace_file_program(shown->file),
                                     .name = path,
                                     .level = settings_level(&app->settings),
                                     .load = path_read_source,
                                     .other = saved_load_other,
                                     .to = &shown->other};
    struct replay *replay;
    int status;

    if (replay_open(shown->trace, trace_file_symbols(shown->file), &options, &replay)) {
        speak_error("", "this trace is too large to replay");
        return STATUS_FAILED;
    }
    if (shown->beside.trace && replay_diff(replay, &shown->beside, shown->path))
        speak_error("", "not enough memory to compare the traces");
    status = has_full_screen(app) ? show_on_screen(app, replay) : print(app, replay);
    replay_close(replay);
    return status;
}

/* Where there is no full screen: as diff(1) does, 0 the same, 1 different, 2 trouble. */
static int tell(const struct shown *shown, const char *path)
{
    struct diff_side sides[2] = {{shown->trace, trace_file_symbols(shown->file)}, shown->beside};
    struct str names[2] = {{0}, {0}}, out = {0};
    struct differ differ;
    int status = STATUS_TROUBLE;

    str_add_shown(&names[0], path, strlen(path), false);
    str_add_shown(&names[1], shown->path, strlen(shown->path), false);
    if (differ_open(&differ, sides,
                    (const char *const[]){str_text(&names[0]), str_text(&names[1])})) {
        speak_error("", "not enough memory to compare the traces");
    } else {
        differ_say(&differ, &out);
        status = speak_out(&out) ? STATUS_TROUBLE : differ.difference.found ? STATUS_DIFFER : 0;
    }
    str_free(&out);
    str_free(&names[0]);
    str_free(&names[1]);
    return status;
}

static int open_other(struct shown *shown)
{
    struct error error = {0};

    if (saved_load_other(&shown->other, shown->path, &shown->beside, &error) == 0)
        return STATUS_OK;
    speak_error("\"asynctut trace -o x.trace -- COMMAND\" writes such a file.", "%s", error.text);
    return STATUS_TROUBLE;
}

static int show_one_or_two(struct app *app, struct shown *shown, const char *path)
{
    int status = shown->path ? open_other(shown) : STATUS_OK;

    if (!status && shown->path && !has_full_screen(app))
        return tell(shown, path);
    return status ? status : show(app, shown, path);
}

static int run(struct app *app, int count, char **words)
{
    static const struct option own[] = {{0}};
    struct shown shown = {0};
    struct look look;
    int option, status;

    while ((option = options_next(app, count, words, "", own)) != -1)
        return command_option(app, &command_replay, option);
    if (count - optind != 1 && count - optind != 2)
        return command_misused(&command_replay, "asynctut replay needs one file, or two");
    shown.path = count - optind == 2 ? words[optind + 1] : NULL;
    app_look_error(app, &look);
    speak_wait(&look, " reading %s   Ctrl-C leave", words[optind]);
    status = saved_open(words[optind], &shown.file, &shown.trace);
    if (status)
        return shown.path ? STATUS_TROUBLE : status;
    status = show_one_or_two(app, &shown, words[optind]);
    speak_wait_end();
    saved_other_free(&shown.other);
    trace_close(shown.trace);
    trace_file_close(shown.file);
    return status;
}

const struct command command_replay = {
    .name = "replay",
    .summary = "A saved run on a full screen, step by step",
    .usage = "replay FILE.trace [OTHER.trace]",
    .examples =
        "  asynctut trace -o x.trace -- ./server    record a run\n"
        "  asynctut replay x.trace                  look at it\n"
        "  asynctut replay x.trace y.trace          from where two runs part\n"
        "  asynctut replay x.trace | cat            lanes and a summary as text\n"
        "  asynctut replay x.trace y.trace | cat    exits with 0 if they are the same, with\n"
        "                                           1 if not, with 2 if there is trouble\n",
    .options = "",
    .next = "asynctut export x.trace x.json",
    .run = run,
};
