/* `asynctut exercise check`: one check, told on standard output; and what it leaves in progress. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "cli/commands/exercise_job.h"
#include "cli/speak.h"
#include "cli/views/verdict.h"
#include "engine/base/file.h"

/* An honest try compiled, and was neither the starter nor what was tried last. */
static void remember(struct exercise_job *job, const struct verdict *verdict)
{
    struct exercise_state *state = exercise_job_state(job);
    uint32_t hash = workspace_hash(str_text(&job->workspace.source));
    struct str starter = {0};

    if (!state || job->seed)
        return;
    str_printf(&starter, "%s/starter.c", job->exercise->folder);
    if (verdict->kind != VERDICT_NOT_COMPILED && hash != state->source &&
        hash != workspace_hash(str_text(&starter)))
        state->tries++;
    if (verdict->kind == VERDICT_PASSED)
        state->passed = true;
    state->source = hash;
    state->changed = time(NULL);
    app_save(job->app);
    str_free(&starter);
}

void exercise_checking(struct exercise_job *job, struct checking *ret_checking)
{
    int seeds = job->seeds >= 0 ? job->seeds : job->exercise->seeds;

    *ret_checking = (struct checking){.exercise = job->exercise,
                                      .kit = &job->kit,
                                      .source = str_text(&job->workspace.source),
                                      .first_seed = job->seed ? job->seed : 1,
                                      .seeds = job->seed ? 1 : seeds,
                                      .only_seed = job->seed != 0};
}

bool exercise_tell(struct exercise_job *job, const struct verdict *verdict, const struct look *look,
                   struct str *out)
{
    verdict_view(job->exercise, verdict, str_text(&job->workspace.source), look, job->whole, out);
    remember(job, verdict);
    return verdict->kind == VERDICT_PASSED;
}

/* Ctrl-C ends the check and not this process, which has a folder to remove. */
static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
    interrupted = number;
}

static bool is_interrupted(void *to)
{
    (void)to;
    return interrupted != 0;
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};

    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
}

int exercise_check(struct exercise_job *job)
{
    struct checking checking;
    struct verdict verdict;
    struct error error = {0};
    struct str out = {0};
    struct look look;
    bool passed;
    int status;

    if (!file_exists(str_text(&job->workspace.source))) {
        struct str to_do = {0};
        str_printf(&to_do, "\"asynctut exercise start %s\" makes it.", job->exercise->id);
        speak_error(str_text(&to_do), "there is no %s", str_text(&job->workspace.source));
        str_free(&to_do);
        return STATUS_FAILED;
    }
    catch_signals();
    exercise_checking(job, &checking);
    checking.tick = is_interrupted;
    int code = check_source(&checking, &verdict, &error);
    if (code == -ECANCELED)
        return interrupted == SIGINT ? STATUS_INTERRUPTED : STATUS_TERMINATED;
    if (code) {
        speak_error("", "%s", error.text);
        return STATUS_FAILED;
    }
    app_look(job->app, &look);
    passed = exercise_tell(job, &verdict, &look, &out);
    if (passed)
        str_printf(&out,
                   "\n asynctut exercise diff %s   yours against the solution\n"
                   " asynctut exercise      %*s   what else there is\n",
                   job->exercise->id, (int)strlen(job->exercise->id), "");
    verdict_free(&verdict);
    status = speak_out(&out);
    str_free(&out);
    return status == STATUS_OK && !passed ? STATUS_FAILED : status;
}
