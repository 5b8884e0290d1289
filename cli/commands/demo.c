/* `asynctut demo CHAPTER [NAME]`: demos without the lesson, and their traces as files. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands/command.h"
#include "cli/commands/session.h"
#include "cli/saved.h"
#include "cli/views/stage.h"
#include "engine/probe/perturb.h"

enum { MEBIBYTE = 1 << 20, RECORD_MAX = 64 * 1024, NAMES_MAX = 64 };

struct job {
    struct app *app;
    struct stage_options options;
    const char *file; /* of the trace; NULL: none */
    int saved;        /* how many runs were saved */
    bool list;
};

/* The file of the first run is as named; later ones get "-2" and so on before the suffix. */
static void file_name(const struct job *job, struct str *out)
{
    const char *dot = strrchr(job->file, '.');
    size_t length = dot && !strchr(dot, '/') ? (size_t)(dot - job->file) : strlen(job->file);

    str_add(out, job->file, length);
    if (job->saved > 0)
        str_printf(out, "-%d", job->saved + 1);
    str_puts(out, job->file + length);
}

static int save(void *to, const struct stage_run *run)
{
    struct job *job = to;
    struct str path = {0}, line = {0};
    int result;

    if (!job->file)
        return 0;
    file_name(job, &path);
    result = saved_write(str_text(&path), run->trace, run->symbols, run->act->name);
    if (result == 0) {
        job->saved++;
        str_puts(&line, "\n Trace saved: ");
        str_add_shown(&line, str_text(&path), path.length, false);
        str_puts(&line, " (open it at ui.perfetto.dev)\n");
        prompt_write(job->app, &line);
    }
    str_free(&path);
    str_free(&line);
    return result;
}

/* The words that a name could have been: acts, if it names one of a demo that is there. */
static size_t known_names(const struct chapter *chapter, const char *name, const char **names)
{
    size_t length = strcspn(name, ":"), count = 0;

    for (const struct demo *demo = chapter->demos; demo->name; demo++)
        if (name[length] && strlen(demo->name) == length && !memcmp(demo->name, name, length)) {
            for (const struct act *act = demo->acts; act->name && count < NAMES_MAX; act++)
                names[count++] = act->name;
            return count;
        }
    for (const struct demo *demo = chapter->demos; demo->name && count < NAMES_MAX; demo++)
        names[count++] = demo->name;
    return count;
}

/* STATUS_USAGE with a did-you-mean if the chapter has no such demo. */
static int check_name(int number, const char *name)
{
    const char *names[NAMES_MAX], *near;
    const struct demo *demo;
    const struct act *act;
    struct str to_do = {0};
    size_t count;

    if (stage_lookup(number, name, &demo, &act))
        return STATUS_OK;
    count = known_names(chapter_by_number(number), name, names);
    near = nearest_word(strchr(name, ':') ? strchr(name, ':') + 1 : name, names, count);
    if (near)
        str_printf(&to_do, "Did you mean \"%s\"? ", near);
    str_printf(&to_do, "\"asynctut demo %02d --list\" shows every demo.", number);
    speak_error(str_text(&to_do), "chapter %02d has no demo \"%s\"", number, name);
    str_free(&to_do);
    return STATUS_USAGE;
}

static int list(int number)
{
    const struct chapter *chapter = chapter_by_number(number);
    struct str out = {0};
    int status;

    for (const struct demo *demo = chapter->demos; demo->name; demo++) {
        str_printf(&out, "%s  %s\n", demo->name, demo->title);
        for (const struct act *act = demo->acts; act->name; act++)
            str_printf(&out, "  %s:%s  %s\n", demo->name, act->name, act->title);
    }
    status = speak_out(&out);
    str_free(&out);
    return status;
}

static int play(struct job *job, int number, const char *name)
{
    struct app *app = job->app;
    enum flow flow = FLOW_NEXT;
    int status = app_term(app);

    if (status != STATUS_OK)
        return status;
    for (const struct demo *demo = chapter_by_number(number)->demos;
         !name && demo->name && flow == FLOW_NEXT; demo++)
        flow = stage_session_with(app, number, demo->name, &job->options, save, job);
    if (name)
        flow = stage_session_with(app, number, name, &job->options, save, job);
    return session_end(app, NULL, flow == FLOW_AGAIN ? FLOW_LEAVE : flow);
}

/* A whole number from low to high, or -1. */
static long whole(const char *text, long low, long high)
{
    char *end;
    long number = strtol(text, &end, 10);

    return *text && !*end && number >= low && number <= high ? number : -1;
}

