/* `asynctut list`: every chapter, or those of one path, and how far you are. */
#include <cJSON.h>
#include <stdlib.h>

#include "cli/commands/command.h"
#include "cli/commands/json.h"
#include "cli/views/chapters.h"

static int list_text(const struct app *app, const struct course_path *path)
{
    struct look look;
    struct page page;
    struct str out = {0};
    int status;

    app_look(app, &look);
    page_init(&page, &look);
    if (path)
        chapters_path(&page, app, path, chapters_next(app), &out);
    else
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
        json_add_exercises(entry, app, chapter);
        cJSON_AddItemToArray(list, entry);
    }
    return json_out(json);
}

/* Says which paths there are. */
static int no_path(const struct app *app, const char *id)
{
    struct str to_do = {0};

    for (size_t i = 0; i < app->course.path_count; i++)
        str_printf(&to_do, "%s%s", i ? ", " : "The paths are ", app->course.paths[i].id);
    speak_error(str_text(&to_do), "there is no path \"%s\"", id);
    str_free(&to_do);
    return STATUS_USAGE;
}

static int run(struct app *app, int count, char **words)
{
    static const struct option own[] = {
        {"json", no_argument, NULL, 'j'}, {"path", required_argument, NULL, 'p'}, {0}};
    const struct course_path *path;
    const char *id = NULL;
    bool json = false;
    int option, status;

    while ((option = options_next(app, count, words, "", own)) != -1) {
        if (option == 'j')
            json = true;
        else if (option == 'p')
            id = optarg;
        else
            return command_option(app, &command_list, option);
    }
    if (count > optind)
        return command_misused(&command_list, "list takes no argument");
    status = app_course(app);
    if (status == STATUS_OK)
        status = app_learner(app);
    if (status != STATUS_OK)
        return status;
    path = id ? course_path(&app->course, id) : NULL;
    if (id && !path)
        return no_path(app, id);
    return json ? list_json(app) : list_text(app, path);
}

const struct command command_list = {
    .name = "list",
    .summary = "Every chapter, and how far you are",
    .usage = "list [--json | --path PATH]",
    .examples = "  asynctut list          by parts, with what is done\n"
                "  asynctut list --json   the same for a script\n"
                "  asynctut list --path fast   the chapters of one path\n",
    .options = "      --json      as JSON\n"
               "      --path PATH the chapters of one path, in its order\n",
    .next = "asynctut run 03",
    .run = run,
};
