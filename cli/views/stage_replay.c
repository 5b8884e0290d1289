/* The replay of a demo that was played: its own run, on a full screen, its sources beside it. */
#include "cli/paths.h"
#include "cli/saved.h"
#include "cli/views/replay.h"
#include "cli/views/stage_priv.h"

static enum flow flow_of(enum term_event_type ended)
{
    switch (ended) {
    case TERM_INTERRUPT:
        return FLOW_INTERRUPT;
    case TERM_TERMINATE:
        return FLOW_TERMINATE;
    case TERM_END:
        return FLOW_END_OF_INPUT;
    default:
        return FLOW_NEXT;
    }
}

enum flow stage_replay(struct app *app, const struct stage_run *run)
{
    struct saved_other other = {0};
    struct replay_options options = {.title = run->act->title,
                                     .level = settings_level(&app->settings),
                                     .load = path_read_source,
                                     .other = saved_load_other,
                                     .to = &other};
    struct replay *replay;

    if (replay_open(run->trace, run->symbols, &options, &replay) < 0)
        return FLOW_NEXT;
    enum term_event_type ended = replay_run(replay, app->term);
    replay_close(replay);
    saved_other_free(&other);
    return flow_of(ended);
}
