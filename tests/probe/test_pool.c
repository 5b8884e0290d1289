/* What libuv's own pool threads do: each request that libuv works on itself is seen to begin and to
 * end, once, on the thread that does it. */
#include <uv.h>

#include "engine/probe/known.h"
#include "engine/probe/pool.h"
#include "tests/probe/run.h"
#include "tests/support/test.h"

enum { WORKERS = 4, LOOPS = 4, FLIGHT = 10, ROUNDS = 20 };

/* io_uring, which 1.45 to 1.48 used unasked, does files without the pool. */
static bool pool_does_files(void)
{
    return uv_version() < 0x012d00 || uv_version() >= 0x013100;
}

/* Begins, ends and is done, in that order, and works on one thread, which is not the loop's. */
static bool is_whole(const struct run *run, uint32_t request)
{
    static const enum event_kind order[] = {EVENT_SUBMIT, EVENT_WORK, EVENT_WORK_END, EVENT_CALL};
    uint32_t threads[4];
    size_t at = 0;

    for (size_t i = 0; i < trace_count(run->trace); i++) {
        const struct event *event = trace_event(run->trace, i);

        if (event->subject != request || event->kind == EVENT_BORN || event->kind == EVENT_GONE ||
            event->kind == EVENT_CALL_END)
            continue;
        if (at == 4 || event->kind != order[at])
            return false;
        threads[at++] = trace_thread(run->trace, i);
    }
    return at == 4 && threads[1] == threads[2] && threads[0] == threads[3] &&
           threads[0] != threads[1];
}

/* --- each kind -------------------------------------------------------------------------------- */

static uv_loop_t loop;
static uv_fs_t file;
static uv_random_t number;
static uv_getaddrinfo_t name;
static uv_getnameinfo_t reverse;
static char bytes[16];

static void on_file(uv_fs_t *req)
{
    uv_fs_req_cleanup(req);
}
static void on_random(uv_random_t *req, int status, void *buffer, size_t length)
{
    (void)req, (void)status, (void)buffer, (void)length;
}
static void on_name(uv_getaddrinfo_t *req, int status, struct addrinfo *found)
{
    (void)req, (void)status;
    uv_freeaddrinfo(found);
}
static void on_reverse(uv_getnameinfo_t *req, int status, const char *host, const char *service)
{
    (void)req, (void)status, (void)host, (void)service;
}

static int one_of_each(void)
{
    struct sockaddr_in address;

    uv_loop_init(&loop);
    uv_ip4_addr("127.0.0.1", 80, &address);
    uv_fs_stat(&loop, &file, "/", on_file);
    uv_random(&loop, &number, bytes, sizeof bytes, 0, on_random);
    uv_getaddrinfo(&loop, &name, on_name, "127.0.0.1", "80", NULL);
    uv_getnameinfo(&loop, &reverse, on_reverse, (struct sockaddr *)&address,
                   NI_NUMERICHOST | NI_NUMERICSERV);
    uv_run(&loop, UV_RUN_DEFAULT);
    return uv_loop_close(&loop);
}

Test(pool, requests_of_every_kind_begin_and_end_on_its_threads)
{
    static const enum entity_type types[] = {ENTITY_RANDOM, ENTITY_GETADDRINFO, ENTITY_GETNAMEINFO};
    struct run run = run_whole(one_of_each, NULL);

    cr_assert_eq(run.status, 0);
    for (int i = 0; i < 3; i++)
        cr_assert(is_whole(&run, run_typed(&run, types[i], 0)), "%s", entity_type_name(types[i]));
    if (pool_does_files())
        cr_assert(is_whole(&run, run_typed(&run, ENTITY_FS, 0)));
    run_close(&run);
}

/* --- in the queue ----------------------------------------------------------------------------- */

static uv_work_t occupied[WORKERS];
static uv_sem_t free_again;
static uv_random_t waits, cancelled;

static void occupy(uv_work_t *req)
{
    (void)req;
    uv_sem_wait(&free_again);
}
static void after_work(uv_work_t *req, int status)
{
    (void)req, (void)status;
}

/* Every worker is busy while two requests are made; one of them is cancelled. */
static int full_pool(void)
{
    int result;

    uv_loop_init(&loop);
    uv_sem_init(&free_again, 0);
    for (int i = 0; i < WORKERS; i++)
        uv_queue_work(&loop, &occupied[i], occupy, after_work);
    uv_random(&loop, &cancelled, bytes, sizeof bytes, 0, on_random);
    uv_random(&loop, &waits, bytes, sizeof bytes, 0, on_random);
    result = uv_cancel((uv_req_t *)&cancelled);
    for (int i = 0; i < WORKERS; i++)
        uv_sem_post(&free_again);
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_sem_destroy(&free_again);
    return result ? result : uv_loop_close(&loop);
}

