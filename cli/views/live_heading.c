/* Who stands in the heading: those who begin soon after the first line, so that columns seldom have
 * to be added later. */
#include "cli/views/live_priv.h"

enum { HEADING_NS = 20000000, HEADING_EVENTS = 4096 };

/* A task that is made and has its name can have its column before it begins. */
static bool is_named_task(const struct live *live, const struct event *event)
{
    const struct entity *entity = trace_entity(live->trace, event->subject);

    return event->kind == EVENT_BORN && event->arg == ENTITY_TASK && entity && entity->name[0];
}

/* A thread on which nobody else acts. */
static struct player *thread_of(struct live *live, const struct acts *acts, uint32_t lane)
{
    return act_actor(&acts->lanes[lane]) ? NULL
                                         : live_meet(live, trace_lane_thread(live->trace, lane));
}

/* Who begins with event i; the picture of who acts is at that event. */
static struct player *beginner(struct live *live, const struct acts *acts, size_t i)
{
    const struct event *event = trace_event(live->trace, i);
    uint32_t lane = trace_lane(live->trace, i);
    struct player *thread;

    switch ((enum event_kind)event->kind) {
    case EVENT_RESUME:
    case EVENT_START:
    case EVENT_SUBMIT:
        return live_meet(live, event->subject);
    case EVENT_BORN:
        return (event->arg == ENTITY_THREAD && event->object) || is_named_task(live, event)
                   ? live_meet(live, event->subject)
                   : NULL;
    case EVENT_BLOCK:
        return thread_of(live, acts, lane);
    case EVENT_TEXT:
        thread = event->object == TEXT_SAY ? thread_of(live, acts, lane) : NULL;
        return thread && live_has_own_name(live, thread) ? thread : NULL;
    default:
        return NULL;
    }
}

static void expect(struct live *live, struct player *player)
{
    struct str name = {0};
    int width;

    words_actor(live->trace, player->id, &name);
    width = text_width(str_text(&name), name.length);
    if (width > live->name_width)
        live->name_width = width < LIVE_NAME_WIDTH ? width : LIVE_NAME_WIDTH;
    if (player->column == NO_COLUMN && !player->ended) {
        live_give_column(live, player);
        player->style = player->column != NO_COLUMN ? player->column % STYLE_ACTORS : 0;
    }
    str_free(&name);
}

/* The first event after i that the heading does not look at. SIZE_MAX: it is not there yet. */
static size_t heading_end(const struct live *live, size_t i)
{
    uint64_t start = trace_event(live->trace, i)->time;
    size_t k = i;

    for (; k < trace_count(live->trace) && k - i < HEADING_EVENTS; k++) {
        const struct event *event = trace_event(live->trace, k);

        if (event->time > start + HEADING_NS || (event->kind == EVENT_POLL && event->arg))
            return k;
    }
    return k - i < HEADING_EVENTS && !live_has_passed(live, start, HEADING_NS) ? SIZE_MAX : k;
}

bool live_expect_actors(struct live *live, size_t i)
{
    size_t end = heading_end(live, i);
    struct acts acts = {0};

    if (end == SIZE_MAX)
        return false;
    for (size_t k = 0; k < live->count; k++)
        if (live->players[k].begun && !live->players[k].ended)
            expect(live, &live->players[k]);
    for (size_t k = 0; k < end; k++) {
        struct player *player = NULL;

        if (acts_follow(&acts, trace_lane(live->trace, k), trace_event(live->trace, k), k))
            break;
        if (k >= i || is_named_task(live, trace_event(live->trace, k)))
            player = beginner(live, &acts, k);
        if (player)
            expect(live, player);
    }
    acts_free(&acts);
    return true;
}
