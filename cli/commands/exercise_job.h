/* Shared by the files of `asynctut exercise`: one exercise, where the learner works on it, and what
 * it is built with. */
#ifndef ASYNCTUT_EXERCISE_JOB_H
#define ASYNCTUT_EXERCISE_JOB_H

#include "cli/app.h"
#include "engine/exercise/checking.h"
#include "engine/exercise/workspace.h"

struct exercise_job {
    struct app *app;
    struct exercises exercises;
    const struct exercise *exercise; /* NULL until one is chosen */
    struct workspace workspace;
    struct str root;     /* of the workspaces */
    struct str paths[6]; /* of the kit */
    struct kit kit;
    const char *folder; /* --dir; NULL: the root by the XDG specification */
    bool force, whole, json;
    int seed, seeds; /* seed: only this one; seeds: -1, as the exercise says */
};

/* Course, learner, exercises, kit. A status; what was wrong has been said. */
int exercise_job_open(struct exercise_job *job);
void exercise_job_close(struct exercise_job *job);

/* The exercise that a word names; NULL: the one whose folder this is, else the last one that was
 * worked on. */
int exercise_job_choose(struct exercise_job *job, const char *word);

struct exercise_state *exercise_job_state(struct exercise_job *job);

/* The verbs. Each returns a status. */
int exercise_list(struct exercise_job *job);
int exercise_start(struct exercise_job *job);
int exercise_check(struct exercise_job *job);
int exercise_watch(struct exercise_job *job);
int exercise_hint(struct exercise_job *job);
int exercise_solution(struct exercise_job *job);
int exercise_reset(struct exercise_job *job);
int exercise_diff(struct exercise_job *job);
int exercise_open(struct exercise_job *job);

/* What is asked, as a page. */
void exercise_add_problem(const struct exercise *exercise, const struct look *look,
                          struct str *out);
/* The next rung, added to `out`; it is counted and saved. */
void exercise_next_hint(struct exercise_job *job, const struct look *look, struct str *out);
/* Is the solution open to the learner? */
bool exercise_solution_is_open(struct exercise_job *job);
void exercise_add_solution(struct exercise_job *job, const struct look *look, struct str *out);

/* A check by this job's options; `checking` has the rest. */
void exercise_checking(struct exercise_job *job, struct checking *ret_checking);
/* Tells a verdict in `out`, and remembers it. True: the program passed. */
bool exercise_tell(struct exercise_job *job, const struct verdict *verdict, const struct look *look,
                   struct str *out);

#endif