Test(pool, a_request_waits_in_the_queue_until_a_worker_is_free)
{
    struct run run = run_whole(full_pool, NULL);
    uint32_t dropped = run_typed(&run, ENTITY_RANDOM, 0);
    uint32_t waited = run_typed(&run, ENTITY_RANDOM, 1);
    uint64_t begun;

    cr_assert_eq(run.status, 0);
    cr_assert_eq(run_count(&run, EVENT_WORK, dropped), 0);
    cr_assert_eq(run_event(&run, EVENT_CALL, dropped, 0)->arg, UV_ECANCELED);
    cr_assert(is_whole(&run, waited));
    begun = run_event(&run, EVENT_WORK, waited, 0)->time;
    cr_assert_geq(begun, run_event(&run, EVENT_CANCEL, dropped, 0)->time);
    run_close(&run);
}

/* --- many at once ----------------------------------------------------------------------------- */

struct flood {
    uv_loop_t loop;
    uv_random_t numbers[FLIGHT];
    uv_getaddrinfo_t names[FLIGHT];
    char bytes[FLIGHT];
    int left;
};

static void again(uv_random_t *req, int status, void *buffer, size_t length)
{
    struct flood *flood = req->data;

    (void)status, (void)length;
    if (--flood->left > 0) /* the same memory, a new request */
        uv_random(&flood->loop, req, buffer, 1, 0, again);
}

static void flood_loop(void *arg)
{
    struct flood *flood = arg;

    uv_loop_init(&flood->loop);
    flood->left = FLIGHT * ROUNDS;
    for (int i = 0; i < FLIGHT; i++) {
        flood->numbers[i].data = flood;
        uv_random(&flood->loop, &flood->numbers[i], &flood->bytes[i], 1, 0, again);
        uv_getaddrinfo(&flood->loop, &flood->names[i], on_name, "127.0.0.1", "80", NULL);
    }
    uv_run(&flood->loop, UV_RUN_DEFAULT);
    uv_loop_close(&flood->loop);
}

static struct flood floods[LOOPS];

static int many_loops(void)
{
    uv_thread_t threads[LOOPS];

    for (int i = 0; i < LOOPS; i++)
        uv_thread_create(&threads[i], flood_loop, &floods[i]);
    for (int i = 0; i < LOOPS; i++)
        uv_thread_join(&threads[i]);
    return 0;
}

Test(pool, requests_of_many_loops_are_not_mistaken_for_each_other)
{
    struct run run = run_whole(many_loops, NULL);
    size_t requests = 0;

    for (uint32_t id = 1; id < trace_entities(run.trace); id++) {
        const struct entity *entity = trace_entity(run.trace, id);

        if (!entity || (entity->type != ENTITY_RANDOM && entity->type != ENTITY_GETADDRINFO))
            continue;
        requests++;
        cr_assert(is_whole(&run, id), "request %u", id);
    }
    cr_assert_geq(requests, LOOPS * FLIGHT * (ROUNDS + 1));
    run_close(&run);
}

/* As libuv leaves a request that it gives to io_uring: with a loop, and in no queue. */
static int by_the_kernel(void)
{
    struct known *known;
    void **place = (void **)&file.work_req.wq;

    uv_loop_init(&loop);
    known = known_new(&file, ENTITY_FS, known_loop(&loop, NULL), NULL);
    pool_submit(known, &file.work_req);
    file.work_req.loop = &loop;
    place[0] = place[1] = place;
    pool_submitted(known, &file.work_req, true, NULL);
    known_forget(known);
    uv_fs_stat(&loop, &file, "/", on_file);
    uv_run(&loop, UV_RUN_DEFAULT);
    return uv_loop_close(&loop);
}

Test(pool, what_the_kernel_does_itself_is_not_its)
{
    struct run run = run_whole(by_the_kernel, NULL);

    cr_assert_eq(run.status, 0);
    cr_assert_eq(run_count(&run, EVENT_KERNEL, run_typed(&run, ENTITY_FS, 0)), 1);
    if (pool_does_files())
        cr_assert_eq(run_count(&run, EVENT_KERNEL, run_typed(&run, ENTITY_FS, 1)), 0);
    run_close(&run);
}
