/* One trial: the row's own task sets the world up, starts the call in a second task, lets it come
 * to its wait, ends that wait in one of the ways, and then, as nothing may have been lost, does all
 * of it once more with the normal end. */
#include "tests/task/rows_try.h"

#include "engine/task/task_priv.h"
#include "tests/task/virtual.h"

enum ending row_ending;

const struct row *const row_tables[] = {
    rows_of_tasks,     rows_of_sync, rows_of_streams, rows_of_system, rows_of_pool,
    rows_of_iterators, NULL};

extern const char __start_rows[], __stop_rows[];

uv_loop_t *row_loop(void)
{
    return task_runtime->uv;
}

/* Lets the call run until it waits: for the n-th time, if it waits so often. */
static void until_parked(struct trial *trial, struct task *caller)
{
    struct park *last = NULL;
    int waits = 0, patience = 10000;

    while (!task_has_ended(caller) && waits < (trial->after ? trial->after : 1) && patience-- > 0) {
        if (caller->park && caller->park != last)
            waits++;
        last = caller->park;
        if (waits < (trial->after ? trial->after : 1))
            task_yield();
    }
    trial->parked = caller->park != NULL;
    trial->waits = waits;
    if (trial->parked)
        trial->outside = (const char *)caller->where < __start_rows ||
                         (const char *)caller->where >= __stop_rows;
}

static int within_deadline(void *arg)
{
    return task_timeout(DEADLINE, arg ? ((struct trial *)arg)->row->body : NULL, NULL);
}

static struct task *start(struct trial *trial, bool timed)
{
    struct task *caller =
        timed ? task_spawn(within_deadline, trial) : task_spawn(trial->row->body, NULL);

    if (caller)
        task_set_name(caller, "caller");
    return caller;
}

/* Ends the wait of the caller, or sees to it that it ends. */
static int end_wait(struct trial *trial, struct task *caller)
{
    switch (trial->ending) {
    case NORMAL:
        return trial->row->happen ? trial->row->happen() : 0;
    case CANCELLED:
        task_cancel(caller);
        return 0;
    case FAILED:
        return trial->failure->make ? trial->failure->make() : 0;
    case LOOP_ENDS:
        if (trial->row->alive)
            uv_stop(row_loop());
        return 0;
    default: /* its deadline does */
        return 0;
    }
}

static int call_once(struct trial *trial, int *ret_result)
{
    struct task *caller = start(trial, trial->ending == TIMED_OUT);
    int error;

    if (!caller)
        return UV_ENOMEM;
    if (trial->row->turn)
        task_yield();
    else
        until_parked(trial, caller);
    error = end_wait(trial, caller);
    if (error)
        task_cancel(caller);
    *ret_result = task_await(caller);
    return error;
}

static int set_up(const struct row *row)
{
    return row->set_up ? row->set_up() : 0;
}

static void tear_down(const struct row *row)
{
    struct task_scope shield;

    if (!row->tear_down)
        return;
    task_shield_enter(&shield, TASK_FOREVER);
    row->tear_down();
    task_scope_leave(&shield, 0);
}

static int call_again(struct trial *trial)
{
    struct trial again = {.row = trial->row, .ending = NORMAL};
    int error = 0;

    row_ending = NORMAL;
    if (trial->row->once) {
        tear_down(trial->row);
        error = set_up(trial->row);
    }
    return error ? error : call_once(&again, &trial->again);
}

int row_try(void *arg)
{
    struct trial *trial = arg;
    const struct row *row = trial->row;
    uint64_t start_ms = virtual_now();

    row_ending = trial->ending;
    trial->error = set_up(row);
    if (trial->error == 0)
        trial->error = call_once(trial, &trial->result);
    trial->ms = virtual_now() - start_ms;
    if (trial->error == 0 && (trial->ending == CANCELLED || trial->ending == TIMED_OUT))
        trial->error = call_again(trial);
    tear_down(row);
    return 0;
}
