/* Spawning with options; task-local values. */
#include "engine/task/task_priv.h"
#include "tests/task/support.h"

static int logs_yields_logs(void *arg)
{
    (void)arg;
    log_add(task_name(task_current()));
    task_yield();
    log_add("end");
    return 4;
}

static int spawns_eager(void *arg)
{
    struct task_options options = {.name = "eager", .eager = true};
    struct task *other = task_spawn(logs_yields_logs, NULL), *task;

    (void)arg;
    task_set_name(other, "other");
    task = task_spawn_with(&options, logs_yields_logs, NULL);
    log_add("spawner");
    cr_assert_eq(task_await(task), 4);
    return task_await(other);
}

Test(options, an_eager_task_starts_before_its_spawner_goes_on)
{
    cr_assert_eq(run_on_loop(spawns_eager, NULL), 4);
    cr_assert_str_eq(task_log, "eager spawner other end end");
}

static int ends_at_once(void *arg)
{
    (void)arg;
    return 8;
}

static int spawns_eager_that_ends(void *arg)
{
    struct task_options options = {.eager = true};
    struct task *task = task_spawn_with(&options, ends_at_once, NULL);

    (void)arg;
    cr_assert(task_has_ended(task));
    cr_assert_eq(task_parent_number(task), task_number(task_current()));
    return task_await(task);
}

Test(options, an_eager_task_may_end_before_its_spawner_goes_on)
{
    cr_assert_eq(run_on_loop(spawns_eager_that_ends, NULL), 8);
}

static __attribute__((noinline)) int uses_stack(size_t bytes)
{
    volatile char frame[4096];

    frame[bytes % 4096] = 1;
    return bytes < sizeof frame ? 0 : uses_stack(bytes - sizeof frame) + frame[bytes % 4096];
}

static int uses_900k(void *arg)
{
    (void)arg;
    return uses_stack(900 * 1024);
}

static int spawns_large(void *arg)
{
    struct task_options large = {.stack_size = 1000 * 1000}, small = {.stack_size = 1},
                        absurd = {.stack_size = SIZE_MAX};

    (void)arg;
    cr_assert_null(task_spawn_with(&absurd, ends_at_once, NULL));
    cr_assert_eq(task_await(task_spawn_with(&small, ends_at_once, NULL)), 8);
    return task_await(task_spawn_with(&large, uses_900k, NULL));
}

Test(options, a_stack_can_be_larger)
{
    cr_assert_gt(run_on_loop(spawns_large, NULL), 200);
}

static const char user, tenant;

static int reads_locals(void *arg)
{
    (void)arg;
    task_yield();
    log_add(task_local_get(&user));
    cr_assert_eq(task_local_set(&user, "child"), 0);
    cr_assert_eq(task_local_set(&user, "child again"), 0);
    cr_assert_str_eq(task_local_get(&user), "child again");
    cr_assert_null(task_local_get(&tenant));
    return 0;
}

static int has_locals(void *arg)
{
    struct task *first, *second;

    (void)arg;
    cr_assert_null(task_local_get(&user));
    task_local_set(&user, "one");
    first = task_spawn(reads_locals, NULL);
    task_local_set(&user, "two");
    second = task_spawn(reads_locals, NULL);
    task_local_set(&tenant, "x");
    task_await(first);
    task_await(second);
    cr_assert_str_eq(task_local_get(&user), "two");
    return 0;
}

Test(local, a_task_starts_with_the_values_of_its_spawner_and_changes_its_own)
{
    cr_assert_eq(run_on_loop(has_locals, NULL), 0);
    cr_assert_str_eq(task_log, "one two");
}

static size_t count_locals(void)
{
    size_t n = 0;

    for (struct locals *at = task_current()->locals; at; at = at->next)
        n++;
    return n;
}

static int keeps_locals(void *arg)
{
    log_add(task_local_get(&user));
    task_event_wait(arg);
    log_add(task_local_get(&user));
    return 0;
}

/* A server sets two values for each request, and a task of the request before always lives. */
static int sets_again_and_again(void *arg)
{
    static const char *names[] = {"a", "b", "c", "d"};
    struct task_event events[2] = {{0}, {0}};
    struct task *before = NULL;

    (void)arg;
    for (int i = 0; i < 40; i++) {
        struct task *task;
        task_local_set(&user, (void *)(uintptr_t)names[i % 4]);
        task_local_set(&tenant, (void *)(uintptr_t)names[i % 3]);
        events[i % 2] = (struct task_event){0};
        task = task_spawn(keeps_locals, &events[i % 2]);
        task_yield();
        if (before) {
            task_event_set(&events[(i + 1) % 2]);
            task_await(before);
        }
        before = task;
        cr_assert_str_eq(task_local_get(&user), names[i % 4]);
        cr_assert_str_eq(task_local_get(&tenant), names[i % 3]);
        cr_assert_leq(count_locals(), 6);
    }
    task_event_set(&events[1]);
    return task_await(before);
}

static int sets_in_turn(void *arg)
{
    (void)arg;
    for (int i = 0; i < 10; i++) {
        task_local_set(&user, "x");
        task_local_set(&tenant, "y");
    }
    return (int)count_locals();
}

Test(local, the_list_does_not_grow_with_every_set)
{
    cr_assert_eq(run_on_loop(sets_in_turn, NULL), 2);
    cr_assert_eq(run_on_loop(sets_again_and_again, NULL), 0);
    cr_assert_eq(strncmp(task_log, "a b a c b d c a d b a c", 23), 0, "%s", task_log);
}
