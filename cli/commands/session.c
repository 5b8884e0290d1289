/* The end of a session is the one moment at which a learner asks "is it saved, how do I get back?",
 * so it is answered unasked. */
#include "cli/commands/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/paths.h"
#include "cli/views/chapters.h"
#include "cli/views/place.h"
#include "cli/views/summary.h"
#include "engine/term/look.h"

/* Adds " Saved at X." and the command that goes on there: on one line if it fits, and the command
 * is never broken. */
static void add_saved(struct app *app, const char *at, const char *command, int chapter,
                      struct str *out)
{
    const struct look *look = term_look(app->term);
    struct str saved = {0}, next = {0};

    str_printf(&saved, "Saved%s.", at);
    str_printf(&next, "\"asynctut %s %02d\" goes on there.", command, chapter);
    str_putc(out, '\n');
    if (text_width(str_text(&saved), saved.length) + 1 + (int)next.length < look->width) {
        str_printf(&saved, " %s", str_text(&next));
        str_clear(&next);
    }
    summary_paragraph(look, str_text(&saved), out);
    summary_paragraph(look, str_text(&next), out);
    str_free(&saved);
    str_free(&next);
}

/* Adds what to say of a quiz that was left; nothing if it was not. */
static void add_quiz(struct app *app, const struct course_chapter *chapter, struct str *out)
{
    int question = place_quiz(app, chapter);
    char at[32];

    if (question <= 0 || app->save_failed)
        return;
    snprintf(at, sizeof at, " at question %d", question);
    add_saved(app, at, "quiz", chapter->number, out);
}

static void farewell(struct app *app, const struct course_chapter *chapter, enum flow flow,
                     struct str *out)
{
    const struct chapter_state *state = chapters_state(app, chapter);
    struct str at = {0};

    if (flow == FLOW_FAILED || app->save_failed)
        return;
    if (state && state->block > 0) {
        if (*state->section)
            str_printf(&at, " at \"%s\"", state->section);
        add_saved(app, str_text(&at), "run", chapter->number, out);
    } else {
        add_quiz(app, chapter, out);
    }
    str_free(&at);
}

/* Replaces the process; returns if that failed. Settings given as flags go on as variables. */
static void run_again(struct app *app, const struct course_chapter *chapter)
{
    char number[16];
    char *words[] = {"asynctut", "run", number, NULL};

    snprintf(number, sizeof number, "%d", chapter->number);
    for (int i = 0; i < SETTINGS; i++)
        if (app->settings.from[i] == FROM_FLAG)
            setenv(setting_infos[i].variable, app->settings.values[i], 1);
    app_close(app);
    execv(path_program(), words);
}

int session_end(struct app *app, const struct course_chapter *chapter, enum flow flow)
{
    struct str out = {0};
    int status = app->term && term_broken(app->term) ? STATUS_FAILED : flow_status(flow);

    if (flow == FLOW_AGAIN)
        run_again(app, chapter);
    if (app->term && chapter)
        farewell(app, chapter, flow, &out);
    if (app->term)
        prompt_write(app, &out);
    str_free(&out);
    if (app->abandoned) {
        term_close(app->term);
        _exit(status);
    }
    return status;
}

int session_end_quiz(struct app *app, const struct course_chapter *chapter, enum flow flow)
{
    struct str out = {0};

    if (app->term && flow_ends(flow))
        add_quiz(app, chapter, &out);
    if (app->term)
        prompt_write(app, &out);
    str_free(&out);
    return session_end(app, NULL, flow == FLOW_AGAIN ? FLOW_LEAVE : flow);
}
