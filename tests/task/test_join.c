/* Waiting for several tasks: first, first error, all, in order of ending. Virtual time. */
#include "engine/task/task_scope.h"
#include "tests/task/support.h"

struct job {
    uint64_t ms;
    int result;
};

static int works(void *arg)
{
    const struct job *job = arg;
    int error = task_sleep(job->ms);

    return error ? error : job->result;
}

enum { JOBS = 4 };
static struct job jobs[JOBS] = {{40, 1}, {10, 2}, {30, UV_EIO}, {20, 3}};

static void spawn_jobs(struct task **tasks)
{
    for (int i = 0; i < JOBS; i++)
        tasks[i] = task_spawn(works, &jobs[i]);
}

static int waits(void *arg)
{
    struct task *tasks[JOBS];

    spawn_jobs(tasks);
    cr_assert_eq(task_wait(tasks, JOBS, *(enum task_until *)arg), 0);
    for (int i = 0; i < JOBS; i++)
        log_add(task_has_ended(tasks[i]) ? "done" : "pending");
    task_gather(tasks, JOBS, NULL);
    return (int)virtual_now();
}

Test(join, wait_for_the_first_leaves_the_others_running)
{
    enum task_until until = TASK_FIRST_ENDED;

    cr_assert_eq(run_in_virtual_time(waits, &until), 40);
    cr_assert_str_eq(task_log, "pending done pending pending");
}

Test(join, wait_for_the_first_error_passes_over_successes)
{
    enum task_until until = TASK_FIRST_ERROR;

    run_in_virtual_time(waits, &until);
    cr_assert_str_eq(task_log, "pending done done done");
}

Test(join, wait_for_all_is_for_all)
{
    enum task_until until = TASK_ALL_ENDED;

    run_in_virtual_time(waits, &until);
    cr_assert_str_eq(task_log, "done done done done");
}

static int waits_again(void *arg)
{
    struct task *tasks[JOBS];

    (void)arg;
    spawn_jobs(tasks);
    task_sleep(100);
    for (enum task_until until = TASK_FIRST_ENDED; until <= TASK_ALL_ENDED; until++)
        cr_assert_eq(task_wait(tasks, JOBS, until), 0);
    cr_assert_eq(task_gather(tasks, JOBS, NULL), UV_EIO);
    return (int)virtual_now();
}

Test(join, wait_does_not_park_when_it_is_so_already)
{
    cr_assert_eq(run_in_virtual_time(waits_again, NULL), 100);
}

static int wait_all(void *arg)
{
    return task_wait(arg, JOBS, TASK_ALL_ENDED);
}

static int waits_with_timeout(void *arg)
{
    struct task *tasks[JOBS];

    (void)arg;
    spawn_jobs(tasks);
    cr_assert_eq(task_timeout(25, wait_all, tasks), UV_ETIMEDOUT);
    cr_assert_eq(virtual_now(), 25);
    for (int i = 0; i < JOBS; i++)
        log_add(task_has_ended(tasks[i]) ? "done" : "pending");
    cr_assert_eq(task_gather(tasks, JOBS, NULL), UV_EIO);
    return (int)virtual_now();
}

Test(join, a_timeout_around_wait_tells_done_from_pending)
{
    cr_assert_eq(run_in_virtual_time(waits_with_timeout, NULL), 40);
    cr_assert_str_eq(task_log, "pending done pending done");
}

static int takes_as_they_end(void *arg)
{
    struct task *tasks[JOBS], *task;
    size_t left = JOBS;
    char text[32];

    (void)arg;
    spawn_jobs(tasks);
    task_sleep(25); /* two have ended by then, and come in their order */
    while (task_next_ended(tasks, &left, &task) == 0) {
        snprintf(text, sizeof text, "%d", task_await(task));
        log_add(text);
    }
    return (int)left;
}

Test(join, tasks_are_taken_in_the_order_in_which_they_end)
{
    cr_assert_eq(run_in_virtual_time(takes_as_they_end, NULL), 0);
    cr_assert_str_eq(task_log, "2 3 -5 1");
}

