/* What engine/exercise/round.h asks for, given by a terminal, a watch and a check. */
#include "cli/commands/exercise_round.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <uv.h>

#include "cli/views/prompt.h"
#include "engine/base/file.h"
#include "engine/exercise/round.h"

int watch_key(const struct term_event *event)
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

void watch_write(struct session *session, struct str *text)
{
    str_putc(text, '\n');
    prompt_write(session->job->app, text);
    str_free(text);
}

/* --- the round -------------------------------------------------------------------------------- */

static int64_t now(void *to)
{
    (void)to;
    return (int64_t)uv_hrtime();
}

static unsigned count_saves(void *to, int64_t *ret_last)
{
    struct session *session = to;
    unsigned saves = atomic_load(&session->saves);

    *ret_last = atomic_load(&session->last);
    return saves;
}

static void rest(void *to, int64_t most_ns)
{
    struct session *session = to;
    struct term_event event;

    if (session->key)
        return;
    term_wait(session->job->app->term, (int)((most_ns + 999999) / 1000000), &event);
    session->key = watch_key(&event);
}

static bool is_asked(void *to)
{
    struct session *session = to;

    rest(to, 0);
    return session->key != 0;
}

/* A check of a round. */
struct round_check {
    struct session *session;
    bool (*over)(void *to);
    void *over_to;
};

static void on_running(void *to, int run, int runs)
{
    struct round_check *check = to;
    char line[40];

    snprintf(line, sizeof line, " run %d of %d", run, runs);
    term_status(check->session->job->app->term, line);
}

static bool on_tick(void *to)
{
    struct round_check *check = to;

    return check->over(check->over_to);
}

/* In the status line, or else as text, once a round. */
static void say(struct session *session, const char *state)
{
    struct term *term = session->job->app->term;
    struct str line = {0};

    term_status(term, state);
    if (session->said || prompt_draws_status(term_look(term)) || !term_interactive(term))
        return;
    session->said = true;
    str_printf(&line, "%s\n", state);
    prompt_write(session->job->app, &line);
    str_free(&line);
}

static int check_now(void *to, bool (*over)(void *over_to), void *over_to)
{
    struct session *session = to;
    struct round_check check = {session, over, over_to};
    struct checking checking;

    session->checked = atomic_load(&session->saves);
    watch_seen(session->watch);
    session->error = (struct error){0};
    say(session, session->checked ? " saved, compiling" : " compiling");
    exercise_checking(session->job, &checking);
    checking.tick = on_tick;
    checking.running = on_running;
    checking.to = &check;
    return check_source(&checking, &session->verdict, &session->error);
}

static void drop(void *to)
{
    struct session *session = to;

    verdict_free(&session->verdict);
}

static void begin_page(struct session *session, struct str *out)
{
    const struct look *look = term_look(session->job->app->term);
    time_t seconds = time(NULL);
    struct tm local;
    char clock[16] = "";

    if (localtime_r(&seconds, &local))
        strftime(clock, sizeof clock, "%H:%M:%S", &local);
    str_puts(out, "\n ");
    look_text(look, STYLE_TITLE, session->job->exercise->title, out);
    str_printf(out, "  %s\n\n", clock);
}

void watch_round(struct session *session)
{
    struct round round = {now, count_saves, is_asked, rest, check_now, drop, session};
    struct app *app = session->job->app;
    struct str out = {0};
    session->said = false;
    int code = round_run(&round);

    term_status(app->term, "");
    session->owed = code == -ECANCELED;
    if (session->owed)
        return;
    if (code && !file_exists(str_text(&session->job->workspace.source))) {
        str_printf(&out, "\n %s.c is gone. It is checked when it is back.\n",
                   session->job->exercise->id);
    } else if (code) {
        str_printf(&out, "\n %s\n", session->error.text);
    } else {
        begin_page(session, &out);
        exercise_tell(session->job, &session->verdict, term_look(app->term), &out);
        verdict_free(&session->verdict);
    }
    watch_write(session, &out);
}
