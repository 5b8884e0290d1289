/* Task groups: nobody is left behind. Virtual time. */
#include "engine/task/task_group.h"
#include "tests/task/support.h"

struct job {
    uint64_t ms;
    int result;
    const char *name;
};

static int works(void *arg)
{
    const struct job *job = arg;
    int error = task_sleep(job->ms);

    log_add(job->name);
    log_add(error == UV_ECANCELED ? "cancelled" : "done");
    return error ? error : job->result;
}

static struct job quick = {10, 0, "quick"}, slow = {50, 0, "slow"}, bad = {20, UV_EIO, "bad"};

static int two_children(void *arg)
{
    struct task_group group;

    (void)arg;
    task_group_open(&group);
    cr_assert_not_null(task_group_spawn(&group, works, &slow));
    cr_assert_not_null(task_group_spawn(&group, works, &quick));
    cr_assert_eq(task_group_close(&group, 7), 7);
    return (int)virtual_now();
}

Test(group, close_waits_for_every_child)
{
    cr_assert_eq(run_in_virtual_time(two_children, NULL), 50);
    cr_assert_str_eq(task_log, "quick done slow done");
}

static int empty(void *arg)
{
    struct task_group group;

    (void)arg;
    task_group_open(&group);
    return task_group_close(&group, 3);
}

Test(group, an_empty_group_closes_at_once)
{
    cr_assert_eq(run_in_virtual_time(empty, NULL), 3);
}

static int one_fails(void *arg)
{
    struct task_group group;
    int body;

    (void)arg;
    task_group_open(&group);
    task_group_spawn(&group, works, &slow);
    task_group_spawn(&group, works, &bad);
    body = task_sleep(1000);
    cr_assert_eq(body, UV_ECANCELED);
    cr_assert_eq(task_group_close(&group, body), UV_EIO);
    cr_assert_not(task_is_cancelled());
    return (int)virtual_now();
}

Test(group, a_failed_child_cancels_siblings_and_body)
{
    cr_assert_eq(run_in_virtual_time(one_fails, NULL), 20);
    cr_assert_str_eq(task_log, "bad done slow cancelled");
    cr_assert_str_eq(task_lines, "");
}

static int body_fails(void *arg)
{
    struct task_group group;

    (void)arg;
    task_group_open(&group);
    task_group_spawn(&group, works, &slow);
    task_yield();
    return task_group_close(&group, UV_ENOENT);
}

Test(group, a_failed_body_cancels_the_children)
{
    cr_assert_eq(run_in_virtual_time(body_fails, NULL), UV_ENOENT);
    cr_assert_str_eq(task_log, "slow cancelled");
}

static int cancels_group(void *arg)
{
    struct task_group group;
    struct task *child;

    (void)arg;
    task_group_open(&group);
    task_group_spawn(&group, works, &slow);
    child = task_group_spawn(&group, works, &bad);
    task_group_spawn(&group, works, &quick);
    task_yield();
    task_cancel(child); /* on its own: the siblings go on */
    task_sleep(10);
    task_yield();
    task_group_cancel(&group);
    return task_group_close(&group, 0);
}

Test(group, a_child_cancelled_alone_is_no_error)
{
    cr_assert_eq(run_in_virtual_time(cancels_group, NULL), 0);
    cr_assert_str_eq(task_log, "bad cancelled quick done slow cancelled");
}

static int group_times_out(void *arg)
{
    struct task_group group;

    (void)arg;
    task_group_open(&group);
    task_group_spawn(&group, works, &slow);
    return task_group_close(&group, 0);
}

static int cancelled_from_outside(void *arg)
{
    (void)arg;
    cr_assert_eq(task_timeout(30, group_times_out, NULL), UV_ETIMEDOUT);
    return (int)virtual_now();
}

Test(group, a_timeout_around_it_reaches_the_children)
{
    cr_assert_eq(run_in_virtual_time(cancelled_from_outside, NULL), 30);
    cr_assert_str_eq(task_log, "slow cancelled");
}

static int grandchildren(void *arg)
{
    struct task_group group;

    (void)arg;
    task_group_open(&group);
    task_group_spawn(&group, group_times_out, NULL);
    task_group_spawn(&group, group_times_out, NULL);
    return task_group_close(&group, 0);
}

static int cancels_grandchildren(void *arg)
{
    struct task *task = task_spawn(grandchildren, NULL);

    (void)arg;
    task_sleep(1);
    task_cancel(task);
    cr_assert_eq(task_await(task), UV_ECANCELED);
    return (int)virtual_now();
}

Test(group, cancellation_goes_down_the_tree_of_groups)
{
    cr_assert_eq(run_in_virtual_time(cancels_grandchildren, NULL), 1);
    cr_assert_str_eq(task_log, "slow cancelled slow cancelled");
}

static int spawns_into(void *arg)
{
    return task_group_spawn(arg, works, &quick) ? 0 : UV_ENOMEM;
}

static int child_spawns_sibling(void *arg)
{
    struct task_group group;

    (void)arg;
    task_group_open(&group);
    task_group_spawn(&group, spawns_into, &group);
    return task_group_close(&group, 0);
}

Test(group, a_child_may_start_siblings)
{
    cr_assert_eq(run_in_virtual_time(child_spawns_sibling, NULL), 0);
    cr_assert_str_eq(task_log, "quick done");
}

static int awaits_cancelled(void *arg)
{
    struct task *other = task_spawn(works, &slow);

    (void)arg;
    task_yield();
    task_cancel(other);
    return task_await(other);
}

static int child_comes_to_cancelled(void *arg)
{
    struct task_group group;

    (void)arg;
    task_group_open(&group);
    task_group_spawn(&group, works, &slow);
    task_group_spawn(&group, awaits_cancelled, NULL);
    return task_group_close(&group, 0);
}

/* Nobody asked for it, so it is an error like any other, and not to be taken for a group that was
 * cancelled and so came to its end. */
Test(group, a_child_that_returns_ecanceled_unasked_has_failed)
{
    cr_assert_eq(run_in_virtual_time(child_comes_to_cancelled, NULL), UV_ECANCELED);
    cr_assert_str_eq(task_log, "slow cancelled slow cancelled");
}
