/* What is worth a look by itself: a loop that was kept from polling for long, and whoever was still
 * waiting when the program ended. One pass over the events when the replay is opened. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

#include "cli/views/replay_priv.h"
#include "cli/views/words.h"
#include "engine/base/array.h"

enum { LOOPS = 32, LONG_NS = 100000000 };

/* Since when a loop has been busy. */
struct busy {
    uint32_t loop;
    uint64_t since;
    size_t event;
    bool is_busy;
};

static int add(struct replay_warnings *warnings, size_t event, const struct str *text)
{
    if (!array_grow(&warnings->items, &warnings->capacity, warnings->count) || text->failed)
        return UV_ENOMEM;
    struct replay_warning *warning = &warnings->items[warnings->count++];
    warning->event = event;
    snprintf(warning->text, sizeof warning->text, "%s", str_text(text));
    return 0;
}

static struct busy *find_loop(struct busy *loops, size_t *count, uint32_t loop)
{
    for (size_t i = 0; i < *count; i++)
        if (loops[i].loop == loop)
            return &loops[i];
    if (*count == LOOPS)
        return NULL;
    loops[*count] = (struct busy){.loop = loop};
    return &loops[(*count)++];
}

/* The loop comes to its poll, or to its end. */
static int ends(struct replay_warnings *warnings, const struct trace *trace, struct busy *busy,
                uint64_t time)
{
    struct str text = {0};
    int result = 0;

    if (busy->is_busy && time > busy->since + LONG_NS) {
        words_actor(trace, busy->loop, &text);
        str_puts(&text, " was busy for ");
        words_duration(time - busy->since, &text);
        str_puts(&text, " without a poll: nothing else could happen");
        result = add(warnings, busy->event, &text);
    }
    busy->is_busy = false;
    str_free(&text);
    return result;
}

static int find_busy_loops(struct replay_warnings *warnings, const struct trace *trace)
{
    struct busy loops[LOOPS];
    size_t count = 0;
    int result = 0;

    for (size_t i = 0; i < trace_count(trace) && result == 0; i++) {
        const struct event *event = trace_event(trace, i);
        if (event->kind < EVENT_RUN || event->kind > EVENT_POLL_END)
            continue;
        struct busy *busy = find_loop(loops, &count, event->subject);
        if (!busy)
            continue;
        result = ends(warnings, trace, busy, event->time);
        if (event->kind == EVENT_RUN || event->kind == EVENT_POLL_END)
            *busy = (struct busy){event->subject, event->time, i, true};
    }
    for (size_t i = 0; i < count && result == 0; i++)
        result = ends(warnings, trace, &loops[i], trace_end(trace));
    return result;
}

static int find_waiting(struct replay_warnings *warnings, const struct actors *actors)
{
    int result = 0;

    for (size_t i = 0; i < actors->count && result == 0; i++) {
        const struct actor *actor = &actors->items[i];
        if (actor->ended || actor->type != ENTITY_TASK || !actor->span_count)
            continue;
        struct str text = {0};
        str_printf(&text, "%s never ended: from here on it waits", actor->name);
        result = add(warnings, actor->spans[actor->span_count - 1].first, &text);
        str_free(&text);
    }
    return result;
}

static int compare(const void *a, const void *b)
{
    const struct replay_warning *first = a, *second = b;

    return (first->event > second->event) - (first->event < second->event);
}

int replay_warnings_find(struct replay_warnings *warnings, const struct trace *trace,
                         const struct actors *actors)
{
    int result = find_busy_loops(warnings, trace);

    if (result == 0)
        result = find_waiting(warnings, actors);
    if (warnings->count)
        qsort(warnings->items, warnings->count, sizeof *warnings->items, compare);
    return result;
}
