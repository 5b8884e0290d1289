/* Spans of actors out of the steps that were kept: where one begins the one before ends, and the
 * event with which it begins says all else. */
#include <errno.h>
#include <stdlib.h>

#include "engine/trace/inside.h"
#include "engine/trace/query.h"

static size_t step_event(const struct actor *actor, size_t k)
{
    return k < actor->span_count ? actor->steps[k] / 8 : actor->last;
}

/* Within the life of the actor, whatever the clocks of two threads said. */
static uint64_t step_time(const struct trace *trace, const struct actor *actor, size_t k)
{
    uint64_t time =
        k < actor->span_count ? event_at(trace, step_event(actor, k))->time : UINT64_MAX;

    return time < actor->begin ? actor->begin : time > actor->end ? actor->end : time;
}

struct span query_span(const struct trace *trace, const struct actor *actor, size_t k)
{
    struct span span = {.begin = step_time(trace, actor, k),
                        .end = step_time(trace, actor, k + 1),
                        .state = (enum span_state)(actor->steps[k] % 8),
                        .first = step_event(actor, k),
                        .last = step_event(actor, k + 1)};
    const struct event *event = event_at(trace, span.first);

    if (span.end < span.begin)
        span.end = span.begin;
    if (span.state == SPAN_RUNNING || span.state == SPAN_BLOCKED || span.state == SPAN_POOL)
        span.thread = trace_thread(trace, span.first);
    if (event->kind == EVENT_SUSPEND)
        span.object = event->object;
    return span;
}

uint64_t query_span_end(const struct trace *trace, const struct actor *actor, size_t k)
{
    return step_time(trace, actor, k + 1);
}

/* All of them, without gaps. */
static int unfold(const struct trace *trace, struct actor *actor)
{
    uint64_t end = actor->begin;

    actor->spans = calloc(actor->span_count + 1, sizeof *actor->spans);
    if (!actor->spans)
        return -ENOMEM;
    for (size_t k = 0; k < actor->span_count; k++) {
        struct span *span = &actor->spans[k];

        *span = query_span(trace, actor, k);
        span->begin = end;
        end = span->end = span->end > end ? span->end : end;
    }
    return 0;
}

int query_actors(const struct trace *trace, struct actors *ret_actors)
{
    struct actors actors;
    int r = query_actors_small(trace, &actors);

    if (r)
        return r;
    for (size_t i = 0; i < actors.count && r == 0; i++)
        r = unfold(trace, &actors.items[i]);
    if (r)
        query_actors_free(&actors);
    else
        *ret_actors = actors;
    return r;
}

void query_actors_free(struct actors *actors)
{
    for (size_t i = 0; i < actors->count; i++) {
        free(actors->items[i].spans);
        free(actors->items[i].steps);
    }
    free(actors->items);
    arena_free(&actors->memory);
    *actors = (struct actors){0};
}
