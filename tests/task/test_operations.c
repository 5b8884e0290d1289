/* Every call by which tasks act on each other leaves an event, whether it waited or not, with what
 * it was done to and what came of it. A row for each call; what a row claims to call is held
 * against the headers. */
#include <inttypes.h>

#include "engine/event/event.h"
#include "tests/task/headers.h"
#include "tests/task/operations.h"
#include "tests/task/support.h"

/* --- what is written down --------------------------------------------------------------------- */

enum { IDS = 64, THE_LOOP = IDS - 1, A_HANDLE = IDS - 2, A_THREAD = IDS - 3 };

static char told[2048];
static char names[IDS][40];
static uint32_t last_id;
static bool places_known;
static bool done[OPERATIONS];

static uint32_t on_born(unsigned type, uint32_t parent, const void *where)
{
    (void)parent;
    cr_assert_lt(++last_id, A_THREAD);
    snprintf(names[last_id], sizeof names[0], "%s", entity_type_name(type));
    places_known &= where != NULL;
    return last_id;
}

static void put(const char *text)
{
    size_t used = strlen(told);

    snprintf(told + used, sizeof told - used, "%s", text);
}

/* Descriptors and processes have numbers that the kernel gives. */
static bool is_given(enum operation operation, int64_t result)
{
    return (operation == DO_OPEN || operation == DO_START) && result > 0;
}

static void put_operation(uint32_t subject, uint32_t object, const struct event *event)
{
    int64_t result = event_do_result(event);
    char line[160], came[24];

    if (result < -1)
        snprintf(came, sizeof came, "%s", uv_err_name((int)result));
    else if (is_given(event_do(event), result))
        snprintf(came, sizeof came, "N");
    else
        snprintf(came, sizeof came, "%" PRId64, result);
    snprintf(line, sizeof line, "%s %s %s %s\n", names[subject], operation_name(event_do(event)),
             object ? names[object] : "-", came);
    put(line);
}

/* Whoever waits for a lock waits for the task that has it; which lock it is stands beside. */
static void put_wait(uint32_t subject, uint32_t object, const struct event *event)
{
    bool lock = event_wait(event) == WAIT_LOCK;
    char line[160];

    snprintf(line, sizeof line, "%s waits %s%s%s\n", names[subject],
             lock ? names[event_wait_detail(event)] : "", lock ? " of " : "",
             object ? names[object] : "-");
    put(line);
}

static void on_emit(unsigned kind, uint32_t subject, uint32_t object, int64_t arg,
                    const void *where)
{
    struct event event = {.arg = arg};
    char line[160];

    if (kind == EVENT_DO) {
        cr_assert_lt(event_do(&event), OPERATIONS);
        done[event_do(&event)] = true;
        put_operation(subject, object, &event);
        places_known &= where != NULL || event_do_result(&event) == UV_ETIMEDOUT;
    } else if (kind == EVENT_SUSPEND && (arg & 0xff) != WAIT_SLEEP && (arg & 0xff) != WAIT_READY) {
        put_wait(subject, object, &event);
    } else if (kind == EVENT_WAKE && object && strcmp(names[subject], "task") != 0) {
        snprintf(line, sizeof line, "%s wakes %s\n", names[object], names[subject]);
        put(line);
    }
}

static void on_name(uint32_t subject, const char *name)
{
    snprintf(names[subject], sizeof names[0], "%s", name);
}

static uint32_t find(const void *actor)
{
    return !actor ? A_THREAD : actor == &operations_loop ? THE_LOOP : A_HANDLE;
}

static const struct task_tracer tracer = {on_born, on_emit, on_name, find};

/* --- a run ------------------------------------------------------------------------------------ */

struct things things;
uv_loop_t operations_loop;

static void fresh(void)
{
    things = (struct things){.semaphore = {.free = 1},
                             .barrier = {.parties = 2},
                             .limiter = {.per_second = 100, .burst = 1}};
    task_queue_init(&things.queue, things.slots, 1);
    last_id = 0;
    told[0] = '\0';
    snprintf(names[THE_LOOP], sizeof names[0], "loop");
    snprintf(names[A_HANDLE], sizeof names[0], "handle");
    snprintf(names[A_THREAD], sizeof names[0], "thread");
}

struct task *operation_begin(int (*body)(void *))
{
    struct task *b = task_spawn(body, NULL);

    task_set_name(b, "b");
    task_yield();
    return b;
}

static void run(int (*main)(void *))
{
    virtual_begin();
    cr_assert_eq(uv_loop_init(&operations_loop), 0);
    task_run(&operations_loop, main, NULL);
    cr_assert_eq(uv_loop_close(&operations_loop), 0);
    virtual_end();
}

