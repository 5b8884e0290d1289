/* Opening what every verb needs, and finding the exercise that is meant. */
#include "cli/commands/exercise_job.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/paths.h"
#include "cli/speak.h"

static void open_kit(struct exercise_job *job)
{
    static const char *const built[] = {"engine/exercise/asynctut-supervisor",
                                        "engine/probe/libprobe.a", "engine/probe/libprobe_attach.a",
                                        "engine/event/libevent.a", "engine/task/libtask.a"};

    for (int i = 0; i < 5; i++)
        path_part(built[i], &job->paths[i]);
    path_include(&job->paths[5]);
    job->kit = (struct kit){.supervisor = str_text(&job->paths[0]),
                            .probe = str_text(&job->paths[1]),
                            .attach = str_text(&job->paths[2]),
                            .event = str_text(&job->paths[3]),
                            .task = str_text(&job->paths[4]),
                            .include = str_text(&job->paths[5])};
}

static int open_root(struct exercise_job *job, struct error *error)
{
    char here[PATH_MAX];

    if (!job->folder)
        return workspace_root(&job->root, error);
    if (job->folder[0] != '/' && getcwd(here, sizeof here))
        str_printf(&job->root, "%s/", here);
    str_puts(&job->root, job->folder);
    return 0;
}

int exercise_job_open(struct exercise_job *job)
{
    struct error error = {0};
    int status = app_course(job->app);

    if (status == STATUS_OK)
        status = app_learner(job->app);
    if (status != STATUS_OK)
        return status;
    open_kit(job);
    if (open_root(job, &error) || exercises_load(&job->app->course, &job->exercises, &error)) {
        speak_error("Mend that file, or install the course anew.", "%s", error.text);
        return STATUS_FAILED;
    }
    return STATUS_OK;
}

void exercise_job_close(struct exercise_job *job)
{
    for (int i = 0; i < 6; i++)
        str_free(&job->paths[i]);
    str_free(&job->root);
    workspace_free(&job->workspace);
    exercises_free(&job->exercises);
}

/* --- which one -------------------------------------------------------------------------------- */

/* The name of the folder below the root in which we are. */
static const struct exercise *exercise_here(const struct exercise_job *job)
{
    char here[PATH_MAX], root[PATH_MAX];
    size_t length;

    if (!getcwd(here, sizeof here) || !realpath(str_text(&job->root), root))
        return NULL;
    length = strlen(root);
    if (strncmp(here, root, length) || here[length] != '/')
        return NULL;
    here[length + 1 + strcspn(here + length + 1, "/")] = '\0';
    for (size_t i = 0; i < job->exercises.count; i++)
        if (!strcmp(job->exercises.items[i].id, here + length + 1))
            return &job->exercises.items[i];
    return NULL;
}

static const struct exercise *last_one(const struct exercise_job *job)
{
    const struct exercise *last = NULL;
    int64_t changed = 0;

    for (size_t i = 0; i < learner_exercise_count(job->app->learner); i++) {
        const struct exercise_state *state = learner_exercise_at(job->app->learner, i);
        for (size_t k = 0; k < job->exercises.count; k++)
            if (state->changed > changed && !strcmp(job->exercises.items[k].id, state->exercise)) {
                last = &job->exercises.items[k];
                changed = state->changed;
            }
    }
    return last;
}

static int find(struct exercise_job *job, const char *word)
{
    const char *near = NULL;
    struct str to_do = {0};

    job->exercise = exercises_find(&job->exercises, word, &near);
    if (job->exercise)
        return STATUS_OK;
    if (near)
        str_printf(&to_do, "Did you mean \"%s\"? ", near);
    str_puts(&to_do, "\"asynctut exercise\" lists them.");
    speak_error(str_text(&to_do), "there is no exercise \"%s\"", word);
    str_free(&to_do);
    return STATUS_USAGE;
}

int exercise_job_choose(struct exercise_job *job, const char *word)
{
    struct error error = {0};
    int status = STATUS_OK;

    if (word)
        status = find(job, word);
    else if (!(job->exercise = exercise_here(job)) && !(job->exercise = last_one(job))) {
        speak_error("\"asynctut exercise\" lists them; \"asynctut exercise start ID\" begins one.",
                    "you have not started an exercise yet");
        status = STATUS_USAGE;
    }
    if (status == STATUS_OK &&
        workspace_open(str_text(&job->root), job->exercise, &job->workspace, &error)) {
        speak_error("", "%s", error.text);
        status = STATUS_FAILED;
    }
    return status;
}

struct exercise_state *exercise_job_state(struct exercise_job *job)
{
    return learner_exercise(job->app->learner, job->exercise->id);
}
