/* The keys of a running demo, and the line that names them. */
#include <stdio.h>

#include "cli/views/legend.h"
#include "cli/views/page.h"
#include "cli/views/stage_priv.h"
#include "cli/views/words.h"
#include "engine/base/array.h"
#include "engine/event/record.h"
#include "engine/probe/performance.h"

enum { STEPS_MAX = 500, FINE_STEPS = 300, SAME_LINE = 2 };

static const int speeds[] = {100, 50, 25, 10, 5}; /* percent */

uint64_t stage_now(struct performance *run)
{
    struct record *record = performance_record(run);
    int64_t now = control_now(&record->control) - record->start;

    return now > 0 ? (uint64_t)now : 0;
}

/* Turned on again, the trace tells what went by untold. */
static void next_level(struct stage *stage)
{
    struct settings *settings = &stage->app->settings;
    enum event_level level = settings_level(settings);

    settings_set_level(settings, level == LEVEL_ALL ? LEVEL_OFF : level + 1);
    if (level == LEVEL_OFF)
        live_seek(stage->live, stage->off_from);
    else if (level == LEVEL_ALL)
        stage->off_from = live_position(stage->live);
}

/* By one place in the table of speeds: +1 slower, -1 faster. */
static void change_speed(struct stage *stage, int by)
{
    int now = performance_percent(stage->run), at = 0;

    while (at + 1 < (int)array_length(speeds) && speeds[at] > now)
        at++;
    at += by;
    if (at >= 0 && at < (int)array_length(speeds))
        performance_slow(stage->run, speeds[at]);
}

/* What a handle with a name does is told with the tasks, but only the trace knows of names: the
 * program is stopped at the loop's events too, and goes on by itself where there is nothing to
 * tell. In a program of very many such events that would take too long. */
static enum event_level step_level(const struct stage *stage)
{
    enum event_level level = settings_level(&stage->app->settings);
    bool looks = stage->steps > SAME_LINE ? stage->steps > STEPS_MAX - FINE_STEPS : stage->of_loop;

    if (level == LEVEL_OFF)
        return LEVEL_TASKS;
    return level == LEVEL_TASKS && looks ? LEVEL_LOOP : level;
}

static void step_event(struct stage *stage)
{
    performance_step(stage->run, step_level(stage));
}

/* A first step stops a program that runs; the next ones move it. */
static void step(struct stage *stage, bool turn)
{
    stage->steps = 0;
    if (!performance_stopped(stage->run)) {
        performance_stop(stage->run);
    } else if (turn) {
        performance_step_turn(stage->run);
    } else {
        stage->steps = STEPS_MAX;
        step_event(stage);
    }
}

static bool is_shown(const struct stage *stage, size_t i, enum event_level level)
{
    const struct event *event = trace_event(stage->trace, i);

    return event->kind != EVENT_STOPPED && event->kind != EVENT_GO &&
           words_told(stage->trace, i, level);
}

/* The first event of a step that is shown: its line may wait for what else belongs to it. */
static void look_at(struct stage *stage, size_t i)
{
    stage->of_loop = event_level((enum event_kind)trace_event(stage->trace, i)->kind) > LEVEL_TASKS;
    stage->steps = SAME_LINE;
}

/* Several events can make one line, and some make none: a step that shows nothing is not over. But
 * once there was something to show its line may only wait for its place to be looked up; then the
 * step goes on no further than to what could belong to the same line. The first line of all also
 * waits for the columns to be known, so up to it there is no limit. */
void stage_step_on(struct stage *stage, bool wrote)
{
    enum event_level level = settings_level(&stage->app->settings);

    stage->told = stage->told || wrote;
    for (; stage->stepped < trace_count(stage->trace); stage->stepped++)
        if (stage->told && stage->steps > SAME_LINE && is_shown(stage, stage->stepped, level))
            look_at(stage, stage->stepped);
    if (wrote || level == LEVEL_OFF)
        stage->steps = 0;
    if (stage->steps > 0 && performance_stopped(stage->run) && performance_held(stage->run) &&
        --stage->steps > 0)
        step_event(stage);
}

