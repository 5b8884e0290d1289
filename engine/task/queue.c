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

static uint32_t object(struct task_queue *queue, const void *where)
{
    return task_object(&queue->traced, ENTITY_QUEUE, where);
}

static int exchange(struct task_waiters *waiters, void **item, uint32_t id, const void *where)
{
    struct exchange self;
    int error;

    self.item = *item;
    park_init(&self.park, WAIT_QUEUE, task_waiters_cancel, where);
    self.park.object = id;
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

static inline int put_or_wait(struct task_queue *queue, void *item, uint32_t id, const void *where)
{
    int error = task_checkpoint(where);

    if (error == 0)
        error = put(queue, item);
    return error == UV_EAGAIN ? exchange(&queue->putters, &item, id, where) : error;
}

static inline int get_or_wait(struct task_queue *queue, void **ret_item, uint32_t id,
                              const void *where)
{
    void *item = NULL;
    int error = task_checkpoint(where);

    if (error == 0)
        error = get(queue, &item);
    if (error == UV_EAGAIN)
        error = exchange(&queue->getters, &item, id, where);
    if (error == 0)
        *ret_item = item;
    return error;
}

/* --- the same, told --------------------------------------------------------------------------- */

/* Who had to wait to put leaves the queue full, and who had to wait to get leaves it empty. */
SELDOM static int put_told(struct task_queue *queue, void *item, const void *where)
{
    uint32_t id = object(queue, where);
    size_t count =
        queue->getters.first || queue->count == queue->capacity ? queue->count : queue->count + 1;
    int error = put_or_wait(queue, item, id, where);

    task_did(DO_PUT, id, error ? error : (int64_t)count, where);
    return error;
}

SELDOM static int get_told(struct task_queue *queue, void **ret_item, const void *where)
{
    uint32_t id = object(queue, where);
    size_t count = queue->putters.first || queue->count == 0 ? queue->count : queue->count - 1;
    int error = get_or_wait(queue, ret_item, id, where);

    task_did(DO_GET, id, error ? error : (int64_t)count, where);
    return error;
}

int task_queue_try_put(struct task_queue *queue, void *item)
{
    const void *where = __builtin_return_address(0);
    int error = put(queue, item);

    task_did(DO_PUT, object(queue, where), error ? error : (int64_t)queue->count, where);
    return error;
}

int task_queue_try_get(struct task_queue *queue, void **ret_item)
{
    const void *where = __builtin_return_address(0);
    int error = get(queue, ret_item);

    task_did(DO_GET, object(queue, where), error ? error : (int64_t)queue->count, where);
    return error;
}

int task_queue_put_at(struct task_queue *queue, void *item, const void *where)
{
    if (task_self_is_traced())
        return put_told(queue, item, where);
    return put_or_wait(queue, item, 0, where);
}

__attribute__((flatten)) int task_queue_put(struct task_queue *queue, void *item)
{
    return task_queue_put_at(queue, item, __builtin_return_address(0));
}

int task_queue_get_at(struct task_queue *queue, void **ret_item, const void *where)
{
    if (task_self_is_traced())
        return get_told(queue, ret_item, where);
    return get_or_wait(queue, ret_item, 0, where);
}

__attribute__((flatten)) int task_queue_get(struct task_queue *queue, void **ret_item)
{
    return task_queue_get_at(queue, ret_item, __builtin_return_address(0));
}

void task_queue_close_at(struct task_queue *queue, const void *where)
{
    queue->closed = true;
    while (task_waiters_wake(&queue->getters, UV_EOF))
        continue;
    while (task_waiters_wake(&queue->putters, UV_EPIPE))
        continue;
    task_did(DO_CLOSE, object(queue, where), 0, where);
}

void task_queue_close(struct task_queue *queue)
{
    task_queue_close_at(queue, __builtin_return_address(0));
}
