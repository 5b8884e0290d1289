/* Every public call that may park, one row each, and how each of its waits can end. The rows are
 * tried by test_matrix.c, in order and disturbed, and under faults by test_faults.c: so nothing in
 * them asserts. What goes wrong they tell by their result, and tear_down() copes with a half-made
 * world. */
#ifndef ASYNCTUT_TASK_ROWS_H
#define ASYNCTUT_TASK_ROWS_H

#include <stdbool.h>
#include <string.h>
#include <uv.h>

#include "engine/task/task.h"

/* How a wait ends. LOOP_ENDS: the loop has nothing left to wait for, which is a deadlock, or it is
 * told to stop, if what the call waits for keeps it alive. */
enum ending { NORMAL, CANCELLED, TIMED_OUT, FAILED, LOOP_ENDS, ENDINGS };

/* The one that is being tried: some rows wait for something else when it is to take long. */
extern enum ending row_ending;

struct failure {
    int (*make)(void); /* NULL: set_up() looks at row_ending and does it */
    int error;         /* 0: there is no such failure */
};

struct row {
    const char *call;             /* the public function */
    const char *of;               /* which of its ways to wait, if there are several */
    int (*set_up)(void);          /* runs in a task, as all of these */
    int (*body)(void *);          /* calls it, once; see CALL */
    int (*happen)(void);          /* makes it end normally; NULL: it does so by itself */
    int result;                   /* then */
    struct failure failures[2];   /* what makes it end with an error */
    void (*tear_down)(void);      /* runs shielded */
    const char *without[ENDINGS]; /* why it cannot end so */
    unsigned ms;                  /* it ends by itself after this time */
    bool alive;                   /* keeps the loop alive */
    bool turn;                    /* waits for no more than its turn to run */
    bool once;                    /* set up anew before the call can be made again */
    bool slow;                    /* waits for threads or processes: not for every seed */
    bool resolver;                /* glibc keeps its resolver's state: a leak to valgrind */
};

/* What calls the library lies in a section of its own, so that the place of a wait can be told from
 * places in the library. What stands behind the call keeps it from being a jump. */
#define IN_ROWS __attribute__((section("rows"), noinline))
#define STAY __asm__ volatile("" ::: "memory")
#define CALL(name, expression)             \
    static IN_ROWS int name(void *nothing) \
    {                                      \
        int result_of = (int)(expression); \
        (void)nothing;                     \
        STAY;                              \
        return result_of;                  \
    }

extern const struct row rows_of_tasks[], rows_of_sync[], rows_of_streams[], rows_of_system[],
    rows_of_pool[], rows_of_iterators[]; /* each ends with a row of NULL */

uv_loop_t *row_loop(void); /* that of the run */

/* Raw sockets, for the other side of what the rows do. */
int raw_listen(int backlog, int *ret_port); /* on 127.0.0.1; a descriptor or a negative UV_E* */
int raw_connect(int port);                  /* begins to connect; a descriptor */
int raw_dead_port(int *ret_fd);             /* a port that refuses while *ret_fd is open */
void raw_close(int *fd);                    /* and sets it to -1 */

#endif
