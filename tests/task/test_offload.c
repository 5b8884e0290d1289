/* Work on the pool, and items from other threads. */
#include <stdlib.h>

#include "engine/task/task_group.h"
#include "engine/task/task_offload.h"
#include "engine/task/task_scope.h"
#include "tests/task/support.h"

static uv_thread_t loop_thread;

static int doubles(void *arg)
{
    uv_thread_t self = uv_thread_self();

    cr_assert_not(uv_thread_equal(&self, &loop_thread));
    return *(int *)arg * 2;
}

static int offloads(void *arg)
{
    int value = 21;

    (void)arg;
    loop_thread = uv_thread_self();
    return task_offload(doubles, &value);
}

Test(offload, work_runs_on_another_thread, .timeout = 20)
{
    cr_assert_eq(run_in_virtual_time(offloads, NULL), 42);
}

/* Work that waits until the test lets it go. */
static uv_sem_t started, go;

static int holds(void *arg)
{
    (void)arg;
    uv_sem_post(&started);
    uv_sem_wait(&go);
    return 7;
}

static int offload_holding(void *arg)
{
    (void)arg;
    return task_offload(holds, NULL);
}

enum { POOL = 4 };

/* The pool is full, so the fifth is queued; it is cancelled there, the others cannot be. */
static int cancels_queued(void *arg)
{
    struct task *tasks[POOL + 1];
    int results[POOL + 1];

    (void)arg;
    for (int i = 0; i <= POOL; i++)
        tasks[i] = task_spawn(offload_holding, NULL);
    for (int i = 0; i < POOL; i++) {
        task_yield();
        uv_sem_wait(&started);
    }
    for (int i = 0; i <= POOL; i++)
        task_cancel(tasks[i]);
    cr_assert_eq(task_await(tasks[POOL]), UV_ECANCELED);
    for (int i = 0; i < POOL; i++)
        uv_sem_post(&go);
    task_gather(tasks, POOL, results);
    for (int i = 0; i < POOL; i++)
        cr_assert_eq(results[i], 7);
    return 0;
}

static void open_gates(void)
{
    uv_sem_init(&started, 0);
    uv_sem_init(&go, 0);
}

static void close_gates(void)
{
    uv_sem_destroy(&started);
    uv_sem_destroy(&go);
}

Test(offload, queued_work_can_be_cancelled_and_running_work_is_waited_for, .timeout = 20,
     .init = open_gates, .fini = close_gates)
{
    cr_assert_eq(run_in_virtual_time(cancels_queued, NULL), 0);
}

static int let_go_later(void *arg)
{
    int error = task_sleep(5);

    (void)arg;
    uv_sem_post(&go);
    return error;
}

/* The time is up only when the work has begun. */
static int offload_surely(void *arg)
{
    struct task *task = task_spawn(offload_holding, arg);

    task_yield();
    uv_sem_wait(&started);
    return task_await(task);
}

static int times_out_running(void *arg)
{
    struct task *task = task_spawn(let_go_later, NULL);

    (void)arg;
    cr_assert_eq(task_timeout(1, offload_surely, NULL), 7); /* it was done, if late */
    return task_await(task);
}

Test(offload, a_timeout_waits_for_running_work_and_keeps_its_result, .timeout = 20,
     .init = open_gates, .fini = close_gates)
{
    cr_assert_eq(run_in_virtual_time(times_out_running, NULL), 0);
}

static int cancelled_before(void *arg)
{
    (void)arg;
    task_cancel(task_current());
    return task_offload(doubles, NULL);
}

Test(offload, who_is_cancelled_starts_no_work, .timeout = 20)
{
    cr_assert_eq(run_in_virtual_time(cancelled_before, NULL), UV_ECANCELED);
}

enum { SENDERS = 4, EACH = 2000 };
static struct task_mailbox *mailbox;
static int items[SENDERS * EACH];

static void sends(void *arg)
{
    for (int *item = arg; item < (int *)arg + EACH; item++)
        if (task_mailbox_post(mailbox, item))
            abort();
}

