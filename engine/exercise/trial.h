/* One run of a program that was built, with its trace. */
#ifndef ASYNCTUT_TRIAL_H
#define ASYNCTUT_TRIAL_H

#include "engine/exercise/checking.h"

struct trial {
    struct record *record; /* which the trace borrows */
    struct trace *trace;   /* NULL: nothing was recorded */
    struct outcome *outcome;
    struct str report; /* of the sanitizers, whole, shown-safe */
};

/* Runs SCRATCH/program, as it is (seed 0) or disturbed by a seed with its idle waits skipped. 0 or
 * a negative UV_E*, UV_ECANCELED among them; *ret_trial is to be freed in either case. */
int trial_run(const struct checking *checking, const char *scratch, int seed,
              struct trial *ret_trial, struct error *error);
void trial_free(struct trial *trial);

#endif
