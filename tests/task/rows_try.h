/* Trying one row for one ending. */
#ifndef ASYNCTUT_TASK_ROWS_TRY_H
#define ASYNCTUT_TASK_ROWS_TRY_H

#include "tests/task/rows.h"

struct trial {
    const struct row *row;
    enum ending ending;
    const struct failure *failure; /* for FAILED */
    int after; /* CANCELLED: not at its first wait but, while it happens, at the n-th */

    /* What came out. */
    int error;         /* of set_up or happen: then the rest says nothing */
    int result, again; /* of the call, and of the same call afterwards, which ends normally */
    bool parked;       /* it did wait */
    bool outside;      /* … in the library, so that nobody learns where in the program */
    int waits;         /* how often it did */
    uint64_t ms;       /* how long it took, in virtual time */
};

enum { DEADLINE = 500 }; /* ms; what ends by itself takes longer */

/* To be set while trials have `after`. */
extern const struct task_tracer row_tracer;

/* For task_run(); `arg` is a struct trial. */
int row_try(void *arg);

/* The tables of rows; ends with NULL. */
extern const struct row *const row_tables[];

#endif
