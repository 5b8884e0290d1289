/* Every call that may park, times every way in which a wait can end: the rows are in rows_*.c, how
 * one is tried is in rows_try.c. Virtual time. */
#include "engine/task/task_debug.h"
#include "tests/task/rows_try.h"
#include "tests/task/support.h"

static const char *const ending_names[ENDINGS] = {"ends normally", "is cancelled", "is timed out",
                                                  "fails", "meets the end of the loop"};
static uint64_t seed;

static const char *name_of(const struct trial *trial)
{
    static char name[200];

    snprintf(name, sizeof name, "%s (%s) that %s%s, seed %d", trial->row->call,
             trial->row->of ? trial->row->of : "", ending_names[trial->ending],
             trial->failure && trial->failure != trial->row->failures ? " in the other way" : "",
             (int)seed);
    return name;
}

static int expected(const struct trial *trial)
{
    switch (trial->ending) {
    case NORMAL:
        return trial->row->result;
    case TIMED_OUT:
        return UV_ETIMEDOUT;
    case FAILED:
        return trial->failure->error;
    default:
        return UV_ECANCELED;
    }
}

static void check(const struct trial *trial, int run)
{
    bool dead = trial->ending == LOOP_ENDS && !trial->row->alive;
    const char *name = name_of(trial);

    cr_assert_eq(trial->error, 0, "%s: could not be tried: %d", name, trial->error);
    cr_assert(trial->parked || trial->row->turn, "%s: did not wait", name);
    cr_assert_not(trial->outside, "%s: the place of its wait is in the library", name);
    cr_assert_eq(trial->result, expected(trial), "%s: gave %d", name, trial->result);
    cr_assert_eq(run, dead ? TASK_EDEADLK : 0, "%s: the run gave %d", name, run);
    if (dead)
        cr_assert_not_null(strstr(task_lines, "caller waits ("), "%s: %s", name, task_lines);
    else
        cr_assert_str_eq(task_lines, "", "%s: %s", name, task_lines);
    if (trial->ending == CANCELLED || trial->ending == TIMED_OUT)
        cr_assert_eq(trial->again, trial->row->result, "%s: then gave %d", name, trial->again);
    if (trial->ending == TIMED_OUT)
        cr_assert_eq(trial->ms, DEADLINE, "%s: after %d ms", name, (int)trial->ms);
    if (trial->ending == NORMAL && trial->row->ms)
        cr_assert_eq(trial->ms, trial->row->ms, "%s: after %d ms", name, (int)trial->ms);
}

/* libuv keeps some descriptors from their first use on, so the first run of a row does not count.
 */
static void try_one(struct trial *trial)
{
    struct trial first = *trial;
    int before;

    check(&first, run_in_virtual_time(row_try, &first));
    if (seed)
        return;
    before = count_descriptors();
    check(trial, run_in_virtual_time(row_try, trial));
    cr_assert_eq(count_descriptors(), before, "%s: left a descriptor", name_of(trial));
}

static void try_failures(const struct row *row)
{
    for (int i = 0; i < 2 && row->failures[i].error; i++)
        try_one(&(struct trial){.row = row, .ending = FAILED, .failure = &row->failures[i]});
}

/* A cell is tried, or its row says why it cannot be. */
static void try_cell(const struct row *row, enum ending ending)
{
    bool exists = ending != FAILED || row->failures[0].error;

    if (row->resolver && RUNNING_ON_VALGRIND)
        return;
    if (row->without[ending]) {
        cr_assert(ending != FAILED || !exists, "%s: is there an error or not?", row->call);
        return;
    }
    cr_assert(exists, "%s: no error, and no word why", row->call);
    if (ending == FAILED)
        try_failures(row);
    else
        try_one(&(struct trial){.row = row, .ending = ending});
}

/* In a disturbed order, whose turn it is is left to chance; and what waits for threads or processes
 * is not tried with every seed. */
static bool is_for_seed(const struct row *row)
{
    return !seed || (!row->turn && (!row->slow || seed % 10 == 1));
}

static void try_column(enum ending ending)
{
    for (const struct row *const *table = row_tables; *table; table++)
        for (const struct row *row = *table; row->call; row++)
            if (is_for_seed(row))
                try_cell(row, ending);
}

Test(matrix, every_call_that_waits_ends_normally, .timeout = 60)
{
    try_column(NORMAL);
}

Test(matrix, every_call_that_waits_can_be_cancelled_and_nothing_is_lost, .timeout = 60)
{
    try_column(CANCELLED);
}

Test(matrix, every_call_that_waits_can_be_timed_out_and_nothing_is_lost, .timeout = 60)
{
    try_column(TIMED_OUT);
}

Test(matrix, every_call_that_waits_tells_of_errors, .timeout = 60)
{
    try_column(FAILED);
}

Test(matrix, no_call_waits_on_when_the_loop_ends, .timeout = 60)
{
    try_column(LOOP_ENDS);
}

/* A call that waits several times, for a name and then for the connection, say, can be cancelled at
 * each of its waits, though it may then be too late. */
static void try_late(const struct row *row)
{
    struct trial trial = {.after = 1};

    do {
        int after = trial.after + 1, before = count_descriptors();
        trial = (struct trial){.row = row, .ending = CANCELLED, .after = after};
        cr_assert_eq(run_in_virtual_time(row_try, &trial), 0, "%s, wait %d", row->call, after);
        cr_assert_eq(trial.error, 0, "%s, wait %d: %d", row->call, after, trial.error);
        cr_assert(trial.result == UV_ECANCELED || trial.result == row->result,
                  "%s, wait %d: gave %d", row->call, after, trial.result);
        cr_assert_str_eq(task_lines, "", "%s, wait %d: %s", row->call, after, task_lines);
        cr_assert(after == 2 || count_descriptors() == before, "%s, wait %d: left a descriptor",
                  row->call, after);
    } while (trial.waits >= trial.after); /* it waited so often */
}

Test(matrix, every_call_that_waits_again_can_be_cancelled_then, .timeout = 60)
{
    task_set_tracer(&row_tracer);
    for (const struct row *const *table = row_tables; *table; table++)
        for (const struct row *row = *table; row->call; row++)
            if (!row->without[CANCELLED] && !row->turn && !(row->resolver && RUNNING_ON_VALGRIND))
                try_late(row);
    task_set_tracer(NULL);
}

Test(matrix, all_of_it_holds_whatever_the_order_of_ready_tasks, .timeout = 100)
{
    for (seed = 1; seed <= (watched() ? 3 : 30); seed++) {
        task_set_perturb(seed);
        for (enum ending ending = NORMAL; ending < ENDINGS; ending++)
            try_column(ending);
    }
    task_set_perturb(0);
    seed = 0;
}