static int receives_all(void *arg)
{
    int last[SENDERS] = {0};
    uv_thread_t threads[SENDERS];

    (void)arg;
    for (int i = 0; i < SENDERS * EACH; i++)
        items[i] = i;
    cr_assert_eq(task_mailbox_open(&mailbox), 0);
    for (int i = 0; i < SENDERS; i++) {
        last[i] = i * EACH - 1;
        cr_assert_eq(uv_thread_create(&threads[i], sends, &items[i * EACH]), 0);
    }
    for (int i = 0; i < SENDERS * EACH; i++) {
        void *item;
        cr_assert_eq(task_mailbox_receive(mailbox, &item), 0);
        cr_assert_eq(*(int *)item, ++last[*(int *)item / EACH]); /* each sender's in order */
    }
    for (int i = 0; i < SENDERS; i++)
        uv_thread_join(&threads[i]);
    task_mailbox_close(mailbox, NULL);
    return 0;
}

Test(mailbox, everything_that_threads_post_arrives, .timeout = 30)
{
    cr_assert_eq(run_in_virtual_time(receives_all, NULL), 0);
}

static int receives(void *arg)
{
    void *item;
    int error = task_mailbox_receive(mailbox, &item);

    (void)arg;
    if (error == 0)
        log_add(item);
    return error;
}

static int cancels_receivers(void *arg)
{
    struct task *tasks[3];

    (void)arg;
    cr_assert_eq(task_mailbox_open(&mailbox), 0);
    for (int i = 0; i < 3; i++)
        tasks[i] = task_spawn(receives, NULL);
    task_yield();
    task_cancel(tasks[0]);
    task_mailbox_post(mailbox, "for the second");
    cr_assert_eq(task_await(tasks[0]), UV_ECANCELED);
    cr_assert_eq(task_await(tasks[1]), 0);
    cr_assert_eq(task_timeout(2, receives, NULL), UV_ETIMEDOUT);
    task_mailbox_close(mailbox, NULL);
    cr_assert_eq(task_await(tasks[2]), UV_EBADF);
    cr_assert_eq(task_mailbox_open(&mailbox), 0);
    task_mailbox_post(mailbox, "nobody's");
    task_mailbox_close(mailbox, (void (*)(void *))log_add);
    return 0;
}

Test(mailbox, who_is_cancelled_takes_nothing, .timeout = 20)
{
    cr_assert_eq(run_in_virtual_time(cancels_receivers, NULL), 0);
    cr_assert_str_eq(task_log, "for the second nobody's");
}

/* From when the work runs, stops the loop in each of its turns, and after ten lets the work go. */
static void on_each_turn(uv_idle_t *idle)
{
    int *turns = idle->data;

    if (*turns == 0 && uv_sem_trywait(&started))
        return;
    uv_stop(idle->loop);
    if (++*turns == 10)
        uv_sem_post(&go);
}

static int stopped_again_and_again(void *arg)
{
    static uv_idle_t idle;
    int result;

    uv_idle_init(*(uv_loop_t **)arg, &idle);
    idle.data = &(int){0};
    uv_unref((uv_handle_t *)&idle);
    uv_idle_start(&idle, on_each_turn);
    result = task_offload(holds, NULL); /* it is on this stack that the thread works */
    uv_close((uv_handle_t *)&idle, NULL);
    log_add("returned");
    return result;
}

Test(offload, who_stops_the_loop_again_still_waits_for_running_work, .timeout = 20,
     .init = open_gates, .fini = close_gates)
{
    uv_loop_t loop, *at = &loop;

    task_log[0] = task_lines[0] = '\0';
    task_set_report(keep_line, NULL);
    cr_assert_eq(uv_loop_init(&loop), 0);
    cr_assert_eq(task_run(&loop, stopped_again_and_again, &at), 7);
    cr_assert_eq(uv_loop_close(&loop), 0);
    task_set_report(NULL, NULL);
    cr_assert_str_eq(task_log, "returned");
    cr_assert_str_eq(task_lines, "");
}
