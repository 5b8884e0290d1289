/* Tasks: spawn, await, gather, yield, sleep, detach, deadlock, nothing left behind. */
#include "tests/task/support.h"

static int returns_arg(void *arg)
{
    return *(int *)arg;
}

Test(task, run_returns_what_main_returned)
{
    int value = -7;

    cr_assert_eq(run_on_loop(returns_arg, &value), -7);
    cr_assert_str_eq(task_lines, "");
}

static int logs(void *arg)
{
    log_add(arg);
    return 0;
}

static int spawns_then_logs(void *arg)
{
    struct task *a = task_spawn(logs, "a"), *b = task_spawn(logs, "b");

    (void)arg;
    log_add("main");
    cr_assert_eq(task_await(b), 0);
    cr_assert_eq(task_await(a), 0);
    log_add("end");
    return 0;
}

Test(task, a_spawned_task_runs_when_its_spawner_parks_and_in_order)
{
    cr_assert_eq(run_on_loop(spawns_then_logs, NULL), 0);
    cr_assert_str_eq(task_log, "main a b end");
}

static int yields_and_logs(void *arg)
{
    for (int i = 0; i < 3; i++) {
        log_add(arg);
        cr_assert_eq(task_yield(), 0);
    }
    return 0;
}

static int two_that_yield(void *arg)
{
    struct task *tasks[] = {task_spawn(yields_and_logs, "a"), task_spawn(yields_and_logs, "b")};

    (void)arg;
    return task_gather(tasks, 2, NULL);
}

Test(task, yielding_tasks_take_turns)
{
    cr_assert_eq(run_on_loop(two_that_yield, NULL), 0);
    cr_assert_str_eq(task_log, "a b a b a b");
}

static int yields_alone(void *arg)
{
    for (int i = 0; i < 1000; i++)
        task_yield();
    return *(int *)arg;
}

Test(task, the_only_task_can_yield)
{
    int value = 5;

    cr_assert_eq(run_on_loop(yields_alone, &value), 5);
}

static int gathers(void *arg)
{
    int values[] = {3, UV_EIO, 5, UV_EPIPE}, results[4];
    struct task *tasks[4];

    (void)arg;
    for (int i = 0; i < 4; i++)
        tasks[i] = task_spawn(returns_arg, &values[i]);
    cr_assert_eq(task_gather(tasks, 4, results), UV_EIO);
    cr_assert_eq(memcmp(values, results, sizeof values), 0);
    return 0;
}

Test(task, gather_gives_results_in_order_and_the_first_error)
{
    cr_assert_eq(run_on_loop(gathers, NULL), 0);
}

static int awaits_ended_task(void *arg)
{
    int value = 9;
    struct task *task = task_spawn(returns_arg, &value);

    (void)arg;
    for (int i = 0; i < 3; i++)
        task_yield();
    return task_await(task);
}

Test(task, a_task_that_has_ended_keeps_its_result)
{
    cr_assert_eq(run_on_loop(awaits_ended_task, NULL), 9);
}

static int sleeps_and_logs(void *arg)
{
    task_sleep((uint64_t)(*(char *)arg - '0'));
    log_add(arg);
    return 0;
}

static int sleepers(void *arg)
{
    struct task *tasks[] = {task_spawn(sleeps_and_logs, "6"), task_spawn(sleeps_and_logs, "2"),
                            task_spawn(sleeps_and_logs, "4"), task_spawn(sleeps_and_logs, "2")};

    (void)arg;
    task_gather(tasks, 4, NULL);
    return (int)virtual_now();
}

Test(task, sleepers_wake_by_deadline_then_by_order)
{
    cr_assert_eq(run_in_virtual_time(sleepers, NULL), 6);
    cr_assert_str_eq(task_log, "2 2 4 6");
}

static int computes(void *arg)
{
    (void)arg;
    virtual_work(50);
    return 0;
}

/* The computation begins when the sleeper has set its timer: the loop must not poll for another
 * 30 ms because its clock is 50 ms old. */
static int sleeps_while_another_computes(void *arg)
{
    struct task *tasks[2];

    (void)arg;
    tasks[0] = task_spawn(sleeps_and_logs, "9");
    tasks[1] = task_spawn(computes, NULL);
    task_gather(tasks, 2, NULL);
    return (int)virtual_now();
}

