/* The requests that wait for a worker of libuv, oldest first; see pool.h. libuv's memory is only
 * ever read, and only under the mutex under which libuv writes it. The pool's mutex is the one of
 * libuv's own static data that a submitting thread locks, so it is known before the first request
 * is in the queue. What does not look as expected is left alone: then starts and ends are not seen,
 * and everything else is.
 *
 * Design notes. The list has a lock of its own, which is always taken last. A request is in it
 * from before libuv gets it until a worker has taken it or it is done, so that its memory may be
 * looked at. Slow requests (names) wait in a queue of their own while others pass them: a worker
 * may have taken another than the oldest, and LOOK bounds how many are looked at. */
#include "engine/probe/pool.h"

#include "engine/probe/call.h"
#include "engine/probe/gate.h"
#include "engine/probe/perturb.h"
#include "engine/probe/raw.h"

enum { LOOK = 256, OLDEST = 1 << 16 | 44 << 8, TOO_NEW = 2 << 16 };

/* What the calling worker works on; `end` is the mutex that it locks afterwards. */
struct taken {
    uint32_t id;
    pthread_mutex_t *end;
};

static pthread_mutex_t list_lock = PTHREAD_MUTEX_INITIALIZER;
static struct known *oldest, *newest;
static pthread_mutex_t *_Atomic pool_mutex;

static _Thread_local bool submitting __attribute__((tls_model("initial-exec")));
static _Thread_local struct taken taken __attribute__((tls_model("initial-exec")));

static void take_out(struct known *known)
{
    *(known->earlier ? &known->earlier->later : &oldest) = known->later;
    *(known->later ? &known->later->earlier : &newest) = known->earlier;
    known->work = NULL;
}

/* --- the submitting side ---------------------------------------------------------------------- */

bool pool_is_understood(void)
{
    return libuv_text_size && uv_version() >= OLDEST && uv_version() < TOO_NEW;
}

/* libuv is about to set these fields; until then a worker that looks must not find old ones. */
static void clear(struct uv__work *work)
{
    void **place = (void **)&work->wq;

    work->work = NULL;
    work->loop = NULL;
    place[0] = place[1] = NULL;
}

void pool_submit(struct known *known, struct uv__work *work)
{
    if (!pool_is_understood())
        return;
    clear(work);
    submitting = true;
    thread_lock(&list_lock);
    known->work = work;
    known->later = NULL;
    known->earlier = newest;
    *(newest ? &newest->later : &oldest) = known;
    newest = known;
    thread_unlock(&list_lock);
}

bool pool_forget(struct known *known)
{
    bool waited;

    thread_lock(&list_lock);
    waited = known->work != NULL;
    if (waited)
        take_out(known);
    thread_unlock(&list_lock);
    return waited;
}

/* What libuv gives to io_uring has a loop and no function for a worker, and is in no queue. What a
 * worker has just done looks like it before it is in the loop's queue, for which the worker holds
 * the loop's mutex. */
static bool is_for_kernel(struct uv__work *work)
{
    void *const *place = (void *const *)&work->wq;
    bool none;

    if (work->work || !work->loop)
        return false;
    thread_current()->busy++;
    raw_lock(&work->loop->wq_mutex);
    none = !work->work && place[0] == place;
    raw_unlock(&work->loop->wq_mutex);
    thread_current()->busy--;
    return none;
}

void pool_submitted(struct known *known, struct uv__work *work, bool taken, const void *where)
{
    submitting = false;
    if (taken && pool_is_understood() && is_for_kernel(work) && pool_forget(known))
        event_emit(EVENT_KERNEL, known->id, 0, 0, where);
}

/* Follows one direction only: in a child, another thread may have been about to change the other.
 */
static void take_all_out(void)
{
    for (struct known *known = oldest; known; known = known->later)
        known->work = NULL;
    oldest = newest = NULL;
}

void pool_reset(void)
{
    thread_lock(&list_lock);
    take_all_out();
    thread_unlock(&list_lock);
}

void pool_quit(void)
{
    if (pthread_mutex_trylock(&list_lock))
        return;
    take_all_out();
    raw_unlock(&list_lock);
}

void pool_leave_child_alone(void)
{
    pthread_mutex_init(&list_lock, NULL); /* a thread that is not here may have held it */
    pool_reset();
}

/* --- the worker's side ------------------------------------------------------------------------ */

static bool is_taken(const struct uv__work *work)
{
    void *const *place = (void *const *)&work->wq;

    return work->work && work->loop && place[0] == place;
}

static struct known *find_taken(void)
{
    struct known *known = oldest;

    for (int i = 0; known && i < LOOK; i++, known = known->later)
        if (is_taken(known->work))
            return known;
    return NULL;
}

bool pool_unlocks(pthread_mutex_t *mutex)
{
    struct known *known;

    if (mutex != atomic_load_explicit(&pool_mutex, memory_order_relaxed) || event_writer)
        return false;
    thread_lock(&list_lock);
    known = find_taken();
    if (known) {
        taken = (struct taken){known_id(known), &known->work->loop->wq_mutex};
        take_out(known);
    }
    thread_unlock(&list_lock);
    return known && taken.id;
}

/* The worker belongs to the program while it works. What it does is the kernel's business: it
 * blocks as far as stopping is concerned. */
void pool_begun(void)
{
    thread_visit();
    event_emit(EVENT_WORK, taken.id, 0, 0, NULL);
    if (event_writer)
        gate_block();
}

static void pool_ended(void)
{
    uint32_t id = taken.id;

    taken = (struct taken){0, NULL};
    if (!event_writer)
        return;
    gate_unblock();
    if (perturb_kinds & PERTURB_COMPLETIONS)
        perturb_delay();
    event_emit(EVENT_WORK_END, id, 0, 0, NULL);
    thread_leave();
}

void pool_locks(pthread_mutex_t *mutex)
{
    if (taken.end == mutex)
        pool_ended();
    else if (submitting && (uintptr_t)mutex - libuv_data < libuv_data_size)
        atomic_store_explicit(&pool_mutex, mutex, memory_order_relaxed);
}
