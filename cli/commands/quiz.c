/* `asynctut quiz CHAPTER`: only the questions; `--due`: what is to be reviewed, from all chapters.
 */
#include <stdlib.h>

#include "cli/commands/command.h"
#include "cli/commands/session.h"
#include "cli/views/lesson.h"
#include "cli/views/place.h"
#include "cli/views/quiz.h"

static int review(struct app *app)
{
    int status = app_course(app);

    if (status == STATUS_OK)
        status = app_learner(app);
    if (status == STATUS_OK)
        status = app_term(app);
    if (status != STATUS_OK)
        return status;
    return session_end(app, NULL, quiz_review(app));
}

/* The item of that name; NULL, and it is said, if there is none. */
static const struct item *find_item(const struct course_chapter *chapter,
                                    const struct lesson *lesson, const char *id)
{
    const struct item *item = quiz_find(&lesson->quiz, id);

    if (!item)
        speak_error("\"asynctut search WORD\" tells the names of questions.",
                    "chapter %02d has no question \"%s\"", chapter->number, id);
    return item;
}

/* id: of the one question to ask; NULL: the whole quiz. */
static int take(struct app *app, const struct course_chapter *chapter, bool restart, const char *id)
{
    const struct item *item = NULL;
    struct lesson lesson;
    struct error error = {0};
    enum flow flow = FLOW_FAILED;

    if (lesson_load(&app->course, chapter, &lesson, &error) < 0) {
        speak_error("Mend that file, or install the course anew.", "%s", error.text);
        return STATUS_FAILED;
    }
    if (restart)
        place_set_quiz(app, chapter, 0);
    if (lesson_check(chapter, &lesson, &error) < 0)
        speak_error("Mend that file, or install the course anew.", "%s", error.text);
    else if (id && !(item = find_item(chapter, &lesson, id)))
        flow = FLOW_FAILED;
    else if (app_term(app) == STATUS_OK)
        flow = item ? quiz_ask_one(app, chapter, item) : quiz_take(app, chapter, &lesson);
    lesson_free(&lesson);
    if (id && !item)
        return STATUS_USAGE;
    return item ? session_end(app, NULL, flow) : session_end_quiz(app, chapter, flow);
}

static int run(struct app *app, int count, char **words)
{
    static const struct option own[] = {
        {"due", no_argument, NULL, 'd'}, {"restart", no_argument, NULL, 'R'}, {0}};
    const struct course_chapter *chapter;
    bool due = false, restart = false;
    int option, status;

    while ((option = options_next(app, count, words, "", own)) != -1) {
        if (option != 'd' && option != 'R')
            return command_option(app, &command_quiz, option);
        due = due || option == 'd';
        restart = restart || option == 'R';
    }
    if (due && count == optind)
        return review(app);
    if (count - optind < 1 || count - optind > 2)
        return command_misused(&command_quiz,
                               "quiz needs a chapter, by number or name, and at most one question");
    status = app_chapter(app, words[optind], &chapter);
    if (status == STATUS_OK)
        status = app_learner(app);
    return status == STATUS_OK ? take(app, chapter, restart, words[optind + 1]) : status;
}

const struct command command_quiz = {
    .name = "quiz",
    .summary = "The questions of a chapter, or those due for review",
    .usage = "quiz CHAPTER [QUESTION] | quiz --due",
    .examples = "  asynctut quiz 03              the quiz, from where you left it\n"
                "  asynctut quiz 03 q7           one question, as a search names it\n"
                "  asynctut quiz --due           what you should be asked again today\n"
                "  asynctut quiz 03 < answers    answers are read a line each\n",
    .options = "      --due       questions that are due, from all chapters\n"
               "      --restart   from the first question\n",
    .next = "asynctut progress",
    .run = run,
};
