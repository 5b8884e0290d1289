/* One run. The program has threads of its own; this one only looks: every 16 ms it takes in what
 * was recorded, writes the lines of the level that is set, redraws the status line and answers
 * keys. So a program that blocks its loop, or never ends, still leaves a screen that says so. */
#include "cli/views/stage.h"

#include <string.h>
#include <uv.h>

#include "cli/views/page.h"
#include "cli/views/stage_priv.h"
#include "cli/views/summary.h"
#include "engine/event/record.h"
#include "engine/probe/performance.h"
#include "engine/trace/symbols.h"

enum {
    TICK_MS = 16,
    STEP_TICK_MS = 1,
    NS_PER_MS = 1000000,
    LEAVE_MS = 300,
    LEFT_OUT_MS = 1000,
    AGAIN_MS = 2000
};

/* Ctrl-Z stops this process; the clock of the program stands as long. */
static void suspend(void *to, bool stops)
{
    performance_suspend(to, stops);
}

static enum flow say_failed(struct app *app, const char *what, int error)
{
    struct str out = {0};

    str_printf(&out, "\n The demo cannot run: %s: %s\n", what, uv_strerror(error));
    prompt_write(app, &out);
    str_free(&out);
    return FLOW_FAILED;
}

/* Once a second is often enough to say that the program is faster than a reader. */
static void catch_up(struct stage *stage, struct str *out)
{
    int64_t now = control_real_now();

    if (settings_level(&stage->app->settings) != LEVEL_OFF)
        stage->left_out += stage_catch_up(stage->app, stage->trace, stage->live);
    if (now - stage->left_out_said < LEFT_OUT_MS * (int64_t)NS_PER_MS &&
        !performance_ended(stage->run))
        return;
    stage_say_left_out(stage->left_out, out);
    stage->left_out = 0;
    stage->left_out_said = now;
}

/* True if there was something to write. */
static bool write_new(struct stage *stage)
{
    struct str out = {0};
    bool any;

    catch_up(stage, &out);
    live_update(stage->live, settings_level(&stage->app->settings), &out);
    any = out.length > 0;
    if (any)
        prompt_write(stage->app, &out);
    str_free(&out);
    return any;
}

static void say_in_brackets(struct stage *stage, const char *text)
{
    struct str said = {0}, out = {0};

    str_printf(&said, "(%s)", text);
    summary_paragraph(term_look(stage->app->term), str_text(&said), &out);
    prompt_write(stage->app, &out);
    str_free(&said);
    str_free(&out);
}

/* Without a status line the one thing that must not stay unsaid is written once. */
static void say_blocked(struct stage *stage)
{
    struct str blocked = {0};

    if (!live_blocked(stage->live, stage_now(stage->run), &blocked)) {
        stage->said = false;
    } else if (!stage->said && !stage_draws(stage)) {
        stage->said = true;
        say_in_brackets(stage, str_text(&blocked));
    }
    str_free(&blocked);
}

/* Lines of a program that stands still are told at once, with the places that are known: so those
 * of the new events are looked up before. */
static void find_places(struct stage *stage)
{
    struct symbols *symbols = stage->symbols;
    struct place place;

    for (; symbols && stage->placed < trace_count(stage->trace); stage->placed++) {
        const struct event *event = trace_event(stage->trace, stage->placed);

        if (event->where)
            symbols_wait(symbols, event->where, event_where_is_return((enum event_kind)event->kind),
                         &place);
    }
}

/* Of a program whose threads all stand still nothing older can come, so there the trace need not
 * lag: it is told that the lag has passed. */
static void take_in(struct stage *stage)
{
    int64_t now = control_real_now();

    trace_update(stage->trace, now);
    if (!performance_held(stage->run))
        return;
    trace_update(stage->trace, now + (int64_t)TRACE_LAG_MS * NS_PER_MS);
    find_places(stage);
}

static void draw_status(struct stage *stage)
{
    struct str status = {0};

    stage_status(stage, &status);
    term_status(stage->app->term, str_text(&status));
    str_free(&status);
}

static void look_on(struct stage *stage)
{
    take_in(stage);
    if (!stage->leaving)
        stage_step_on(stage, write_new(stage));
    say_blocked(stage);
    if (stage_draws(stage))
        draw_status(stage);
}

