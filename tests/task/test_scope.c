/* Cancelling, timeouts, shields, cleanup. Virtual time. */
#include "engine/task/task_scope.h"
#include "tests/task/support.h"

static int sleeps(void *arg)
{
    return task_sleep(*(uint64_t *)arg);
}

static int cancels_sleeper(void *arg)
{
    uint64_t hour = 3600000;
    struct task *task = task_spawn(sleeps, &hour);

    (void)arg;
    task_sleep(3);
    task_cancel(task);
    task_cancel(task);
    cr_assert_eq(task_await(task), UV_ECANCELED);
    return (int)virtual_now();
}

Test(scope, cancel_ends_a_sleep_at_once)
{
    cr_assert_eq(run_in_virtual_time(cancels_sleeper, NULL), 3);
}

static int ignores_cancellation(void *arg)
{
    int met = 0;

    (void)arg;
    for (int i = 0; i < 3; i++)
        met += task_sleep(10) == UV_ECANCELED;
    met += task_yield() == UV_ECANCELED;
    return met;
}

static int cancels_stubborn(void *arg)
{
    struct task *task = task_spawn(ignores_cancellation, NULL);

    (void)arg;
    task_yield();
    task_cancel(task);
    cr_assert_eq(task_await(task), 4);
    return (int)virtual_now();
}

Test(scope, a_cancelled_task_meets_it_at_every_call)
{
    cr_assert_eq(run_in_virtual_time(cancels_stubborn, NULL), 0);
}

static int sleeps_for_ever(void *arg)
{
    bool *over = arg;

    while (!*over)
        task_sleep(1000); /* does not look at the result */
    return 0;
}

static int lets_others_run(void *arg)
{
    bool over = false;
    struct task *task = task_spawn(sleeps_for_ever, &over);

    (void)arg;
    task_yield();
    task_cancel(task);
    for (int i = 0; i < 10; i++)
        task_yield();
    over = true;
    return task_await(task);
}

Test(scope, who_ignores_cancellation_does_not_block_the_others, .timeout = 20)
{
    cr_assert_eq(run_in_virtual_time(lets_others_run, NULL), 0);
}

static int times_out(void *arg)
{
    uint64_t long_time = 100, short_time = 5;

    (void)arg;
    cr_assert_eq(task_timeout(20, sleeps, &long_time), UV_ETIMEDOUT);
    cr_assert_eq(virtual_now(), 20);
    cr_assert_eq(task_timeout(20, sleeps, &short_time), 0);
    cr_assert_eq(virtual_now(), 25);
    cr_assert_eq(task_sleep(50), 0); /* the deadline is gone with its scope */
    return (int)virtual_now();
}

Test(scope, a_timeout_is_over_when_its_body_is)
{
    cr_assert_eq(run_in_virtual_time(times_out, NULL), 75);
}

static int fails(void *arg)
{
    task_sleep(100);
    return *(int *)arg;
}

static int own_error(void *arg)
{
    int error = UV_EIO;

    (void)arg;
    return task_timeout(20, fails, &error);
}

Test(scope, another_error_is_not_replaced_by_the_timeout)
{
    cr_assert_eq(run_in_virtual_time(own_error, NULL), UV_EIO);
}

static int inner_timeout(void *arg)
{
    uint64_t hour = 3600000;
    int result = task_timeout(*(uint64_t *)arg, sleeps, &hour);

    log_add(result == UV_ETIMEDOUT ? "inner" : result == UV_ECANCELED ? "outer" : "?");
    return result;
}

static int nests(void *arg)
{
    uint64_t nearer = 10, farther = 30;

    (void)arg;
    cr_assert_eq(task_timeout(20, inner_timeout, &nearer), UV_ETIMEDOUT);
    cr_assert_eq(virtual_now(), 10);
    cr_assert_eq(task_timeout(20, inner_timeout, &farther), UV_ETIMEDOUT);
    return (int)virtual_now();
}

Test(scope, of_nested_deadlines_the_nearest_wins)
{
    cr_assert_eq(run_in_virtual_time(nests, NULL), 30);
    cr_assert_str_eq(task_log, "inner outer");
}

static int cancels_scope(void *arg)
{
    struct task_scope scope;
    int result;

    (void)arg;
    task_scope_enter(&scope, TASK_FOREVER);
    task_scope_cancel(&scope);
    cr_assert(task_is_cancelled());
    result = task_sleep(10);
    cr_assert_eq(result, UV_ECANCELED);
    cr_assert_eq(task_scope_leave(&scope, result), 0);
    cr_assert_not(task_is_cancelled());
    cr_assert_eq(task_sleep(10), 0);
    return (int)virtual_now();
}

Test(scope, a_cancelled_scope_ends_with_it)
{
    cr_assert_eq(run_in_virtual_time(cancels_scope, NULL), 10);
}

static int cleans_up_shielded(void *arg)
{
    uint64_t ms = 7;
    int error = task_sleep(100);

    (void)arg;
    cr_assert_eq(error, UV_ECANCELED);
    cr_assert_eq(task_shield(sleeps, &ms), 0);
    cr_assert_eq(task_sleep(1), UV_ECANCELED); /* the shield is gone */
    return error;
}

