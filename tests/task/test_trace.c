/* The tracer sees each step of a task, in order, with the place in the program. */
#include "engine/event/event.h"
#include "tests/task/support.h"

static uint32_t next_id;
static char trace[4096];
static bool places_known;

static uint32_t on_born(unsigned type, uint32_t parent, const void *where)
{
    size_t used = strlen(trace);

    snprintf(trace + used, sizeof trace - used, "born %s %u of %u\n", entity_type_name(type),
             ++next_id, parent);
    places_known &= where != NULL;
    return next_id;
}

static void on_emit(unsigned kind, uint32_t subject, uint32_t object, int64_t arg,
                    const void *where)
{
    size_t used = strlen(trace);

    if (kind == EVENT_SUSPEND)
        snprintf(trace + used, sizeof trace - used, "suspend %u for %u %s %d\n", subject, object,
                 wait_name(arg & 0xff), (int)(arg >> 8));
    else if (kind == EVENT_DO)
        snprintf(trace + used, sizeof trace - used, "%u does %s to %u: %d\n", subject,
                 operation_name(arg & 0xff), object, (int)(arg >> 8));
    else
        snprintf(trace + used, sizeof trace - used, "%s %u %u %d\n", event_kind_name(kind), subject,
                 object, (int)arg);
    if (kind == EVENT_SUSPEND || kind == EVENT_RESUME)
        places_known &= where != NULL;
}

static void on_name(uint32_t subject, const char *name)
{
    size_t used = strlen(trace);

    snprintf(trace + used, sizeof trace - used, "name %u %s\n", subject, name);
}

static const struct task_tracer tracer = {.born = on_born, .emit = on_emit, .name = on_name};

static int sleeps(void *arg)
{
    (void)arg;
    task_sleep(2);
    return UV_EIO;
}

static int awaits_sleeper(void *arg)
{
    struct task *task = task_spawn(sleeps, NULL);

    (void)arg;
    task_set_name(task, "sleeper");
    task_yield();
    task_await(task);
    return 3;
}

Test(trace, tells_the_life_of_two_tasks)
{
    next_id = 0;
    trace[0] = '\0';
    places_known = true;
    task_set_tracer(&tracer);
    cr_assert_eq(run_in_virtual_time(awaits_sleeper, NULL), 3);
    task_set_tracer(NULL);
    cr_assert_str_eq(trace, "born task 1 of 0\n"
                            "wake 1 0 0\n"
                            "name 1 main\n"
                            "resume 1 0 0\n"
                            "born task 2 of 1\n"
                            "wake 2 1 0\n"
                            "name 2 sleeper\n"
                            "suspend 1 for 0 ready 0\n"
                            "resume 2 0 0\n"
                            "suspend 2 for 0 sleep 2\n"
                            "resume 1 0 0\n"
                            "suspend 1 for 2 task 0\n"
                            "wake 2 0 0\n"
                            "resume 2 0 0\n"
                            "end 2 0 -5\n"
                            "wake 1 2 0\n"
                            "resume 1 0 0\n"
                            "1 does await to 2: -5\n"
                            "gone 2 0 0\n"
                            "end 1 0 3\n");
    cr_assert(places_known);
}

static int spawns_after(void *arg)
{
    (void)arg;
    return task_await(task_spawn(sleeps, NULL));
}

Test(trace, without_a_tracer_nothing_is_told)
{
    trace[0] = '\0';
    cr_assert_eq(run_on_loop(spawns_after, NULL), UV_EIO);
    cr_assert_str_eq(trace, "");
}
