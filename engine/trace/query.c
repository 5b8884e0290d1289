/* The questions that one look or one pass over the events answers. */
#include "engine/trace/query.h"

#include <errno.h>

#include "engine/trace/inside.h"

enum phase query_phase(const struct trace *trace, size_t i)
{
    return marks_phase(&trace->marks, trace->spots[i]);
}

uint64_t query_turn(const struct trace *trace, size_t i)
{
    return marks_turn(&trace->marks, trace->spots[i]);
}

bool query_opens_turn(const struct trace *trace, size_t i)
{
    return marks_opens_turn(&trace->marks, trace->spots[i]);
}

const char *phase_name(enum phase phase)
{
    static const char *const names[PHASES] = {
        [PHASE_NONE] = "none",   [PHASE_TIMERS] = "timers",   [PHASE_PENDING] = "pending",
        [PHASE_IDLE] = "idle",   [PHASE_PREPARE] = "prepare", [PHASE_POLL] = "poll",
        [PHASE_CHECK] = "check", [PHASE_CLOSING] = "closing",
    };

    return (unsigned)phase < PHASES ? names[phase] : "none";
}

bool query_where_is_return(const struct event *event)
{
    if (event->kind == EVENT_BORN && event->arg == ENTITY_THREAD && !event->object)
        return false;
    return event_where_is_return((enum event_kind)event->kind);
}

size_t query_next(const struct trace *trace, size_t from, enum event_kind kind, uint32_t subject)
{
    for (size_t i = from; i < trace_count(trace); i++) {
        const struct event *event = event_at(trace, i);

        if (event->kind == kind && (!subject || event->subject == subject))
            return i;
    }
    return SIZE_MAX;
}

/* "write 1234567", without the time that printf() takes: all of a large trace may be asked for. */
static void put_number(struct str *out, const char *type, uint32_t number)
{
    char text[12], *at = text + sizeof text;

    for (*--at = '\0'; number; number /= 10)
        *--at = (char)('0' + number % 10);
    str_puts(out, type);
    str_putc(out, ' ');
    str_puts(out, at);
}

void query_name(const struct trace *trace, uint32_t id, struct str *out)
{
    const struct entity *entity = trace_entity(trace, id);

    if (entity && entity->name[0])
        str_puts(out, entity->name);
    else if (entity && entity->number)
        put_number(out, entity_type_name(entity->type), entity->number);
    else
        str_printf(out, "unknown %u", id);
}

/* --- loops ------------------------------------------------------------------------------------ */

/* What the pass remembers of a loop beside its result. */
struct loop_walk {
    uint64_t run, since; /* times: uv_run() entered; busy or asleep since. While `running`: */
    size_t event;        /* with which it became busy */
    uint64_t turn;       /* the last that was counted, if `again` */
    bool again;          /* the last poll was cut short: the next may be of the same turn */
    bool running, asleep;
};

enum { LOOPS_AT_MOST = 256 };

struct loops_walk {
    struct loop_share *shares;
    struct loop_walk walks[LOOPS_AT_MOST];
    size_t count, capacity;
    query_loops_tell *tell; /* NULL: nobody is told */
    void *to;
};

/* Program clocks of two threads differ by little, but a time before `begin` must not wrap. */
static uint64_t elapsed(uint64_t begin, uint64_t end)
{
    return end > begin ? end - begin : 0;
}

static size_t loop_index(struct loops_walk *all, uint32_t loop)
{
    size_t i = 0;

    while (i < all->count && all->shares[i].loop != loop)
        i++;
    if (i == all->count && all->count < all->capacity) {
        all->shares[i] = (struct loop_share){.loop = loop};
        all->walks[i] = (struct loop_walk){0};
        all->count++;
    }
    return i;
}

static void close_stretch(const struct loops_walk *all, size_t at, uint64_t time)
{
    struct loop_share *share = &all->shares[at];
    const struct loop_walk *walk = &all->walks[at];
    uint64_t length = elapsed(walk->since, time);

    if (all->tell)
        all->tell(all->to, at, walk->since, time, walk->asleep);
    if (walk->asleep) {
        share->asleep += length;
        return;
    }
    share->busy += length;
    if (length > share->longest_busy) {
        share->longest_busy = length;
        share->longest_event = walk->event;
    }
}

static void loop_event(const struct trace *trace, struct loops_walk *all, size_t at,
                       const struct event *event, size_t i)
{
    struct loop_share *share = &all->shares[at];
    struct loop_walk *walk = &all->walks[at];

    if (walk->running)
        close_stretch(all, at, event->time);
    if (event->kind == EVENT_POLL)
        share->turns += !walk->again || query_turn(trace, i) != walk->turn;
    if (event->kind == EVENT_POLL_END) {
        walk->again = event->arg == -EINTR || event->arg >= 1024;
        walk->turn = walk->again ? query_turn(trace, i) : 0;
    }
    walk->running = event->kind != EVENT_RUN_END;
    walk->asleep = event->kind == EVENT_POLL && event->arg;
    walk->since = event->time;
    walk->event = i;
}

/* What a loop did after events were dropped is not known. */
static void end_loops(const struct trace *trace, struct loops_walk *all)
{
    for (size_t at = 0; at < all->count; at++) {
        uint64_t until = trace_whole_until(trace), since = all->walks[at].since;

        if (all->walks[at].running)
            close_stretch(all, at, until > since ? until : since);
        all->shares[at].total = all->shares[at].busy + all->shares[at].asleep;
    }
}

size_t query_loops_told(const struct trace *trace, struct loop_share *ret_loops, size_t capacity,
                        query_loops_tell *tell, void *to)
{
    struct loops_walk all = {.shares = ret_loops,
                             .capacity = capacity < LOOPS_AT_MOST ? capacity : LOOPS_AT_MOST,
                             .tell = tell,
                             .to = to};

    for (size_t i = 0; i < trace_count(trace); i++) {
        const struct event *event = event_at(trace, i);
        size_t at;

        event_ahead(trace, i);
        if (event->kind < EVENT_RUN || event->kind > EVENT_POLL_END)
            continue;
        at = loop_index(&all, event->subject);
        if (at < all.count)
            loop_event(trace, &all, at, event, i);
    }
    end_loops(trace, &all);
    return all.count;
}

size_t query_loops(const struct trace *trace, struct loop_share *ret_loops, size_t capacity)
{
    return query_loops_told(trace, ret_loops, capacity, NULL, NULL);
}
