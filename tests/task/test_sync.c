/* Lock, event, condition, semaphore, barrier, limiter: each normal, cancelled while waiting, timed
 * out, and when the loop ends. Virtual time. */
#include "engine/task/task_scope.h"
#include "engine/task/task_sync.h"
#include "tests/task/support.h"

static struct task_lock lock;
static struct task_event event;
static struct task_condition condition;
static struct task_semaphore semaphore;
static struct task_barrier barrier;
static struct task_limiter limiter;

static void fresh(void)
{
    lock = (struct task_lock){0};
    event = (struct task_event){0};
    condition = (struct task_condition){0};
    semaphore = (struct task_semaphore){.free = 2};
    barrier = (struct task_barrier){.parties = 3};
    limiter = (struct task_limiter){.per_second = 100, .burst = 2};
}

static int locks(void *arg)
{
    int error = task_lock_acquire(&lock);

    if (error)
        return error;
    log_add(arg);
    task_sleep(10);
    task_lock_release(&lock);
    return 0;
}

static int three_lockers(void *arg)
{
    struct task *tasks[] = {task_spawn(locks, "a"), task_spawn(locks, "b"), task_spawn(locks, "c")};

    (void)arg;
    task_gather(tasks, 3, NULL);
    return (int)virtual_now();
}

Test(sync, a_lock_serves_in_order, .init = fresh)
{
    cr_assert_eq(run_in_virtual_time(three_lockers, NULL), 30);
    cr_assert_str_eq(task_log, "a b c");
    cr_assert_null(lock.owner);
}

static int cancels_the_second(void *arg)
{
    struct task *tasks[] = {task_spawn(locks, "a"), task_spawn(locks, "b"), task_spawn(locks, "c")};
    int results[3];

    (void)arg;
    task_sleep(5);
    task_cancel(tasks[1]);
    task_gather(tasks, 3, results);
    cr_assert_eq(results[1], UV_ECANCELED);
    return (int)virtual_now();
}

Test(sync, a_cancelled_locker_steps_out_of_the_line, .init = fresh)
{
    cr_assert_eq(run_in_virtual_time(cancels_the_second, NULL), 20);
    cr_assert_str_eq(task_log, "a c");
    cr_assert_null(lock.owner);
}

/* The lock is handed over and only then the new owner is cancelled: it has it, and gives it on. */
static int cancels_after_handover(void *arg)
{
    struct task *tasks[2];
    int results[2];

    (void)arg;
    cr_assert(task_lock_try(&lock));
    cr_assert_not(task_lock_try(&lock));
    tasks[0] = task_spawn(locks, "a");
    tasks[1] = task_spawn(locks, "b");
    task_yield();
    task_lock_release(&lock);
    task_cancel(tasks[0]);
    task_gather(tasks, 2, results);
    cr_assert_eq(results[0], 0);
    return (int)virtual_now();
}

Test(sync, a_wake_up_that_came_first_is_not_swallowed, .init = fresh)
{
    cr_assert_eq(run_in_virtual_time(cancels_after_handover, NULL), 10);
    cr_assert_str_eq(task_log, "a b");
    cr_assert_null(lock.owner);
}

static int lock_acquire(void *arg)
{
    (void)arg;
    return task_lock_acquire(&lock);
}

static int lock_times_out(void *arg)
{
    (void)arg;
    task_lock_acquire(&lock);
    cr_assert_eq(task_timeout(30, lock_acquire, NULL), UV_ETIMEDOUT); /* waits for itself */
    task_lock_release(&lock);
    cr_assert_null(lock.owner);
    return (int)virtual_now();
}

Test(sync, waiting_for_a_lock_times_out, .init = fresh)
{
    cr_assert_eq(run_in_virtual_time(lock_times_out, NULL), 30);
}

static int waits_for_event(void *arg)
{
    int error = task_event_wait(&event);

    log_add(error == UV_ECANCELED ? "cancelled" : arg);
    return error;
}

static int sets_event(void *arg)
{
    struct task *tasks[] = {task_spawn(waits_for_event, "a"), task_spawn(waits_for_event, "b"),
                            task_spawn(waits_for_event, "c")};

    (void)arg;
    task_sleep(5);
    task_cancel(tasks[1]);
    task_yield();
    task_event_set(&event);
    cr_assert_eq(task_event_wait(&event), 0); /* set: at once */
    task_gather(tasks, 3, NULL);
    task_event_clear(&event);
    cr_assert_eq(task_timeout(7, waits_for_event, NULL), UV_ETIMEDOUT);
    return (int)virtual_now();
}

Test(sync, an_event_wakes_all_who_wait, .init = fresh)
{
    cr_assert_eq(run_in_virtual_time(sets_event, NULL), 12);
    cr_assert_str_eq(task_log, "cancelled a c cancelled");
}

static int waits_for_condition(void *arg)
{
    int error = task_lock_acquire(&lock);

    if (error)
        return error;
    error = task_condition_wait(&condition, &lock);
    cr_assert_eq(lock.owner, task_current()); /* also when it was cancelled */
    log_add(error == UV_ECANCELED ? "cancelled" : arg);
    task_lock_release(&lock);
    return error;
}

static int notifies(void *arg)
{
    struct task *tasks[] = {
        task_spawn(waits_for_condition, "a"), task_spawn(waits_for_condition, "b"),
        task_spawn(waits_for_condition, "c"), task_spawn(waits_for_condition, "d")};

    (void)arg;
    task_sleep(5);
    task_cancel(tasks[0]);
    task_condition_notify(&condition, 1); /* for b: a is out of the line already */
    task_sleep(5);
    log_add("then");
    task_condition_notify_all(&condition);
    task_gather(tasks, 4, NULL);
    cr_assert_eq(task_timeout(5, waits_for_condition, "e"), UV_ETIMEDOUT);
    return (int)virtual_now();
}

