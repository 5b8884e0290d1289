/* What a check found, for the learner: what was expected, what the run did, where, its lanes, and
 * the command that repeats it. Pure: a verdict and a look in, bytes out. */
#ifndef ASYNCTUT_VIEW_VERDICT_H
#define ASYNCTUT_VIEW_VERDICT_H

#include "engine/exercise/checking.h"
#include "engine/term/look.h"

/* source: the learner's file, whose lines are quoted. whole: the sanitizers' report whole, and
 * every finding. */
void verdict_view(const struct exercise *exercise, const struct verdict *verdict,
                  const char *source, const struct look *look, bool whole, struct str *out);

#endif
