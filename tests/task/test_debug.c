/* The tree of tasks, and steps that take too long. Virtual time. */
#include <signal.h>

#include "engine/task/task_debug.h"
#include "engine/task/task_sync.h"
#include "tests/task/support.h"

static struct task_event event;

static int waits(void *arg)
{
    (void)arg;
    return task_event_wait(&event);
}

static int ends(void *arg)
{
    (void)arg;
    return UV_EIO;
}

static int has_child(void *arg)
{
    struct task_options options = {.name = "grandchild"};

    (void)arg;
    return task_await(task_spawn_with(&options, waits, NULL));
}

static int dumps(void *arg)
{
    struct task_options first = {.name = "first"}, second = {.name = "second"};
    struct task *tasks[] = {task_spawn_with(&first, has_child, NULL),
                            task_spawn_with(&second, ends, NULL)};

    (void)arg;
    event = (struct task_event){0};
    task_sleep(1);
    task_dump();
    task_event_set(&event);
    task_gather(tasks, 2, NULL);
    return 0;
}

/* Lines end with places, which are not compared. */
static bool begins_in_order(const char *const *starts)
{
    const char *at = task_lines;

    for (; *starts; starts++) {
        if (strncmp(at, *starts, strlen(*starts)) != 0)
            return false;
        at = strchr(at, '\n');
        if (!at++)
            return false;
    }
    return *at == '\0';
}

Test(debug, the_dump_shows_children_below_their_parents)
{
    const char *starts[] = {"4 tasks:",
                            "main runs in ",
                            "  first waits (task) in ",
                            "    grandchild waits (event) in ",
                            "  second has ended with -5",
                            NULL};

    cr_assert_eq(run_in_virtual_time(dumps, NULL), 0);
    cr_assert(begins_in_order(starts), "%s", task_lines);
}

static int asks_by_signal(void *arg)
{
    (void)arg;
    cr_assert_eq(task_dump_on_signal(SIGQUIT), 0);
    cr_assert_eq(task_dump_on_signal(SIGQUIT), 0);
    raise(SIGQUIT);
    return task_sleep(20);
}

Test(debug, sigquit_asks_for_the_dump, .timeout = 20)
{
    cr_assert_eq(run_in_virtual_time(asks_by_signal, NULL), 0);
    cr_assert_not_null(strstr(task_lines, "1 tasks:\nmain waits (sleep)"), "%s", task_lines);
}

static int adds_its_name(void *arg)
{
    log_add(arg);
    return 0;
}

static int spawns_five(void *arg)
{
    static char *names[] = {"a", "b", "c", "d", "e"};
    struct task *tasks[5];

    (void)arg;
    for (int i = 0; i < 5; i++)
        tasks[i] = task_spawn(adds_its_name, names[i]);
    return task_gather(tasks, 5, NULL);
}

/* Five tasks have 120 orders. */
Test(debug, a_disturbed_order_is_another_and_the_seed_repeats_it)
{
    char first[sizeof task_log];
    int orders = 0;

    for (uint64_t seed = 1; seed <= 20; seed++) {
        task_set_perturb(seed);
        cr_assert_eq(run_in_virtual_time(spawns_five, NULL), 0);
        strcpy(first, task_log);
        cr_assert_eq(strlen(first), 9);
        cr_assert_eq(run_in_virtual_time(spawns_five, NULL), 0);
        cr_assert_str_eq(task_log, first);
        orders += strcmp(first, "a b c d e") != 0;
    }
    task_set_perturb(0);
    cr_assert_geq(orders, 15);
    cr_assert_eq(run_in_virtual_time(spawns_five, NULL), 0);
    cr_assert_str_eq(task_log, "a b c d e");
}

static int slow_and_quick(void *arg)
{
    (void)arg;
    virtual_work(3);
    task_yield();
    virtual_work(12);
    task_yield();
    task_sleep(100);
    return 0;
}

Test(debug, a_slow_step_is_told_with_its_length)
{
    task_set_slow_step(10);
    cr_assert_eq(run_in_virtual_time(slow_and_quick, NULL), 0);
    task_set_slow_step(0);
    cr_assert_eq(strncmp(task_lines, "slow step: main ran for 12 ms", 29), 0, "%s", task_lines);
    cr_assert_eq(strchr(task_lines, '\n')[1], '\0', "%s", task_lines);
}
