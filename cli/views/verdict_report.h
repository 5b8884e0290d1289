/* Part of the verdict: what the sanitizers wrote, shortened to the learner's own frames. */
#ifndef ASYNCTUT_VIEW_VERDICT_REPORT_H
#define ASYNCTUT_VIEW_VERDICT_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/views/page.h"

/* Adds the report (shown-safe) with a heading: whole, or what happened and the frames that lie in
 * `source` with their lines. */
void verdict_report(struct page *page, const char *report, const char *source, bool whole,
                    struct str *out);

/* The line that a place such as "chess.c:27" means, if it lies in `source`: added to `out`,
 * shown-safe; its number. 0: it lies elsewhere. */
int verdict_source_line(const char *source, const char *place, size_t length, struct str *out);

#endif
