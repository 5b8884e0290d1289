/* The end of a session is the one moment at which a learner asks "is it saved, how do I get back?",
 * so it is answered unasked. */
#include "cli/commands/session.h"

#include <stdio.h>
#include <unistd.h>

#include "cli/paths.h"
#include "cli/views/chapters.h"

/* One line after the last; "" where there is nothing to say. */
static void farewell(const struct app *app, const struct course_chapter *chapter, enum flow flow,
                     struct str *out)
{
    const struct chapter_state *state = chapters_state(app, chapter);

    if (flow == FLOW_FAILED || app->save_failed)
        return;
    if (state && state->block > 0 && *state->section)
        str_printf(out, "\n Saved at \"%s\". \"asynctut run %02d\" goes on there.\n",
                   state->section, chapter->number);
    else if (state && state->block > 0)
        str_printf(out, "\n Saved. \"asynctut run %02d\" goes on there.\n", chapter->number);
}

/* Replaces the process; returns if that failed. */
static void run_again(struct app *app, const struct course_chapter *chapter)
{
    char number[16];
    char level[16];
    char *words[] = {"asynctut", "--trace", level, "run", number, NULL};

    snprintf(number, sizeof number, "%d", chapter->number);
    snprintf(level, sizeof level, "%s", level_name(settings_level(&app->settings)));
    app_close(app);
    execv(path_program(), words);
}

int session_end(struct app *app, const struct course_chapter *chapter, enum flow flow)
{
    struct str out = {0};

    if (flow == FLOW_AGAIN)
        run_again(app, chapter);
    if (app->term && chapter)
        farewell(app, chapter, flow, &out);
    if (app->term)
        term_write(app->term, str_text(&out), out.length);
    str_free(&out);
    if (app->abandoned) {
        term_close(app->term);
        _exit(flow_status(flow));
    }
    return flow_status(flow);
}
