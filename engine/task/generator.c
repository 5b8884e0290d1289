/* Generators and merge: the iterators that have tasks of their own. A generator and who asks it
 * take turns; a merge has a task for each source, and a queue that all of them put into. */
#include <assert.h>

#include "engine/task/iter_priv.h"

/* region generator */
static int generate(void *arg)
{
    struct task_generator *generator = arg;
    int result = generator->body(generator, generator->arg);

    generator->ended = result < 0 ? result : UV_EOF;
    task_waiters_wake(&generator->taker, 0);
    return 0;
}

static uint32_t object(struct task_generator *generator, const void *where)
{
    return task_object(&generator->traced, ENTITY_GENERATOR, where);
}

static int give(struct task_generator *generator, void *item, uint32_t id, const void *where)
{
    int error = task_checkpoint(where);

    while (error == 0 && generator->given) /* the last one, for which a deadline ended the wait */
        error = task_waiters_wait(&generator->giver, WAIT_GENERATOR, id, where);
    if (error)
        return error;
    generator->item = item;
    generator->given = true;
    generator->asked = false;
    task_waiters_wake(&generator->taker, 0);
    return task_waiters_wait(&generator->giver, WAIT_GENERATOR, id, where);
}

int task_give(struct task_generator *generator, void *item)
{
    const void *where = __builtin_return_address(0);
    uint32_t id = object(generator, where);
    int error = give(generator, item, id, where);

    task_did(DO_GIVE, id, error, where);
    return error;
}

static int begin(struct task_generator *generator)
{
    generator->task = task_spawn_told(generate, generator, generator->iter.where);
    if (!generator->task)
        return UV_ENOMEM;
    task_set_name(generator->task, "generator");
    generator->begun = generator->asked = true;
    return 0;
}

static int next_item(struct task_generator *generator, void **ret_item, uint32_t id,
                     const void *where)
{
    int error = task_checkpoint(where);

    if (error == 0 && !generator->begun)
        error = begin(generator);
    if (error)
        return error;
    if (!generator->asked && !generator->given && !generator->ended) {
        generator->asked = true;
        task_waiters_wake(&generator->giver, 0);
    }
    if (!generator->given && !generator->ended)
        error = task_waiters_wait(&generator->taker, WAIT_GENERATOR, id, where);
    if (error)
        return error;
    if (!generator->given)
        return generator->ended;
    generator->given = false;
    *ret_item = generator->item;
    return 0;
}

static int generator_next(struct task_iter *iter, void **ret_item)
{
    struct task_generator *generator = (struct task_generator *)iter;
    const void *where = iter->where;
    uint32_t id = object(generator, where);
    int error = next_item(generator, ret_item, id, where);

    task_did(DO_NEXT, id, error, where);
    return error;
}

static void generator_close(struct task_iter *iter)
{
    struct task_generator *generator = (struct task_generator *)iter;

    if (generator->begun) {
        task_ask(generator->task);
        task_gather_at(&generator->task, 1, NULL, iter->where);
        generator->begun = false;
    }
    task_did(DO_CLOSE, object(generator, iter->where), 0, iter->where);
}

struct task_iter *task_generator(struct task_generator *generator,
                                 int (*body)(struct task_generator *generator, void *arg),
                                 void *arg)
{
    *generator = (struct task_generator){
        .iter = {.next = generator_next, .close = generator_close, .tells = true},
        .body = body,
        .arg = arg};
    return &generator->iter;
}
/* end */

static void cancel_pumps(struct task_merge *merge)
{
    for (size_t i = 0; i < merge->n; i++)
        if (merge->tasks[i])
            task_ask(merge->tasks[i]);
}

/* One for each source; each takes the next number when it begins. */
static int pump(void *arg)
{
    struct task_merge *merge = arg;
    struct task_iter *source = merge->sources[merge->next++];
    void *item;
    int error;

    do {
        error = task_iter_next_at(source, &item, merge->iter.where);
        if (error == 0)
            error = task_queue_put_at(&merge->queue, item, merge->iter.where);
    } while (error == 0);
    if (error != UV_EOF && error != UV_ECANCELED && merge->error == 0) {
        merge->error = error;
        cancel_pumps(merge);
    }
    if (--merge->running == 0 || merge->error)
        task_queue_close_at(&merge->queue, merge->iter.where);
    return 0;
}

static int merge_begin(struct task_merge *merge)
{
    merge->begun = true;
    for (; merge->running < merge->n; merge->running++) {
        merge->tasks[merge->running] = task_spawn_told(pump, merge, merge->iter.where);
        if (!merge->tasks[merge->running])
            return UV_ENOMEM;
        task_set_name(merge->tasks[merge->running], "merge");
    }
    return 0;
}

static int merge_next(struct task_iter *iter, void **ret_item)
{
    struct task_merge *merge = (struct task_merge *)iter;
    int error = merge->begun ? 0 : merge_begin(merge);

    if (error) {
        merge->error = error;
        task_queue_close_at(&merge->queue, iter->where);
        return error;
    }
    error = task_queue_get_at(&merge->queue, ret_item, iter->where);
    return error == UV_EOF && merge->error ? merge->error : error;
}

static void merge_close(struct task_iter *iter)
{
    struct task_merge *merge = (struct task_merge *)iter;

    cancel_pumps(merge);
    for (size_t i = 0; i < merge->n; i++)
        if (merge->tasks[i])
            task_gather_at(&merge->tasks[i], 1, NULL, iter->where);
    for (size_t i = 0; i < merge->n; i++)
        task_iter_close_at(merge->sources[i], iter->where);
}

struct task_iter *task_merge(struct task_merge *merge, struct task_iter **sources, size_t n)
{
    assert(n > 0 && n <= TASK_MERGE_MAX);
    *merge = (struct task_merge){.iter = {merge_next, merge_close}, .sources = sources, .n = n};
    task_queue_init(&merge->queue, merge->slots, n);
    return &merge->iter;
}
