/* Streams of values: iterators whose `next` may park, generators, and a small pipeline kit.
 *
 * An iterator gives items one by one: 0 and an item, UV_EOF at the end, or an error; after either,
 * the same again. Items are pointers and belong to whoever the source says. The structs here are
 * the caller's, stay where they are while in use, and are set up by the function of the same name,
 * which returns the iterator in it. Whoever made a pipeline closes its last iterator, which closes
 * the sources before it. next() parks if its source's does, and is then a cancellation point; what
 * a cancelled next() did not return comes at the next call. One task at a time uses an iterator.
 * They are asyncio's "async for" and asynchronous generators (PEP 492, PEP 525).
 *
 * Of an item the trace has what brought it: the get from a queue, the next of a generator, the
 * sleep of a ticker. The stages between only compute, and one event each would say the same once
 * for every stage. But that task_iter_next() gives none, and why, is an event of that call, unless
 * a queue or a generator was asked by it and so has said it. Closing leaves what is closed. */
#ifndef ASYNCTUT_TASK_ITER_H
#define ASYNCTUT_TASK_ITER_H

#include "engine/task/task_queue.h"

#pragma GCC visibility push(default)
#ifdef __cplusplus
extern "C" {
#endif

struct task_iter {
    int (*next)(struct task_iter *iter, void **ret_item);
    void (*close)(struct task_iter *iter); /* NULL: nothing to do. May park, shielded */
    const void *where;                     /* private: the place in the program that asks */
    bool tells;                            /* private: its next tells the tracer */
};
/* 0 and an item; UV_EOF, also when it is closed; or an error. Parks. A cancellation point. */
int task_iter_next(struct task_iter *iter, void **ret_item);
/* A second time does nothing. NULL is fine. Parks if there is cleanup that does; shielded. */
void task_iter_close(struct task_iter *iter);

/* What a queue gives until it is closed and empty. Closing the iterator closes the queue. Making it
 * does not park. */
struct task_queue_iter {
    struct task_iter iter;
    struct task_queue *queue;
};
struct task_iter *task_queue_iter(struct task_queue_iter *iter, struct task_queue *queue);

/* One item every `ms` milliseconds, the first after one: a count that the item points to. Late
 * ticks are not made up for. UV_ENOMEM: no memory to sleep. Making it does not park. */
struct task_ticker {
    struct task_iter iter;
    uint64_t ms, due, count;
};
struct task_iter *task_ticker(struct task_ticker *ticker, uint64_t ms);

/* A generator: a task that runs only when the next item is asked for, up to where it gives one. Its
 * end is the iterator's end, its error the iterator's. Closing cancels it and waits for it.
 * UV_ENOMEM: it could not be started; the next call tries again. Making it does not park. */
struct task_generator {
    struct task_iter iter;
    int (*body)(struct task_generator *generator, void *arg);
    void *arg, *item;
    struct task *task;
    bool begun, asked, given;
    int ended; /* UV_EOF or an error, once it has */
    struct task_waiters giver, taker;
    struct task_traced traced;
};
struct task_iter *task_generator(struct task_generator *generator,
                                 int (*body)(struct task_generator *generator, void *arg),
                                 void *arg);
/* In the body: gives one item; returns when the next is asked for: 0, or UV_ECANCELED when the
 * iterator is closed, or a deadline of the body's own came: the item may be given then. Parks. A
 * cancellation point. */
int task_give(struct task_generator *generator, void *item);

/* function(arg, item, ret_item) for each item: 0, or an error that ends the pipeline. May park; if
 * it returns UV_ECANCELED, it is called for the same item at the next call. Making it does not
 * park. */
struct task_map {
    struct task_iter iter, *source;
    int (*function)(void *arg, void *item, void **ret_item);
    void *arg, *item;
    bool taken; /* the item was taken from the source and is not passed on yet */
    int ended;
};
struct task_iter *task_map(struct task_map *map, struct task_iter *source,
                           int (*function)(void *arg, void *item, void **ret_item), void *arg);

/* Only items for which keep(arg, item) is true, which may park. Making it does not park. */
struct task_filter {
    struct task_iter iter, *source;
    bool (*keep)(void *arg, void *item);
    void *arg;
};
struct task_iter *task_filter(struct task_filter *filter, struct task_iter *source,
                              bool (*keep)(void *arg, void *item), void *arg);

/* The first n items. Making it does not park. */
struct task_take {
    struct task_iter iter, *source;
    size_t left;
};
struct task_iter *task_take(struct task_take *take, struct task_iter *source, size_t n);

/* Up to n items (at least 1) at a time; an item is the struct task_batch itself, good until the
 * next call. `items` has room for n and stays the caller's. Making it does not park. */
struct task_batch {
    struct task_iter iter, *source;
    void **items;
    size_t room, count;
    bool full;
};
struct task_iter *task_batch(struct task_batch *batch, struct task_iter *source, void **items,
                             size_t n);

/* One item of each of n sources (at least 1) at a time, until one ends; an item is `items`.
 * `sources` and `items` have n elements and stay the caller's. Making it does not park. */
struct task_zip {
    struct task_iter iter, **sources;
    void **items;
    size_t n, got;
};
struct task_iter *task_zip(struct task_zip *zip, struct task_iter **sources, void **items,
                           size_t n);

/* The items of n sources as they come, at most 16, from a task for each source. Ends when all have
 * ended, or with the first error, which cancels the others. UV_ENOMEM: a task could not be started.
 * `sources` has n elements and stays the caller's. Making it does not park. */
enum { TASK_MERGE_MAX = 16 };
struct task_merge {
    struct task_iter iter, **sources;
    size_t n, running, next;
    int error;
    bool begun;
    struct task *tasks[TASK_MERGE_MAX];
    struct task_queue queue;
    void *slots[TASK_MERGE_MAX];
};
struct task_iter *task_merge(struct task_merge *merge, struct task_iter **sources, size_t n);

#ifdef __cplusplus
}
#endif
#pragma GCC visibility pop

#endif
