/* `asynctut exercise`: the verbs, and the options that they share. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands/command.h"
#include "cli/commands/exercise_job.h"
#include "cli/speak.h"
#include "engine/base/array.h"

struct verb {
    const char *name;
    bool needs_id;
    int (*run)(struct exercise_job *job);
};

static const struct verb verbs[] = {
    {"check", false, exercise_check},       {"diff", false, exercise_diff},
    {"hint", false, exercise_hint},         {"list", false, exercise_list},
    {"open", false, exercise_open},         {"reset", true, exercise_reset},
    {"solution", false, exercise_solution}, {"start", true, exercise_start},
    {"watch", false, exercise_watch},
};

static const struct verb *find_verb(const char *name)
{
    const char *names[array_length(verbs)], *near;
    char to_do[160];

    for (size_t i = 0; i < array_length(verbs); i++) {
        if (!strcmp(verbs[i].name, name))
            return &verbs[i];
        names[i] = verbs[i].name;
    }
    near = nearest_word(name, names, array_length(verbs));
    snprintf(to_do, sizeof to_do, "%s%s%s\"asynctut help exercise\" lists what there is.",
             near ? "Did you mean \"" : "", near ? near : "", near ? "\"? " : "");
    speak_error(to_do, "exercise cannot \"%s\"", name);
    return NULL;
}

static int take_options(struct exercise_job *job, int count, char **words)
{
    static const struct option own[] = {{"dir", required_argument, NULL, 'd'},
                                        {"force", no_argument, NULL, 'f'},
                                        {"json", no_argument, NULL, 'j'},
                                        {"seed", required_argument, NULL, 's'},
                                        {"seeds", required_argument, NULL, 'n'},
                                        {"verbose", no_argument, NULL, 'v'},
                                        {0}};
    int option;

    job->seeds = -1;
    while ((option = options_next(job->app, count, words, "v", own)) != -1) {
        if (option == 'd')
            job->folder = optarg;
        else if (option == 'f')
            job->force = true;
        else if (option == 'j')
            job->json = true;
        else if (option == 's')
            job->seed = atoi(optarg);
        else if (option == 'n')
            job->seeds = atoi(optarg);
        else if (option == 'v')
            job->whole = true;
        else
            return command_option(job->app, &command_exercise, option);
        if ((option == 's' && job->seed < 1) ||
            (option == 'n' && (job->seeds < 0 || job->seeds > 100000)))
            return command_misused(&command_exercise, "a seed is a number from 1");
    }
    return -1;
}

static int run_verb(struct exercise_job *job, const struct verb *verb, const char *word)
{
    int status = exercise_job_open(job);

    if (status == STATUS_OK && verb->run != exercise_list)
        status = exercise_job_choose(job, word);
    if (status == STATUS_OK)
        status = verb->run(job);
    exercise_job_close(job);
    return status;
}

static int run(struct app *app, int count, char **words)
{
    struct exercise_job job = {.app = app};
    const struct verb *verb;
    int status = take_options(&job, count, words);

    if (status != -1)
        return status;
    verb = find_verb(optind < count ? words[optind] : "list");
    if (!verb)
        return STATUS_USAGE;
    if (count - optind > 2)
        return command_misused(&command_exercise, "that is one word too many");
    if (verb->needs_id && count - optind < 2) {
        speak_error("\"asynctut exercise\" lists them.", "exercise %s needs an exercise's name",
                    verb->name);
        return STATUS_USAGE;
    }
    return run_verb(&job, verb, optind + 1 < count ? words[optind + 1] : NULL);
}

const struct command command_exercise = {
    .name = "exercise",
    .summary = "Programs to mend in your own editor, judged by what they do",
    .usage = "exercise [start|check|watch|hint|solution|diff|open|reset] [ID] [OPTION]...",
    .examples = "  asynctut exercise                     what there is\n"
                "  asynctut exercise start poll-loop     a program for you to finish\n"
                "  asynctut exercise open                in $VISUAL or $EDITOR\n"
                "  asynctut exercise watch               checks each time you save\n"
                "  asynctut exercise check               once; like most, the last one\n"
                "  asynctut exercise check --seed 3      one disturbed run again\n"
                "  asynctut exercise hint                the next one, a little clearer\n"
                "  asynctut exercise solution            after a pass, or three tries\n"
                "  asynctut exercise diff                yours against the solution\n"
                "  asynctut exercise reset poll-loop     the starter again; yours is kept\n",
    .options = "      --dir FOLDER where your programs are, if not in asynctut's own folder\n"
               "      --force     solution: before it is open; reset: without asking\n"
               "      --json      the list as JSON\n"
               "      --seed N    check: only the run that seed N disturbs\n"
               "      --seeds N   check: so many disturbed runs\n"
               "  -v, --verbose   check: every finding, and whole reports of the sanitizers\n",
    .next = "asynctut exercise",
    .run = run,
};
