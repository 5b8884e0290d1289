/* The bounded queue. Virtual time. */
#include "engine/task/task_queue.h"
#include "engine/task/task_scope.h"
#include "tests/task/support.h"

static struct task_queue queue;
static void *slots[2];

static void fresh(void)
{
    task_queue_init(&queue, slots, 2);
}

static int puts_letters(void *arg)
{
    for (char *letter = arg; *letter; letter++) {
        int error = task_queue_put(&queue, letter);
        if (error)
            return error;
    }
    task_queue_close(&queue);
    return 0;
}

static int gets_letters(void *arg)
{
    void *item;
    int error;

    (void)arg;
    while ((error = task_queue_get(&queue, &item)) == 0)
        log_add((char[]){*(char *)item, '\0'});
    return error;
}

static int pipeline(void *arg)
{
    struct task *tasks[] = {task_spawn(puts_letters, "abcdefgh"), task_spawn(gets_letters, NULL)};
    int results[2];

    (void)arg;
    cr_assert_eq(task_gather(tasks, 2, results), UV_EOF);
    cr_assert_eq(results[0], 0);
    return 0;
}

Test(queue, everything_arrives_in_order_and_then_the_end, .init = fresh)
{
    cr_assert_eq(run_in_virtual_time(pipeline, NULL), 0);
    cr_assert_str_eq(task_log, "a b c d e f g h");
}

static int without_waiting(void *arg)
{
    void *item = NULL;

    (void)arg;
    cr_assert_eq(task_queue_try_get(&queue, &item), UV_EAGAIN);
    cr_assert_null(item);
    cr_assert_eq(task_queue_try_put(&queue, "1"), 0);
    cr_assert_eq(task_queue_try_put(&queue, "2"), 0);
    cr_assert_eq(task_queue_try_put(&queue, "3"), UV_EAGAIN);
    task_queue_close(&queue);
    cr_assert_eq(task_queue_put(&queue, "4"), UV_EPIPE);
    cr_assert_eq(task_queue_get(&queue, &item), 0);
    cr_assert_str_eq(item, "1");
    cr_assert_eq(task_queue_try_get(&queue, &item), 0);
    cr_assert_eq(task_queue_get(&queue, &item), UV_EOF);
    cr_assert_str_eq(item, "2");
    return 0;
}

Test(queue, a_closed_queue_gives_what_it_has, .init = fresh)
{
    cr_assert_eq(run_in_virtual_time(without_waiting, NULL), 0);
}

static int put_one(void *arg)
{
    return task_queue_put(&queue, arg);
}

static int get_one(void *arg)
{
    void *item;
    int error = task_queue_get(&queue, &item);

    (void)arg;
    log_add(error ? "none" : item);
    return error;
}

static int cancels_getters_and_putters(void *arg)
{
    struct task *tasks[4];
    int results[4];

    (void)arg;
    tasks[0] = task_spawn(get_one, NULL);
    tasks[1] = task_spawn(get_one, NULL);
    task_yield();
    task_cancel(tasks[0]);
    task_queue_put(&queue, "for the second");
    task_gather(tasks, 2, results);
    cr_assert_eq(results[0], UV_ECANCELED);
    for (int i = 0; i < 4; i++)
        tasks[i] = task_spawn(put_one, (char *[]){"1", "2", "3", "4"}[i]);
    task_yield();
    task_cancel(tasks[2]); /* its item must not come in */
    for (int i = 0; i < 3; i++)
        get_one(NULL);
    task_gather(tasks, 4, results);
    cr_assert_eq(results[2], UV_ECANCELED);
    cr_assert_eq(results[3], 0);
    cr_assert_eq(task_timeout(5, get_one, NULL), UV_ETIMEDOUT);
    return (int)virtual_now();
}

Test(queue, who_is_cancelled_takes_and_leaves_nothing, .init = fresh)
{
    cr_assert_eq(run_in_virtual_time(cancels_getters_and_putters, NULL), 5);
    cr_assert_str_eq(task_log, "none for the second 1 2 4 none");
}

/* The item is given to the getter before it is cancelled: it must come out, not vanish. */
static int cancels_after_handover(void *arg)
{
    struct task *task = task_spawn(get_one, NULL);

    (void)arg;
    task_yield();
    task_queue_put(&queue, "kept");
    task_cancel(task);
    return task_await(task);
}

Test(queue, an_item_that_was_handed_over_is_not_lost, .init = fresh)
{
    cr_assert_eq(run_in_virtual_time(cancels_after_handover, NULL), 0);
    cr_assert_str_eq(task_log, "kept");
}

static int closes_on_waiters(void *arg)
{
    struct task *tasks[3];
    int results[3];

    (void)arg;
    tasks[0] = task_spawn(get_one, NULL);
    task_yield();
    task_queue_close(&queue);
    cr_assert_eq(task_await(tasks[0]), UV_EOF);
    fresh();
    for (int i = 0; i < 3; i++)
        tasks[i] = task_spawn(put_one, "x");
    task_yield();
    task_queue_close(&queue);
    task_gather(tasks, 3, results);
    cr_assert_eq(results[1], 0);
    cr_assert_eq(results[2], UV_EPIPE);
    return 0;
}

Test(queue, closing_wakes_all_who_wait, .init = fresh)
{
    cr_assert_eq(run_in_virtual_time(closes_on_waiters, NULL), 0);
}

static int waits_for_nobody(void *arg)
{
    return get_one(arg);
}

Test(queue, an_empty_queue_that_nobody_fills_is_a_deadlock, .init = fresh)
{
    cr_assert_eq(run_in_virtual_time(waits_for_nobody, NULL), TASK_EDEADLK);
    cr_assert_not_null(strstr(task_lines, "main waits (queue)"), "%s", task_lines);
}
