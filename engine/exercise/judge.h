/* Judges a run: its output, its end and its trace against the checks of an exercise. Reads only. */
#ifndef ASYNCTUT_JUDGE_H
#define ASYNCTUT_JUDGE_H

#include <stdint.h>

#include "engine/exercise/exercise.h"
#include "engine/exercise/outcome.h"
#include "engine/trace/trace.h"

/* One check, judged. */
struct finding {
    const char *id, *say; /* of the check; "clean" and "ends" are of every exercise */
    bool passed, skipped; /* skipped: says nothing about this run */
    bool unknown;         /* neither passed nor failed: the record has a gap */
    char got[320];        /* what the run did, in words; shown-safe */
    uint64_t where;       /* the code address where that shows; 0: none */
    bool is_return;
    uint64_t time; /* program time of it, ns */
};

struct judged_run {
    const struct outcome *outcome;
    const struct trace *trace; /* NULL: there is none, and checks of the trace fail */
    const char *report;        /* of the sanitizers; "" if they found nothing */
    int64_t processor;         /* ns that the program computed; 0: not known */
    bool perturbed;            /* times say nothing then: checks of durations are skipped */
};

enum { FINDINGS_MAX = EXERCISE_CHECKS + 2 };

/* Fills in findings, `clean` and `ends` first; how many there are. */
size_t judge(const struct exercise *exercise, const struct judged_run *run,
             struct finding *ret_findings);

/* The first that failed; NULL: there is none. */
const struct finding *judge_first(const struct finding *findings, size_t count);
/* The first that could not be judged; NULL: there is none. */
const struct finding *judge_unknown(const struct finding *findings, size_t count);

/* What keeps a run that was ended from ending by itself: live handles, pending requests, parked
 * tasks and blocked threads. How many there are; at most `capacity` are filled in. */
struct alive {
    char name[64], what[64]; /* "timer 1", "is started" */
    uint64_t created, where; /* code addresses: of its creation; of where it waits */
};
size_t judge_alive(const struct trace *trace, struct alive *ret_alive, size_t capacity);

#endif
