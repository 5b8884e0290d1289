/* The events in order, each given a line or none. What a line says is worked out before the event
 * changes what is known of its actors, so that it can still wait: for what follows it at once
 * (live_ahead.c), and for the name of its place. */
#include "cli/views/live.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/views/live_priv.h"
#include "engine/trace/symbols.h"

enum {
    NS_PER_MS = 1000000,
    NAMING_NS = 1000000,     /* an actor is named within this time of its first act */
    PLACE_PATIENCE_MS = 300, /* a line waits so long for its place */
    HEADING_NS = 20000000,   /* actors that begin within this time are in the heading */
    HEADING_EVENTS = 4096,
    REPEATS_PATIENCE_MS = 100, /* equal lines are summed up after so long without another */
    BLOCKED_MS = 100,
};

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

static bool is_finished(const struct live *live)
{
    return trace_until(live->trace) == UINT64_MAX;
}

static bool has_passed(const struct live *live, uint64_t time, uint64_t ns)
{
    return is_finished(live) || trace_until(live->trace) >= time + ns;
}

/* --- the heading ------------------------------------------------------------------------------ */

/* Who begins with event i; the picture of who acts is at that event. */
static struct player *beginner(struct live *live, const struct acts *acts, size_t i)
{
    const struct event *event = trace_event(live->trace, i);
    uint32_t lane = trace_lane(live->trace, i);

    switch ((enum event_kind)event->kind) {
    case EVENT_RESUME:
    case EVENT_START:
    case EVENT_SUBMIT:
        return live_meet(live, event->subject);
    case EVENT_BORN:
        return event->arg == ENTITY_THREAD && event->object ? live_meet(live, event->subject)
                                                            : NULL;
    case EVENT_BLOCK:
        return act_actor(&acts->lanes[lane])
                   ? NULL
                   : live_meet(live, trace_lane_thread(live->trace, lane));
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
    return k - i < HEADING_EVENTS && !has_passed(live, start, HEADING_NS) ? SIZE_MAX : k;
}

/* Those who begin soon after event i get their columns now. False: it is too early to say. */
static bool expect_actors(struct live *live, size_t i)
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

        if (acts_follow(&acts, live->trace, k))
            break;
        if (k >= i)
            player = beginner(live, &acts, k);
        if (player)
            expect(live, player);
    }
    acts_free(&acts);
    return true;
}

/* --- one event -------------------------------------------------------------------------------- */

/* Whose line is it, and is the event's subject that actor? */
static struct player *whose(struct live *live, size_t i, bool *ret_own)
{
    const struct event *event = trace_event(live->trace, i);
    struct player *player;

    *ret_own = true;
    if (event->kind == EVENT_BLOCK || event->kind == EVENT_BLOCK_END || event->kind == EVENT_TEXT)
        return live_acting(live, i, true);
    player = live_meet(live, event->subject);
    if (player)
        return player;
    *ret_own = false;
    return live_acting(live, i, false);
}

static void set_since(struct words_known *known, uint64_t time)
{
    known->has_since = true;
    known->since = time;
}

/* What the state before event i adds to its words. */
static void know(const struct live *live, size_t i, const struct player *who,
                 struct words_known *known)
{
    static const struct {
        uint16_t kind, frame;
    } ends[] = {{EVENT_BLOCK_END, FRAME_BLOCK},
                {EVENT_POLL_END, FRAME_POLL},
                {EVENT_CALL_END, FRAME_CALL},
                {EVENT_WORK_END, FRAME_WORK}};
    const struct event *event = trace_event(live->trace, i);
    uint32_t lane = trace_lane(live->trace, i);

    for (size_t k = 0; k < sizeof ends / sizeof *ends && lane < live->acts.count; k++) {
        const struct frame *frame = act_in(&live->acts.lanes[lane], (enum frame_kind)ends[k].frame);

        if (event->kind == ends[k].kind && frame)
            set_since(known, trace_event(live->trace, frame->event)->time);
    }
    if (!who || who->id != event->subject)
        return;
    known->first = !who->resumed;
    if (event->kind == EVENT_END || event->kind == EVENT_GONE || event->kind == EVENT_RESUME)
        set_since(known, who->born);
    if (event->kind == EVENT_CALL && event->object == CALLBACK_TIMER && who->since != UINT64_MAX)
        set_since(known, who->since);
}

static bool is_end(const struct live *live, const struct player *who, size_t i)
{
    const struct event *event = trace_event(live->trace, i);

    switch ((enum event_kind)event->kind) {
    case EVENT_END:
    case EVENT_GONE:
    case EVENT_STOP:
    case EVENT_CLOSE:
        return true;
    case EVENT_CALL_END:
        return event->object == CALLBACK_DONE ||
               (event->object == CALLBACK_TIMER && who->since == UINT64_MAX);
    default:
        return false;
    }
}