static enum flow take_event(struct stage *stage, const struct term_event *event)
{
    switch (event->type) {
    case TERM_KEY:
        stage_key(stage, prompt_character(&event->key) == PROMPT_END
                             ? 'q'
                             : prompt_character(&event->key));
        return FLOW_NEXT;
    case TERM_INTERRUPT:
        return FLOW_INTERRUPT;
    case TERM_TERMINATE:
        return FLOW_TERMINATE;
    case TERM_END:
        return FLOW_END_OF_INPUT;
    default:
        return term_broken(stage->app->term) ? FLOW_TERMINATE : FLOW_NEXT;
    }
}

/* How long a program that was left may take to end by itself. */
static bool waited_long_enough(const struct stage *stage)
{
    int64_t limit = (stage->again ? AGAIN_MS : LEAVE_MS) * (int64_t)NS_PER_MS;

    return stage->leaving && control_real_now() - stage->left_at > limit;
}

/* Until the program has ended (FLOW_NEXT), or is to be left though it has not. */
static enum flow follow(struct stage *stage)
{
    enum flow flow = FLOW_NEXT;
    struct term_event event;

    while (!performance_ended(stage->run)) {
        look_on(stage);
        term_wait(stage->app->term, stage->steps ? STEP_TICK_MS : TICK_MS, &event);
        flow = take_event(stage, &event);
        if (flow != FLOW_NEXT)
            return flow;
        if (waited_long_enough(stage))
            return FLOW_AGAIN;
    }
    return FLOW_NEXT;
}

static void finish(struct stage *stage, struct stage_run *run)
{
    struct str out = {0};

    run->status = performance_join(stage->run, &run->signal);
    run->waited_for_cpu = performance_waited_for_cpu(stage->run);
    trace_finish(stage->trace);
    query_actors(stage->trace, &run->actors);
    term_status(stage->app->term, "");
    if (stage->leaving)
        return;
    write_new(stage);
    stage_summary(stage->app, run, &out);
    prompt_write(stage->app, &out);
    str_free(&out);
}

/* Where one goes on after an act that was left before its end. */
static enum flow flow_of_leaving(const struct stage *stage)
{
    return stage->again ? FLOW_REPEAT : FLOW_BACK;
}

/* A process can be ended; threads stand still until this process is replaced or ends. */
static enum flow abandon(struct stage *stage, struct stage_run *run, enum flow flow)
{
    term_status(stage->app->term, "");
    if (performance_abandon(stage->run)) {
        stage->app->abandoned = true;
        return flow;
    }
    stage_free(run);
    return flow == FLOW_AGAIN ? flow_of_leaving(stage) : flow;
}

enum flow stage_play(struct app *app, const struct demo *demo, const struct act *act,
                     const struct stage_options *options, struct stage_run *ret_run)
{
    struct stage stage = {.app = app, .demo = demo, .act = act};
    enum flow flow;
    int result = stage_start(&stage, options);

    if (result < 0)
        return say_failed(app, act->name, result);
    *ret_run = (struct stage_run){.demo = demo,
                                  .act = act,
                                  .performance = stage.run,
                                  .trace = stage.trace,
                                  .symbols = stage.symbols,
                                  .own_symbols = performance_is_apart(stage.run)};
    stage.live = live_open(stage.trace, stage.symbols, term_look(app->term));
    term_on_pause(app->term, suspend, stage.run);
    flow = follow(&stage);
    term_on_pause(app->term, NULL, NULL);
    if (flow == FLOW_NEXT)
        finish(&stage, ret_run);
    live_close(stage.live);
    if (flow != FLOW_NEXT)
        return abandon(&stage, ret_run, flow);
    if (!stage.leaving)
        return FLOW_NEXT;
    stage_free(ret_run);
    return flow_of_leaving(&stage);
}

void stage_free(struct stage_run *run)
{
    query_actors_free(&run->actors);
    if (run->own_symbols)
        symbols_close(run->symbols);
    trace_close(run->trace);
    performance_free(run->performance);
    *run = (struct stage_run){0};
}
