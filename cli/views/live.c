/* The events in order, each given a line or none: which events, and from where on. Lines themselves
 * are made in live_tell.c. */
#include "cli/views/live.h"

#include <stdlib.h>

#include "cli/views/live_priv.h"

enum { NAMING_NS = 1000000 }; /* an actor is named within this time of its first act */
enum {
    REPEATS_PATIENCE_NS = 100000000
}; /* equal lines are summed up after so long without another */

struct live *live_open(const struct trace *trace, struct symbols *symbols, const struct look *look)
{
    struct live *live = calloc(1, sizeof *live);

    if (live)
        *live = (struct live){
            .trace = trace, .symbols = symbols, .look = look, .folded = SIZE_MAX, .name_width = 1};
    return live;
}

static void forget(struct live *live)
{
    acts_free(&live->acts);
    free(live->players);
    free(live->index);
    str_free(&live->last);
}

void live_close(struct live *live)
{
    if (!live)
        return;
    forget(live);
    free(live);
}

size_t live_position(const struct live *live)
{
    return live->seen > live->from ? live->seen : live->from;
}

void live_seek(struct live *live, size_t event)
{
    struct live fresh = {.trace = live->trace,
                         .symbols = live->symbols,
                         .look = live->look,
                         .from = event,
                         .folded = SIZE_MAX,
                         .name_width = 1};

    forget(live);
    *live = fresh;
}

bool live_is_finished(const struct live *live)
{
    return trace_until(live->trace) == UINT64_MAX;
}

bool live_has_passed(const struct live *live, uint64_t time, uint64_t ns)
{
    return live_is_finished(live) || trace_stands(live->trace) ||
           trace_until(live->trace) >= time + ns;
}

/* The end of a poll or blocking call has a line if its begin had one of its own. */
static bool begin_was_told(const struct live *live, size_t i, enum event_level level)
{
    uint32_t lane = trace_lane(live->trace, i);
    const struct frame *frame = lane < live->acts.count ? act_top(&live->acts.lanes[lane]) : NULL;
    size_t end;

    for (int k = 0; frame && k < LIVE_ALONE; k++)
        if (live->alone[k] == frame->event && k < live->alone_count)
            return true;
    return frame && live_ahead(live, frame->event, level, &end) == AHEAD_ALONE;
}

static bool is_worth_it(const struct live *live, size_t i, enum event_level level)
{
    unsigned kind = trace_event(live->trace, i)->kind;

    if (level == LEVEL_OFF || i < live->from)
        return false;
    if (i == live->folded)
        return false;
    if (kind == EVENT_POLL && level == LEVEL_TASKS)
        return true;
    if (kind == EVENT_POLL_END || kind == EVENT_BLOCK_END)
        return begin_was_told(live, i, level);
    return words_told(live->trace, i, level);
}

/* Actors that began while nothing was told stand in the heading, but do not begin again. */
static void pass_untold(struct live *live, size_t i)
{
    struct player *player = NULL;

    switch (trace_event(live->trace, i)->kind) {
    case EVENT_RESUME:
    case EVENT_START:
    case EVENT_SUBMIT:
        player = live_meet(live, trace_event(live->trace, i)->subject);
        break;
    case EVENT_BLOCK:
        player = live_acting(live, i, true);
        break;
    default:
        break;
    }
    if (player)
        player->begun = true;
}

void live_update(struct live *live, enum event_level level, struct str *out)
{
    for (; live->seen < trace_count(live->trace); live->seen++) {
        size_t i = live->seen;

        if (!live_has_passed(live, trace_event(live->trace, i)->time, NAMING_NS))
            break;
        if (is_worth_it(live, i, level)) {
            if (!live->headed && live->begun == 0 && !live_expect_actors(live, i))
                break;
            if (!live_tell(live, i, level, out))
                break;
        }
        if (!live_follow(live, i))
            break;
        if (level == LEVEL_OFF || i < live->from)
            pass_untold(live, i);
    }
    if (live->repeats && live_has_passed(live, live->repeated_at, REPEATS_PATIENCE_NS))
        live_tell_repeats(live, out);
}
