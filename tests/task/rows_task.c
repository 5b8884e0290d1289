/* Rows: tasks, scopes, groups. */
#include "engine/task/task_group.h"
#include "engine/task/task_sync.h"
#include "tests/task/rows.h"

#define ONLY_CANCELLED "it tells of nothing but its cancellation"
#define SHIELDED "it is shielded"

static struct task_event event;
static int outcome;
static struct task *children[2];

static IN_ROWS int waits(void *arg)
{
    int error = task_event_wait(&event);

    (void)arg;
    return error ? error : outcome;
}

static int reset(void)
{
    event = (struct task_event){0};
    outcome = 5;
    return 0;
}

static int spawn_children(void)
{
    reset();
    children[0] = task_spawn(waits, NULL);
    children[1] = children[0] ? task_spawn(waits, NULL) : NULL;
    return children[1] ? 0 : UV_ENOMEM;
}

static int let_go(void)
{
    task_event_set(&event);
    return 0;
}

static int let_go_failing(void)
{
    outcome = UV_EIO;
    return let_go();
}

static void await_children(void)
{
    let_go();
    for (int i = 0; i < 2; i++)
        if (children[i])
            task_await(children[i]);
    children[0] = children[1] = NULL;
}

/* Whoever takes a child awaits it, whatever happens; the rest is for tear_down. */
static struct task *take(int i)
{
    struct task *child = children[i];

    children[i] = NULL;
    return child;
}

static struct task *pair[2];

static struct task **take_pair(void)
{
    pair[0] = take(0);
    pair[1] = take(1);
    return pair;
}

static IN_ROWS int take_next(void)
{
    struct task *first = NULL;
    size_t n = 2;
    int error = task_next_ended(children, &n, &first);

    if (error)
        return error;
    children[n] = NULL; /* the rest is in front */
    return task_await(first);
}

CALL(await, task_await(take(0)))
CALL(gather, task_gather(take_pair(), 2, NULL))
CALL(wait_all, task_wait(children, 2, TASK_ALL_ENDED))
CALL(wait_first_error, task_wait(children, 2, TASK_FIRST_ERROR))
CALL(wait_first, task_wait(children, 2, TASK_FIRST_ENDED))
CALL(sleeps, task_sleep(1000))
CALL(sleeps_until, task_sleep_until(uv_now(row_loop()) + 1000))
CALL(yields, task_yield())
CALL(with_timeout, task_timeout(3600000, waits, NULL))
CALL(with_shield, task_shield(waits, NULL))

static IN_ROWS int next_ended(void *arg)
{
    (void)arg;
    return take_next();
}

static int starts_eager(void *arg)
{
    struct task_options options = {.eager = true};
    struct task *task = task_spawn_with(&options, waits, NULL);

    (void)arg;
    task_event_set(&event);
    return task ? task_await(task) : UV_ENOMEM;
}

static IN_ROWS void cleans_up(void *arg)
{
    (void)arg;
    task_event_wait(&event);
    STAY;
}

static int leaves_scope(void *arg)
{
    struct task_scope scope;
    struct task_defer defer;

    (void)arg;
    task_scope_enter(&scope, TASK_FOREVER);
    task_scope_defer(&scope, &defer, cleans_up, NULL);
    return task_scope_leave(&scope, 5);
}

static IN_ROWS int closes_group(void *arg)
{
    struct task_group group;
    int error = 5;

    (void)arg;
    task_group_open(&group);
    if (!task_group_spawn(&group, waits, NULL) || !task_group_spawn(&group, waits, NULL))
        error = UV_ENOMEM;
    error = task_group_close(&group, error);
    STAY;
    return error;
}

#define WITH_CHILDREN .set_up = spawn_children, .happen = let_go, .tear_down = await_children

const struct row rows_of_tasks[] = {
    {.call = "task_await",
     WITH_CHILDREN,
     .body = await,
     .result = 5,
     .failures = {{let_go_failing, UV_EIO}},
     .once = true},
    {.call = "task_gather",
     WITH_CHILDREN,
     .body = gather,
     .failures = {{let_go_failing, UV_EIO}},
     .once = true},
    {.call = "task_wait",
     .of = "for all",
     WITH_CHILDREN,
     .body = wait_all,
     .without = {[FAILED] = ONLY_CANCELLED}},
    {.call = "task_wait",
     .of = "for the first",
     WITH_CHILDREN,
     .body = wait_first,
     .without = {[FAILED] = ONLY_CANCELLED}},
    {.call = "task_wait",
     .of = "for the first error, and there is none",
     WITH_CHILDREN,
     .body = wait_first_error,
     .without = {[FAILED] = ONLY_CANCELLED}},
    {.call = "task_next_ended",
     WITH_CHILDREN,
     .body = next_ended,
     .result = 5,
     .failures = {{let_go_failing, UV_EIO}}},
    {.call = "task_sleep",
     .body = sleeps,
     .ms = 1000,
     .alive = true,
     .without = {[FAILED] = ONLY_CANCELLED}},
    {.call = "task_sleep_until",
     .body = sleeps_until,
     .ms = 1000,
     .alive = true,
     .without = {[FAILED] = ONLY_CANCELLED}},
    {.call = "task_yield",
     .body = yields,
     .turn = true,
     .without = {[TIMED_OUT] = "a turn is shorter than any deadline",
                 [FAILED] = ONLY_CANCELLED,
                 [LOOP_ENDS] = "who is ready runs before the loop ends"}},
    {.call = "task_spawn_with",
     .of = "eager",
     .set_up = reset,
     .body = starts_eager,
     .result = 5,
     .turn = true,
     .without = {[CANCELLED] = "not a cancellation point: the task exists",
                 [TIMED_OUT] = "a turn is shorter than any deadline",
                 [FAILED] = "without memory it does not wait",
                 [LOOP_ENDS] = "who is ready runs before the loop ends"}},
    {.call = "task_timeout",
     .set_up = reset,
     .body = with_timeout,
     .happen = let_go,
     .result = 5,
     .failures = {{let_go_failing, UV_EIO}},
     .alive = true},
    {.call = "task_shield",
     .set_up = reset,
     .body = with_shield,
     .happen = let_go,
     .result = 5,
     .failures = {{let_go_failing, UV_EIO}},
     .without = {[CANCELLED] = SHIELDED, [TIMED_OUT] = SHIELDED}},
    {.call = "task_scope_leave",
     .of = "with cleanup",
     .set_up = reset,
     .body = leaves_scope,
     .happen = let_go,
     .result = 5,
     .without = {[CANCELLED] = SHIELDED,
                 [TIMED_OUT] = SHIELDED,
                 [FAILED] = "cleanup has no result",
                 [LOOP_ENDS] = "as behind task_shield, which is tried"}},
    {.call = "task_group_close",
     .set_up = reset,
     .body = closes_group,
     .happen = let_go,
     .result = 5,
     .failures = {{let_go_failing, UV_EIO}}},
    {0}};
