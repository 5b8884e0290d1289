/* `asynctut exercise`, `start` and `open`: what there is, and where one works on it. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/commands/exercise_job.h"
#include "cli/commands/json.h"
#include "cli/speak.h"
#include "cli/views/page.h"
#include "engine/base/file.h"

/* --- list ------------------------------------------------------------------------------------- */

static const struct exercise_state *state_of(const struct exercise_job *job, const char *id)
{
    for (size_t i = 0; i < learner_exercise_count(job->app->learner); i++) {
        const struct exercise_state *state = learner_exercise_at(job->app->learner, i);
        if (!strcmp(state->exercise, id))
            return state;
    }
    return NULL;
}

static const char *state_word(const struct exercise_state *state)
{
    return !state ? "" : state->passed ? "passed" : state->tries ? "tried" : "started";
}

static int list_json(struct exercise_job *job)
{
    cJSON *json = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(json, "exercises");

    for (size_t i = 0; i < job->exercises.count; i++) {
        const struct exercise *exercise = &job->exercises.items[i];
        const struct exercise_state *state = state_of(job, exercise->id);
        cJSON *entry = cJSON_CreateObject();
        cJSON_AddStringToObject(entry, "id", exercise->id);
        cJSON_AddNumberToObject(entry, "chapter", exercise->chapter);
        cJSON_AddStringToObject(entry, "title", exercise->title);
        cJSON_AddNumberToObject(entry, "tries", state ? state->tries : 0);
        cJSON_AddNumberToObject(entry, "hints", state ? state->hints : 0);
        cJSON_AddBoolToObject(entry, "passed", state && state->passed);
        cJSON_AddItemToArray(list, entry);
    }
    return json_out(json);
}

int exercise_list(struct exercise_job *job)
{
    struct str out = {0};

    if (job->json)
        return list_json(job);
    for (size_t i = 0; i < job->exercises.count; i++) {
        const struct exercise *exercise = &job->exercises.items[i];
        str_printf(&out, " %02d  %-20s  %-8s %s\n", exercise->chapter, exercise->id,
                   state_word(state_of(job, exercise->id)), exercise->title);
    }
    str_puts(&out, "\n asynctut exercise start ID   begins one, or goes on with it\n");
    int status = speak_out(&out);
    str_free(&out);
    return status;
}

/* --- start ------------------------------------------------------------------------------------ */

void exercise_add_problem(const struct exercise *exercise, const struct look *look, struct str *out)
{
    struct document document;
    struct error error = {0};
    struct page page;

    if (markdown_parse("problem.md", exercise->problem, strlen(exercise->problem), &document,
                       &error))
        return;
    page_init(&page, look);
    page_blocks(&page, document.blocks, 0, document.block_count, NULL, out);
    page_free(&page);
    markdown_free(&document);
}

int exercise_start(struct exercise_job *job)
{
    struct exercise_state *state;
    struct error error = {0};
    struct str out = {0};
    struct look look;
    bool is_new;

    if (workspace_start(&job->workspace, job->exercise, &job->kit, &is_new, &error)) {
        speak_error("Name another folder with --dir.", "%s", error.text);
        return STATUS_FAILED;
    }
    state = exercise_job_state(job);
    if (state)
        state->changed = time(NULL);
    app_save(job->app);
    app_look(job->app, &look);
    exercise_add_problem(job->exercise, &look, &out);
    str_puts(&out, is_new ? "\n Yours to change:\n " : "\n Yours, as you left it:\n ");
    str_add_shown(&out, str_text(&job->workspace.source), job->workspace.source.length, false);
    str_printf(&out,
               "\n\n asynctut exercise open %s    in your editor\n"
               " asynctut exercise watch %s   checks each time you save\n"
               " asynctut exercise hint %s    when you are stuck\n",
               job->exercise->id, job->exercise->id, job->exercise->id);
    int status = speak_out(&out);
    str_free(&out);
    return status;
}

/* --- open ------------------------------------------------------------------------------------- */

/* As git does: the variable is a shell command, the file its argument. */
static int run_editor(const char *editor, const char *file)
{
    struct str command = {0};
    char *words[] = {"sh", "-c", NULL, "sh", (char *)file, NULL};
    int status = 0;

    str_printf(&command, "%s \"$1\"", editor);
    words[2] = command.data;
    pid_t pid = fork();
    if (pid == 0) {
        signal(SIGPIPE, SIG_DFL);
        execv("/bin/sh", words);
        _exit(127);
    }
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    str_free(&command);
    return pid > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : 127;
}

int exercise_open(struct exercise_job *job)
{
    const char *editor = getenv("VISUAL"), *file = str_text(&job->workspace.source);

    if (!editor || !*editor)
        editor = getenv("EDITOR");
    if (!file_exists(file)) {
        struct str to_do = {0};
        str_printf(&to_do, "\"asynctut exercise start %s\" makes it.", job->exercise->id);
        speak_error(str_text(&to_do), "there is no %s", file);
        str_free(&to_do);
        return STATUS_FAILED;
    }
    if (!editor || !*editor) {
        speak_error("Set EDITOR, or open the file yourself.", "no editor is named for %s", file);
        return STATUS_FAILED;
    }
    if (run_editor(editor, file) == 0)
        return STATUS_OK;
    speak_error("Is VISUAL or EDITOR spelled right?", "the editor \"%s\" failed", editor);
    return STATUS_FAILED;
}
