/* The bounded queue. An item goes from hand to hand when somebody waits for it: a put gives it to
 * the first waiting getter, and a get lets the first waiting putter fill the slot that it emptied.
 * So getters wait only while the queue is empty, and putters only while it is full. */
#include <assert.h>

#include "engine/task/task_priv.h"
#include "engine/task/task_queue.h"

struct exchange {
    struct park park;
    void *item;
};

void task_queue_init(struct task_queue *queue, void **slots, size_t capacity)
{
    assert(capacity > 0);
    *queue = (struct task_queue){.slots = slots, .capacity = capacity};
}

static void append(struct task_queue *queue, void *item)
{
    size_t at = queue->first + queue->count++;

    queue->slots[at < queue->capacity ? at : at - queue->capacity] = item;
}

static void *take_first(struct task_queue *queue)
{
    void *item = queue->slots[queue->first];

    queue->first = queue->first + 1 < queue->capacity ? queue->first + 1 : 0;
    queue->count--;
    return item;
}

static int exchange(struct task_waiters *waiters, void **item, const void *where)
{
    struct exchange self;
    int error;

    self.item = *item;
    park_init(&self.park, WAIT_QUEUE, task_waiters_cancel, where);
    task_waiters_add(waiters, &self.park);
    error = task_park(&self.park);
    *item = self.item;
    return error;
}

static inline int put(struct task_queue *queue, void *item)
{
    struct exchange *getter;

    if (queue->closed)
        return UV_EPIPE;
    getter = (struct exchange *)task_waiters_take(&queue->getters);
    if (getter) {
        getter->item = item;
        task_wake(&getter->park, 0);
        return 0;
    }
    if (queue->count == queue->capacity)
        return UV_EAGAIN;
    append(queue, item);
    return 0;
}

static inline int get(struct task_queue *queue, void **ret_item)
{
    struct exchange *putter;

    if (queue->count == 0)
        return queue->closed ? UV_EOF : UV_EAGAIN;
    *ret_item = take_first(queue);
    putter = (struct exchange *)task_waiters_take(&queue->putters);
    if (putter) {
        append(queue, putter->item);
        task_wake(&putter->park, 0);
    }
    return 0;
}

int task_queue_try_put(struct task_queue *queue, void *item)
{
    return put(queue, item);
}

int task_queue_try_get(struct task_queue *queue, void **ret_item)
{
    return get(queue, ret_item);
}

int task_queue_put(struct task_queue *queue, void *item)
{
    const void *where = __builtin_return_address(0);
    int error = task_checkpoint(where);

    if (error == 0)
        error = put(queue, item);
    return error == UV_EAGAIN ? exchange(&queue->putters, &item, where) : error;
}

int task_queue_get_at(struct task_queue *queue, void **ret_item, const void *where)
{
    void *item = NULL;
    int error = task_checkpoint(where);

    if (error == 0)
        error = get(queue, &item);
    if (error == UV_EAGAIN)
        error = exchange(&queue->getters, &item, where);
    if (error == 0)
        *ret_item = item;
    return error;
}

__attribute__((flatten)) int task_queue_get(struct task_queue *queue, void **ret_item)
{
    return task_queue_get_at(queue, ret_item, __builtin_return_address(0));
}

void task_queue_close(struct task_queue *queue)
{
    queue->closed = true;
    while (task_waiters_wake(&queue->getters, UV_EOF))
        continue;
    while (task_waiters_wake(&queue->putters, UV_EPIPE))
        continue;
}
