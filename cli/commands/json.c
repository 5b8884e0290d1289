/* cJSON checks its arguments, so a failed allocation surfaces once, when the text is made. */
#include "cli/commands/json.h"

#include "cli/speak.h"
#include "cli/views/chapters.h"

void json_add_state(cJSON *entry, const struct chapter_state *state)
{
    bool open = state && state->block > 0;
    cJSON *quiz;

    cJSON_AddStringToObject(entry, "state", open ? "begun" : state && state->done ? "done" : "new");
    if (open)
        cJSON_AddStringToObject(entry, "section", state->section);
    if (!state || state->quiz_of == 0)
        return;
    quiz = cJSON_AddObjectToObject(entry, "quiz");
    cJSON_AddNumberToObject(quiz, "right", state->quiz_right);
    cJSON_AddNumberToObject(quiz, "of", state->quiz_of);
}

void json_add_exercises(cJSON *entry, const struct app *app, const struct course_chapter *chapter)
{
    struct chapter_exercises exercises = chapters_exercises(app, chapter);
    cJSON *counts;

    if (exercises.count == 0)
        return;
    counts = cJSON_AddObjectToObject(entry, "exercises");
    cJSON_AddNumberToObject(counts, "begun", (double)exercises.begun);
    cJSON_AddNumberToObject(counts, "passed", (double)exercises.passed);
    cJSON_AddNumberToObject(counts, "of", (double)exercises.count);
}

int json_out(cJSON *json)
{
    char *text = cJSON_Print(json);
    struct str out = {0};
    int status;

    if (text)
        str_printf(&out, "%s\n", text);
    else
        out.failed = true;
    status = speak_out(&out);
    str_free(&out);
    cJSON_free(text);
    cJSON_Delete(json);
    return status;
}
