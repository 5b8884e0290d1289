/* The model: a place in the list of events and a moment in time, moved by keys and by playing.
 * Every move is a look-up in arrays that were made when the replay was opened, so a step costs the
 * same in a trace of a hundred events and of ten million. */
#include "cli/views/replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "cli/views/replay_priv.h"

enum { PLAY_NS = 1000000000, PLAY_SECONDS = 10, SLOWNESS_MAX = 20, FRAME_MS = 33, PLACES_MS = 50 };

/* --- opening ---------------------------------------------------------------------------------- */

/* A short run plays slowly enough to be watched: in about ten seconds. */
static int fitting_slowness(uint64_t duration)
{
    int slowness = 0;

    while (slowness < SLOWNESS_MAX && duration << slowness < (uint64_t)PLAY_SECONDS * PLAY_NS / 2)
        slowness++;
    return slowness;
}

/* A plain libuv program has no tasks: the first level that shows anything. */
static int make_first_list(struct replay *replay)
{
    enum event_level level = replay->options.level ? replay->options.level : LEVEL_TASKS;
    int result = replay_list_make(&replay->list, replay->trace, level, "");

    while (result == 0 && replay->list.count == 0 && level < LEVEL_ALL)
        result = replay_list_make(&replay->list, replay->trace, ++level, "");
    return result;
}

static int open_parts(struct replay *replay)
{
    int result = query_actors_small(replay->trace, &replay->actors);

    return result == 0 ? make_first_list(replay) : result;
}

static void go_to(struct replay *replay, size_t at)
{
    replay->at = at;
    replay->moment = SIZE_MAX;
    if (replay->list.count == 0)
        return;
    replay->moment = replay_list_item(&replay->list, at);
    replay->time = trace_event(replay->trace, replay->moment)->time;
}

int replay_open(const struct trace *trace, struct symbols *symbols,
                const struct replay_options *options, struct replay **ret_replay)
{
    if (trace_count(trace) > 4000000000u)
        return UV_EFBIG;
    struct replay *replay = calloc(1, sizeof *replay);
    if (!replay)
        return UV_ENOMEM;
    replay->trace = trace;
    replay->symbols = symbols;
    replay->options = *options;
    int result = open_parts(replay);
    if (result < 0) {
        replay_close(replay);
        return result;
    }
    replay->slowness = fitting_slowness(trace_end(trace));
    go_to(replay, 0);
    *ret_replay = replay;
    return 0;
}

void replay_close(struct replay *replay)
{
    if (!replay)
        return;
    replay_warnings_free(&replay->warnings); /* first: its thread reads what follows */
    replay_lanes_free(replay);
    query_actors_free(&replay->actors);
    replay_list_free(&replay->list);
    replay_sources_free(&replay->sources);
    replay_waits_free(&replay->waits);
    free(replay);
}

size_t replay_event(const struct replay *replay)
{
    return replay->list.count ? replay_list_item(&replay->list, replay->at) : SIZE_MAX;
}

uint64_t replay_time(const struct replay *replay)
{
    return replay->time;
}

/* --- moving ----------------------------------------------------------------------------------- */

static void move_by(struct replay *replay, long by)
{
    long last = (long)replay->list.count - 1, at = (long)replay->at + by;

    go_to(replay, (size_t)(at < 0 || last < 0 ? 0 : at > last ? last : at));
}

static void move_turn(struct replay *replay, bool forward)
{
    go_to(replay, (forward ? replay_list_next_turn
                           : replay_list_previous_turn)(&replay->list, replay->trace, replay->at));
}

/* The list anew, at the same place as nearly as it has one. */
static void change_list(struct replay *replay, enum event_level level, const char *filter)
{
    size_t event = replay_event(replay);

    if (replay_list_make(&replay->list, replay->trace, level, filter) < 0) {
        snprintf(replay->message, sizeof replay->message, "out of memory");
        return;
    }
    if (replay->list.count == 0)
        snprintf(replay->message, sizeof replay->message, "no event is like that");
    go_to(replay, event == SIZE_MAX ? 0 : replay_list_at_event(&replay->list, event));
}

