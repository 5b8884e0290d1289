/* The first trace is gone through in its order, and each event meets the next one of the same
 * thread in the second. */
#include "engine/trace/diff.h"

#include <errno.h>
#include <stdlib.h>

#include "engine/trace/diff_priv.h"

struct meeting {
    struct side *a, *b;
    size_t *next; /* by lane of b: how many of its events have been met */
    size_t *last; /* by lane of b: the event of a that met the last one, + 1 */
    struct difference *difference;
};

/* The lane of b that is the same thread; UINT32_MAX. */
static uint32_t twin(const struct meeting *meeting, uint32_t lane)
{
    const uint64_t *known = numbers_find(&meeting->b->lanes, meeting->a->threads[lane]);

    return known ? (uint32_t)(*known - 1) : UINT32_MAX;
}

static void part(struct meeting *meeting, uint32_t lane, size_t i, size_t k)
{
    struct difference *difference = meeting->difference;

    difference->found = true;
    difference->event[0] = i;
    difference->event[1] = k;
    if (lane == UINT32_MAX || !meeting->last[lane])
        return;
    difference->last[0] = meeting->last[lane] - 1;
    difference->last[1] = meeting->b->events[meeting->b->first[lane] + meeting->next[lane] - 1];
}

/* Event i of a, which counts, and the one that it meets. */
static void meet(struct meeting *meeting, size_t i, uint64_t means)
{
    struct side *b = meeting->b;
    uint32_t lane = twin(meeting, lane_at(meeting->a->trace, i));
    size_t at = lane == UINT32_MAX ? 0 : b->first[lane] + meeting->next[lane];
    bool more = lane != UINT32_MAX && at < b->first[lane + 1];

    if (!more || side_meaning(b, b->events[at]) != means) {
        part(meeting, lane, i, more ? b->events[at] : SIZE_MAX);
        return;
    }
    meeting->next[lane]++;
    meeting->last[lane] = i + 1;
    meeting->difference->same++;
}

/* All of a was met: what is left of b, the earliest of it. */
static void look_at_rest(struct meeting *meeting)
{
    const struct side *b = meeting->b;
    uint32_t earliest = UINT32_MAX, of = 0;

    for (uint32_t lane = 0; lane < trace_lanes(b->trace); lane++) {
        size_t at = b->first[lane] + meeting->next[lane];

        if (at < b->first[lane + 1] && b->events[at] < earliest) {
            earliest = b->events[at];
            of = lane;
        }
    }
    if (earliest != UINT32_MAX)
        part(meeting, of, SIZE_MAX, earliest);
}

static int compare(struct side *a, struct side *b, struct difference *difference)
{
    size_t lanes = (size_t)trace_lanes(b->trace) + 1;
    struct meeting meeting = {.a = a,
                              .b = b,
                              .next = calloc(lanes, sizeof(size_t)),
                              .last = calloc(lanes, sizeof(size_t)),
                              .difference = difference};
    bool memory = meeting.next && meeting.last;

    for (size_t i = 0; i < trace_count(a->trace) && memory && !difference->found; i++) {
        uint64_t means = side_meaning(a, i);

        if (means)
            meet(&meeting, i, means);
    }
    if (memory && !difference->found)
        look_at_rest(&meeting);
    free(meeting.next);
    free(meeting.last);
    return memory && !a->failed && !b->failed ? 0 : -ENOMEM;
}

int diff_traces(const struct diff_side sides[2], struct difference *ret_difference)
{
    struct difference difference = {.event = {SIZE_MAX, SIZE_MAX}, .last = {SIZE_MAX, SIZE_MAX}};
    struct side a, b = {0};
    int r = -ENOMEM;

    if (side_open(&a, &sides[0]) && side_open(&b, &sides[1]) && side_sort(&b))
        r = compare(&a, &b, &difference);
    side_close(&a);
    side_close(&b);
    if (r == 0)
        *ret_difference = difference;
    return r;
}
