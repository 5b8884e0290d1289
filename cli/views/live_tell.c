/* One event as a line. What it says is worked out before the event changes what is known of its
 * actors, so that it can still wait: for what follows it at once (live_ahead.c), and for the name
 * of its place. */
#include <errno.h>
#include <string.h>

#include "cli/views/live_priv.h"

enum { PLACE_PATIENCE_NS = 300000000 }; /* a line waits so long for its place */

/* Whose line is it, and is the event's subject that actor? */
static struct player *whose(struct live *live, size_t i, bool *ret_own)
{
    const struct event *event = trace_event(live->trace, i);
    struct player *player;

    *ret_own = true;
    if (event->kind == EVENT_BLOCK || event->kind == EVENT_BLOCK_END)
        return live_acting(live, i, true);
    if (event->kind == EVENT_TEXT) { /* what is said makes nobody without a name an actor */
        player = live_acting(live, i, true);
        return player && (player->begun || player->type != ENTITY_THREAD ||
                          (event->object == TEXT_SAY && live_has_own_name(live, player)))
                   ? player
                   : NULL;
    }
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

/* A poll that does not sleep. */
static bool is_look(const struct live *live, size_t i)
{
    const struct event *event = trace_event(live->trace, i);

    return event->kind == EVENT_POLL && !event->arg;
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

        if (event->kind == ends[k].kind && frame && !is_look(live, frame->event))
            set_since(known, trace_event(live->trace, frame->event)->time);
    }
    if (!who || who->id != event->subject)
        return;
    known->first = !who->resumed;
    known->before = who->before;
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
               (event->object == CALLBACK_TIMER && who->since == UINT64_MAX && !who->repeats);
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
    bool fires =
        event->kind == EVENT_CALL && end != SIZE_MAX &&
        ((event->object == CALLBACK_TIMER && !who->repeats) || event->object == CALLBACK_DONE);

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
    if (event->kind == EVENT_WAKE || event->kind == EVENT_WORK_END)
        return GLYPH_READY;
    if (event->kind == EVENT_START ||
        (event->kind == EVENT_BLOCK && who->type == ENTITY_THREAD && end == SIZE_MAX))
        return GLYPH_WAIT_V;
    return GLYPH_RUN;
}

/* --- telling ---------------------------------------------------------------------------------- */

void live_tell_repeats(struct live *live, struct str *out)
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

/* Equal lines one after the other are one line and a count; only steps and short
 * calls can be equal. */
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
    live_tell_repeats(live, out);
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
    else if (!live->look->plain && event->kind != EVENT_TEXT)
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

/* A turn that begins has a line before what happens in it; none if something of it was told before,
 * at a level without turns. */
static void tell_turn(struct live *live, size_t i, enum event_level level, struct str *out)
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
    if (level < LEVEL_LOOP)
        return;
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

static bool may_repeat(const struct event *event, const struct words_known *known)
{
    return (event->kind == EVENT_RESUME && !known->first) ||
           (event->kind == EVENT_BLOCK && known->end != SIZE_MAX);
}

/* The actor's state below its line, when the line takes more than one row. */
static void look_ahead(struct live *live, bool own, size_t i, size_t end, struct line *line)
{
    line->then = *line->who;
    line->then.begun = true;
    if (own)
        live_change(live, i, &line->then);
    if (own && end != SIZE_MAX)
        live_change(live, end, &line->then);
}

bool live_tell(struct live *live, size_t i, enum event_level level, struct str *out)
{
    const struct event *event = trace_event(live->trace, i);
    struct words_known known = {.end = SIZE_MAX};
    bool sleeps = event->kind == EVENT_POLL && event->arg;
    struct line line = {.time = event->time, .asleep = sleeps ? trace_thread(live->trace, i) : 0};
    bool own, wait = live_has_passed(live, event->time, PLACE_PATIENCE_NS);
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
                     live_is_finished(live), &line.place) &&
        !wait) {
        free_line(&line);
        return false;
    }
    find_short_place(&line);
    if (line.who) {
        begin(live, line.who);
        line.glyph = mark(live, line.who, own, i, known.end);
        look_ahead(live, own, i, known.end, &line);
    }
    tell_turn(live, i, level, out);
    put_line(live, &line, level == LEVEL_TASKS && may_repeat(event, &known), out);
    if (line.who)
        line.who->begun = true;
    if (event->kind == EVENT_RESUME || event->kind == EVENT_CALL)
        live->folded = known.end;
    if (ahead == AHEAD_ALONE && trace_stands(live->trace))
        live->alone[live->alone_count++ % LIVE_ALONE] = i;
    free_line(&line);
    return true;
}