/* A warning may lie on an event that is not in the list: then the level goes up. */
static void show_event(struct replay *replay, size_t event)
{
    size_t at = replay_list_at_event(&replay->list, event);

    if (!replay->list.count || replay_list_item(&replay->list, at) != event) {
        enum event_level level =
            event_level((enum event_kind)trace_event(replay->trace, event)->kind);
        change_list(replay, level > replay->list.level ? level : replay->list.level, "");
        at = replay_list_at_event(&replay->list, event);
    }
    go_to(replay, at);
}

static void next_warning(struct replay *replay)
{
    struct replay_warnings *warnings = &replay->warnings;
    size_t event = replay_event(replay), next = 0;

    replay_warnings_begin(warnings, replay->trace, &replay->actors);
    replay_warnings_wait(warnings);
    while (next < warnings->count && event != SIZE_MAX && warnings->items[next].event <= event)
        next++;
    if (next == warnings->count) /* past the last: the first again */
        next = 0;
    if (warnings->count)
        show_event(replay, warnings->items[next].event);
    snprintf(replay->message, sizeof replay->message, "%s",
             warnings->count ? warnings->items[next].text : "nothing to warn of");
}

static void next_level(struct replay *replay)
{
    enum event_level level = replay->list.level == LEVEL_ALL ? LEVEL_TASKS : replay->list.level + 1;

    change_list(replay, level, replay->list.filter);
}

/* --- playing ---------------------------------------------------------------------------------- */

static void play_or_stop(struct replay *replay)
{
    replay->playing = !replay->playing;
    if (replay->playing && replay->time >= trace_end(replay->trace))
        go_to(replay, 0);
}

static void change_speed(struct replay *replay, int by)
{
    int slowness = replay->slowness + by;

    if (slowness >= -SLOWNESS_MAX && slowness <= SLOWNESS_MAX)
        replay->slowness = slowness;
}

/* The last event at or before a time; the first if none is. Events are in order of time. */
static size_t event_at(const struct trace *trace, uint64_t time)
{
    size_t low = 0, high = trace_count(trace);

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (trace_event(trace, middle)->time <= time)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? low - 1 : 0;
}

void replay_tick(struct replay *replay, uint64_t elapsed)
{
    if (!replay->playing)
        return;
    int slowness = replay->slowness;
    uint64_t most = trace_end(replay->trace);
    uint64_t by = slowness >= 0 ? elapsed >> slowness : elapsed << -slowness;

    replay->time = replay->time < most && by < most - replay->time ? replay->time + by : most;
    replay->moment = event_at(replay->trace, replay->time);
    replay->at = replay_list_at_event(&replay->list, replay->moment);
    if (replay->time == most)
        replay->playing = false;
}

int replay_timeout(const struct replay *replay)
{
    if (replay->awaits_lanes)
        return 0;
    return replay->playing ? FRAME_MS : replay->awaits_places ? PLACES_MS : -1;
}

/* --- another trace ---------------------------------------------------------------------------- */

/* The last part of a path, fit to show and not too long. */
static void name_of(const char *path, char ret_name[REPLAY_NAME])
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    struct str shown = {0};

    str_add_shown(&shown, name, strlen(name), false);
    size_t length = text_fit(str_text(&shown), shown.length, REPLAY_NAME / 4 - 1);
    memcpy(ret_name, str_text(&shown), length);
    ret_name[length] = '\0';
    str_free(&shown);
}

int replay_diff(struct replay *replay, const struct diff_side *other, const char *name)
{
    struct diff_side sides[2] = {{replay->trace, replay->symbols}, *other};
    const char *names[2] = {replay->own_name, replay->other_name};
    int result;

    name_of(replay->options.name ? replay->options.name : "this", replay->own_name);
    name_of(name, replay->other_name);
    result = differ_open(&replay->differ, sides, names);
    replay->differs = result == 0;
    return result;
}

