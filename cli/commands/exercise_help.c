/* What helps when one is stuck: hints rung by rung, and the solution once it was earned. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/commands/exercise_job.h"
#include "cli/speak.h"
#include "cli/views/page.h"
#include "cli/views/prompt.h"
#include "engine/base/file.h"

enum { HONEST_TRIES = 3, SOURCE_LIMIT = 1 << 20 };

/* A rung's first line is its heading; lines that begin with four blanks are code. */
static void add_rung(struct page *page, const char *rung, struct str *out)
{
    size_t heading = strcspn(rung, "\n");
    struct str line = {0};

    str_add(&line, rung, heading);
    page_text(page, STYLE_HEADING, 0, str_text(&line), out);
    for (const char *at = rung + heading; *at;) {
        size_t length = strcspn(at, "\n");
        str_clear(&line);
        str_add(&line, at, length);
        if (!strncmp(str_text(&line), "    ", 4))
            str_printf(out, "%s\n", str_text(&line));
        else if (length)
            page_text(page, STYLE_TEXT, 0, str_text(&line), out);
        else if (at != rung + heading && at[strspn(at, "\n")])
            str_putc(out, '\n');
        at += length + (at[length] == '\n');
    }
    str_free(&line);
}

void exercise_next_hint(struct exercise_job *job, const struct look *look, struct str *out)
{
    struct exercise_state *state = exercise_job_state(job);
    int count = (int)job->exercise->hint_count, rung = state ? state->hints : 0;
    struct page page;
    char line[80];

    page_init(&page, look);
    if (rung >= count)
        rung = count - 1; /* the last one again */
    snprintf(line, sizeof line, "Hint %d of %d%s", rung + 1, count,
             rung + 1 == count ? ", the last" : "");
    page_text(&page, STYLE_DIM, 0, line, out);
    add_rung(&page, job->exercise->hints[rung], out);
    page_free(&page);
    if (state) {
        state->hints = rung + 1;
        state->changed = time(NULL);
        app_save(job->app);
    }
}

int exercise_hint(struct exercise_job *job)
{
    struct str out = {0};
    struct look look;

    app_look(job->app, &look);
    exercise_next_hint(job, &look, &out);
    int status = speak_out(&out);
    str_free(&out);
    return status;
}

/* --- the solution ----------------------------------------------------------------------------- */

bool exercise_solution_is_open(struct exercise_job *job)
{
    struct exercise_state *state = exercise_job_state(job);

    return state && (state->passed || state->tries >= HONEST_TRIES);
}

void exercise_add_solution(struct exercise_job *job, const struct look *look, struct str *out)
{
    struct str path = {0}, shown = {0};
    struct page page;
    char *data = NULL;
    size_t length = 0;

    str_printf(&path, "%s/solution.c", job->exercise->folder);
    if (file_read(str_text(&path), SOURCE_LIMIT, &data, &length, NULL) == 0)
        str_add_shown(&shown, data, length, true);
    page_init(&page, look);
    page_code(&page, "", str_text(&shown), 1, true, out);
    page_free(&page);
    free(data);
    str_free(&shown);
    str_free(&path);
}

/* Asks a question whose answer is yes only if it begins so. The prompt itself is short, since a
 * narrow screen leaves room to answer beside it. */
static bool agreed(struct exercise_job *job, const char *question)
{
    struct str answer = {0}, text = {0};
    bool yes = false;

    if (app_term(job->app) != STATUS_OK)
        return false;
    str_printf(&text, " %s\n", question);
    prompt_write(job->app, &text);
    str_free(&text);
    if (prompt_line(job->app, " y or n > ", &answer) == 0)
        yes = answer.length && (answer.data[0] == 'y' || answer.data[0] == 'Y');
    str_free(&answer);
    return yes;
}

static int refuse(struct exercise_job *job, bool forcible)
{
    struct exercise_state *state = exercise_job_state(job);
    struct str to_do = {0};

    str_printf(&to_do, "\"asynctut exercise hint %s\" helps%s.", job->exercise->id,
               forcible ? "; --force shows it now" : "");
    speak_error(str_text(&to_do), "the solution opens after a pass or %d tries; so far you made %d",
                HONEST_TRIES, state ? state->tries : 0);
    str_free(&to_do);
    return STATUS_FAILED;
}

int exercise_solution(struct exercise_job *job)
{
    struct str out = {0};
    struct look look;

    if (!exercise_solution_is_open(job) && !job->force)
        return refuse(job, true);
    if (!exercise_solution_is_open(job) &&
        !agreed(job, "Show the solution before you have found your own?"))
        return STATUS_FAILED;
    app_look(job->app, &look);
    exercise_add_solution(job, &look, &out);
    int status = speak_paged(&out, look.terminal && !look.plain ? look.height : 0);
    str_free(&out);
    return status;
}

int exercise_diff(struct exercise_job *job)
{
    struct str solution = {0}, out = {0};
    struct error error = {0};
    struct look look;
    int status = STATUS_FAILED;
    size_t legend;

    if (!exercise_solution_is_open(job))
        return refuse(job, false);
    app_look(job->app, &look);
    str_printf(&solution, "%s/solution.c", job->exercise->folder);
    str_puts(&out, "-  yours\n+  the solution\n\n");
    legend = out.length;
    int code = workspace_diff(str_text(&job->workspace.source), str_text(&solution), &out, &error);
    if (code == 0 && out.length == legend)
        str_puts(&out, "They do not differ.\n");
    if (code)
        speak_error("", "%s", error.text);
    else
        status = speak_paged(&out, look.terminal && !look.plain ? look.height : 0);
    str_free(&solution);
    str_free(&out);
    return status;
}

int exercise_reset(struct exercise_job *job)
{
    struct str kept = {0}, out = {0};
    struct error error = {0};
    int status = STATUS_FAILED;

    if (!job->force && !agreed(job, "Put the starter back? What you wrote is kept beside it."))
        return STATUS_FAILED;
    if (workspace_reset(&job->workspace, job->exercise, &job->kit, &kept, &error)) {
        speak_error("", "%s", error.text);
    } else {
        str_puts(&out, "The starter is back: ");
        str_add_shown(&out, str_text(&job->workspace.source), job->workspace.source.length, false);
        if (kept.length) {
            str_puts(&out, "\nYours is kept as ");
            str_add_shown(&out, str_text(&kept), kept.length, false);
        }
        str_putc(&out, '\n');
        status = speak_out(&out);
    }
    str_free(&kept);
    str_free(&out);
    return status;
}
