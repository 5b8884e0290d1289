/* Predictions are graded by measuring the run.
 *
 * A measure reads a finished trace and gives a number, a word or an order of names, together with
 * the event that decided it, so that the explanation can show where prediction and run part:
 *
 *   ratio    of / to, each one of: total (length of the run), longest-wait, sum-of-waits,
 *            sum-of-runs, longest-run, cpu-free names as in spans; or "NAME:waiting",
 * "NAME:running" order    names of actors by first event of `kind` (resume, end, call, born) count
 * events of `kind` (of the actors in names, or all) overlap  the most actors in `state` at one
 * instant phase    of the first callback of the actor `of` threads  distinct threads on which the
 * actors ran first    the name of the actor whose first `kind` came first
 */
#ifndef ASYNCTUT_MEASURE_H
#define ASYNCTUT_MEASURE_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/error.h"
#include "engine/lesson/item.h"
#include "engine/trace/trace.h"

struct measured {
    double number;  /* NAN if the measure is not a number */
    char text[256]; /* what was measured, in words: "1.01 waits", "A, C, B" */
    size_t event;   /* the event that decided; SIZE_MAX if there is no single one */
    int choice;     /* index of the item's choice that the run gives; -1: none of them */
};

/* Measures a prediction. Errors are faults of the item (unknown measure, an actor that the run does
 * not have), never of the run. */
int measure_item(const struct item *item, const struct trace *trace, struct measured *ret_measured,
                 struct error *error);

#endif
