/* Streams of values. Virtual time. */
#include "engine/task/task_iter.h"
#include "engine/task/task_scope.h"
#include "tests/task/support.h"

static int counts(struct task_generator *generator, void *arg)
{
    static int numbers[100];
    int error = 0;

    for (int i = 0; i < *(int *)arg && error == 0; i++) {
        numbers[i] = i;
        log_add((char[]){'<', (char)('0' + i % 10), '\0'});
        error = task_give(generator, &numbers[i]);
    }
    log_add(error ? "cut" : "done");
    return error;
}

static void log_item(const void *item)
{
    char text[16];

    snprintf(text, sizeof text, "%d", *(const int *)item);
    log_add(text);
}

static int generates(void *arg)
{
    struct task_generator generator;
    struct task_iter *iter = task_generator(&generator, counts, &(int){2});
    void *item;

    (void)arg;
    log_add("begin");
    while (task_iter_next(iter, &item) == 0)
        log_item(item);
    cr_assert_eq(task_iter_next(iter, &item), UV_EOF);
    task_iter_close(iter);
    task_iter_close(iter);
    return task_iter_next(iter, &item);
}

Test(iter, a_generator_runs_only_when_asked)
{
    cr_assert_eq(run_in_virtual_time(generates, NULL), UV_EOF);
    cr_assert_str_eq(task_log, "begin <0 0 <1 1 done");
}

static int stops_early(void *arg)
{
    struct task_generator generator, unused;
    struct task_iter *iter = task_generator(&generator, counts, &(int){9});
    void *item;

    (void)arg;
    task_iter_next(iter, &item);
    task_iter_close(iter);
    task_iter_close(task_generator(&unused, counts, &(int){9}));
    return 0;
}

Test(iter, closing_a_generator_cancels_it)
{
    cr_assert_eq(run_in_virtual_time(stops_early, NULL), 0);
    cr_assert_str_eq(task_log, "<0 cut");
}

static int fails(struct task_generator *generator, void *arg)
{
    (void)generator;
    (void)arg;
    task_sleep(5);
    return UV_EIO;
}

static int next_of(void *arg)
{
    void *item;

    return task_iter_next(arg, &item);
}

static int has_error(void *arg)
{
    struct task_generator generator;
    struct task_iter *iter = task_generator(&generator, fails, NULL);
    void *item;

    (void)arg;
    cr_assert_eq(task_timeout(2, next_of, iter), UV_ETIMEDOUT);
    cr_assert_eq(task_iter_next(iter, &item), UV_EIO);
    cr_assert_eq(task_iter_next(iter, &item), UV_EIO);
    task_iter_close(iter);
    return (int)virtual_now();
}

Test(iter, a_generators_error_is_the_iterators)
{
    cr_assert_eq(run_in_virtual_time(has_error, NULL), 5);
}

static int slow(struct task_generator *generator, void *arg)
{
    static int value = 42;

    (void)arg;
    task_sleep(10);
    return task_give(generator, &value);
}

static int item_is_kept(void *arg)
{
    struct task_generator generator;
    struct task_iter *iter = task_generator(&generator, slow, NULL);
    void *item;

    (void)arg;
    cr_assert_eq(task_timeout(5, next_of, iter), UV_ETIMEDOUT);
    task_sleep(10);
    cr_assert_eq(task_iter_next(iter, &item), 0); /* it was given meanwhile */
    cr_assert_eq(*(int *)item, 42);
    task_iter_close(iter);
    return 0;
}

Test(iter, what_a_cancelled_next_missed_comes_at_the_next)
{
    cr_assert_eq(run_in_virtual_time(item_is_kept, NULL), 0);
}

static int gives_the_first(void *arg)
{
    static int first = 1;

    return task_give(arg, &first);
}

/* Does not wait for ever until its first item is taken, and goes on to the next. */
static int impatient(struct task_generator *generator, void *arg)
{
    static int second = 2;

    (void)arg;
    task_sleep(10);
    cr_assert_eq(task_timeout(5, gives_the_first, generator), UV_ETIMEDOUT);
    return task_give(generator, &second);
}