static bool is_cancelled(const struct live *live, const struct player *who, size_t i)
{
    const struct event *event = trace_event(live->trace, i);

    if (event->kind == EVENT_END)
        return event->arg == -ECANCELED;
    if (event->kind == EVENT_CALL_END)
        return who->result == -ECANCELED;
    return who->type != ENTITY_THREAD && (event->kind == EVENT_STOP || event->kind == EVENT_CLOSE);
}

/* The mark of event i, and of the event `end` told with it, in its actor's column. */
static enum glyph mark(const struct live *live, const struct player *who, bool own, size_t i,
                       size_t end)
{
    const struct event *event = trace_event(live->trace, i);
    size_t last = end != SIZE_MAX ? end : i;
    bool fires = event->kind == EVENT_CALL && end != SIZE_MAX &&
                 (event->object == CALLBACK_TIMER || event->object == CALLBACK_DONE);

    if (!own)
        return GLYPH_RUN;
    if (fires && event->arg == -ECANCELED)
        return GLYPH_CANCELLED;
    if (fires)
        return GLYPH_DONE;
    if (is_end(live, who, last))
        return is_cancelled(live, who, last) ? GLYPH_CANCELLED : GLYPH_DONE;
    if (!who->begun)
        return GLYPH_START_V;
    if (event->kind == EVENT_WORK || (event->kind == EVENT_TEXT && who->state == SPAN_POOL))
        return GLYPH_POOL;
    if (event->kind == EVENT_WAKE || event->kind == EVENT_WORK_END || event->kind == EVENT_START ||
        (event->kind == EVENT_BLOCK && who->type == ENTITY_THREAD))
        return GLYPH_WAIT_V;
    return GLYPH_RUN;
}

/* --- telling ---------------------------------------------------------------------------------- */

static void tell_repeats(struct live *live, struct str *out)
{
    struct str words = {0};
    struct line line = {.time = live->repeated_at};

    if (!live->repeats)
        return;
    if (!live->look->plain)
        str_puts(&line.name, look_glyph(live->look, GLYPH_ELLIPSIS));
    str_printf(&words, "the same %llu time%s more", (unsigned long long)live->repeats,
               live->repeats == 1 ? "" : "s");
    line.words = words;
    live->repeats = 0;
    live_line(live, &line, out);
    str_free(&line.name);
    str_free(&words);
}

/* Equal lines one after the other are one line and a count; only steps of a task can be equal. */
static bool is_repeat(struct live *live, const struct line *line, bool may_repeat)
{
    struct str text = {0};
    bool same;

    str_printf(&text, "%s\n%s\n%s", str_text(&line->name), str_text(&line->words),
               str_text(&line->place));
    same = may_repeat && live->last.length && !strcmp(str_text(&text), str_text(&live->last));
    str_clear(&live->last);
    if (may_repeat)
        str_puts(&live->last, str_text(&text));
    str_free(&text);
    if (same) {
        live->repeats++;
        live->repeated_at = line->time;
    }
    return same;
}

static void free_line(struct line *line)
{
    str_free(&line->name);
    str_free(&line->words);
    str_free(&line->place);
    str_free(&line->short_place);
}

static void put_line(struct live *live, struct line *line, bool may_repeat, struct str *out)
{
    if (is_repeat(live, line, may_repeat))
        return;
    tell_repeats(live, out);
    if (!live->headed)
        live_heading(live, out);
    live_line(live, line, out);
}

static void name_line(struct live *live, size_t i, bool own, enum event_level level,
                      struct line *line)
{
    const struct event *event = trace_event(live->trace, i);

    if (line->who)
        words_actor(live->trace, line->who->id, &line->name);
    else if (!live->look->plain)
        str_puts(&line->name, look_glyph(live->look, GLYPH_ELLIPSIS));
    if (event->kind == EVENT_CALL && level >= LEVEL_LOOP && query_phase(live->trace, i))
        str_printf(&line->words, "[%s] ", phase_name(query_phase(live->trace, i)));
    if (!own && (event->subject || event->kind == EVENT_STOPPED || event->kind == EVENT_GO)) {
        words_actor(live->trace, event->subject, &line->words);
        str_putc(&line->words, ' ');
    }
}

static void find_short_place(struct line *line)
{
    const char *open = line->place.length ? strrchr(line->place.data, '(') : NULL;

    if (open && open[1])
        str_add(&line->short_place, open + 1, strlen(open + 1) - 1);
}

/* A turn that begins has a line before what happens in it. */
static void tell_turn(struct live *live, size_t i, struct str *out)
{
    uint32_t lane = trace_lane(live->trace, i);
    const struct frame *run =
        lane < live->acts.count ? act_in(&live->acts.lanes[lane], FRAME_RUN) : NULL;
    struct line line = {.time = trace_event(live->trace, i)->time};
    uint64_t turn = query_turn(live->trace, i);

    if (!run || !turn || (turn == live->turn && run->subject == live->turn_loop))
        return;
    live->turn = turn;
    live->turn_loop = run->subject;
    if (!live->look->plain)
        str_puts(&line.name, look_glyph(live->look, GLYPH_ELLIPSIS));
    words_actor(live->trace, run->subject, &line.words);
    str_printf(&line.words, " begins turn %llu", (unsigned long long)turn);
    put_line(live, &line, false, out);
    free_line(&line);
}

