/* `asynctut list`: every chapter, and how far you are. */
#include <cJSON.h>
#include <stdlib.h>

#include "cli/commands/command.h"
#include "cli/commands/json.h"
#include "cli/views/chapters.h"

static int list_text(const struct app *app)
{
    struct look look;
    struct page page;
    struct str out = {0};
    int status;

    app_look(app, &look);
    page_init(&page, &look);
    chapters_list(&page, app, chapters_next(app), true, &out);
    status = speak_paged(&out, look.terminal && !look.plain ? look.height : 0);
    page_free(&page);
    str_free(&out);
    return status;
}

static int list_json(const struct app *app)
{
    cJSON *json = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(json, "chapters");

    for (size_t i = 0; i < app->course.chapter_count; i++) {
        const struct course_chapter *chapter = &app->course.chapters[i];
        cJSON *entry = cJSON_CreateObject();

        cJSON_AddNumberToObject(entry, "number", chapter->number);
        cJSON_AddStringToObject(entry, "slug", chapter->slug);
        cJSON_AddStringToObject(entry, "title", chapter->title);
        cJSON_AddStringToObject(entry, "question", chapter->question);
        cJSON_AddStringToObject(entry, "part", app->course.parts[chapter->part].number);
        cJSON_AddNumberToObject(entry, "minutes", chapter->minutes);
        json_add_state(entry, chapters_state(app, chapter));
        cJSON_AddItemToArray(list, entry);
    }
    return json_out(json);
}

static int run(struct app *app, int count, char **words)
{
    static const struct option own[] = {{"json", no_argument, NULL, 'j'}, {0}};
    bool json = false;
    int option, status;

    while ((option = options_next(app, count, words, "", own)) != -1) {
        if (option != 'j')
            return command_option(app, &command_list, option);
        json = true;
    }
    if (count > optind)
        return command_misused(&command_list, "list takes no argument");
    status = app_course(app);
    if (status == STATUS_OK)
        status = app_learner(app);
    if (status != STATUS_OK)
        return status;
    return json ? list_json(app) : list_text(app);
}

const struct command command_list = {
    .name = "list",
    .summary = "Every chapter, and how far you are",
    .usage = "list [--json]",
    .examples = "  asynctut list          by parts, with what is done\n"
                "  asynctut list --json   the same for a script\n",
    .options = "      --json      as JSON\n",
    .next = "asynctut run 03",
    .run = run,
};
