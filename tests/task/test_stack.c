/* Stacks: pooled, guarded, enough of them; and what happens when they run out. */
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/task/support.h"

static int notes_its_stack(void *arg)
{
    char here;

    *(uintptr_t *)arg = (uintptr_t)&here / 65536;
    return 0;
}

static int runs_two_in_turn(void *arg)
{
    uintptr_t first = 0, second = 1;

    (void)arg;
    task_await(task_spawn(notes_its_stack, &first));
    task_await(task_spawn(notes_its_stack, &second));
    return first == second;
}

Test(stack, the_stack_used_last_is_used_next)
{
    cr_assert_eq(run_on_loop(runs_two_in_turn, NULL), 1);
}

static int passes_on(void *arg)
{
    task_yield();
    return *(int *)arg;
}

static int spawns_many(void *arg)
{
    enum { MANY = 3000 };
    static struct task *tasks[MANY];
    int one = 1, sum = 0;

    (void)arg;
    for (int i = 0; i < MANY; i++)
        cr_assert_not_null(tasks[i] = task_spawn(passes_on, &one));
    for (int i = 0; i < MANY; i++)
        sum += task_await(tasks[i]);
    return sum;
}

Test(stack, thousands_of_tasks_live_at_once)
{
    cr_assert_eq(run_on_loop(spawns_many, NULL), 3000);
}

static __attribute__((noinline)) int recurses(int depth)
{
    volatile char frame[512];

    frame[depth % 512] = (char)depth;
    return depth == 0 ? 0 : recurses(depth - 1) + frame[depth % 512];
}

static int overflows(void *arg)
{
    task_set_name(NULL, "digger");
    return recurses(*(int *)arg);
}

/* One frame, larger than the guard page and larger than the stack: what it writes first lies far
 * below the guard. */
static __attribute__((noinline)) int jumps(volatile char *to)
{
    volatile char frame[1 << 20];

    frame[0] = *to;
    *to = frame[0];
    return frame[0];
}

static int jumps_over_its_guard(void *arg)
{
    volatile char here = 0;

    (void)arg;
    task_set_name(NULL, "digger");
    return jumps(&here);
}

static void to_pipe(const char *line, void *to)
{
    if (write(*(int *)to, line, strlen(line)) < 0)
        abort();
}

/* In a child, because it dies. */
static int child_that_digs(int out, int (*digs)(void *))
{
    struct rlimit none = {0, 0};
    int depth = 100000;
    uv_loop_t loop;

    setrlimit(RLIMIT_CORE, &none);
    signal(SIGSEGV, SIG_DFL);
    task_set_report(to_pipe, &out);
    uv_loop_init(&loop);
    return task_run(&loop, digs, &depth);
}

static void check_that_it_is_told(int (*digs)(void *))
{
    char line[256] = "";
    int ends[2], status;
    pid_t child;

    if (RUNNING_ON_VALGRIND)
        return;
    cr_assert_eq(pipe(ends), 0);
    child = fork();
    if (child == 0)
        _exit(child_that_digs(ends[1], digs) != 0);
    close(ends[1]);
    cr_assert_gt(read(ends[0], line, sizeof line - 1), 0);
    close(ends[0]);
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
    cr_assert_str_eq(line, "stack overflow: digger used up its stack of 64 KiB");
}

Test(stack, an_overflow_is_told_with_the_name_of_the_task)
{
    check_that_it_is_told(overflows);
}

Test(stack, a_frame_larger_than_the_guard_does_not_get_past_it)
{
    check_that_it_is_told(jumps_over_its_guard);
}

Test(stack, fifty_kilobytes_are_not_too_much)
{
    int depth = 60;

    cr_assert_eq(run_on_loop(overflows, &depth), recurses(60));
}

enum { TRIED = 2000 };

static int spawns_until_refused(void *arg)
{
    static struct task *tasks[TRIED];
    int one = 1, n = 0, sum = 0;

    (void)arg;
    while (n < TRIED && (tasks[n] = task_spawn(passes_on, &one)))
        n++;
    for (int i = 0; i < n; i++)
        sum += task_await(tasks[i]);
    return sum == n ? n : -1;
}

static rlim_t address_space(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");

    cr_assert_not_null(file);
    cr_assert_eq(fscanf(file, "%lu", &pages), 1);
    fclose(file);
    return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

/* 50 MiB hold 800 stacks, in ever smaller slabs. */
static int child_with_little_room(void)
{
    struct rlimit room = {address_space() + (50 << 20), RLIM_INFINITY};
    uv_loop_t loop;
    int n;

    uv_loop_init(&loop);
    task_set_report(keep_line, NULL);
    setrlimit(RLIMIT_AS, &room);
    n = task_run(&loop, spawns_until_refused, NULL);
    return n >= 700 && n <= 800 ? 0 : 1;
}

Test(stack, without_memory_spawn_returns_null)
{
    int status;
    pid_t child;

    if (watched())
        return;
    child = fork();
    if (child == 0)
        _exit(child_with_little_room());
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert_eq(status, 0);
}
