/* `asynctut exercise watch`: a check after each save, keys meanwhile. Saves arrive on the watch's
 * thread, which counts them and wakes this one. A key that comes while a check runs ends the check;
 * after a hint or the solution it begins again. */
#include <stdatomic.h>
#include <string.h>
#include <uv.h>

#include "cli/commands/exercise_round.h"
#include "cli/speak.h"
#include "cli/views/prompt.h"
#include "engine/base/array.h"
#include "engine/base/file.h"
#include "engine/exercise/watch.h"

static const struct hint hints[] = {
    {'r', "again"}, {'h', "hint"}, {'s', "solution"}, {'n', "next exercise"}, {'q', "leave"}};

/* On the watch's thread. */
static void on_saved(void *to)
{
    struct session *session = to;

    atomic_store(&session->last, (int64_t)uv_hrtime());
    atomic_fetch_add(&session->saves, 1);
    term_wake(session->job->app->term);
}

/* --- keys ------------------------------------------------------------------------------------- */

static void show_keys(struct session *session)
{
    struct term *term = session->job->app->term;
    struct str line = {0};

    prompt_hints(term_look(term), hints, array_length(hints), &line);
    term_status(term, str_text(&line));
    str_free(&line);
}

/* Where there is no status line: all keys, in words, once. */
static void write_keys(struct session *session)
{
    const struct look *look = term_look(session->job->app->term);
    struct str line = {0};

    if (prompt_draws_status(look) || !term_interactive(session->job->app->term))
        return;
    prompt_hints(look, hints, 3, &line);
    str_putc(&line, ',');
    prompt_hints(look, hints + 3, array_length(hints) - 3, &line);
    str_putc(&line, '\n');
    prompt_write(session->job->app, &line);
    str_free(&line);
}

/* The next key; 0: the file was saved. */
static int wait_for(struct session *session)
{
    struct term *term = session->job->app->term;
    struct term_event event;
    int key = 0;

    write_keys(session);
    while (key == 0 && atomic_load(&session->saves) == session->checked) {
        if (term_broken(term))
            return PROMPT_TERMINATE;
        show_keys(session);
        term_wait(term, -1, &event);
        key = watch_key(&event);
    }
    term_status(term, "");
    return key;
}

/* --- what is done ----------------------------------------------------------------------------- */

static void show_hint(struct session *session)
{
    struct str out = {0};

    str_putc(&out, '\n');
    exercise_next_hint(session->job, term_look(session->job->app->term), &out);
    watch_write(session, &out);
}

static void show_solution(struct session *session)
{
    struct str out = {0};

    str_putc(&out, '\n');
    if (exercise_solution_is_open(session->job))
        exercise_add_solution(session->job, term_look(session->job->app->term), &out);
    else
        str_puts(&out, " The solution opens after a pass or three tries. h gives a hint.\n");
    watch_write(session, &out);
}

static int start_watch(struct session *session)
{
    struct exercise_job *job = session->job;
    struct error error = {0};
    bool is_new;
    int code = workspace_start(&job->workspace, job->exercise, &job->kit, &is_new, &error);

    if (code == 0)
        code = watch_start(str_text(&job->workspace.source), on_saved, session, &session->watch,
                           &error);
    if (code)
        speak_error("", "%s", error.text);
    return code ? STATUS_FAILED : STATUS_OK;
}

/* Whoever begins by watching has not read yet where the file is. */
static void add_file(struct session *session, struct str *out)
{
    const struct str *source = &session->job->workspace.source;

    str_puts(out, "\n Yours to change: ");
    str_add_shown(out, str_text(source), source->length, false);
    str_putc(out, '\n');
}

/* The one after this in the list; false: this is the last. */
static bool go_to_next(struct session *session)
{
    struct exercise_job *job = session->job;
    size_t at = (size_t)(job->exercise - job->exercises.items);
    struct str out = {0};

    if (at + 1 == job->exercises.count) {
        str_puts(&out, "\n That was the last exercise.\n");
        watch_write(session, &out);
        return false;
    }
    watch_stop(session->watch);
    session->watch = NULL;
    session->owed = false;
    workspace_free(&job->workspace);
    if (exercise_job_choose(job, job->exercises.items[at + 1].id) != STATUS_OK ||
        start_watch(session) != STATUS_OK)
        return false;
    str_putc(&out, '\n');
    exercise_add_problem(job->exercise, term_look(job->app->term), &out);
    add_file(session, &out);
    watch_write(session, &out);
    return true;
}

static int follow(struct session *session)
{
    int key = 'r';

    for (;;) {
        if (key == 0 || key == 'r')
            watch_round(session);
        else if (key == 'h')
            show_hint(session);
        else if (key == 's')
            show_solution(session);
        else if (key == 'n')
            go_to_next(session);
        else
            return flow_status(prompt_flow(key));
        if (!session->watch)
            return STATUS_FAILED;
        key = session->key;
        session->key = 0;
        if (!key)
            key = session->owed ? 'r' : wait_for(session);
    }
}

int exercise_watch(struct exercise_job *job)
{
    struct session session = {.job = job};
    struct str out = {0};
    int status = app_term(job->app);

    if (status == STATUS_OK)
        status = start_watch(&session);
    if (status == STATUS_OK) {
        add_file(&session, &out);
        prompt_write(job->app, &out);
        str_free(&out);
        status = follow(&session);
    }
    watch_stop(session.watch);
    return status;
}
