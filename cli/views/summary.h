/* A run in figures, for the end of `asynctut trace`: loops, longest callbacks, the thread pool,
 * handles, what still keeps a loop alive, and what is wrong. Lanes are lanes.h. */
#ifndef ASYNCTUT_SUMMARY_H
#define ASYNCTUT_SUMMARY_H

#include "engine/base/str.h"
#include "engine/term/look.h"
#include "engine/trace/diagnose.h"
#include "engine/trace/tally.h"

struct symbols;

/* Appends lines, each with its newline. Waits for places; `symbols` may be NULL. */
void summary_view(const struct trace *trace, const struct tally *tally,
                  const struct findings *findings, struct symbols *symbols, const struct look *look,
                  const char *title, struct str *out);

/* Words over as many lines as they need, one column in. */
void summary_paragraph(const struct look *look, const char *text, struct str *out);

/* The part about what still keeps a loop alive; nothing if nothing does. */
void summary_keepers(const struct trace *trace, const struct tally *tally, struct symbols *symbols,
                     const struct look *look, struct str *out);

/* The part about callbacks and steps of tasks that were under way at the end, for a program that
 * was killed: where it was. Nothing if nothing was. */
void summary_under_way(const struct trace *trace, struct symbols *symbols, const struct look *look,
                       struct str *out);

/* The part about what is wrong; nothing if nothing is. */
void summary_findings(const struct trace *trace, const struct findings *findings,
                      struct symbols *symbols, const struct look *look, struct str *out);

#endif
