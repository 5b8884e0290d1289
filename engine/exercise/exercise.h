/* An exercise as it lies on disk: content/NN-slug/exercises/ID/.
 *
 *   problem.md    what is asked
 *   hints.md      three rungs or more, each under a heading "## …"
 *   starter.c     compiles, and fails
 *   solution.c    passes
 *   other_*.c     pass too: right in another way than the solution, which checks must not mind
 *   wrong_*.c     what a learner might write; the first comment names the check that catches it:
 *                 "caught by: ID"
 *   check.json    how a program is judged:
 *
 *   { "title": "…", "tasks": true, "seeds": 5, "leaks": false,
 *     "limits": { "time_ms": 3000, "cpu_ms": 3000, "memory_mb": 512, "processes": 16,
 *                 "output_kb": 64, "file_mb": 8 },
 *     "checks": [ { "id": "together", "type": "overlap", "say": "what is wanted, in words", … } ] }
 *
 * "tasks": the program is linked with the task library. Every limit may be left out. Types of
 * checks, and what they take besides id, type and say:
 *
 *   output    lines [ "…" ], order: "exact", "any" (in any order) or "among" (in this order, among
 *             other lines); tolerance: by how much numbers in a line may differ
 *   exit      status
 *   overlap   of SELECTOR, least, most: how many were pending at one instant
 *   count     of SELECTOR, least, most: how many events
 *   order     steps [ SELECTOR, … ]: the first event of each comes in this order
 *   duration  from SELECTOR, to SELECTOR (left out: the whole run), least, most in ms
 *   processor least, most in ms: how long the program computed, on all its threads together, until
 *             it ended by exit() or the end of main(). However busy the machine is, that is the
 *             same
 *   longest   most in ms; what: "callback", "step" (of a task) or "busy" (between two polls)
 *   closed    every handle that was started or opened was closed, and told so
 *   threads   most: threads that did anything but run libuv's pool
 *   warnings  none [ "blocked-loop", … ]: what the diagnosis of the trace must not find; left out:
 *             anything. See engine/trace/diagnose.h
 *   memory    least, most in MiB: the program's resident size at its highest
 *   queue     least, most in bytes: what was given to uv_write() for one stream, or to
 * uv_udp_send() for one handle, and whose callback had not come, at its highest. The task library
 *             writes by uv_write() too. How *many* writes were pending is an overlap of "write"
 *
 * A SELECTOR is an object with any of: kind (of event.h, "call"), entity ("timer"; of an operation,
 * what it is done to), callback, block ("sleep"), wait ("sleep"; of suspend), operation ("acquire":
 * a call of the task library by the word that engine/event/event.c has for it, whatever came of it;
 * not of an overlap), phase ("check"), text (begins so; of text events), inside (true: within
 * uv_run(), false: outside), nth (the how-manieth event, from 1). Checks are judged in their order;
 * the first that fails is what the learner reads first. Two need not be written, since every
 * exercise has them, before all others: "clean", the sanitizers found nothing, and "ends", the
 * program ended by itself and within its limits. */
#ifndef ASYNCTUT_EXERCISE_H
#define ASYNCTUT_EXERCISE_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/error.h"
#include "engine/lesson/course.h"

enum { EXERCISE_CHECKS = 24, EXERCISE_STEPS = 32, EXERCISE_LINES = 64 };

enum check_type {
    CHECK_OUTPUT,
    CHECK_EXIT,
    CHECK_OVERLAP,
    CHECK_COUNT,
    CHECK_ORDER,
    CHECK_DURATION,
    CHECK_LONGEST,
    CHECK_CLOSED,
    CHECK_THREADS,
    CHECK_MEMORY,
    CHECK_WARNINGS,
    CHECK_QUEUE,
    CHECK_PROCESSOR,
    CHECK_TYPES
};

enum check_lines { LINES_EXACT, LINES_ANY, LINES_AMONG };
enum check_stretch { STRETCH_CALLBACK, STRETCH_STEP, STRETCH_BUSY };

/* -1 and NULL: any. */
struct selector {
    int kind, entity, callback, block, wait, operation, phase, inside;
    int nth;
    const char *text;
};

struct check {
    const char *id, *say;
    enum check_type type;
    int line;                 /* in check.json */
    const char *const *lines; /* of output; names of warnings, NULL: all */
    enum check_lines order;
    double tolerance;
    int status;
    struct selector *steps; /* `of` is the first; `from` and `to` are the first two */
    size_t step_count;
    double least, most; /* -INFINITY, INFINITY if left out */
    enum check_stretch stretch;
};

/* What a program may use; see engine/exercise/supervise.h. */
struct limits {
    int time_ms, cpu_ms, memory_mb, processes, output_kb, file_mb;
};

struct exercise {
    int chapter;
    const char *id, *title, *folder; /* folder: absolute, or relative as the course's */
    const char *problem;             /* the text of problem.md */
    const char *const *hints;        /* the texts of the rungs, NULL-terminated */
    const char *const *wrongs;       /* names of the files, sorted, NULL-terminated */
    const char *const *others;       /* the same */
    size_t hint_count, wrong_count, other_count;
    bool tasks, leaks;
    int seeds;
    struct limits limits;
    struct check *checks;
    size_t check_count;
    void *memory; /* private */
};

/* Loads one folder, whose last part is the id. Every fault is an error with file and line. */
int exercise_load(const char *folder, int chapter, struct exercise *ret_exercise,
                  struct error *error);
void exercise_free(struct exercise *exercise); /* a zeroed one is fine */

/* All exercises of a course, in order of chapters and then of names. */
struct exercises {
    struct exercise *items;
    size_t count, capacity;
};
int exercises_load(const struct course *course, struct exercises *ret_exercises,
                   struct error *error);
void exercises_free(struct exercises *exercises);

/* How many exercises a chapter has, and of how many wanted() is true. By the names of folders
 * alone: nothing is read, and nothing is said of what is wrong with them. */
size_t exercises_of(const struct course *course, const struct course_chapter *chapter,
                    bool (*wanted)(const char *id, void *to), void *to, size_t *ret_wanted);

/* By its id or a unique beginning of it; NULL: none, then *ret_near is a likely one, or NULL. */
const struct exercise *exercises_find(const struct exercises *exercises, const char *word,
                                      const char **ret_near);

/* Fills in the defaults. */
void limits_init(struct limits *limits);
const char *check_type_name(enum check_type type);

/* Parses check.json alone; for tests and fuzzing. The folder's other files are not looked at. */
int exercise_parse(const char *file, const char *text, size_t length, struct exercise *ret_exercise,
                   struct error *error);

/* The id after "caught by:" in the first 2 KiB of a wrong_*.c, in `buffer`; "" if there is none. */
void exercise_caught_by(const char *source, char *buffer, size_t size);

#endif
