/* Deadlines, and sleep, the simplest of them. Each task has one libuv timer in its control block,
 * made when it is first needed and kept as long as the stack, so that sleeping neither allocates
 * nor has to wait for uv_close(). Several deadlines of a task (a sleep within a timeout within
 * another) share it: they are in a list, and the timer is set for the nearest. */
#include <assert.h>

#include "engine/task/task_priv.h"

static void ring(uv_timer_t *timer);

static void set_timer(struct task *task)
{
    uint64_t now = uv_now(task->runtime->uv), time;

    if (!task->alarms) {
        uv_timer_stop(&task->timer);
        return;
    }
    time = task->alarms->time;
    uv_timer_start(&task->timer, ring, time > now ? time - now : 0, 0);
}

static void ring(uv_timer_t *timer)
{
    struct task *task = timer->data;
    uint64_t now = uv_now(timer->loop);

    while (task->alarms && task->alarms->time <= now) {
        struct task_alarm *alarm = task->alarms;
        task->alarms = alarm->next;
        alarm->ring(alarm);
    }
    if (task->alarms)
        set_timer(task);
}

/* The loop's clock is a copy from when its turn began; a deadline counts from now. */
void task_alarm_set(struct task *task, struct task_alarm *alarm, uint64_t ms)
{
    struct runtime *runtime = task->runtime;
    struct task_alarm **at = &task->alarms;
    uint64_t now;

    if (!task->timer_made) {
        uv_timer_init(runtime->uv, &task->timer);
        task->timer.data = task;
        task->timer_made = true;
    }
    uv_update_time(runtime->uv);
    now = uv_now(runtime->uv);
    alarm->time = ms < UINT64_MAX - now ? now + ms : UINT64_MAX;
    while (*at && (*at)->time <= alarm->time)
        at = &(*at)->next;
    alarm->next = *at;
    *at = alarm;
    if (task->alarms == alarm)
        set_timer(task);
}

void task_alarm_drop(struct task *task, struct task_alarm *alarm)
{
    for (struct task_alarm **at = &task->alarms; *at; at = &(*at)->next) {
        if (*at != alarm)
            continue;
        *at = alarm->next;
        if (at == &task->alarms)
            set_timer(task);
        return;
    }
}

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

    task_alarm_drop(park->task, &sleep->alarm);
    task_wake(park, UV_ECANCELED);
}

int task_sleep_at(uint64_t ms, const void *where)
{
    struct sleep sleep = {.park = {.where = where,
                                   .why = event_wait_arg(WAIT_SLEEP, (int64_t)ms),
                                   .cancel = cancel_sleep},
                          .alarm = {.ring = wake_up}};
    int error = task_checkpoint(where);

    if (error)
        return error;
    if (ms == 0) /* a timer of 0 would starve on libuv before 1.48 */
        return task_yield_at(where);
    task_alarm_set(task_self(), &sleep.alarm, ms);
    return task_park(&sleep.park);
}

int task_sleep(uint64_t ms)
{
    return task_sleep_at(ms, __builtin_return_address(0));
}

int task_sleep_until(uint64_t time)
{
    uv_loop_t *uv = task_runtime->uv;

    uv_update_time(uv);
    return task_sleep_at(time > uv_now(uv) ? time - uv_now(uv) : 0, __builtin_return_address(0));
}
/* end */
