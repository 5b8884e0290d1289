/* Deadlines. All of a loop's are in one heap, the nearest on top, and one libuv timer is set for
 * that. A libuv timer for each would be the same heap, but of pointers: to take one out of the
 * middle libuv walks down to the last, a miss of the cache a level. Here the heap is an array of
 * numbers, and who is dropped is not taken out: its slot is emptied, and the heap forgets it when
 * it comes to the top, or when half of the heap is such.
 *
 * An entry in the heap and an alarm both name a slot, in which the address of the alarm is: so
 * entries move about without touching the alarms, which lie on as many stacks. */
#include <stdlib.h>

#include "engine/task/task_priv.h"

enum { WIDTH = 4, FIRST_ROOM = 64 };

struct deadline {
    uint64_t time;
    uint32_t order; /* of equal times, the one that was set first rings first */
    uint32_t slot;
};

static inline bool before(const struct deadline *a, const struct deadline *b)
{
    return a->time < b->time || (a->time == b->time && (int32_t)(a->order - b->order) < 0);
}

/* region heap */
/* Places `it`, which is to be at i or above: its parents move down for it. */
static void sift_up(struct deadline *heap, size_t i, struct deadline it)
{
    while (i && before(&it, &heap[(i - 1) / WIDTH])) {
        heap[i] = heap[(i - 1) / WIDTH];
        i = (i - 1) / WIDTH;
    }
    heap[i] = it;
}

static size_t nearest_child(const struct deadline *heap, size_t n, size_t i)
{
    size_t first = WIDTH * i + 1, nearest = first;

    for (size_t child = first + 1; child < first + WIDTH && child < n; child++)
        if (before(&heap[child], &heap[nearest]))
            nearest = child;
    return nearest;
}

/* The same downwards. */
static void sift_down(struct deadline *heap, size_t n, size_t i, struct deadline it)
{
    while (WIDTH * i + 1 < n) {
        size_t child = nearest_child(heap, n, i);
        if (!before(&heap[child], &it))
            break;
        heap[i] = heap[child];
        i = child;
    }
    heap[i] = it;
}

/* What is beyond the n entries keeps the numbers of the slots that are free. */
static void take_top(struct alarms *alarms)
{
    uint32_t slot = alarms->heap[0].slot;
    struct deadline last = alarms->heap[--alarms->n];

    alarms->heap[alarms->n].slot = slot;
    if (alarms->n)
        sift_down(alarms->heap, alarms->n, 0, last);
}

/* Forgets all that were dropped. */
static void sweep(struct alarms *alarms)
{
    struct deadline *heap = alarms->heap;
    size_t n = alarms->n;

    for (size_t i = n; i-- > 0;)
        if (!alarms->slots[heap[i].slot]) {
            struct deadline dropped = heap[i];
            heap[i] = heap[--n];
            heap[n] = dropped;
        }
    for (size_t i = n / WIDTH + 1; i-- > 0;)
        if (i < n)
            sift_down(heap, n, i, heap[i]);
    alarms->n = n;
    alarms->dropped = 0;
}
/* end */

static int grow(struct runtime *runtime, struct alarms *alarms)
{
    size_t room = alarms->room ? 2 * alarms->room : FIRST_ROOM;
    struct deadline *heap = realloc(alarms->heap, room * sizeof *heap);
    struct task_alarm **slots;

    if (!heap)
        return UV_ENOMEM;
    alarms->heap = heap;
    slots = realloc(alarms->slots, room * sizeof *slots);
    if (!slots)
        return UV_ENOMEM;
    alarms->slots = slots;
    for (size_t i = alarms->room; i < room; i++)
        heap[i].slot = (uint32_t)i;
    if (!alarms->room)
        uv_timer_init(runtime->uv, &alarms->timer);
    alarms->room = room;
    return 0;
}

static void on_timer(uv_timer_t *timer);

/* Sets the timer for the nearest that was not dropped; without any, the loop need not wait. */
static void set_timer(struct runtime *runtime, struct alarms *alarms)
{
    uint64_t now = uv_now(runtime->uv), time;

    while (alarms->n && !alarms->slots[alarms->heap[0].slot]) {
        take_top(alarms);
        alarms->dropped--;
    }
    time = alarms->n ? alarms->heap[0].time : UINT64_MAX;
    if (alarms->n && (!alarms->is_set || alarms->time != time))
        uv_timer_start(&alarms->timer, on_timer, time > now ? time - now : 0, 0);
    else if (!alarms->n && alarms->is_set)
        uv_timer_stop(&alarms->timer);
    alarms->is_set = alarms->n > 0;
    alarms->time = time;
}

static void on_timer(uv_timer_t *timer)
{
    struct runtime *runtime = timer->data;
    struct alarms *alarms = &runtime->alarms;
    uint64_t now = uv_now(runtime->uv);

    alarms->is_set = false;
    while (alarms->n && alarms->heap[0].time <= now) {
        struct task_alarm *alarm = alarms->slots[alarms->heap[0].slot];
        take_top(alarms);
        if (alarm) {
            alarm->place = 0;
            alarm->ring(alarm);
        } else {
            alarms->dropped--;
        }
    }
    set_timer(runtime, alarms);
}

/* The loop's clock is a copy from when its turn began; a deadline counts from now. */
int task_alarm_set(struct runtime *runtime, struct task_alarm *alarm, uint64_t ms)
{
    struct alarms *alarms = &runtime->alarms;
    struct deadline it;
    uint64_t now;

    if (alarms->n == alarms->room && grow(runtime, alarms))
        return UV_ENOMEM;
    uv_update_time(runtime->uv);
    now = uv_now(runtime->uv);
    it.time = ms < UINT64_MAX - now ? now + ms : UINT64_MAX;
    it.order = alarms->order++;
    it.slot = alarms->heap[alarms->n].slot;
    alarms->slots[it.slot] = alarm;
    alarm->place = it.slot + 1;
    sift_up(alarms->heap, alarms->n++, it);
    if (alarms->heap[0].slot == it.slot)
        set_timer(runtime, alarms);
    return 0;
}

void task_alarm_drop(struct runtime *runtime, struct task_alarm *alarm)
{
    struct alarms *alarms = &runtime->alarms;
    uint32_t slot = alarm->place - 1;

    if (!alarm->place) /* it has rung */
        return;
    alarm->place = 0;
    alarms->slots[slot] = NULL;
    alarms->dropped++;
    if (alarms->dropped > FIRST_ROOM && alarms->dropped > alarms->n / 2)
        sweep(alarms);
    if (!alarms->n || !alarms->slots[alarms->heap[0].slot])
        set_timer(runtime, alarms);
}

void task_alarms_close(struct runtime *runtime)
{
    if (runtime->alarms.room)
        uv_close((uv_handle_t *)&runtime->alarms.timer, NULL);
}

void task_alarms_free(struct runtime *runtime)
{
    free(runtime->alarms.heap);
    free(runtime->alarms.slots);
}