Test(sync, a_condition_wakes_as_many_as_told_and_none_is_lost, .init = fresh)
{
    cr_assert_eq(run_in_virtual_time(notifies, NULL), 15);
    cr_assert_str_eq(task_log, "cancelled b then c d cancelled");
}

static int inside, most;

static int enters(void *arg)
{
    int error = task_semaphore_acquire(&semaphore);

    (void)arg;
    if (error)
        return error;
    if (++inside > most)
        most = inside;
    task_sleep(10);
    inside--;
    task_semaphore_release(&semaphore);
    return 0;
}

static int many_enter(void *arg)
{
    struct task *tasks[10];

    (void)arg;
    inside = most = 0;
    for (int i = 0; i < 10; i++)
        tasks[i] = task_spawn(enters, NULL);
    task_sleep(15);
    task_cancel(tasks[5]); /* it waits */
    task_cancel(tasks[2]); /* it is inside */
    task_gather(tasks, 10, NULL);
    cr_assert_eq(most, 2);
    cr_assert_eq(semaphore.free, 2);
    cr_assert(task_semaphore_try(&semaphore) && task_semaphore_try(&semaphore));
    cr_assert_not(task_semaphore_try(&semaphore));
    cr_assert_eq(task_timeout(5, enters, NULL), UV_ETIMEDOUT);
    task_semaphore_release(&semaphore);
    cr_assert_eq(semaphore.free, 1);
    return (int)virtual_now();
}

Test(sync, a_semaphore_lets_so_many_in_and_no_more, .init = fresh)
{
    cr_assert_eq(run_in_virtual_time(many_enter, NULL), 50);
}

static int comes(void *arg)
{
    int result;

    task_sleep(*(uint64_t *)arg);
    result = task_barrier_wait(&barrier);
    log_add(result == 1 ? "last" : result == 0 ? "came" : "left");
    return result;
}

static int meet(void *arg)
{
    static uint64_t times[] = {10, 20, 30};
    struct task *tasks[3], *gone;

    (void)arg;
    gone = task_spawn(comes, &times[0]);
    task_sleep(15);
    task_cancel(gone); /* has not come, then */
    task_await(gone);
    for (int again = 0; again < 2; again++) {
        for (int i = 0; i < 3; i++)
            tasks[i] = task_spawn(comes, &times[i]);
        task_gather(tasks, 3, NULL);
        cr_assert_eq(barrier.waiting, 0);
    }
    return (int)virtual_now();
}

Test(sync, a_barrier_opens_when_all_have_come, .init = fresh)
{
    cr_assert_eq(run_in_virtual_time(meet, NULL), 75);
    cr_assert_str_eq(task_log, "left last came came last came came");
}

static int passes(void *arg)
{
    char text[16];
    int error = task_limiter_acquire(&limiter);

    (void)arg;
    snprintf(text, sizeof text, error ? "x" : "%d", (int)virtual_now());
    log_add(text);
    return error;
}

static int limited(void *arg)
{
    struct task *tasks[6];

    (void)arg;
    for (int i = 0; i < 6; i++)
        tasks[i] = task_spawn(passes, NULL);
    task_sleep(5);
    task_cancel(tasks[2]); /* it sleeps for the next pass, which the next one gets */
    task_cancel(tasks[4]); /* it waits in line */
    task_gather(tasks, 6, NULL);
    task_sleep(80); /* the bucket fills up to the burst, not more */
    for (int i = 0; i < 3; i++)
        passes(NULL);
    return 0;
}

Test(sync, a_limiter_gives_the_burst_and_then_the_rate, .init = fresh)
{
    cr_assert_eq(run_in_virtual_time(limited, NULL), 0);
    cr_assert_str_eq(task_log, "0 0 x x 10 20 100 100 110");
}

static int deadlocked(void *arg)
{
    struct task *task;

    (void)arg;
    task_lock_acquire(&lock);
    task = task_spawn(lock_acquire, NULL);
    task_set_name(task, "second");
    return task_await(task);
}

Test(sync, tasks_that_wait_for_each_other_are_named_and_then_cancelled, .init = fresh)
{
    cr_assert_eq(run_in_virtual_time(deadlocked, NULL), TASK_EDEADLK);
    cr_assert_not_null(strstr(task_lines, "deadlock"), "%s", task_lines);
    cr_assert_not_null(strstr(task_lines, "main waits (task)"), "%s", task_lines);
    cr_assert_not_null(strstr(task_lines, "second waits (lock)"), "%s", task_lines);
    cr_assert_not_null(strstr(task_lines, "main -> second -> main"), "%s", task_lines);
}

static int all_wait(void *arg)
{
    struct task *tasks[] = {task_spawn(waits_for_event, NULL),
                            task_spawn(waits_for_condition, NULL),
                            task_spawn(comes, &(uint64_t){0})};

    (void)arg;
    task_gather(tasks, 3, NULL);
    return 0;
}

Test(sync, no_primitive_keeps_the_loop_alive, .init = fresh, .timeout = 20)
{
    cr_assert_eq(run_in_virtual_time(all_wait, NULL), TASK_EDEADLK);
    cr_assert_str_eq(task_log, "cancelled cancelled left");
}

static int shielded_event_wait(void *arg)
{
    (void)arg;
    return task_shield(waits_for_event, NULL);
}

Test(sync, a_shield_does_not_outlive_the_loop, .init = fresh, .timeout = 20)
{
    cr_assert_eq(run_in_virtual_time(shielded_event_wait, NULL), TASK_EDEADLK);
    cr_assert_str_eq(task_log, "cancelled");
}
