/* `asynctut progress`: what you have done, what is due, and how the answers went. */
#include <cJSON.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/commands/command.h"
#include "cli/commands/json.h"
#include "cli/views/chapters.h"

struct tally {
    int asked, right; /* items, and those whose last answer was right */
};

static struct tally tally(const struct app *app, const struct course_chapter *chapter)
{
    struct tally tally = {0, 0};

    for (size_t i = 0; i < learner_answer_count(app->learner); i++) {
        const struct answer *answer = learner_answer_at(app->learner, i);

        if (strcmp(answer->chapter, chapter->slug) != 0 || answer->tries == 0)
            continue;
        tally.asked++;
        tally.right += answer->last_right;
    }
    return tally;
}

static void add_exercises(struct page *page, const struct app *app, struct str *out)
{
    size_t passed = 0, all = 0;
    char line[160];

    for (size_t i = 0; i < app->course.chapter_count; i++) {
        struct chapter_exercises exercises = chapters_exercises(app, &app->course.chapters[i]);

        passed += exercises.passed;
        all += exercises.count;
    }
    if (all == 0)
        return;
    snprintf(line, sizeof line, "%zu of %zu exercises passed: asynctut exercise", passed, all);
    page_text(page, STYLE_TEXT, 0, line, out);
}

static void add_next(struct page *page, const struct app *app, struct str *out)
{
    size_t due = learner_due(app->learner, time(NULL));
    const struct course_chapter *next = chapters_next(app);
    char line[160];

    str_putc(out, '\n');
    if (due > 0) {
        snprintf(line, sizeof line, "%zu due for review: asynctut quiz --due", due);
        page_text(page, STYLE_TEXT, 0, line, out);
    }
    add_exercises(page, app, out);
    if (next) {
        snprintf(line, sizeof line, "Next: asynctut run %02d", next->number);
        page_text(page, STYLE_TEXT, 0, line, out);
    }
}

static void add_chapter(struct page *page, const struct app *app,
                        const struct course_chapter *chapter, struct str *out)
{
    struct tally answers = tally(app, chapter);
    struct str words = {0};
    char label[64];

    chapters_words(app, chapter, "; ", &words);
    if (answers.asked > 0)
        str_printf(&words, "%s%d questions answered, %d of them right the last time",
                   words.length ? "; " : "", answers.asked, answers.right);
    if (!words.length)
        return;
    snprintf(label, sizeof label, "%02d  %-14s  ", chapter->number, chapter->slug);
    page_labelled(page, label, str_text(&words), out);
    str_free(&words);
}

static int show_text(const struct app *app)
{
    struct look look;
    struct page page;
    struct str out = {0};
    int status;

    app_look(app, &look);
    page_init(&page, &look);
    for (size_t i = 0; i < app->course.chapter_count; i++)
        add_chapter(&page, app, &app->course.chapters[i], &out);
    if (out.length == 0)
        page_text(&page, STYLE_TEXT, 0, "Nothing yet.", &out);
    add_next(&page, app, &out);
    status = speak_paged(&out, look.terminal && !look.plain ? look.height : 0);
    page_free(&page);
    str_free(&out);
    return status;
}

static void add_answers(const struct app *app, const struct course_chapter *chapter, cJSON *entry)
{
    cJSON *list = cJSON_AddArrayToObject(entry, "answers");

    for (size_t i = 0; i < learner_answer_count(app->learner); i++) {
        const struct answer *answer = learner_answer_at(app->learner, i);
        cJSON *one;

        if (strcmp(answer->chapter, chapter->slug) != 0 || answer->tries == 0)
            continue;
        one = cJSON_CreateObject();
        cJSON_AddStringToObject(one, "item", answer->item);
        cJSON_AddNumberToObject(one, "tries", answer->tries);
        cJSON_AddNumberToObject(one, "right", answer->right);
        cJSON_AddBoolToObject(one, "last_right", answer->last_right);
        cJSON_AddNumberToObject(one, "due", (double)answer->card.due);
        cJSON_AddItemToArray(list, one);
    }
}

static void add_exercise_list(const struct app *app, cJSON *json)
{
    cJSON *list = cJSON_AddArrayToObject(json, "exercises");

    for (size_t i = 0; i < learner_exercise_count(app->learner); i++) {
        const struct exercise_state *state = learner_exercise_at(app->learner, i);
        cJSON *one = cJSON_CreateObject();

        cJSON_AddStringToObject(one, "id", state->exercise);
        cJSON_AddNumberToObject(one, "tries", state->tries);
        cJSON_AddNumberToObject(one, "hints", state->hints);
        cJSON_AddBoolToObject(one, "passed", state->passed);
        cJSON_AddItemToArray(list, one);
    }
}

static int show_json(const struct app *app)
{
    const struct course_chapter *next = chapters_next(app);
    cJSON *json = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(json, "chapters");

    for (size_t i = 0; i < app->course.chapter_count; i++) {
        const struct course_chapter *chapter = &app->course.chapters[i];
        cJSON *entry = cJSON_CreateObject();

        cJSON_AddNumberToObject(entry, "number", chapter->number);
        cJSON_AddStringToObject(entry, "slug", chapter->slug);
        json_add_state(entry, chapters_state(app, chapter));
        json_add_exercises(entry, app, chapter);
        add_answers(app, chapter, entry);
        cJSON_AddItemToArray(list, entry);
    }
    add_exercise_list(app, json);
    cJSON_AddNumberToObject(json, "due", (double)learner_due(app->learner, time(NULL)));
    if (next)
        cJSON_AddNumberToObject(json, "next", next->number);
    return json_out(json);
}

static int run(struct app *app, int count, char **words)
{
    static const struct option own[] = {{"json", no_argument, NULL, 'j'}, {0}};
    bool json = false;
    int option, status;

    while ((option = options_next(app, count, words, "", own)) != -1) {
        if (option != 'j')
            return command_option(app, &command_progress, option);
        json = true;
    }
    if (count > optind)
        return command_misused(&command_progress, "progress takes no argument");
    status = app_course(app);
    if (status == STATUS_OK)
        status = app_learner(app);
    if (status != STATUS_OK)
        return status;
    return json ? show_json(app) : show_text(app);
}

const struct command command_progress = {
    .name = "progress",
    .summary = "What you have done, how the answers went, and what is due",
    .usage = "progress [--json]",
    .examples = "  asynctut progress          in words\n"
                "  asynctut progress --json   with every answer, for a script\n",
    .options = "      --json      as JSON\n",
    .next = "asynctut",
    .run = run,
};
