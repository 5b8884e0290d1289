/* Iterators: an event for what brings an item, one for a pipeline's end, and none for the stages in
 * between. */
#include "engine/task/task_iter.h"
#include "tests/task/operations.h"

static struct task_iter *filled(struct task_queue_iter *iter)
{
    task_queue_try_put(&things.queue, things.slots);
    task_queue_close(&things.queue);
    return task_queue_iter(iter, &things.queue);
}

static int next(struct task_iter *iter)
{
    void *item;

    return task_iter_next(iter, &item);
}

/* --- generators ------------------------------------------------------------------------------- */

static int gives_twice(struct task_generator *generator, void *arg)
{
    int error;

    task_set_name(NULL, "b");
    error = task_give(generator, arg);
    return error ? error : task_give(generator, arg);
}

static int generated(void *arg)
{
    struct task_generator generator;
    struct task_iter *iter = task_generator(&generator, gives_twice, &things);

    (void)arg;
    next(iter);
    next(iter);
    cr_assert_eq(next(iter), UV_EOF);
    task_iter_close(iter);
    return 0;
}

static int generated_in_part(void *arg)
{
    struct task_generator generator;
    struct task_iter *iter = task_generator(&generator, gives_twice, &things);

    (void)arg;
    next(iter);
    task_iter_close(iter);
    cr_assert_eq(next(iter), UV_EOF);
    return 0;
}

static int never_generated(void *arg)
{
    struct task_generator generator;

    (void)arg;
    task_iter_close(task_generator(&generator, gives_twice, &things));
    return 0;
}

/* --- pipelines -------------------------------------------------------------------------------- */

static int fails(void *arg, void *item, void **ret_item)
{
    (void)arg;
    (void)item;
    (void)ret_item;
    return UV_EIO;
}

static bool all(void *arg, void *item)
{
    (void)arg;
    (void)item;
    return true;
}

static int of_a_queue(void *arg)
{
    struct task_queue_iter source;
    struct task_iter *iter = filled(&source);

    (void)arg;
    next(iter);
    cr_assert_eq(next(iter), UV_EOF);
    task_iter_close(iter);
    return 0;
}

static int stages(void *arg)
{
    struct task_queue_iter source;
    struct task_filter filter;
    struct task_batch batch;
    struct task_take take;
    void *items[1];
    struct task_iter *iter = task_filter(&filter, filled(&source), all, NULL);

    (void)arg;
    iter = task_take(&take, task_batch(&batch, iter, items, 1), 1);
    cr_assert_eq(next(iter), 0);
    cr_assert_eq(next(iter), UV_EOF);
    task_iter_close(iter);
    return 0;
}

static int stage_fails(void *arg)
{
    struct task_queue_iter source;
    struct task_map map;

    (void)arg;
    cr_assert_eq(next(task_map(&map, filled(&source), fails, NULL)), UV_EIO);
    return 0;
}

static int zipped(void *arg)
{
    struct task_queue_iter source;
    struct task_ticker ticker;
    struct task_iter *sources[] = {filled(&source), task_ticker(&ticker, 1)}, *iter;
    struct task_zip zip;
    void *items[2];

    (void)arg;
    iter = task_zip(&zip, sources, items, 2);
    next(iter);
    cr_assert_eq(next(iter), UV_EOF);
    task_iter_close(iter);
    return 0;
}

static int merged(void *arg)
{
    struct task_queue_iter source;
    struct task_iter *sources[] = {filled(&source)}, *iter;
    struct task_merge merge;

    (void)arg;
    iter = task_merge(&merge, sources, 1);
    next(iter);
    cr_assert_eq(next(iter), UV_EOF);
    task_iter_close(iter);
    return 0;
}

/* --- the rows --------------------------------------------------------------------------------- */

#define FILLED           \
    "main put queue 1\n" \
    "main close queue 0\n"

const struct operation_row operations_iter[] = {
    {"task_give task_iter_next task_iter_close", generated,
     "main waits generator\n"
     "b wakes main\n"
     "b waits generator\n"
     "main next generator 0\n"
     "main wakes b\n"
     "main waits generator\n"
     "b give generator 0\n"
     "b wakes main\n"
     "b waits generator\n"
     "main next generator 0\n"
     "main wakes b\n"
     "main waits generator\n"
     "b give generator 0\n"
     "b wakes main\n"
     "main next generator EOF\n"
     "main await b 0\n"
     "main close generator 0\n"},
    {"task_give task_iter_close", generated_in_part,
     "main waits generator\n"
     "b wakes main\n"
     "b waits generator\n"
     "main next generator 0\n"
     "main wakes b\n"
     "main waits -\n"
     "b give generator ECANCELED\n"
     "b wakes main\n"
     "main await b 0\n"
     "main close generator 0\n"
     "main next - EOF\n"},
    {"task_iter_close", never_generated, "main close generator 0\n"},
    {"task_iter_next task_iter_close", of_a_queue,
     FILLED "main get queue 0\n"
            "main get queue EOF\n"
            "main close queue 0\n"},
    {"task_iter_next task_iter_close", stages,
     FILLED "main get queue 0\n"
            "main next - EOF\n"
            "main close queue 0\n"},
    {"task_iter_next", stage_fails,
     FILLED "main get queue 0\n"
            "main next - EIO\n"},
    {"task_iter_next task_iter_close", zipped,
     FILLED "main get queue 0\n"
            "main get queue EOF\n"
            "main next - EOF\n"
            "main close queue 0\n"},
    {"task_iter_next task_iter_close", merged,
     FILLED "main waits queue\n"
            "merge get queue 0\n"
            "merge wakes main\n"
            "merge put queue 0\n"
            "merge get queue EOF\n"
            "merge close queue 0\n"
            "main get queue 0\n"
            "main get queue EOF\n"
            "main next - EOF\n"
            "main await merge 0\n"
            "main close queue 0\n"},
    {NULL, NULL, NULL},
};