Test(task, a_slow_step_does_not_make_timers_oversleep)
{
    cr_assert_eq(run_in_virtual_time(sleeps_while_another_computes, NULL), 50);
}

static int sleeps_after_computing(void *arg)
{
    (void)arg;
    virtual_work(50);
    task_sleep(9);
    return (int)virtual_now();
}

Test(task, a_sleep_counts_from_its_own_beginning)
{
    cr_assert_eq(run_in_virtual_time(sleeps_after_computing, NULL), 59);
}

static int sleeps_until(void *arg)
{
    uv_loop_t *loop = *(uv_loop_t **)arg;
    uint64_t due = uv_now(loop) + 40;

    virtual_work(15);
    cr_assert_eq(task_sleep_until(due), 0);
    cr_assert_eq(virtual_now(), 40);
    cr_assert_eq(task_sleep_until(due), 0); /* it is past */
    return (int)virtual_now();
}

Test(task, sleep_until_is_for_a_time_and_not_for_a_span)
{
    uv_loop_t loop, *at = &loop;

    virtual_begin();
    cr_assert_eq(uv_loop_init(&loop), 0);
    cr_assert_eq(task_run(&loop, sleeps_until, &at), 40);
    cr_assert_eq(uv_loop_close(&loop), 0);
    virtual_end();
}

static bool timer_fired;

static void on_timer(uv_timer_t *timer)
{
    timer_fired = true;
    uv_close((uv_handle_t *)timer, NULL);
}

static int yields_until_timer(void *arg)
{
    (void)arg;
    while (!timer_fired)
        task_yield();
    return 0;
}

static int starts_timer_and_two_yielders(void *arg)
{
    uv_timer_t timer; /* main outlives it */
    struct task *tasks[2];

    uv_timer_init(*(uv_loop_t **)arg, &timer);
    uv_timer_start(&timer, on_timer, 1, 0);
    tasks[0] = task_spawn(yields_until_timer, NULL);
    tasks[1] = task_spawn(yields_until_timer, NULL);
    task_gather(tasks, 2, NULL);
    task_sleep(1); /* the handle closes in the meantime */
    return 0;
}

Test(task, tasks_that_only_yield_do_not_starve_the_loop, .timeout = 20)
{
    uv_loop_t loop, *at = &loop;

    timer_fired = false;
    cr_assert_eq(uv_loop_init(&loop), 0);
    cr_assert_eq(task_run(&loop, starts_timer_and_two_yielders, &at), 0);
    cr_assert_eq(uv_loop_close(&loop), 0);
}

static int outlives_main(void *arg)
{
    for (int i = 0; i < 5; i++)
        task_yield();
    log_add(arg);
    return 0;
}

static int detaches(void *arg)
{
    (void)arg;
    task_detach(task_spawn(outlives_main, "detached"));
    log_add("main");
    return 0;
}

Test(task, run_lasts_until_every_task_has_ended)
{
    cr_assert_eq(run_on_loop(detaches, NULL), 0);
    cr_assert_str_eq(task_log, "main detached");
    cr_assert_str_eq(task_lines, "");
}

static int detaches_failing(void *arg)
{
    static int error = UV_EIO;
    struct task *task = task_spawn(returns_arg, &error);

    (void)arg;
    task_set_name(task, "writer");
    task_detach(task);
    task = task_spawn(returns_arg, &error);
    task_set_name(task, "late");
    task_yield();
    task_detach(task); /* it has ended already */
    return 0;
}

Test(task, an_error_of_a_detached_task_is_reported)
{
    cr_assert_eq(run_on_loop(detaches_failing, NULL), 0);
    cr_assert_not_null(strstr(task_lines, "writer"), "%s", task_lines);
    cr_assert_not_null(strstr(task_lines, "late"), "%s", task_lines);
    cr_assert_not_null(strstr(task_lines, "EIO"), "%s", task_lines);
}

static int forgets(void *arg)
{
    static int error = UV_ETIMEDOUT;

    (void)arg;
    task_set_name(task_spawn(returns_arg, &error), "forgotten");
    return 0;
}

Test(task, a_task_that_nobody_awaited_is_reported_with_its_error)
{
    cr_assert_eq(run_on_loop(forgets, NULL), 0);
    cr_assert_not_null(strstr(task_lines, "forgotten"), "%s", task_lines);
    cr_assert_not_null(strstr(task_lines, "ETIMEDOUT"), "%s", task_lines);
}

