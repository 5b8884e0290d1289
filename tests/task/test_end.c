/* Ends that come between a wake and the turn of who was woken, or between the last task and the
 * end of task_run(). Memory that is used after it was freed is what AddressSanitizer looks for. */
#include "engine/task/task_process.h"
#include "engine/task/task_sync.h"
#include "tests/task/support.h"

/* A callback of the program that spawns a task after the last one has ended. */
struct late {
    uv_check_t check;
    int turns;     /* since main ended */
    int spawns_in; /* the turn in which it spawns */
    bool ended, spawned, ran;
};

static int runs_late(void *arg)
{
    struct late *late = arg;

    late->ran = task_sleep(1) == 0;
    return 0;
}

static void spawns_late(uv_check_t *check)
{
    struct late *late = check->data;
    struct task *task;

    if (!late->ended || ++late->turns != late->spawns_in)
        return;
    task = task_spawn(runs_late, late);
    late->spawned = task != NULL;
    if (task)
        task_detach(task);
}

static int ends(void *arg)
{
    ((struct late *)arg)->ended = true;
    return 5;
}

/* Whoever uses the loop afterwards finds nothing of the library in it. */
static struct late run_with(int spawns_in)
{
    struct late late = {.spawns_in = spawns_in};
    uv_loop_t loop;

    uv_loop_init(&loop);
    uv_check_init(&loop, &late.check);
    late.check.data = &late;
    uv_check_start(&late.check, spawns_late);
    cr_assert_eq(task_run(&loop, ends, &late), 5);
    uv_run(&loop, UV_RUN_NOWAIT);
    uv_close((uv_handle_t *)&late.check, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_assert_eq(uv_loop_close(&loop), 0);
    return late;
}

Test(end, a_task_spawned_in_the_turn_in_which_the_last_one_ended_runs)
{
    struct late late = run_with(1);

    cr_assert(late.spawned);
    cr_assert(late.ran);
}

Test(end, in_the_turn_in_which_all_is_closed_nobody_can_be_spawned)
{
    struct late late = run_with(2);

    cr_assert_eq(late.turns, 3);
    cr_assert_not(late.spawned);
}

/* A child that exits when its input ends, for two who wait for it. */
static int waiting;

static int waits_and_closes(void *arg)
{
    struct task_process *process = arg;
    int64_t status = 0;
    uint64_t since;

    waiting++;
    cr_assert_eq(task_process_wait(process, &status, NULL), 0);
    task_process_close(process);
    since = uv_hrtime();
    while (uv_hrtime() - since < 3000000) /* more than a share: the loop frees what was closed */
        continue;
    return (int)status;
}

static int waits(void *arg)
{
    int64_t status = 0;
    int error;

    waiting++;
    error = task_process_wait(arg, &status, NULL);
    return error ? error : (int)status;
}

static int two_wait(void *arg)
{
    char *words[] = {"sh", "-c", "read line; exit 3", NULL};
    struct task_process_options options = {
        .file = "/bin/sh", .arguments = words, .piped = {true, false, false}};
    struct task_process *process;
    struct task *tasks[2];
    int results[2];

    (void)arg;
    cr_assert_eq(task_process_start(&options, &process), 0);
    tasks[0] = task_spawn(waits_and_closes, process);
    tasks[1] = task_spawn(waits, process);
    while (waiting < 2)
        task_yield();
    task_stream_close(task_process_take_stream(process, 0));
    task_gather(tasks, 2, results);
    cr_assert_eq(results[0], 3);
    cr_assert_eq(results[1], 3);
    return 0;
}

Test(end, who_was_woken_by_an_exit_has_its_status_though_another_closes_the_process)
{
    cr_assert_eq(run_on_loop(two_wait, NULL), 0);
}

/* The same, for one who reads on: what it read woke it, and then there is nothing to read from. */
static int closes_when_it_has_read(void *arg)
{
    struct task_process *process = arg;
    uv_stream_t *handle = (uv_stream_t *)task_stream_handle(task_process_stream(process, 1));
    uint64_t since;

    while (!uv_is_active((uv_handle_t *)handle))
        task_yield();
    do
        task_yield();
    while (uv_has_ref((uv_handle_t *)handle)); /* the reader was woken, and comes next */
    task_process_close(process);
    since = uv_hrtime();
    while (uv_hrtime() - since < 3000000)
        continue;
    return 0;
}

static int finishes(void *arg)
{
    char *data;
    size_t size;

    return task_process_finish(arg, 1, 1000, &data, &size, NULL);
}

static int one_reads_on(void *arg)
{
    char *words[] = {"sh", "-c", "echo line; exec sleep 100", NULL};
    struct task_process_options options = {
        .file = "/bin/sh", .arguments = words, .piped = {false, true, false}};
    struct task_process *process;
    struct task *tasks[2];
    int results[2], pid;

    (void)arg;
    cr_assert_eq(task_process_start(&options, &process), 0);
    pid = task_process_pid(process);
    tasks[0] = task_spawn(closes_when_it_has_read, process);
    tasks[1] = task_spawn(finishes, process);
    task_gather(tasks, 2, results);
    cr_assert_eq(results[1], UV_EBADF);
    uv_kill(pid, SIGKILL);
    return 0;
}

Test(end, who_reads_all_is_told_that_the_process_was_closed, .timeout = 20)
{
    cr_assert_eq(run_on_loop(one_reads_on, NULL), 0);
}

static int stops_and_waits(void *arg)
{
    struct task_event never = {0};

    uv_stop(arg);
    return task_event_wait(&never);
}

Test(end, who_stops_the_loop_has_not_met_a_deadlock)
{
    uv_loop_t loop;

    task_lines[0] = '\0';
    task_set_report(keep_line, NULL);
    uv_loop_init(&loop);
    cr_assert_eq(task_run(&loop, stops_and_waits, &loop), UV_ECANCELED);
    cr_assert_eq(uv_loop_close(&loop), 0);
    cr_assert_str_eq(task_lines, "");
}