static void begin(struct live *live, struct player *who)
{
    if (!who)
        return;
    live_give_column(live, who);
    if (who->begun)
        return;
    if (who->column == NO_COLUMN)
        who->style = live->begun % STYLE_ACTORS;
    else
        who->style = who->column % STYLE_ACTORS;
    live->begun++;
}

static bool is_done(const struct player *who, size_t last, const struct trace *trace)
{
    unsigned kind = trace_event(trace, last)->kind;

    return who && who->ended && (kind == EVENT_STOP || kind == EVENT_CLOSE);
}

/* Tells event i. False: it is not clear yet. */
static bool tell(struct live *live, size_t i, enum event_level level, struct str *out)
{
    const struct event *event = trace_event(live->trace, i);
    struct words_known known = {.end = SIZE_MAX};
    struct line line = {.time = event->time, .asleep = event->kind == EVENT_POLL};
    bool own, wait = has_passed(live, event->time, (uint64_t)PLACE_PATIENCE_MS * NS_PER_MS);
    enum ahead ahead = live_ahead(live, i, level, &known.end);

    if (ahead == AHEAD_WAIT || ahead == AHEAD_HIDE)
        return ahead == AHEAD_HIDE;
    line.who = whose(live, i, &own);
    if (is_done(line.who, i, live->trace))
        return true;
    know(live, i, line.who, &known);
    name_line(live, i, own, level, &line);
    words_what(live->trace, i, &known, &line.words);
    if (!words_place(live->trace, live->symbols,
                     known.end != SIZE_MAX && event->kind == EVENT_RESUME ? known.end : i,
                     is_finished(live), &line.place) &&
        !wait) {
        free_line(&line);
        return false;
    }
    find_short_place(&line);
    if (line.who) {
        begin(live, line.who);
        line.glyph = mark(live, line.who, own, i, known.end);
    }
    if (level >= LEVEL_LOOP)
        tell_turn(live, i, out);
    put_line(live, &line, level == LEVEL_TASKS && event->kind == EVENT_RESUME && !known.first, out);
    if (line.who)
        line.who->begun = true;
    live->folded = known.end;
    free_line(&line);
    return true;
}

/* A poll's end has a line if its begin had one of its own. */
static bool poll_was_told(const struct live *live, size_t i, enum event_level level)
{
    uint32_t lane = trace_lane(live->trace, i);
    const struct frame *frame =
        lane < live->acts.count ? act_in(&live->acts.lanes[lane], FRAME_POLL) : NULL;
    size_t end;

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
    if (kind == EVENT_POLL_END)
        return poll_was_told(live, i, level);
    return live_is_told(live, i, level);
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

        if (is_worth_it(live, i, level)) {
            if (!has_passed(live, trace_event(live->trace, i)->time, NAMING_NS))
                break;
            if (!live->headed && live->begun == 0 && !expect_actors(live, i))
                break;
            if (!tell(live, i, level, out))
                break;
        }
        if (!live_follow(live, i))
            break;
        if (level == LEVEL_OFF || i < live->from)
            pass_untold(live, i);
    }
    if (live->repeats &&
        has_passed(live, live->repeated_at, (uint64_t)REPEATS_PATIENCE_MS * NS_PER_MS))
        tell_repeats(live, out);
}

/* --- blocked ---------------------------------------------------------------------------------- */

/* The latest event of the thread within the frame that says where it is. */
static size_t last_place(const struct live *live, const struct act *act, const struct frame *frame)
{
    const struct frame *top = act_top(act);

    if (top->kind == FRAME_BLOCK && trace_event(live->trace, top->event)->where)
        return top->event;
    if (act->last > frame->event && trace_event(live->trace, act->last)->where &&
        trace_event(live->trace, act->last)->kind != EVENT_CALL_END)
        return act->last;
    return frame->event;
}

bool live_blocked(const struct live *live, uint64_t now, struct str *out)
{
    for (size_t lane = 0; lane < live->acts.count; lane++) {
        const struct act *act = &live->acts.lanes[lane];
        const struct frame *frame = act_actor(act);
        struct str place = {0};
        uint64_t since;

        if (!frame || !act_in(act, FRAME_RUN) || act_top(act)->kind == FRAME_POLL)
            continue;
        since = trace_event(live->trace, frame->event)->time;
        if (now < since || now - since <= (uint64_t)BLOCKED_MS * NS_PER_MS)
            continue;
        words_place(live->trace, live->symbols, last_place(live, act, frame), false, &place);
        str_printf(out, "the loop is blocked");
        if (place.length)
            str_printf(out, " in %s", str_text(&place));
        str_puts(out, " for ");
        str_printf(out, "%llu ms", (unsigned long long)((now - since) / NS_PER_MS));
        str_free(&place);
        return true;
    }
    return false;
}
