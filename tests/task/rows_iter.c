/* Rows: iterators. All of them ask, in the end, queues that the row gives items to or closes. */
#include "engine/task/task_iter.h"
#include "engine/task/task_scope.h"
#include "tests/task/rows.h"

#define NO_FAILURE "only without memory"

static struct task_queue queues[2];
static void *slots[2][1], *items[2];
static struct task_queue_iter sources[2];
static struct task_generator generator;
static struct task_ticker ticker;
static struct task_map map;
static struct task_filter filter;
static struct task_take take;
static struct task_batch batch;
static struct task_zip zip;
static struct task_merge merge;
static struct task_iter *iter, *both[2];
static struct task_event event;

static void set_up_sources(void)
{
    for (int i = 0; i < 2; i++) {
        task_queue_init(&queues[i], slots[i], 1);
        both[i] = task_queue_iter(&sources[i], &queues[i]);
    }
    event = (struct task_event){0};
}

static int is(struct task_iter *to)
{
    iter = to;
    return 0;
}

static int set_up_queue(void)
{
    set_up_sources();
    return is(both[0]);
}

static int set_up_ticker(void)
{
    return is(task_ticker(&ticker, 1000));
}

static int doubles(void *arg, void *item, void **ret_item)
{
    (void)arg;
    *ret_item = item;
    return *(char *)item == '!' ? UV_EIO : 0;
}

static int set_up_map(void)
{
    set_up_sources();
    return is(task_map(&map, both[0], doubles, NULL));
}

static bool keeps(void *arg, void *item)
{
    (void)arg;
    return *(char *)item == 'x';
}

static int set_up_filter(void)
{
    set_up_sources();
    return is(task_filter(&filter, both[0], keeps, NULL));
}

static int set_up_take(void)
{
    set_up_sources();
    return is(task_take(&take, both[0], 5));
}

static int set_up_batch(void)
{
    set_up_sources();
    return is(task_batch(&batch, both[0], items, 1));
}

static int set_up_zip(void)
{
    set_up_sources();
    return is(task_zip(&zip, both, items, 2));
}

static int set_up_merge(void)
{
    set_up_sources();
    return is(task_merge(&merge, both, 2));
}

static int passes_on(struct task_generator *self, void *arg)
{
    void *item;
    int error;

    while ((error = task_queue_get(arg, &item)) == 0 && *(char *)item == 'x')
        error = task_give(self, item);
    return error ? error : UV_EIO;
}

static int set_up_generator(void)
{
    set_up_sources();
    return is(task_generator(&generator, passes_on, &queues[0]));
}

static int give_both(void)
{
    for (int i = 0; i < 2; i++)
        task_queue_try_put(&queues[i], "x");
    return 0;
}

static int give_bad(void)
{
    return task_queue_try_put(&queues[0], "!");
}

static int close_both(void)
{
    for (int i = 0; i < 2; i++)
        task_queue_close(&queues[i]);
    return 0;
}

static void tear_down(void)
{
    task_event_set(&event);
    task_iter_close(iter);
    iter = NULL;
}

static IN_ROWS int asks(void *arg)
{
    void *item = NULL;
    int error = task_iter_next(iter, &item);

    (void)arg;
    return error ? error : item ? 0 : UV_EPROTO;
}

static int wait_for_event(void *arg)
{
    (void)arg;
    return task_event_wait(&event);
}

static int cleans_up(struct task_generator *self, void *arg)
{
    int error = task_give(self, "x");

    (void)arg;
    task_shield(wait_for_event, NULL);
    return error;
}

static int take_one(void)
{
    void *item;

    set_up_sources();
    is(task_generator(&generator, cleans_up, NULL));
    return task_iter_next(iter, &item);
}

static IN_ROWS int closes(void *arg)
{
    struct task_iter *mine = iter;

    (void)arg;
    iter = NULL;
    task_iter_close(mine);
    STAY;
    return 0;
}

static int set_event(void)
{
    task_event_set(&event);
    return 0;
}

/* The row's body is that of a generator which another task asks. */
static int set_up_given(void)
{
    set_up_sources();
    task_generator(&generator, NULL, NULL);
    generator.begun = generator.asked = true;
    return is(NULL);
}

CALL(gives, task_give(&generator, "x"))

static int next(void *arg)
{
    void *item;

    (void)arg;
    return task_iter_next(&generator.iter, &item);
}

/* Takes the item, and one that a cancelled give left before it, and then wants one more, which lets
 * the giver go on; it has none. */
static int ask(void)
{
    int error = next(NULL);

    while (error == 0)
        error = task_timeout(1, next, NULL);
    return error == UV_ETIMEDOUT ? 0 : error;
}

#define NEXT(what, up)                                                                     \
    .call = "task_iter_next", .of = what, .set_up = up, .body = asks, .happen = give_both, \
    .tear_down = tear_down

const struct row rows_of_iterators[] = {
    {NEXT("a queue's", set_up_queue), .failures = {{close_both, UV_EOF}}},
    {NEXT("a map's", set_up_map), .failures = {{close_both, UV_EOF}, {give_bad, UV_EIO}}},
    {NEXT("a filter's", set_up_filter), .failures = {{close_both, UV_EOF}}},
    {NEXT("a take's", set_up_take), .failures = {{close_both, UV_EOF}}},
    {NEXT("a batch's", set_up_batch), .failures = {{close_both, UV_EOF}}},
    {NEXT("a zip's", set_up_zip), .failures = {{close_both, UV_EOF}}},
    {NEXT("a merge's", set_up_merge), .failures = {{close_both, UV_EOF}}},
    {NEXT("a generator's", set_up_generator),
     .failures = {{close_both, UV_EOF}, {give_bad, UV_EIO}}},
    {.call = "task_iter_next",
     .of = "a ticker's",
     .set_up = set_up_ticker,
     .body = asks,
     .ms = 1000,
     .alive = true,
     .tear_down = tear_down,
     .without = {[FAILED] = NO_FAILURE}},
    {.call = "task_iter_close",
     .set_up = take_one,
     .body = closes,
     .happen = set_event,
     .tear_down = tear_down,
     .without = {[CANCELLED] = "it is shielded",
                 [TIMED_OUT] = "it is shielded",
                 [FAILED] = "it has no result",
                 [LOOP_ENDS] = "as behind task_shield, which is tried"}},
    {.call = "task_give",
     .set_up = set_up_given,
     .body = gives,
     .happen = ask,
     .tear_down = tear_down,
     .without = {[FAILED] = "it tells of nothing but its cancellation"}},
    {0}};
