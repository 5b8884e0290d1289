/* Iterators and the plain pieces of a pipeline. Each piece is a struct that begins with its
 * iterator and asks its source when it is asked itself: nothing runs ahead, so a pipeline holds one
 * item a piece. What it has taken from its source and not yet passed on it keeps in the struct, so
 * that a cancelled call loses nothing. */
#include <assert.h>

#include "engine/task/iter_priv.h"

int task_iter_next_at(struct task_iter *iter, void **ret_item, const void *where)
{
    iter->where = where;
    return iter->next ? iter->next(iter, ret_item) : UV_EOF;
}

int task_iter_next(struct task_iter *iter, void **ret_item)
{
    const void *where = __builtin_return_address(0);
    int error = task_iter_next_at(iter, ret_item, where);

    if (error && !(iter->tells && iter->next))
        task_did(DO_NEXT, 0, error, where);
    return error;
}

void task_iter_close_at(struct task_iter *iter, const void *where)
{
    void (*close)(struct task_iter *);
    struct task_scope shield;

    if (!iter)
        return;
    iter->where = where;
    close = iter->close;
    iter->next = NULL;
    iter->close = NULL;
    if (!close)
        return;
    task_scope_open(&shield, TASK_FOREVER, true);
    close(iter);
    task_scope_close(&shield, 0);
}

void task_iter_close(struct task_iter *iter)
{
    task_iter_close_at(iter, __builtin_return_address(0));
}

static int queue_next(struct task_iter *iter, void **ret_item)
{
    return task_queue_get_at(((struct task_queue_iter *)iter)->queue, ret_item, iter->where);
}

static void queue_close(struct task_iter *iter)
{
    task_queue_close_at(((struct task_queue_iter *)iter)->queue, iter->where);
}

struct task_iter *task_queue_iter(struct task_queue_iter *iter, struct task_queue *queue)
{
    *iter = (struct task_queue_iter){
        .iter = {.next = queue_next, .close = queue_close, .tells = true}, .queue = queue};
    return &iter->iter;
}

static int ticker_next(struct task_iter *iter, void **ret_item)
{
    struct task_ticker *ticker = (struct task_ticker *)iter;
    int error = task_sleep_until_at(ticker->due, iter->where);
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
    task_iter_close_at(((struct task_map *)iter)->source, iter->where);
}

static int map_next(struct task_iter *iter, void **ret_item)
{
    struct task_map *map = (struct task_map *)iter;
    int error = map->ended;

    if (error == 0 && !map->taken)
        error = task_iter_next_at(map->source, &map->item, iter->where);
    if (error)
        return error;
    error = map->function(map->arg, map->item, ret_item);
    map->taken = error == UV_ECANCELED;
    map->ended = map->taken ? 0 : error;
    return error;
}

struct task_iter *task_map(struct task_map *map, struct task_iter *source,
                           int (*function)(void *arg, void *item, void **ret_item), void *arg)
{
    *map = (struct task_map){
        .iter = {map_next, source_close}, .source = source, .function = function, .arg = arg};
    return &map->iter;
}

static int filter_next(struct task_iter *iter, void **ret_item)
{
    struct task_filter *filter = (struct task_filter *)iter;
    void *item;
    int error;

    do
        error = task_iter_next_at(filter->source, &item, iter->where);
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
    int error = take->left ? task_iter_next_at(take->source, ret_item, iter->where) : UV_EOF;

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
        error = task_iter_next_at(batch->source, &batch->items[batch->count], iter->where);
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
    assert(n > 0);
    *batch = (struct task_batch){
        .iter = {batch_next, source_close}, .source = source, .items = items, .room = n};
    return &batch->iter;
}

static int zip_next(struct task_iter *iter, void **ret_item)
{
    struct task_zip *zip = (struct task_zip *)iter;

    for (; zip->got < zip->n; zip->got++) {
        int error = task_iter_next_at(zip->sources[zip->got], &zip->items[zip->got], iter->where);
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
        task_iter_close_at(zip->sources[i], iter->where);
}

struct task_iter *task_zip(struct task_zip *zip, struct task_iter **sources, void **items, size_t n)
{
    assert(n > 0);
    *zip = (struct task_zip){{zip_next, zip_close}, sources, items, n, 0};
    return &zip->iter;
}
