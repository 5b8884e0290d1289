/* A demo and what can be done with it: each act is played, and after it the learner may play it
 * again, step through it, see more of its trace or its source. */
#include <stdio.h>

#include "cli/views/page.h"
#include "cli/views/stage_priv.h"
#include "engine/base/array.h"

struct session {
    struct app *app;
    const struct demo *demo;
    struct stage_options options;
    int (*played)(void *to, const struct stage_run *run);
    void *to;
    bool seen; /* the act was played to its end */
};

static void announce(struct session *session, const struct act *act)
{
    struct page page;
    struct str out = {0}, right = {0};

    page_init(&page, term_look(session->app->term));
    str_printf(&right, "%s:%s", session->demo->name, act->name);
    str_putc(&out, '\n');
    page_title(&page, STYLE_HEADING, act->title, str_text(&right), &out);
    prompt_write(session->app, &out);
    str_free(&out);
    str_free(&right);
    page_free(&page);
}

void stage_show(struct app *app, const struct stage_run *run)
{
    struct live *live = live_open(run->trace, run->symbols, term_look(app->term));
    struct str out = {0};

    str_printf(&out, "\n The same run, trace: %s\n\n", level_name(settings_level(&app->settings)));
    stage_say_left_out(stage_catch_up(app, run->trace, live), &out);
    live_update(live, settings_level(&app->settings), &out);
    prompt_write(app, &out);
    str_free(&out);
    live_close(live);
}

static void show_next_level(struct app *app, const struct stage_run *run)
{
    enum event_level level = settings_level(&app->settings);

    settings_set_level(&app->settings, level == LEVEL_ALL ? LEVEL_OFF : level + 1);
    stage_show(app, run);
}

static void show_source(struct session *session, const struct act *act)
{
    struct str out = {0};

    stage_source(session->app, session->demo, act, &out);
    prompt_write(session->app, &out);
    str_free(&out);
}

static int key_after(struct app *app)
{
    char trace[32];
    struct hint hints[] = {{'\n', "next"},  {'r', "again"}, {'.', "step"},
                           {'v', "replay"}, {'t', trace},   {'s', "source"},
                           {'b', "back"},   {'?', "help"},  {'q', "leave"}};

    snprintf(trace, sizeof trace, "trace: %s", level_name(settings_level(&app->settings)));
    return prompt_key(app, hints, array_length(hints));
}

static void show_help(struct app *app)
{
    struct page page;
    struct str out = {0};

    page_init(&page, term_look(app->term));
    str_putc(&out, '\n');
    page_labelled(&page, "Enter  ", "go on", &out);
    page_labelled(&page, "r      ", "run it again", &out);
    page_labelled(&page, ".      ", "run it again, stopped at its beginning, to step through it",
                  &out);
    page_labelled(&page, "v      ", "look at this run on a full screen, back and forth", &out);
    page_labelled(&page, "t      ", "see this run again with more of its trace", &out);
    page_labelled(&page, "s      ", "the source that ran", &out);
    page_labelled(&page, "b      ", "back", &out);
    page_labelled(&page, "q      ", "leave", &out);
    prompt_write(app, &out);
    str_free(&out);
    page_free(&page);
}

/* FLOW_REPEAT: play it again, with the options that were set. */
static enum flow after(struct session *session, const struct stage_run *run)
{
    session->options.stopped = false;
    for (;;) {
        int key = key_after(session->app);

        if (key == '\n')
            return FLOW_NEXT;
        if (key == 'b')
            return FLOW_BACK;
        if (key == 'r' || key == '.') {
            session->options.stopped = key == '.';
            return FLOW_REPEAT;
        }
        if (key == 'v') {
            enum flow flow = stage_replay(session->app, run);
            if (flow != FLOW_NEXT)
                return flow;
        } else if (key == 't')
            show_next_level(session->app, run);
        else if (key == 's')
            show_source(session, run->act);
        else if (key == '?')
            show_help(session->app);
        else
            return prompt_flow(key);
    }
}

/* A further run that was left before its end leaves the one before it as it was told. */
static enum flow after_leaving(struct session *session)
{
    static const struct hint hints[] = {
        {'\n', "next"}, {'r', "again"}, {'.', "step"}, {'b', "back"}, {'q', "leave"}};
    int key = prompt_key(session->app, hints, array_length(hints));

    session->options.stopped = key == '.';
    if (key == 'r' || key == '.')
        return FLOW_REPEAT;
    return key == '\n' ? FLOW_NEXT : key == 'b' ? FLOW_BACK : prompt_flow(key);
}

/* Nobody reads two thousand lines that rush by: such a trace is off until it is asked for. Returns
 * the level to go back to. */
static enum event_level hush(struct session *session, const struct act *act)
{
    struct settings *settings = &session->app->settings;
    enum event_level level = settings_level(settings);
    struct str note = {0};

    if (!act->crowded || level == LEVEL_OFF || !term_interactive(session->app->term))
        return level;
    settings_set_level(settings, LEVEL_OFF);
    str_puts(&note, "\n Its trace is long, so it is off; t shows it.\n");
    prompt_write(session->app, &note);
    str_free(&note);
    return level;
}

static void end_hush(struct session *session, enum event_level level)
{
    if (settings_level(&session->app->settings) == LEVEL_OFF)
        settings_set_level(&session->app->settings, level);
}

static enum flow play_and_look(struct session *session, const struct act *act)
{
    struct stage_run run;
    enum flow flow;

    flow = stage_play(session->app, session->demo, act, &session->options, &run);
    if (flow == FLOW_BACK && session->seen)
        return after_leaving(session);
    if (flow != FLOW_NEXT)
        return flow;
    session->seen = true;
    if (session->played && session->played(session->to, &run) != 0)
        flow = FLOW_FAILED;
    else
        flow = after(session, &run);
    stage_free(&run);
    return flow;
}

static enum flow play_once(struct session *session, const struct act *act)
{
    enum event_level level;
    enum flow flow;

    announce(session, act);
    level = hush(session, act);
    flow = play_and_look(session, act);
    if (act->crowded)
        end_hush(session, level);
    return flow;
}

static enum flow play(struct session *session, const struct act *act)
{
    enum flow flow;

    session->seen = false;
    do
        flow = play_once(session, act);
    while (flow == FLOW_REPEAT);
    return flow;
}

enum flow stage_session_with(struct app *app, int chapter, const char *name,
                             const struct stage_options *options,
                             int (*played)(void *to, const struct stage_run *run), void *to)
{
    struct session session = {.app = app, .played = played, .to = to};
    enum flow flow = FLOW_NEXT;
    const struct act *act;

    if (!stage_lookup(chapter, name, &session.demo, &act))
        return FLOW_FAILED;
    if (options)
        session.options = *options;
    if (act)
        return play(&session, act);
    for (act = session.demo->acts; act->name && flow == FLOW_NEXT; act++)
        flow = play(&session, act);
    return flow;
}

enum flow stage_session(struct app *app, int chapter, const char *name)
{
    return stage_session_with(app, chapter, name, NULL, NULL, NULL);
}
