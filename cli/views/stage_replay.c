/* The replay of a demo that was played: its own run, on a full screen, its sources beside it. */
#include <string.h>

#include "cli/paths.h"
#include "cli/views/replay.h"
#include "cli/views/stage_priv.h"
#include "engine/base/file.h"

enum { SOURCE_LIMIT = 4 << 20 };

/* Debug information names files as the compiler was called: "../chapters/03-…/chess.c" from a build
 * folder that may be gone. What lies below chapters/ and engine/ is found where the sources are
 * now.
 */
static int load(void *to, const char *path, char **ret_text)
{
    const char *demo = strstr(path, "chapters/"), *below = demo ? demo : strstr(path, "engine/");
    struct error error = {0};
    struct str found = {0};
    size_t length;

    (void)to;
    if (below)
        path_source(below, &found);
    else
        str_puts(&found, path);
    int result = file_read(str_text(&found), SOURCE_LIMIT, ret_text, &length, &error);
    str_free(&found);
    return result;
}

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
    struct replay_options options = {
        .title = run->act->title, .level = settings_level(&app->settings), .load = load};
    struct replay *replay;

    if (replay_open(run->trace, app_symbols(app), &options, &replay) < 0)
        return FLOW_NEXT;
    enum term_event_type ended = replay_run(replay, app->term);
    replay_close(replay);
    return flow_of(ended);
}
