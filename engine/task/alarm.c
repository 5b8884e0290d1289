/* Deadlines, and sleep, the simplest of them. A task that waits for a time has one libuv timer,
 * however many deadlines it has (a sleep within a timeout within another): they are in a list, and
 * the timer is set for the nearest. Timers are never closed while the runtime lives, which would
 * cost a turn of the loop, but go back to a pool. They are allocated side by side and not with the
 * stacks: libuv's heap looks at a dozen of them for each start, and with a page each that would be
 * a dozen misses of the cache (four times the cost, measured with 100,000). */
#include <assert.h>
#include <stdlib.h>

#include "engine/task/task_priv.h"

enum { CHUNK = 64 };

struct timer {
    uv_timer_t uv;
    struct timer *next; /* in the pool */
};

struct timer_chunk {
    struct timer_chunk *next;
    size_t used;
    struct timer timers[CHUNK];
};

static struct timer *timer_take(struct runtime *runtime)
{
    struct timer *timer = runtime->timers;
    struct timer_chunk *chunk = runtime->timer_chunks;

    if (timer) {
        runtime->timers = timer->next;
        return timer;
    }
    if (!chunk || chunk->used == CHUNK) {
        chunk = malloc(sizeof *chunk);
        if (!chunk)
            return NULL;
        chunk->next = runtime->timer_chunks;
        chunk->used = 0;
        runtime->timer_chunks = chunk;
    }
    timer = &chunk->timers[chunk->used++];
    uv_timer_init(runtime->uv, &timer->uv);
    return timer;
}

void task_timers_close(struct runtime *runtime)
{
    for (struct timer_chunk *chunk = runtime->timer_chunks; chunk; chunk = chunk->next)
        for (size_t i = 0; i < chunk->used; i++)
            uv_close((uv_handle_t *)&chunk->timers[i].uv, NULL);
}

void task_timers_free(struct runtime *runtime)
{
    while (runtime->timer_chunks) {
        struct timer_chunk *next = runtime->timer_chunks->next;
        free(runtime->timer_chunks);
        runtime->timer_chunks = next;
    }
}

static void ring(uv_timer_t *timer);

/* For the nearest deadline; without any, the timer goes back. */
static void set_timer(struct task *task)
{
    struct runtime *runtime = task->runtime;
    uint64_t now = uv_now(runtime->uv), time;

    if (!task->alarms) {
        uv_timer_stop(&task->timer->uv);
        task->timer->next = runtime->timers;
        runtime->timers = task->timer;
        task->timer = NULL;
        return;
    }
    time = task->alarms->time;
    uv_timer_start(&task->timer->uv, ring, time > now ? time - now : 0, 0);
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
    if (task->timer)
        set_timer(task);
}

/* The loop's clock is a copy from when its turn began; a deadline counts from now. */
int task_alarm_set(struct task *task, struct task_alarm *alarm, uint64_t ms)
{
    struct runtime *runtime = task->runtime;
    struct task_alarm **at = &task->alarms;
    uint64_t now;

    if (!task->timer) {
        task->timer = timer_take(runtime);
        if (!task->timer)
            return UV_ENOMEM;
        task->timer->uv.data = task;
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
    return 0;
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
    error = task_alarm_set(task_self(), &sleep.alarm, ms);
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