static void leave(struct stage *stage, bool again)
{
    stage->leaving = true;
    stage->again = again;
    stage->left_at = control_real_now();
    performance_slow(stage->run, 100);
    performance_go(stage->run);
}

static void write_text(struct stage *stage, void (*add)(struct app *app, struct str *out))
{
    struct str out = {0};

    add(stage->app, &out);
    prompt_write(stage->app, &out);
    str_free(&out);
}

static void write_source(struct stage *stage)
{
    struct str out = {0};

    performance_stop(stage->run);
    stage_source(stage->app, stage->demo, stage->act, &out);
    prompt_write(stage->app, &out);
    str_free(&out);
}

void stage_key(struct stage *stage, int key)
{
    if (key != '.')
        stage->steps = 0;
    if (key == 't')
        next_level(stage);
    else if (performance_stopped(stage->run) && (key == ' ' || key == '\n'))
        performance_go(stage->run);
    else if (key == ' ')
        performance_stop(stage->run);
    else if (key == '.' || key == 'n')
        step(stage, key == 'n');
    else if (key == '-' || key == '+')
        change_speed(stage, key == '-' ? 1 : -1);
    else if (key == 'r' || key == 'q')
        leave(stage, key == 'r');
    else if (key == 's')
        write_source(stage);
    else if (key == '?')
        write_text(stage, stage_help);
}

bool stage_draws(const struct stage *stage)
{
    const struct look *look = term_look(stage->app->term);

    return term_interactive(stage->app->term) && look->bold && !look->plain;
}

/* " 412 ms  stopped"; true if the loop is blocked. */
static bool add_state(struct stage *stage, struct str *out)
{
    uint64_t now = stage_now(stage->run);
    int percent = performance_percent(stage->run);
    struct str blocked = {0};
    bool is_blocked = live_blocked(stage->live, now, &blocked);

    str_printf(out, " %.0f ms", (double)now / 1e6);
    if (stage->leaving)
        str_puts(out, "  ending");
    else if (performance_stopped(stage->run))
        str_puts(out, "  stopped");
    else if (percent < 100)
        str_printf(out, "  %d%% speed", percent);
    if (is_blocked)
        str_printf(out, "  %s", str_text(&blocked));
    str_free(&blocked);
    return is_blocked;
}

void stage_status(struct stage *stage, struct str *out)
{
    bool stopped = performance_stopped(stage->run), blocked;
    struct look look = *term_look(stage->app->term);
    struct str state = {0};
    char trace[32];
    struct hint hints[] = {{' ', stopped ? "go on" : "stop"},
                           {'t', trace},
                           {'.', "event"},
                           {'n', "turn"},
                           {'-', "slower"},
                           {'+', "faster"},
                           {'?', "help"},
                           {'q', "leave"}};

    snprintf(trace, sizeof trace, "trace: %s", level_name(settings_level(&stage->app->settings)));
    blocked = add_state(stage, &state);
    look.width -= text_width(str_text(&state), state.length) + 2;
    look_text(&look, blocked ? STYLE_WARNING : STYLE_STRONG, str_text(&state), out);
    str_puts(out, "  ");
    prompt_hints(&look, hints, array_length(hints), out);
    str_free(&state);
}

void stage_help(struct app *app, struct str *out)
{
    static const char *const lines[][2] = {
        {"space  ", "stop, and go on; the program's clock stands still meanwhile"},
        {".      ", "stop; then on to the next event"},
        {"n      ", "stop; then on to the next turn of the loop"},
        {"t      ", "how much of the trace is shown: off, tasks, loop, all"},
        {"-  +   ", "slower, faster: it stops and goes, its clock is never stretched"},
        {"r      ", "again from the beginning"},
        {"s      ", "the source that runs"},
        {"q      ", "leave the demo"},
    };
    struct page page;

    page_init(&page, term_look(app->term));
    str_putc(out, '\n');
    for (size_t i = 0; i < array_length(lines); i++)
        page_labelled(&page, lines[i][0], lines[i][1], out);
    str_putc(out, '\n');
    if (!term_look(app->term)->plain) {
        legend_view(term_look(app->term), true, out);
        str_putc(out, '\n');
    }
    page_free(&page);
}
