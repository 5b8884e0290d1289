/* Inside judging. */
#ifndef ASYNCTUT_JUDGE_PRIV_H
#define ASYNCTUT_JUDGE_PRIV_H

#include "engine/exercise/judge.h"

bool selector_matches(const struct selector *selector, const struct trace *trace, size_t i);
/* The nth event that matches; SIZE_MAX if there is none. */
size_t selector_find(const struct selector *selector, const struct trace *trace);
/* "timer", "sleep": what it selects, for sentences. */
const char *selector_noun(const struct selector *selector);

/* The place and time of event i become the finding's. */
void finding_at(struct finding *finding, const struct trace *trace, size_t i);

void judge_output(const struct check *check, const struct outcome *outcome,
                  struct finding *finding);

/* Of the run's end. */
void judge_clean(const char *report, struct finding *finding);
void judge_end(const struct exercise *exercise, const struct outcome *outcome,
               struct finding *finding);
void judge_memory(const struct check *check, const struct outcome *outcome,
                  struct finding *finding);

/* Of the trace. */
void judge_overlap(const struct check *check, const struct trace *trace, struct finding *finding);
void judge_longest(const struct check *check, const struct trace *trace, struct finding *finding);
void judge_closed(const struct trace *trace, struct finding *finding);
void judge_threads(const struct check *check, const struct trace *trace, struct finding *finding);

#endif