static int awaits_job(void *arg)
{
    return task_await(task_spawn(works, arg));
}

static int gathers_jobs(void *arg)
{
    struct task *tasks[JOBS];
    int results[JOBS];

    (void)arg;
    spawn_jobs(tasks);
    cr_assert_eq(task_gather(tasks, JOBS, results), UV_EIO);
    cr_assert_eq(results[0], 1);
    cr_assert_eq(results[3], 3);
    return 0;
}

static int gathers_cancelled(void *arg)
{
    struct task *tasks[JOBS];
    int results[JOBS];

    (void)arg;
    spawn_jobs(tasks);
    task_gather(tasks, JOBS, results);
    for (int i = 0; i < JOBS; i++)
        log_add(results[i] == UV_ECANCELED ? "cancelled" : "ended");
    return UV_ECANCELED;
}

static int cancels_awaiter(void *arg)
{
    struct task *task = task_spawn(awaits_job, &jobs[0]);

    (void)arg;
    task_sleep(5);
    task_cancel(task);
    cr_assert_eq(task_await(task), UV_ECANCELED);
    cr_assert_eq(virtual_now(), 5);
    task = task_spawn(gathers_cancelled, NULL);
    task_sleep(25);
    task_cancel(task);
    cr_assert_eq(task_await(task), UV_ECANCELED);
    return (int)virtual_now();
}

Test(join, cancelling_who_awaits_cancels_what_is_awaited)
{
    cr_assert_eq(run_in_virtual_time(cancels_awaiter, NULL), 30);
    cr_assert_str_eq(task_log, "cancelled ended cancelled ended");
    cr_assert_str_eq(task_lines, "");
}

Test(join, gather_waits_for_all_after_an_error)
{
    cr_assert_eq(run_in_virtual_time(gathers_jobs, NULL), 0);
}

static int cancelled_before(void *arg)
{
    struct task *task = task_spawn(awaits_job, &jobs[0]), *only[1];

    (void)arg;
    task_cancel(task); /* before it has begun */
    cr_assert_eq(task_await(task), UV_ECANCELED);
    task_cancel(task_current());
    only[0] = task_spawn(works, &jobs[0]);
    cr_assert_eq(task_wait(only, 1, TASK_ALL_ENDED), UV_ECANCELED);
    cr_assert_eq(task_await(only[0]), UV_ECANCELED);
    return (int)virtual_now();
}

static int gathers_when_cancelled(void *arg)
{
    (void)arg;
    task_cancel(task_current());
    return gathers_cancelled(NULL);
}

Test(join, who_is_cancelled_already_passes_it_on_to_all_it_gathers)
{
    cr_assert_eq(run_in_virtual_time(gathers_when_cancelled, NULL), UV_ECANCELED);
    cr_assert_str_eq(task_log, "cancelled cancelled cancelled cancelled");
    cr_assert_str_eq(task_lines, "");
}

Test(join, who_is_cancelled_already_does_not_wait)
{
    cr_assert_eq(run_in_virtual_time(cancelled_before, NULL), 0);
}

/* Each awaits the next; the last one sleeps. */
enum { LINE = 2000 };
static size_t in_line, told;

static int awaits_next(void *arg)
{
    int error;

    (void)arg;
    error = ++in_line < LINE ? task_await(task_spawn(awaits_next, NULL)) : task_sleep(1000);
    told += error == UV_ECANCELED;
    return error;
}

static int cancels_line(void *arg)
{
    struct task *first = task_spawn(awaits_next, NULL);

    (void)arg;
    while (in_line < LINE)
        task_yield();
    task_cancel(first);
    return task_await(first);
}

Test(join, a_cancellation_is_passed_on_along_any_number_of_awaiters)
{
    cr_assert_eq(run_in_virtual_time(cancels_line, NULL), UV_ECANCELED);
    cr_assert_eq(told, LINE);
}