static void check(const struct operation_row *row)
{
    for (; row->calls; row++) {
        fresh();
        run(row->main);
        cr_assert_str_eq(told, row->events, "%s:\n%s", row->calls, told);
    }
}

Test(operations, each_leaves_its_event)
{
    places_known = true;
    task_set_tracer(&tracer);
    check(operations_sync);
    check(operations_task);
    check(operations_handle);
    check(operations_iter);
    check(operations_pool);
    if (!RUNNING_ON_VALGRIND)
        check(operations_resolver);
    task_set_tracer(NULL);
    cr_assert(places_known);
    for (unsigned i = 0; i < OPERATIONS; i++)
        cr_assert(done[i], "%s is in no row", operation_name(i));
}

/* --- the headers ------------------------------------------------------------------------------ */

static bool is_in_words(const char *words, const char *word)
{
    const char *at = strstr(words, word);
    size_t length = strlen(word);

    while (at && ((at != words && at[-1] != ' ') || (at[length] != ' ' && at[length] != '\0')))
        at = strstr(at + 1, word);
    return at != NULL;
}

static bool has_row(const char *name)
{
    static const struct operation_row *const tables[] = {operations_sync,   operations_task,
                                                         operations_handle, operations_iter,
                                                         operations_pool,   operations_resolver};

    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        for (const struct operation_row *row = tables[i]; row->calls; row++)
            if (is_in_words(row->calls, name))
                return true;
    return false;
}

/* The calls that have no row, by kinds; engine/task/README.md says why of each kind. */
static const char *const without_event[] = {
    /* the life of a task: born, woken, resumed, suspended, named, ended */
    "task_run task_spawn task_sleep task_sleep_until task_yield task_set_name",
    /* what only looks */
    "task_current task_name task_number task_parent_number task_has_ended task_local_get "
    "task_is_cancelled task_listener_port task_stream_handle task_udp_port task_udp_handle "
    "task_process_pid task_process_stream",
    /* what makes something ready in the caller's memory, or gives away what is in it */
    "task_queue_init task_queue_iter task_ticker task_generator task_map task_filter task_take "
    "task_batch task_zip task_merge task_process_take_stream",
    /* what sets up the library, or makes it tell of itself */
    "task_set_report task_set_tracer task_dump task_dump_on_signal task_set_slow_step "
    "task_set_perturb",
};
enum { KINDS_WITHOUT = sizeof without_event / sizeof *without_event };

static bool is_without_event(const char *name)
{
    for (int i = 0; i < KINDS_WITHOUT; i++)
        if (is_in_words(without_event[i], name))
            return true;
    return false;
}

Test(operations, every_function_has_a_row_or_a_reason_for_none)
{
    static struct public_function functions[FUNCTIONS_MAX];
    size_t n = read_headers(TASK_FOLDER, functions), without = 0, words = 0;

    for (size_t i = 0; i < n; i++) {
        const char *name = functions[i].name;

        cr_assert(has_row(name) != is_without_event(name), "%s: %s has %s", functions[i].header,
                  name, has_row(name) ? "a row and needs none" : "no row");
        without += is_without_event(name);
    }
    for (int i = 0; i < KINDS_WITHOUT; i++)
        for (const char *at = without_event[i]; at; at = strchr(at + 1, ' '))
            words++;
    cr_assert_eq(words, without, "one of those without a row is in no header");
    cr_assert_gt(n - without, 80);
}

/* --- from one run to the next ----------------------------------------------------------------- */

static int locks(void *arg)
{
    (void)arg;
    task_lock_acquire(&things.lock);
    task_lock_release(&things.lock);
    return 0;
}

Test(operations, what_outlives_its_run_is_born_again_in_the_next)
{
    fresh();
    task_set_tracer(&tracer);
    run(locks);
    cr_assert_eq(things.lock.traced.id, 2, "the task, and the lock");
    last_id = 10;
    told[0] = '\0';
    run(locks);
    task_set_tracer(NULL);
    cr_assert_eq(things.lock.traced.id, 12);
    cr_assert_str_eq(told, "main acquire lock 0\nmain release lock 0\n");
}

Test(operations, outside_of_task_run_nothing_is_told)
{
    fresh();
    task_set_tracer(&tracer);
    cr_assert_eq(task_queue_try_put(&things.queue, things.slots), 0);
    task_event_set(&things.event);
    task_event_clear(&things.event);
    task_semaphore_release(&things.semaphore);
    task_condition_notify_all(&things.condition);
    task_set_tracer(NULL);
    cr_assert_str_eq(told, "");
}