static int take_seed(struct job *job, const char *text)
{
    unsigned kinds;
    uint64_t seed;

    job->options.perturb = text;
    if (perturb_parse(text, &seed, &kinds))
        return STATUS_OK;
    return command_misused(&command_demo, "--perturb takes a number, or NUMBER:KIND,... of "
                                          "completions, order, reads, wakeups, writes");
}

static int take_option(struct job *job, int option)
{
    long number = 0;

    if (option == 'i')
        job->options.instant = true;
    else if (option == 'l')
        job->list = true;
    else if (option == 'p')
        job->options.stopped = true;
    else if (option == 'P')
        return take_seed(job, optarg);
    else if (option == 'a')
        job->options.pause_at = number = whole(optarg, 1, 86400000);
    else if (option == 'o')
        job->file = optarg;
    else if (option == 's')
        job->options.percent = (int)(number = whole(optarg, 5, 100));
    else if (option == 'r')
        job->options.cap = (size_t)(number = whole(optarg, 1, RECORD_MAX)) * MEBIBYTE;
    if (number >= 0)
        return STATUS_OK;
    return command_misused(&command_demo, option == 's'   ? "--slow takes 5 to 100, in percent"
                                          : option == 'a' ? "--pause-at takes 1 to 86400000, in ms"
                                                          : "--record takes 1 to 65536, in MiB");
}

/* The options; -1: go on, else what to return. */
static int take_options(struct job *job, int count, char **words)
{
    static const struct option own[] = {
        {"instant", no_argument, NULL, 'i'},       {"list", no_argument, NULL, 'l'},
        {"output", required_argument, NULL, 'o'},  {"pause-at", required_argument, NULL, 'a'},
        {"perturb", required_argument, NULL, 'P'}, {"record", required_argument, NULL, 'r'},
        {"slow", required_argument, NULL, 's'},    {"step", no_argument, NULL, 'p'},
        {"stopped", no_argument, NULL, 'p'},       {0}};
    int option, status;

    while ((option = options_next(job->app, count, words, "io:s:", own)) != -1) {
        if (option == OPTION_HELP || option == '?')
            return command_option(job->app, &command_demo, option);
        status = take_option(job, option);
        if (status != STATUS_OK)
            return status;
    }
    return -1;
}

/* STATUS_OK if the chapter has demos, and the one of that name (NULL: any). */
static int check(const struct course_chapter *chapter, const char *name)
{
    if (chapter_by_number(chapter->number))
        return name ? check_name(chapter->number, name) : STATUS_OK;
    speak_error("\"asynctut list\" shows every chapter.", "chapter %02d has no demos",
                chapter->number);
    return STATUS_FAILED;
}

static int run(struct app *app, int count, char **words)
{
    struct job job = {.app = app};
    const struct course_chapter *chapter;
    const char *name;
    int status = take_options(&job, count, words);

    if (status != -1)
        return status;
    if (count - optind < 1 || count - optind > 2)
        return command_misused(&command_demo, "demo needs a chapter, and at most one name");
    name = words[optind + 1]; /* NULL after the last word */
    status = app_chapter(app, words[optind], &chapter);
    if (status == STATUS_OK)
        status = check(chapter, name);
    if (status != STATUS_OK)
        return status;
    return job.list ? list(chapter->number) : play(&job, chapter->number, name);
}

const struct command command_demo = {
    .name = "demo",
    .summary = "The demos of a chapter, traced as they run",
    .usage = "demo CHAPTER [NAME] [OPTION]...",
    .examples = "  asynctut demo 03                         all of them, one after the other\n"
                "  asynctut demo 03 chess:one-loop          one\n"
                "  asynctut demo 03 chess --trace loop      with the loop's turns and polls\n"
                "  asynctut demo 03 chess --slow 10         in slow motion\n"
                "  asynctut demo 03 chess -o chess.json     and save the trace for Perfetto\n",
    .options =
        "      --list        only show their names\n"
        "  -i, --instant     skip waits in which nothing can happen\n"
        "  -s, --slow N      run N percent of the time, 5 to 100, and stand still for the rest\n"
        "      --step        begin stopped, to step through it (also --stopped)\n"
        "      --pause-at MS stop when its clock says MS\n"
        "      --perturb SEED[:KINDS]  disturb it in legal ways, as \"trace\" does\n"
        "  -o, --output FILE save the trace as Chrome JSON, for ui.perfetto.dev\n"
        "      --record N    keep at most N MiB of trace\n",
    .next = "asynctut run 03",
    .run = run,
};
