/* Moving: by event, by turn, to the next warning; and what the list of events is made of. Every
 * move is a look-up in what was made when the replay was opened, so it costs the same in a trace of
 * a hundred events and of ten million. */
#include <stdio.h>

#include "cli/views/replay_priv.h"

void replay_go_to(struct replay *replay, size_t at)
{
    replay->at = at;
    replay->moment = SIZE_MAX;
    if (replay->list.count == 0)
        return;
    replay->moment = replay_list_item(&replay->list, at);
    replay->time = trace_event(replay->trace, replay->moment)->time;
}

void replay_move_by(struct replay *replay, long by)
{
    long last = (long)replay->list.count - 1, at = (long)replay->at + by;

    replay_go_to(replay, (size_t)(at < 0 || last < 0 ? 0 : at > last ? last : at));
}

void replay_move_turn(struct replay *replay, bool forward)
{
    replay_go_to(replay, (forward ? replay_list_next_turn : replay_list_previous_turn)(
                             &replay->list, replay->trace, replay->at));
}

/* The list anew, at the same place as nearly as it has one. */
void replay_change_list(struct replay *replay, enum event_level level, const char *filter)
{
    size_t event = replay_event(replay);

    if (replay_list_make(&replay->list, replay->trace, level, filter) < 0) {
        snprintf(replay->message, sizeof replay->message, "out of memory");
        return;
    }
    if (replay->list.count == 0)
        snprintf(replay->message, sizeof replay->message, "no event is like that");
    replay_go_to(replay, event == SIZE_MAX ? 0 : replay_list_at_event(&replay->list, event));
}

/* A warning may lie on an event that is not in the list: then the level goes up. */
static void show_event(struct replay *replay, size_t event)
{
    size_t at = replay_list_at_event(&replay->list, event);

    if (!replay->list.count || replay_list_item(&replay->list, at) != event) {
        enum event_level level =
            event_level((enum event_kind)trace_event(replay->trace, event)->kind);
        replay_change_list(replay, level > replay->list.level ? level : replay->list.level, "");
        at = replay_list_at_event(&replay->list, event);
    }
    replay_go_to(replay, at);
}

/* That of this event which was not shown yet, or the first after it; past the last the first. */
static size_t next_warning(const struct replay *replay, size_t event)
{
    const struct replay_warnings *warnings = &replay->warnings;
    size_t next = 0, shown = replay->warning;

    while (next < warnings->count && event != SIZE_MAX && warnings->items[next].event < event)
        next++;
    if (shown >= next && shown < warnings->count && warnings->items[shown].event == event)
        next = shown + 1;
    return next < warnings->count ? next : 0;
}

void replay_next_warning(struct replay *replay)
{
    struct replay_warnings *warnings = &replay->warnings;
    size_t event = replay_event(replay), next;

    replay_warnings_begin(warnings, replay->trace, &replay->actors);
    replay->later = atomic_load(&warnings->found) ? REPLAY_NOTHING : REPLAY_NEXT_WARNING;
    if (replay->later) {
        snprintf(replay->message, sizeof replay->message, "looking for what is wrong");
        return;
    }
    next = next_warning(replay, event);
    replay->warning = next;
    if (warnings->count)
        show_event(replay, warnings->items[next].event);
    snprintf(replay->message, sizeof replay->message, "%s",
             warnings->count ? warnings->items[next].text : "nothing to warn of");
}

void replay_next_level(struct replay *replay)
{
    enum event_level level = replay->list.level == LEVEL_ALL ? LEVEL_TASKS : replay->list.level + 1;

    replay_change_list(replay, level, replay->list.filter);
}