static int both_are_kept(void *arg)
{
    struct task_generator generator;
    struct task_iter *iter = task_generator(&generator, impatient, NULL);
    void *item;

    (void)arg;
    cr_assert_eq(task_timeout(5, next_of, iter), UV_ETIMEDOUT);
    task_sleep(20);
    for (int i = 1; i <= 2; i++) {
        cr_assert_eq(task_iter_next(iter, &item), 0);
        cr_assert_eq(*(int *)item, i);
    }
    cr_assert_eq(task_iter_next(iter, &item), UV_EOF);
    task_iter_close(iter);
    return 0;
}

Test(iter, what_a_cancelled_give_left_is_not_lost)
{
    cr_assert_eq(run_in_virtual_time(both_are_kept, NULL), 0);
}

static int square(void *arg, void *item, void **ret_item)
{
    static int squares[100];
    int n = *(int *)item;

    (void)arg;
    squares[n] = n * n;
    *ret_item = &squares[n];
    return 0;
}

static bool is_odd(void *arg, void *item)
{
    (void)arg;
    return *(int *)item % 2;
}

static int pipeline(void *arg)
{
    struct task_generator generator;
    struct task_filter filter;
    struct task_map map;
    struct task_take take;
    struct task_batch batch;
    void *items[2], *item;
    struct task_iter *iter = task_generator(&generator, counts, &(int){100});

    (void)arg;
    iter = task_filter(&filter, iter, is_odd, NULL);
    iter = task_map(&map, iter, square, NULL);
    iter = task_take(&take, iter, 3);
    iter = task_batch(&batch, iter, items, 2);
    task_log[0] = '\0';
    while (task_iter_next(iter, &item) == 0) {
        struct task_batch *got = item;
        log_add("[");
        for (size_t i = 0; i < got->count; i++)
            log_item(got->items[i]);
        log_add("]");
    }
    task_iter_close(iter);
    return 0;
}

Test(iter, a_pipeline_asks_no_more_than_it_needs)
{
    cr_assert_eq(run_in_virtual_time(pipeline, NULL), 0);
    cr_assert_str_eq(task_log, "<0 <1 <2 <3 [ 1 9 ] <4 <5 [ 25 ] cut");
}

static int puts_numbers(void *arg)
{
    static int numbers[] = {10, 20, 30};

    for (int i = 0; i < 3; i++)
        task_queue_put(arg, &numbers[i]);
    task_queue_close(arg);
    return 0;
}

static int zips(void *arg)
{
    struct task_queue queue;
    struct task_queue_iter left;
    struct task_generator right;
    struct task_zip zip;
    void *slots[1], *items[2], *item;
    struct task *putter;
    struct task_iter *sources[2], *iter;

    (void)arg;
    task_queue_init(&queue, slots, 1);
    putter = task_spawn(puts_numbers, &queue);
    sources[0] = task_queue_iter(&left, &queue);
    sources[1] = task_generator(&right, counts, &(int){2});
    iter = task_zip(&zip, sources, items, 2);
    while (task_iter_next(iter, &item) == 0) {
        log_item(((void **)item)[0]);
        log_item(((void **)item)[1]);
    }
    task_iter_close(iter);
    return task_await(putter);
}

Test(iter, zip_ends_with_the_shortest)
{
    cr_assert_eq(run_in_virtual_time(zips, NULL), 0);
    cr_assert_str_eq(task_log, "<0 10 0 <1 20 1 done");
}

static int merges(void *arg)
{
    struct task_ticker fast, slower;
    struct task_take first, second;
    struct task_merge merge;
    struct task_iter *sources[2], *iter;
    void *item;

    (void)arg;
    sources[0] = task_take(&first, task_ticker(&fast, 10), 4);
    sources[1] = task_take(&second, task_ticker(&slower, 25), 2);
    iter = task_merge(&merge, sources, 2);
    while (task_iter_next(iter, &item) == 0) {
        char text[16];
        snprintf(text, sizeof text, "%d", (int)virtual_now());
        log_add(text);
    }
    task_iter_close(iter);
    return 0;
}

