/* Threads that the program makes belong to it: they are born with their maker as parent, enter
 * before their function runs and leave after it. libuv's own threads (the pool) do not. */
#include <pthread.h>
#include <stdlib.h>
#include <uv.h>

#include "engine/probe/gate.h"
#include "engine/probe/libuv.h"
#include "engine/probe/real.h"
#include "engine/probe/thread.h"

REAL(pthread_create);
REAL(uv_thread_create);
REAL(uv_thread_create_ex);

struct start {
    void *(*main)(void *); /* one of the two */
    void (*entry)(void *);
    void *arg;
    uint32_t id;
    unsigned serial;
};

static struct start *make_start(void *(*main)(void *), void (*entry)(void *), void *arg,
                                const void *where)
{
    struct start *start = malloc(sizeof *start);

    if (!start)
        return NULL;
    *start = (struct start){main, entry, arg, thread_born(where), thread_serial};
    instant_outside(1); /* it can run from now on, though it has not entered yet */
    return start;
}

static void drop_start(struct start *start)
{
    instant_outside(-1);
    free(start);
}

/* A thread may be cancelled before it has begun: that is for the program to see, where it waits. */
static void enter(const struct start *start)
{
    int before;

    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
    thread_enter(start->id);
    instant_outside(-1);
    pthread_setcancelstate(before, NULL);
}

static void *run(void *to)
{
    struct start start = *(struct start *)to;
    void *result = NULL;

    free(to);
    if (start.serial == thread_serial)
        enter(&start);
    if (start.main)
        result = start.main(start.arg);
    else
        start.entry(start.arg);
    if (event_writer)
        event_emit(EVENT_GONE, start.id, 0, 0, NULL);
    thread_leave();
    return result;
}

static void run_entry(void *to)
{
    run(to);
}

int pthread_create(pthread_t *restrict thread, const pthread_attr_t *restrict attributes,
                   void *(*main)(void *), void *restrict arg)
{
    const void *where = WHERE;
    struct start *start;
    int result;

    REAL_NOW(pthread_create);
    if (!TRACED(where) || !(start = make_start(main, NULL, arg, where)))
        return real_pthread_create(thread, attributes, main, arg);
    result = real_pthread_create(thread, attributes, run, start);
    if (result)
        drop_start(start);
    return result;
}

int uv_thread_create(uv_thread_t *thread, uv_thread_cb entry, void *arg)
{
    const void *where = WHERE;
    struct start *start;
    int result;

    if (!TRACED(where) || !(start = make_start(NULL, entry, arg, where)))
        return real_uv_thread_create(thread, entry, arg);
    result = real_uv_thread_create(thread, run_entry, start);
    if (result)
        drop_start(start);
    return result;
}

int uv_thread_create_ex(uv_thread_t *thread, const uv_thread_options_t *options, uv_thread_cb entry,
                        void *arg)
{
    const void *where = WHERE;
    struct start *start;
    int result;

    if (!TRACED(where) || !(start = make_start(NULL, entry, arg, where)))
        return real_uv_thread_create_ex(thread, options, entry, arg);
    result = real_uv_thread_create_ex(thread, options, run_entry, start);
    if (result)
        drop_start(start);
    return result;
}
