/* Predictions are graded by measuring the run.
 *
 * A measure reads a finished trace and gives a number, a word or an order of names. "names" limits
 * it to those actors ("board *" is every actor whose name begins with "board "); without it all
 * count. Actors are those of engine/trace/query.h. What can be measured:
 *
 *   ratio    of / to, each one of: total (from the first actor's birth to the last one's end),
 *            longest-wait, sum-of-waits, sum-of-runs, longest-run, or "NAME:state", the time that
 *            this actor spent in that state
 *   overlap  the most actors in `state` at one instant
 *   count    events of `kind`
 *   threads  distinct threads on which the actors ran
 *   order    names of actors, by their first event of `kind`
 *   first    the name of the actor whose first event of `kind` came first
 *   phase    the loop's phase in which the first callback of the actor `of` ran
 *
 * States are ready, running, waiting, blocked (a thread inside a blocking call) and pool; waiting
 * is any wait, blocked ones too. A wait for another actor (await, gather, join) is that actor's
 * waiting: it counts for "NAME:waiting" only. Kinds are those of engine/event/event.h by their
 * names, and "say"; "end" is also the end of a thread or handle. */
#ifndef ASYNCTUT_MEASURE_H
#define ASYNCTUT_MEASURE_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/error.h"
#include "engine/lesson/item.h"
#include "engine/trace/trace.h"

struct measured {
    double number;  /* NAN if the measure is not a number */
    char text[256]; /* what was measured, in words: "D, B, C, A" */
    int choice;     /* index of the item's choice that the run gives; -1: none of them */

    /* Where that shows: an event, and what happened then, in words that continue "At 0.1 ms":
     * "board 2 began to wait while board 1 was still waiting". SIZE_MAX and "" if there is no
     * single one. */
    size_t event;
    char difference[256];
};

/* Measures a prediction. Errors are faults of the item (an actor that the run does not have:
 * UV_ENOENT), never of the run; or UV_ENOMEM. */
int measure_item(const struct item *item, const struct trace *trace, struct measured *ret_measured,
                 struct error *error);

/* The first difference between the run and one of the item's choices: sets `event` and `difference`
 * again, for this choice. measure_item() set them without regard to a choice. 0 or UV_ENOMEM. */
int measure_difference(const struct item *item, const struct trace *trace, int chosen,
                       struct measured *measured);

#endif
