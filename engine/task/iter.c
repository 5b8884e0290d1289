/* Iterators and the plain pieces of a pipeline. Each piece is a struct that begins with its
 * iterator and asks its source when it is asked itself: nothing runs ahead, so a pipeline holds one
 * item a piece. What it has taken from its source and not yet passed on it keeps in the struct, so
 * that a cancelled call loses nothing. */
#include "engine/task/task_iter.h"
#include "engine/task/task_priv.h"

int task_iter_next(struct task_iter *iter, void **ret_item)
{
    return iter->next ? iter->next(iter, ret_item) : UV_EOF;
}

void task_iter_close(struct task_iter *iter)
{
    void (*close)(struct task_iter *);
    struct task_scope shield;

    if (!iter)
        return;
    close = iter->close;
    iter->next = NULL;
    iter->close = NULL;
    if (!close)
        return;
    task_shield_enter(&shield, TASK_FOREVER);
    close(iter);
    task_scope_leave(&shield, 0);
}

static int queue_next(struct task_iter *iter, void **ret_item)
{
    return task_queue_get(((struct task_queue_iter *)iter)->queue, ret_item);
}

static void queue_close(struct task_iter *iter)
{
    task_queue_close(((struct task_queue_iter *)iter)->queue);
}

struct task_iter *task_queue_iter(struct task_queue_iter *iter, struct task_queue *queue)
{
    *iter = (struct task_queue_iter){{queue_next, queue_close}, queue};
    return &iter->iter;
}

static int ticker_next(struct task_iter *iter, void **ret_item)
{
    struct task_ticker *ticker = (struct task_ticker *)iter;
    int error = task_sleep_until(ticker->due);
    uint64_t now = uv_now(task_runtime->uv);

    if (error)
        return error;
    ticker->due = ticker->due + ticker->ms > now ? ticker->due + ticker->ms : now + ticker->ms;
    ticker->count++;
    *ret_item = &ticker->count;
    return 0;
}

struct task_iter *task_ticker(struct task_ticker *ticker, uint64_t ms)
{
    uv_update_time(task_runtime->uv);
    *ticker = (struct task_ticker){{ticker_next, NULL}, ms, uv_now(task_runtime->uv) + ms, 0};
    return &ticker->iter;
}

/* Map, filter and take all begin with an iterator and its source. */
static void source_close(struct task_iter *iter)
{
    task_iter_close(((struct task_map *)iter)->source);
}

static int map_next(struct task_iter *iter, void **ret_item)
{
    struct task_map *map = (struct task_map *)iter;
    void *item;
    int error = task_iter_next(map->source, &item);

    return error ? error : map->function(map->arg, item, ret_item);
}

struct task_iter *task_map(struct task_map *map, struct task_iter *source,
                           int (*function)(void *arg, void *item, void **ret_item), void *arg)
{
    *map = (struct task_map){{map_next, source_close}, source, function, arg};
    return &map->iter;
}

static int filter_next(struct task_iter *iter, void **ret_item)
{
    struct task_filter *filter = (struct task_filter *)iter;
    void *item;
    int error;

    do
        error = task_iter_next(filter->source, &item);
    while (error == 0 && !filter->keep(filter->arg, item));
    if (error == 0)
        *ret_item = item;
    return error;
}

struct task_iter *task_filter(struct task_filter *filter, struct task_iter *source,
                              bool (*keep)(void *arg, void *item), void *arg)
{
    *filter = (struct task_filter){{filter_next, source_close}, source, keep, arg};
    return &filter->iter;
}

static int take_next(struct task_iter *iter, void **ret_item)
{
    struct task_take *take = (struct task_take *)iter;
    int error = take->left ? task_iter_next(take->source, ret_item) : UV_EOF;

    if (error == 0)
        take->left--;
    return error;
}

struct task_iter *task_take(struct task_take *take, struct task_iter *source, size_t n)
{
    *take = (struct task_take){{take_next, source_close}, source, n};
    return &take->iter;
}

static int batch_next(struct task_iter *iter, void **ret_item)
{
    struct task_batch *batch = (struct task_batch *)iter;
    int error = 0;

    if (batch->full)
        batch->count = 0;
    batch->full = false;
    while (batch->count < batch->room && error == 0) {
        error = task_iter_next(batch->source, &batch->items[batch->count]);
        if (error == 0)
            batch->count++;
    }
    if (error && (error != UV_EOF || batch->count == 0))
        return error;
    batch->full = true;
    *ret_item = batch;
    return 0;
}

struct task_iter *task_batch(struct task_batch *batch, struct task_iter *source, void **items,
                             size_t n)
{
    *batch = (struct task_batch){
        .iter = {batch_next, source_close}, .source = source, .items = items, .room = n};
    return &batch->iter;
}

static int zip_next(struct task_iter *iter, void **ret_item)
{
    struct task_zip *zip = (struct task_zip *)iter;

    for (; zip->got < zip->n; zip->got++) {
        int error = task_iter_next(zip->sources[zip->got], &zip->items[zip->got]);
        if (error)
            return error;
    }
    zip->got = 0;
    *ret_item = zip->items;
    return 0;
}

static void zip_close(struct task_iter *iter)
{
    struct task_zip *zip = (struct task_zip *)iter;

    for (size_t i = zip->n; i-- > 0;)
        task_iter_close(zip->sources[i]);
}

struct task_iter *task_zip(struct task_zip *zip, struct task_iter **sources, void **items, size_t n)
{
    *zip = (struct task_zip){{zip_next, zip_close}, sources, items, n, 0};
    return &zip->iter;
}
