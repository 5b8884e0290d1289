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

/* Lets the call run until it waits. */
static void until_parked(struct trial *trial, struct task *caller)
{
    for (int patience = 1000; !caller->park && !task_has_ended(caller) && patience > 0; patience--)
        task_yield();
    trial->parked = caller->park != NULL;
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

/* Cancelling at the n-th wait: the tracer counts the waits of the call, and the loop, after each of
 * its polls, looks whether it is time. */
static struct task *watched;
static int waits, due;

static uint32_t born(unsigned type, uint32_t parent, const void *where)
{
    static uint32_t last;

    (void)type;
    (void)parent;
    (void)where;
    return ++last;
}

static void emit(unsigned kind, uint32_t subject, uint32_t object, int64_t arg, const void *where)
{
    (void)object;
    (void)where;
    if (kind == EVENT_SUSPEND && watched && subject == watched->id && (arg & 0xff) != WAIT_READY)
        waits++;
}

static void name(uint32_t subject, const char *text)
{
    (void)subject;
    (void)text;
}

const struct task_tracer row_tracer = {born, emit, name, NULL};

static void on_check_closed(uv_handle_t *check)
{
    task_event_set(check->data);
}

static void on_turn(uv_check_t *check)
{
    (void)check;
    if (watched && waits >= due)
        task_cancel(watched);
}

static int happens(void *arg)
{
    return ((struct trial *)arg)->row->happen();
}

/* It happens in a task of its own, because it may itself wait for the call. */
static void cancel_late(struct trial *trial, struct task *caller)
{
    struct task *helper = trial->row->happen ? task_spawn(happens, trial) : NULL;
    uv_check_t check;
    struct task_event closed = {0};

    uv_check_init(row_loop(), &check);
    uv_check_start(&check, on_turn);
    uv_unref((uv_handle_t *)&check);
    check.data = &closed;
    watched = caller;
    due = trial->after;
    waits = 1; /* it waits already */
    task_wait(&caller, 1, TASK_ALL_ENDED);
    watched = NULL;
    trial->waits = waits;
    uv_close((uv_handle_t *)&check, on_check_closed);
    task_event_wait(&closed);
    if (helper)
        task_await(helper);
}

static int call_once(struct trial *trial, int *ret_result)
{
    struct task *caller = start(trial, trial->ending == TIMED_OUT);
    int error = 0;

    if (!caller)
        return UV_ENOMEM;
    if (trial->row->turn)
        task_yield();
    else
        until_parked(trial, caller);
    if (trial->after)
        cancel_late(trial, caller);
    else
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
    if (trial->row->once || trial->after) { /* late, it may have happened */
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

    row_ending = trial->after ? NORMAL : trial->ending;
    trial->error = set_up(row);
    if (trial->error == 0)
        trial->error = call_once(trial, &trial->result);
    trial->ms = virtual_now() - start_ms;
    if (trial->error == 0 && (trial->ending == CANCELLED || trial->ending == TIMED_OUT))
        trial->error = call_again(trial);
    tear_down(row);
    return 0;
}
