/* The whole of a check: build, run, judge, run again under seeds. */
#ifndef ASYNCTUT_CHECKING_H
#define ASYNCTUT_CHECKING_H

#include "engine/exercise/build.h"
#include "engine/exercise/judge.h"

struct checking {
    const struct exercise *exercise;
    const struct kit *kit;
    const char *source;     /* the learner's file, or the solution, or … */
    int first_seed, seeds;  /* perturbed runs: seeds first_seed .. first_seed + seeds - 1 */
    bool only_seed;         /* no run without perturbation before */
    bool unconfined;        /* as on a kernel that offers nothing to confine a program; for tests */
    size_t record_bytes;    /* of each run's record; 0: 64 MiB, some two million events */
    bool (*tick)(void *to); /* every few ms; true: cancel. May be NULL */
    /* Run so-many of so-many begins, from 1; what was to be compiled is. May be NULL */
    void (*running)(void *to, int run, int runs);
    void *to;
};

enum verdict_kind {
    VERDICT_PASSED,
    VERDICT_FAILED,
    VERDICT_UNKNOWN, /* nothing failed, but a record had a gap: what depends on it is not judged */
    VERDICT_NOT_COMPILED
};

enum { PLACE_BYTES = 160, ALIVE_MAX = 8, SEEDS_TOLD = 16 };

struct verdict {
    enum verdict_kind kind;
    struct str diagnostics;       /* the compiler's; also warnings of a program that compiled */
    long long compile_ns, run_ns; /* run_ns: of the first run */
    long long runs_ns, total_ns;  /* of all runs; of the whole check */

    /* Of the run that is told: the first that failed, else the first that could not be judged, else
     * the first. */
    int seed; /* 0: it was not perturbed */
    struct finding findings[FINDINGS_MAX];
    char places[FINDINGS_MAX][PLACE_BYTES]; /* "chess.c:27", or "" */
    size_t finding_count;
    struct outcome *outcome;
    struct str report;     /* of the sanitizers, whole, shown-safe */
    struct record *record; /* which the trace borrows */
    struct trace *trace;   /* NULL: nothing was recorded */
    struct alive alive[ALIVE_MAX];
    char alive_places[ALIVE_MAX][2][PLACE_BYTES]; /* created at, waits at */
    size_t alive_count;

    int first_seed, seeds;        /* of the disturbed runs that there were */
    int runs, failed, unknown;    /* how many runs there were; failed; could not be judged */
    int failed_seeds[SEEDS_TOLD]; /* the first of them, ascending */
    bool repeats;                 /* the seed that is told failed again when it was run again */
    bool source_deleted;          /* the source was gone after the runs; it is there again */
};

/* The verdict borrows from the exercise. 0 with a verdict, or a negative UV_E*: UV_ECANCELED,
 * UV_ENOENT (a package is missing: the error names it), … The source is never changed, but written
 * again if the program removed it. */
int check_source(const struct checking *checking, struct verdict *ret_verdict, struct error *error);
void verdict_free(struct verdict *verdict); /* a zeroed one is fine */

/* The check that the learner reads of first: that failed, or else could not be judged; NULL if the
 * program passed. */
const struct finding *verdict_first(const struct verdict *verdict);

#endif
