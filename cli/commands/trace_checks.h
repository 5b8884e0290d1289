/* Which findings fail a traced run, and from which value on there are any. */
#ifndef ASYNCTUT_TRACE_CHECKS_H
#define ASYNCTUT_TRACE_CHECKS_H

#include <stdbool.h>

#include "engine/trace/diagnose.h"

struct trace_checks {
    struct thresholds thresholds;
    bool fails[CHECKS];
};

void trace_checks_init(struct trace_checks *checks);

/* "NAME,NAME…" or "all". STATUS_OK, or STATUS_USAGE after a word about it. */
int trace_checks_fail_on(struct trace_checks *checks, const char *words);

/* "NAME=NUMBER", in ms, bytes or a plain count, as the check measures. The same. */
int trace_checks_limit(struct trace_checks *checks, const char *word);

/* True if --fail-on has named any. */
bool trace_checks_asked(const struct trace_checks *checks);

/* True if one of the findings is to fail the run. */
bool trace_checks_failed(const struct trace_checks *checks, const struct findings *findings);

/* The options that ask for the same checks and limits: "" for the default ones. */
void trace_checks_say(const struct trace_checks *checks, struct str *out);

#endif
