/* `asynctut exercise watch`: a check after each save, keys meanwhile. A save or a key that comes
 * while a check runs ends that check: nobody waits for a verdict on what they have changed since.
 */
#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "cli/commands/exercise_job.h"
#include "cli/speak.h"
#include "cli/views/prompt.h"
#include "engine/base/array.h"
#include "engine/base/file.h"
#include "engine/exercise/watch.h"

struct session {
    struct exercise_job *job;
    struct watch *watch;
    _Atomic bool saved; /* since the last check began */
    int key;            /* that ended a check, or one of PROMPT_*; 0: none */
};

static const struct hint hints[] = {
    {'r', "again"}, {'h', "hint"}, {'s', "solution"}, {'n', "next exercise"}, {'q', "leave"}};

/* On the watch's thread. */
static void on_saved(void *to)
{
    struct session *session = to;

    atomic_store(&session->saved, true);
    term_wake(session->job->app->term);
}

/* --- keys ------------------------------------------------------------------------------------- */

static int event_key(const struct term_event *event)
{
    switch (event->type) {
    case TERM_KEY: {
        int key = prompt_character(&event->key);
        return key > 0 && strchr("rhsnq", key) ? key : key == PROMPT_END ? PROMPT_END : 0;
    }
    case TERM_LINE: /* without a terminal: a line each */
        return event->line[0] && strchr("rhsnq", event->line[0]) ? event->line[0] : 0;
    case TERM_END:
        return PROMPT_END;
    case TERM_INTERRUPT:
        return PROMPT_INTERRUPT;
    case TERM_TERMINATE:
        return PROMPT_TERMINATE;
    default:
        return 0;
    }
}

/* While a check runs: true ends it. */
static bool tick(void *to)
{
    struct session *session = to;
    struct term_event event;

    if (session->key == 0 && term_interactive(session->job->app->term)) {
        term_wait(session->job->app->term, 0, &event);
        session->key = event_key(&event);
    }
    return session->key != 0 || atomic_load(&session->saved);
}

static void show_keys(struct session *session)
{
    struct term *term = session->job->app->term;
    struct str line = {0};

    prompt_hints(term_look(term), hints, array_length(hints), &line);
    term_status(term, str_text(&line));
    str_free(&line);
}

/* The next key; 0: the file was saved. */
static int wait_for(struct session *session)
{
    struct term *term = session->job->app->term;
    struct term_event event;
    int key = 0;

    while (key == 0 && !atomic_load(&session->saved)) {
        if (term_broken(term))
            return PROMPT_TERMINATE;
        show_keys(session);
        term_wait(term, -1, &event);
        key = event_key(&event);
    }
    term_status(term, "");
    return key;
}

/* --- what is done ----------------------------------------------------------------------------- */

static void write_out(struct session *session, struct str *text)
{
    str_putc(text, '\n');
    prompt_write(session->job->app, text);
    str_free(text);
}

static void begin_page(struct session *session, struct str *out)
{
    const struct look *look = term_look(session->job->app->term);
    time_t now = time(NULL);
    struct tm local;
    char clock[16] = "";

    if (localtime_r(&now, &local))
        strftime(clock, sizeof clock, "%H:%M:%S", &local);
    str_putc(out, '\n');
    look_text(look, STYLE_TITLE, session->job->exercise->title, out);
    str_printf(out, "  %s\n\n", clock);
}

/* False: it cannot be checked at all on this machine. */
static bool check(struct session *session)
{
    struct app *app = session->job->app;
    struct error error = {0};
    struct str out = {0};
    int code;

    atomic_store(&session->saved, false);
    watch_seen(session->watch);
    session->key = 0;
    term_status(app->term, " checking");
    begin_page(session, &out);
    code =
        exercise_check_once(session->job, term_look(app->term), tick, session, &out, NULL, &error);
    term_status(app->term, "");
    if (code && code != -ECANCELED) {
        str_clear(&out);
        str_printf(&out, "\n %s\n", error.text);
    }
    if (code != -ECANCELED)
        write_out(session, &out);
    str_free(&out);
    return code == 0 || code == -ECANCELED || code == -ENOENT;
}

static void show_hint(struct session *session)
{
    struct str out = {0};

    str_putc(&out, '\n');
    exercise_next_hint(session->job, term_look(session->job->app->term), &out);
    write_out(session, &out);
}

static void show_solution(struct session *session)
{
    struct str out = {0};

    str_putc(&out, '\n');
    if (exercise_solution_is_open(session->job))
        exercise_add_solution(session->job, term_look(session->job->app->term), &out);
    else
        str_puts(&out, " The solution opens after a pass or three tries. h gives a hint.\n");
    write_out(session, &out);
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

/* The one after this in the list; false: this is the last. */
static bool go_to_next(struct session *session)
{
    struct exercise_job *job = session->job;
    size_t at = (size_t)(job->exercise - job->exercises.items);
    struct str out = {0};

    if (at + 1 == job->exercises.count) {
        str_puts(&out, "\n That was the last exercise.\n");
        write_out(session, &out);
        return false;
    }
    watch_stop(session->watch);
    session->watch = NULL;
    workspace_free(&job->workspace);
    if (exercise_job_choose(job, job->exercises.items[at + 1].id) != STATUS_OK ||
        start_watch(session) != STATUS_OK)
        return false;
    str_putc(&out, '\n');
    exercise_add_problem(job->exercise, term_look(job->app->term), &out);
    str_puts(&out, "\n Yours to change: ");
    str_add_shown(&out, str_text(&job->workspace.source), job->workspace.source.length, false);
    str_putc(&out, '\n');
    write_out(session, &out);
    return true;
}

static int follow(struct session *session)
{
    int key = 'r';

    for (;;) {
        if (key == 0 || key == 'r')
            check(session);
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
        key = session->key ? session->key : wait_for(session);
        session->key = 0;
    }
}

int exercise_watch(struct exercise_job *job)
{
    struct session session = {.job = job};
    int status = app_term(job->app);

    if (status == STATUS_OK)
        status = start_watch(&session);
    if (status == STATUS_OK)
        status = follow(&session);
    watch_stop(session.watch);
    return status;
}
