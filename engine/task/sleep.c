/* Sleep: a park and an alarm. */
#include "engine/task/task_priv.h"

/* region sleep */
struct sleep {
    struct park park;
    struct task_alarm alarm;
};

static void wake_up(struct task_alarm *alarm)
{
    struct sleep *sleep = (struct sleep *)((char *)alarm - offsetof(struct sleep, alarm));

    task_wake(&sleep->park, 0);
}

static void cancel_sleep(struct park *park)
{
    struct sleep *sleep = (struct sleep *)park;

    task_alarm_drop(park->task->runtime, &sleep->alarm);
    task_wake(park, UV_ECANCELED);
}

int task_sleep_at(uint64_t ms, const void *where)
{
    struct sleep sleep;
    int error = task_checkpoint(where);

    if (error)
        return error;
    if (ms == 0) /* a timer of 0 would starve on libuv before 1.48 */
        return task_yield_at(where);
    park_init(&sleep.park, event_wait_arg(WAIT_SLEEP, ms < INT64_MAX ? (int64_t)ms : INT64_MAX),
              cancel_sleep, where);
    sleep.alarm.ring = wake_up;
    error = task_alarm_set(task_runtime, &sleep.alarm, ms);
    return error ? error : task_park(&sleep.park);
}

int task_sleep(uint64_t ms)
{
    return task_sleep_at(ms, __builtin_return_address(0));
}

int task_sleep_until_at(uint64_t time, const void *where)
{
    uv_loop_t *uv = task_runtime->uv;

    uv_update_time(uv);
    return task_sleep_at(time > uv_now(uv) ? time - uv_now(uv) : 0, where);
}

int task_sleep_until(uint64_t time)
{
    return task_sleep_until_at(time, __builtin_return_address(0));
}
/* end */