static int inner(void *arg)
{
    return *(int *)arg;
}

static int runs_inside(void *arg)
{
    return task_run(arg, inner, NULL);
}

Test(task, run_inside_a_task_is_refused)
{
    cr_assert_eq(run_on_loop(runs_inside, NULL), UV_EBUSY);
}

static int runs_the_loop(void *arg)
{
    struct task *task = task_spawn(logs, "child");

    uv_run(*(uv_loop_t **)arg, UV_RUN_NOWAIT);
    uv_run(*(uv_loop_t **)arg, UV_RUN_NOWAIT);
    log_add("main");
    return task_await(task);
}

Test(task, a_task_that_runs_the_loop_itself_is_told)
{
    uv_loop_t loop, *at = &loop;

    task_log[0] = task_lines[0] = '\0';
    task_set_report(keep_line, NULL);
    cr_assert_eq(uv_loop_init(&loop), 0);
    cr_assert_eq(task_run(&loop, runs_the_loop, &at), 0);
    cr_assert_eq(uv_loop_close(&loop), 0);
    task_set_report(NULL, NULL);
    cr_assert_str_eq(task_log, "main child");
    cr_assert_str_eq(task_lines,
                     "main called uv_run(): no other task can run until that returns\n");
}

static void ticks(uv_timer_t *timer)
{
    log_add("tick");
    uv_close((uv_handle_t *)timer, NULL);
}

/* Tasks are ready all the while, before and after. */
static int runs_the_loop_to_its_end(void *arg)
{
    struct task *task = task_spawn(logs, "child");
    uv_loop_t *loop = *(uv_loop_t **)arg;
    uv_timer_t timer;

    for (int i = 0; i < 2; i++) {
        uv_timer_init(loop, &timer);
        uv_timer_start(&timer, ticks, 5, 0);
        uv_run(loop, UV_RUN_DEFAULT);
    }
    log_add("main");
    task_await(task);
    task_sleep(5);
    return task_await(task_spawn(logs, "last"));
}

Test(task, a_task_may_run_the_loop_to_its_end, .timeout = 20)
{
    uv_loop_t loop, *at = &loop;

    task_log[0] = '\0';
    task_set_report(keep_line, NULL);
    cr_assert_eq(uv_loop_init(&loop), 0);
    cr_assert_eq(task_run(&loop, runs_the_loop_to_its_end, &at), 0);
    cr_assert_eq(uv_loop_close(&loop), 0);
    task_set_report(NULL, NULL);
    cr_assert_str_eq(task_log, "tick tick main child last");
}

static int names(void *arg)
{
    (void)arg;
    cr_assert_str_eq(task_name(task_current()), "main");
    task_set_name(NULL, "a name that is longer than thirty-one bytes");
    cr_assert_eq(strlen(task_name(task_current())), 31);
    return 0;
}

Test(task, names_are_cut_at_31_bytes)
{
    cr_assert_null(task_current());
    cr_assert_eq(run_on_loop(names, NULL), 0);
}

static int generation(void *arg)
{
    int depth = *(int *)arg - 1, results = 0;
    struct task *tasks[3];

    if (depth < 0)
        return 1;
    for (int i = 0; i < 3; i++)
        tasks[i] = task_spawn(generation, &depth);
    for (int i = 0; i < 3; i++)
        results += task_await(tasks[i]);
    return results;
}

Test(task, tasks_spawn_tasks_spawn_tasks)
{
    int depth = 7;

    cr_assert_eq(run_on_loop(generation, &depth), 2187);
}

static void run_on_thread(void *arg)
{
    uv_loop_t loop;

    uv_loop_init(&loop);
    *(int *)arg = task_run(&loop, generation, arg);
    uv_loop_close(&loop);
}

Test(task, every_thread_can_have_its_own)
{
    uv_thread_t threads[3];
    int values[3] = {4, 5, 6};

    for (int i = 0; i < 3; i++)
        cr_assert_eq(uv_thread_create(&threads[i], run_on_thread, &values[i]), 0);
    for (int i = 0; i < 3; i++)
        uv_thread_join(&threads[i]);
    cr_assert_eq(values[0], 81);
    cr_assert_eq(values[1], 243);
    cr_assert_eq(values[2], 729);
}