static void open_other(struct replay *replay, const char *path)
{
    struct error error = {0};
    struct diff_side side;

    if (!path[0])
        return;
    if (replay->options.other(replay->options.to, path, &side, &error))
        snprintf(replay->message, sizeof replay->message, "%.200s", error.text);
    else if (replay_diff(replay, &side, path))
        snprintf(replay->message, sizeof replay->message, "out of memory");
}

/* --- keys ------------------------------------------------------------------------------------- */

static void begin_typing(struct replay *replay, bool asks_file)
{
    replay->typing = true;
    replay->asks_file = asks_file;
    replay->filter = (struct line_edit){0};
    if (asks_file)
        return;
    replay->filter.length = replay->filter.cursor = strlen(replay->list.filter);
    memcpy(replay->filter.text, replay->list.filter, replay->filter.length + 1);
}

static void type(struct replay *replay, const struct key *key)
{
    if (key->type == KEY_ESCAPE || line_edit_key(&replay->filter, key) == LINE_EDIT_END) {
        replay->typing = false;
        return;
    }
    if (!replay->asks_file && replay->filter.length >= sizeof replay->list.filter)
        line_edit_key(&replay->filter, &(struct key){.type = KEY_BACKSPACE});
    if (key->type != KEY_ENTER || key->pasted)
        return;
    replay->typing = false;
    if (replay->asks_file)
        open_other(replay, replay->filter.text);
    else
        change_list(replay, replay->list.level, replay->filter.text);
}

static void character(struct replay *replay, uint32_t code)
{
    switch (code) {
    case ' ':
        play_or_stop(replay);
        break;
    case '[':
        move_turn(replay, false);
        break;
    case ']':
        move_turn(replay, true);
        break;
    case '-':
        change_speed(replay, 1);
        break;
    case '+':
    case '=':
        change_speed(replay, -1);
        break;
    case 't':
        next_level(replay);
        break;
    case 'w':
        next_warning(replay);
        break;
    case '/':
        begin_typing(replay, false);
        break;
    case 'd':
        if (replay->options.other)
            begin_typing(replay, true);
        break;
    case '?':
        replay->help = true;
        break;
    }
}

/* Moving by hand ends playing. */
static void move(struct replay *replay, const struct key *key)
{
    bool turn = key->modifiers & (KEY_SHIFT | KEY_CTRL);
    int page = replay->events_per_page > 1 ? replay->events_per_page - 1 : 1;

    switch (key->type) {
    case KEY_LEFT:
    case KEY_RIGHT:
        if (turn)
            move_turn(replay, key->type == KEY_RIGHT);
        else
            move_by(replay, key->type == KEY_RIGHT ? 1 : -1);
        break;
    case KEY_UP:
        move_by(replay, -1);
        break;
    case KEY_DOWN:
        move_by(replay, 1);
        break;
    case KEY_PAGE_UP:
        move_by(replay, -page);
        break;
    case KEY_PAGE_DOWN:
        move_by(replay, page);
        break;
    case KEY_HOME:
        go_to(replay, 0);
        break;
    case KEY_END:
        go_to(replay, replay->list.count ? replay->list.count - 1 : 0);
        break;
    default:
        return;
    }
    replay->playing = false;
}

bool replay_key(struct replay *replay, const struct key *key)
{
    bool plain = key->type == KEY_CHAR && !(key->modifiers & ~(unsigned)KEY_SHIFT) && !key->pasted;

    if (key->type == KEY_MODE)
        return false;
    if (replay->differs) {
        replay->differs = !differ_key(&replay->differ, key);
        return false;
    }
    replay->message[0] = '\0';
    if (replay->typing) {
        type(replay, key);
        return false;
    }
    if (replay->help) { /* any key takes it away */
        replay->help = false;
        return false;
    }
    if (plain && key->code == 'q')
        return true;
    if (plain)
        character(replay, key->code);
    else if (key->type == KEY_ESCAPE)
        return true;
    else
        move(replay, key);
    return false;
}