static int cancels_shielded(void *arg)
{
    struct task *task = task_spawn(cleans_up_shielded, NULL);

    (void)arg;
    task_sleep(5);
    task_cancel(task);
    cr_assert_eq(task_await(task), UV_ECANCELED);
    return (int)virtual_now();
}

Test(scope, a_shield_lets_cleanup_wait)
{
    cr_assert_eq(run_in_virtual_time(cancels_shielded, NULL), 12);
}

static int sleeps_behind_shield(void *arg)
{
    struct task_scope shield;
    uint64_t hour = 3600000;

    (void)arg;
    task_shield_enter(&shield, 50);
    cr_assert_eq(task_scope_leave(&shield, sleeps(&hour)), UV_ETIMEDOUT); /* its own doing */
    return task_sleep(1);
}

static int cancels_behind_shield(void *arg)
{
    struct task *task = task_spawn(sleeps_behind_shield, NULL);

    (void)arg;
    task_sleep(5);
    task_cancel(task);
    cr_assert_eq(task_await(task), UV_ECANCELED); /* the task as a whole was cancelled */
    return (int)virtual_now();
}

Test(scope, a_shield_may_have_a_deadline_of_its_own)
{
    cr_assert_eq(run_in_virtual_time(cancels_behind_shield, NULL), 50);
}

static void logs(void *arg)
{
    log_add(arg);
}

static void parks_and_logs(void *arg)
{
    cr_assert_eq(task_sleep(5), 0); /* cleanup is shielded */
    log_add(arg);
}

static int defers(void *arg)
{
    struct task_scope scope;
    struct task_defer first, second, third;

    (void)arg;
    task_scope_enter(&scope, TASK_FOREVER);
    task_scope_defer(&scope, &first, logs, "first");
    task_scope_defer(&scope, &second, parks_and_logs, "second");
    task_scope_defer(&scope, &third, logs, "third");
    return task_scope_leave(&scope, task_sleep(20));
}

static int cancels_deferring(void *arg)
{
    struct task *task = task_spawn(defers, NULL);

    (void)arg;
    task_sleep(1);
    task_cancel(task);
    cr_assert_eq(task_await(task), UV_ECANCELED);
    return (int)virtual_now();
}

Test(scope, deferred_cleanup_runs_last_first)
{
    cr_assert_eq(run_in_virtual_time(defers, NULL), 0);
    cr_assert_str_eq(task_log, "third second first");
}

Test(scope, deferred_cleanup_runs_and_parks_also_on_cancel)
{
    cr_assert_eq(run_in_virtual_time(cancels_deferring, NULL), 6);
    cr_assert_str_eq(task_log, "third second first");
}

static int timeout_waits_for_cleanup(void *arg)
{
    (void)arg;
    return task_timeout(10, defers, NULL) == UV_ETIMEDOUT ? (int)virtual_now() : -1;
}

Test(scope, a_timeout_waits_for_cleanup)
{
    cr_assert_eq(run_in_virtual_time(timeout_waits_for_cleanup, NULL), 15);
}

/* 20,000 scopes deep: the request must not need a stack as deep. */
static struct task_scope deep[20000];

static int sleeps_deep(void *arg)
{
    int result;

    (void)arg;
    for (size_t i = 0; i < 20000; i++)
        task_scope_enter(&deep[i], TASK_FOREVER);
    result = task_sleep(100);
    for (size_t i = 20000; i-- > 0;)
        result = task_scope_leave(&deep[i], result);
    return result;
}

static int cancels_deep(void *arg)
{
    struct task *task = task_spawn(sleeps_deep, NULL);

    (void)arg;
    task_sleep(1);
    task_cancel(task);
    return task_await(task);
}

Test(scope, cancellation_reaches_any_depth)
{
    cr_assert_eq(run_in_virtual_time(cancels_deep, NULL), UV_ECANCELED);
}

static void on_timer(uv_timer_t *timer)
{
    task_cancel(timer->data);
    uv_close((uv_handle_t *)timer, NULL);
}

static int cancelled_by_callback(void *arg)
{
    static uv_timer_t timer;

    uv_timer_init(*(uv_loop_t **)arg, &timer);
    timer.data = task_current();
    uv_timer_start(&timer, on_timer, 4, 0);
    return task_sleep(100);
}

Test(scope, a_libuv_callback_may_cancel)
{
    uv_loop_t loop, *at = &loop;

    virtual_begin();
    cr_assert_eq(uv_loop_init(&loop), 0);
    cr_assert_eq(task_run(&loop, cancelled_by_callback, &at), UV_ECANCELED);
    cr_assert_eq(virtual_now(), 4);
    cr_assert_eq(uv_loop_close(&loop), 0);
    virtual_end();
}

static int stops_the_loop(void *arg)
{
    uv_stop(*(uv_loop_t **)arg);
    return task_sleep(1000);
}

Test(scope, stopping_the_loop_cancels_every_task)
{
    uv_loop_t loop, *at = &loop;

    virtual_begin();
    cr_assert_eq(uv_loop_init(&loop), 0);
    cr_assert_eq(task_run(&loop, stops_the_loop, &at), UV_ECANCELED);
    cr_assert_eq(virtual_now(), 0);
    cr_assert_eq(uv_loop_close(&loop), 0);
    virtual_end();
}