Test(iter, merge_gives_items_as_they_come)
{
    cr_assert_eq(run_in_virtual_time(merges, NULL), 0);
    cr_assert_str_eq(task_log, "10 20 25 30 40 50");
}

static int merges_failing(void *arg)
{
    struct task_generator bad;
    struct task_ticker ticker;
    struct task_merge merge;
    struct task_iter *sources[] = {task_ticker(&ticker, 2), task_generator(&bad, fails, NULL)},
                     *iter = task_merge(&merge, sources, 2);
    void *item;
    int error;

    (void)arg;
    while ((error = task_iter_next(iter, &item)) == 0)
        log_add("tick");
    task_iter_close(iter);
    cr_assert_eq(virtual_now(), 5);
    return error;
}

Test(iter, merge_ends_with_the_first_error)
{
    cr_assert_eq(run_in_virtual_time(merges_failing, NULL), UV_EIO);
    cr_assert_str_eq(task_log, "tick tick");
}

static int refuses_two(void *arg, void *item, void **ret_item)
{
    (void)arg;
    *ret_item = item;
    return *(int *)item == 2 ? UV_EIO : 0;
}

static int map_fails(void *arg)
{
    struct task_generator generator;
    struct task_map map;
    struct task_iter *iter =
        task_map(&map, task_generator(&generator, counts, &(int){5}), refuses_two, NULL);
    void *item;

    (void)arg;
    cr_assert_eq(task_iter_next(iter, &item), 0);
    cr_assert_eq(task_iter_next(iter, &item), 0);
    cr_assert_eq(task_iter_next(iter, &item), UV_EIO);
    cr_assert_eq(task_iter_next(iter, &item), UV_EIO); /* it was the end */
    task_iter_close(iter);
    return 0;
}

Test(iter, an_error_of_a_mapped_function_ends_the_pipeline)
{
    cr_assert_eq(run_in_virtual_time(map_fails, NULL), 0);
    cr_assert_str_eq(task_log, "<0 <1 <2 cut");
}

static int takes_its_time(void *arg, void *item, void **ret_item)
{
    (void)arg;
    *ret_item = item;
    return task_sleep(10);
}

static int map_cancelled(void *arg)
{
    struct task_generator generator;
    struct task_map map;
    struct task_iter *iter =
        task_map(&map, task_generator(&generator, counts, &(int){2}), takes_its_time, NULL);
    void *item;

    (void)arg;
    cr_assert_eq(task_timeout(5, next_of, iter), UV_ETIMEDOUT);
    while (task_iter_next(iter, &item) == 0)
        log_item(item);
    task_iter_close(iter);
    return 0;
}

Test(iter, an_item_whose_mapping_was_cancelled_comes_at_the_next_call)
{
    cr_assert_eq(run_in_virtual_time(map_cancelled, NULL), 0);
    cr_assert_str_eq(task_log, "<0 0 <1 1 done");
}

static int works_long(void *arg, void *item, void **ret_item)
{
    int error = task_sleep(1000);

    (void)arg;
    *ret_item = item;
    log_add(error ? "left" : "mapped");
    return error;
}

static int cut_with_the_others(void *arg)
{
    struct task_generator bad, good;
    struct task_map map;
    struct task_merge merge;
    struct task_iter *sources[] = {task_generator(&bad, fails, NULL),
                                   task_map(&map, task_generator(&good, counts, &(int){1}),
                                            works_long, NULL)},
                     *iter = task_merge(&merge, sources, 2);
    void *item;

    (void)arg;
    cr_assert_eq(task_iter_next(iter, &item), UV_EIO);
    task_yield();
    log_add("then");
    task_iter_close(iter);
    return 0;
}

Test(iter, an_error_cancels_the_other_sources_of_a_merge)
{
    cr_assert_eq(run_in_virtual_time(cut_with_the_others, NULL), 0);
    cr_assert_str_eq(task_log, "<0 left then cut");
}
