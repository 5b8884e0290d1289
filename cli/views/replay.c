/* The model: a place in the list of events and a moment in time, moved by keys (replay_keys.c) and
 * by playing. */
#include "cli/views/replay.h"

#include <stdlib.h>
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

struct casting {
    struct replay *replay;
    int result;
};

static void find_actors(void *to)
{
    struct casting *casting = to;

    casting->result = query_actors_small(casting->replay->trace, &casting->replay->actors);
}

/* Two passes over all events, side by side. */
static int open_parts(struct replay *replay)
{
    struct casting casting = {.replay = replay};
    struct beside beside = {0};
    int result;

    beside_begin(&beside, find_actors, &casting);
    result = make_first_list(replay);
    beside_end(&beside);
    return casting.result < 0 ? casting.result : result;
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
    replay->warning = SIZE_MAX;
    int result = open_parts(replay);
    if (result < 0) {
        replay_close(replay);
        return result;
    }
    replay->slowness = fitting_slowness(trace_end(trace));
    replay_go_to(replay, 0);
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

/* --- playing ---------------------------------------------------------------------------------- */

void replay_play_or_stop(struct replay *replay)
{
    replay->playing = !replay->playing;
    if (replay->playing && replay->time >= trace_end(replay->trace))
        replay_go_to(replay, 0);
}

void replay_change_speed(struct replay *replay, int by)
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

static void do_later(struct replay *replay)
{
    enum replay_later later = replay->later;

    replay->later = REPLAY_NOTHING;
    if (later == REPLAY_NEXT_WARNING)
        replay_next_warning(replay);
    else if (later == REPLAY_OTHER_FILE)
        replay_open_other(replay, replay->filter.text);
}

void replay_tick(struct replay *replay, uint64_t elapsed)
{
    do_later(replay);
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
    if (replay->awaits_lanes || replay->later == REPLAY_OTHER_FILE)
        return 0;
    if (replay->playing || replay->later)
        return FRAME_MS;
    return replay->awaits_places ? PLACES_MS : -1;
}
