/* Scopes, groups and tasks, and what a callback of libuv does. */
#include "engine/task/task_group.h"
#include "tests/task/operations.h"

static int nothing(void *arg)
{
    (void)arg;
    return 0;
}

static int fails(void *arg)
{
    (void)arg;
    return UV_EIO;
}

static int sleeps(void *arg)
{
    (void)arg;
    return task_sleep(5);
}

/* --- scopes ----------------------------------------------------------------------------------- */

static void clean(void *arg)
{
    (void)arg;
}

static int scope_alone(void *arg)
{
    struct task_scope scope;
    struct task_defer defer;

    (void)arg;
    task_scope_enter(&scope, TASK_FOREVER);
    task_scope_defer(&scope, &defer, clean, NULL);
    task_scope_cancel(&scope);
    task_scope_cancel(&scope);
    cr_assert_eq(task_scope_leave(&scope, UV_ECANCELED), 0);
    task_shield_enter(&scope, 20);
    return task_scope_leave(&scope, UV_EIO);
}

static int scope_called(void *arg)
{
    (void)arg;
    task_shield(nothing, NULL);
    return task_timeout(3, sleeps, NULL);
}

/* --- groups ----------------------------------------------------------------------------------- */

static int group_alone(void *arg)
{
    struct task_group group;

    (void)arg;
    task_group_open(&group);
    return task_group_close(&group, 0);
}

static int group_together(void *arg)
{
    struct task_group group;

    (void)arg;
    task_group_open(&group);
    task_set_name(task_group_spawn(&group, fails, NULL), "b");
    return task_group_close(&group, 0);
}

static int group_cancelled(void *arg)
{
    struct task_group group;

    (void)arg;
    task_group_open(&group);
    task_group_cancel(&group);
    return task_group_close(&group, UV_ECANCELED);
}

/* --- tasks ------------------------------------------------------------------------------------ */

static int ended_awaited(void *arg)
{
    struct task *b = operation_begin(fails);

    (void)arg;
    task_cancel(b);
    return task_await(b);
}

static int ended_gathered(void *arg)
{
    struct task *tasks[] = {operation_begin(fails), operation_begin(nothing)};

    (void)arg;
    task_wait(tasks, 2, TASK_ALL_ENDED);
    return task_gather(tasks, 2, NULL);
}

static int ended_taken(void *arg)
{
    struct task *tasks[] = {operation_begin(nothing)}, *first;
    size_t n = 1;

    (void)arg;
    task_next_ended(tasks, &n, &first);
    return task_await(first);
}

static int none_left(void *arg)
{
    struct task *first;
    size_t n = 0;

    (void)arg;
    cr_assert_eq(task_next_ended(NULL, &n, &first), UV_EOF);
    return 0;
}

static int no_stack(void *arg)
{
    struct task_options options = {.stack_size = (size_t)2 << 30};

    (void)arg;
    cr_assert_null(task_spawn_with(&options, nothing, NULL));
    return 0;
}

static int local_set(void *arg)
{
    return task_local_set(&things, arg);
}

static int long_scope(void *arg)
{
    struct task_scope scope;

    (void)arg;
    task_scope_enter(&scope, INT64_MAX);
    return task_scope_leave(&scope, 0);
}

static int let_go(void *arg)
{
    struct task *b = operation_begin(nothing);

    (void)arg;
    task_detach(b);
    return 0;
}

static int cancelled_twice(void *arg)
{
    struct task *b = operation_begin(sleeps);

    (void)arg;
    task_cancel(b);
    task_cancel(b);
    return task_await(b);
}

/* --- callbacks of libuv ----------------------------------------------------------------------- */

static void on_idle(uv_idle_t *idle)
{
    task_event_set(&things.event);
    uv_close((uv_handle_t *)idle, NULL);
}

static int set_by_the_loop(void *arg)
{
    uv_idle_t idle;

    (void)arg;
    uv_idle_init(&operations_loop, &idle);
    uv_idle_start(&idle, on_idle);
    task_event_wait(&things.event);
    return task_sleep(1); /* until the handle is closed */
}

/* --- the rows --------------------------------------------------------------------------------- */

const struct operation_row operations_task[] = {
    {"task_scope_enter task_scope_defer task_scope_cancel task_scope_leave task_shield_enter",
     scope_alone,
     "main enter scope -1\n"
     "main defer scope 0\n"
     "main cancel scope 0\n"
     "main cancel scope EALREADY\n"
     "main leave scope 0\n"
     "main shield scope 20\n"
     "main leave scope EIO\n"},
    {"task_shield task_timeout", scope_called,
     "main shield scope -1\n"
     "main leave scope 0\n"
     "main enter scope 3\n"
     "loop cancel scope ETIMEDOUT\n"
     "main leave scope ETIMEDOUT\n"},
    {"task_group_open task_group_close", group_alone,
     "main open group 0\n"
     "main close group 0\n"},
    {"task_group_spawn", group_together,
     "main open group 0\n"
     "main spawn group 3\n"
     "main waits group\n"
     "b wakes main\n"
     "main close group EIO\n"},
    {"task_group_cancel", group_cancelled,
     "main open group 0\n"
     "main cancel group 0\n"
     "main close group 0\n"},
    {"task_await task_cancel", ended_awaited,
     "main cancel b ESRCH\n"
     "main await b EIO\n"},
    {"task_wait task_gather", ended_gathered,
     "main wait - 2\n"
     "main await b EIO\n"
     "main await b 0\n"},
    {"task_next_ended", ended_taken,
     "main wait - 1\n"
     "main await b 0\n"},
    {"task_next_ended", none_left, "main wait - EOF\n"},
    {"task_spawn_with", no_stack, "main spawn - ENOMEM\n"},
    {"task_local_set", local_set, "main local-set - 0\n"},
    {"task_scope_enter", long_scope,
     "main enter scope 36028797018963967\n" /* as much as an event holds: 2^55 - 1 */
     "main leave scope 0\n"},
    {"task_detach", let_go, "main detach b 0\n"},
    {"task_cancel", cancelled_twice,
     "main wakes b\n"
     "main cancel b 0\n"
     "main cancel b EALREADY\n"
     "main waits b\n"
     "b wakes main\n"
     "main await b ECANCELED\n"},
    {"task_event_set", set_by_the_loop,
     "main waits event\n"
     "loop set event 1\n"
     "main wait event 0\n"},
    {NULL, NULL, NULL},
};
