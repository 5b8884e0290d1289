/* `asynctut run CHAPTER`: the lesson, from where it was left. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands/command.h"
#include "cli/commands/session.h"
#include "cli/views/exercise_offer.h"
#include "cli/views/lesson.h"
#include "cli/views/place.h"

static int begin_anew(struct app *app, const struct course_chapter *chapter)
{
    struct chapter_state *state = learner_chapter(app->learner, chapter->slug);

    if (state)
        state->block = 0;
    place_set_quiz(app, chapter, 0);
    return STATUS_OK;
}

/* The options; -1: go on, else what to return. */
static int take_options(struct app *app, int count, char **words, bool *restart, int *section)
{
    static const struct option own[] = {
        {"restart", no_argument, NULL, 'R'}, {"section", required_argument, NULL, 's'}, {0}};
    int option;

    while ((option = options_next(app, count, words, "s:", own)) != -1) {
        if (option != 'R' && option != 's')
            return command_option(app, &command_run, option);
        *restart = *restart || option == 'R';
        if (option == 's' && (*section = atoi(optarg)) < 1)
            return command_misused(&command_run, "a section is a number from 1");
    }
    return -1;
}

static int run(struct app *app, int count, char **words)
{
    const struct course_chapter *chapter;
    bool restart = false;
    enum flow flow;
    int section = 0, status = take_options(app, count, words, &restart, &section);

    if (status != -1)
        return status;
    if (count - optind != 1)
        return command_misused(&command_run, "run needs one chapter, by number or name");
    status = app_chapter(app, words[optind], &chapter);
    if (status == STATUS_OK)
        status = app_learner(app);
    if (status == STATUS_OK && restart)
        status = begin_anew(app, chapter);
    if (status != STATUS_OK)
        return status;
    flow = lesson_walk(app, chapter, section);
    if (flow == FLOW_NEXT)
        exercise_offer(app, chapter);
    return session_end(app, chapter, flow);
}

const struct command command_run = {
    .name = "run",
    .summary = "A lesson, with its demos and questions, from where you left it",
    .usage = "run CHAPTER [OPTION]...",
    .examples = "  asynctut run 03               also: run 3, run concurrency, run conc\n"
                "  asynctut run 03 --restart     from its beginning\n"
                "  asynctut run 03 | cat         without a terminal: only questions wait\n"
                "  asynctut run 03 < answers     answers are read a line each\n",
    .options = "      --restart   from the beginning, not from where you left\n"
               "  -s, --section N from section N\n",
    .next = "asynctut quiz 03",
    .run = run,
};
