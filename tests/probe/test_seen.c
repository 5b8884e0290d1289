/* What the probe sees of plain libuv programs, and that it does not change what they do. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "engine/event/stage.h"
#include "tests/probe/run.h"
#include "tests/support/test.h"

static uv_loop_t loop;

static int end_loop(void)
{
    int result = uv_run(&loop, UV_RUN_DEFAULT);

    return result ? result : uv_loop_close(&loop);
}

/* --- the probe is really there ---------------------------------------------------------------- */

static void close_it(uv_timer_t *timer)
{
    uv_close((uv_handle_t *)timer, NULL);
}

static int one_timer(void)
{
    static uv_timer_t timer;

    uv_loop_init(&loop);
    uv_timer_init(&loop, &timer);
    stage_name(&timer, "the timer");
    uv_timer_start(&timer, close_it, 20, 0);
    return end_loop();
}

Test(seen, a_timer_and_the_poll_it_waits_in)
{
    struct run run = run_whole(one_timer, NULL);
    uint32_t timer = run_named(&run, "the timer");
    const struct event *start = run_event(&run, EVENT_START, timer, 0);
    const struct event *call = run_event(&run, EVENT_CALL, timer, 0);

    cr_assert_eq(run.status, 0);
    cr_assert_eq(start->arg, 20);
    cr_assert_eq(call->object, CALLBACK_TIMER);
    cr_assert_eq(call->where, (uint64_t)(uintptr_t)close_it);
    /* Due by the cached time of the loop, which may be older than the start. */
    cr_assert_geq(run_ms(call) - run_ms(start), 1.0);
    cr_assert_geq(run_count(&run, EVENT_POLL, 0), 1);
    cr_assert_eq(run_count(&run, EVENT_POLL, 0), run_count(&run, EVENT_POLL_END, 0));
    cr_assert_eq(run_count(&run, EVENT_CLOSE, timer), 1);
    cr_assert_eq(run_count(&run, EVENT_GONE, timer), 1);
    cr_assert_eq(run_count(&run, EVENT_RUN, 0), 1);
    run_close(&run);
}

Test(seen, nothing_of_a_thread_that_is_not_the_programs)
{
    struct program *program;
    struct run run;

    cr_assert_eq(program_start(one_timer, NULL, &program), 0);
    uv_loop_t own;
    uv_timer_t timer;
    uv_loop_init(&own);
    uv_timer_init(&own, &timer);
    uv_timer_start(&timer, close_it, 0, 0);
    uv_run(&own, UV_RUN_DEFAULT);
    uv_loop_close(&own);
    run = run_finish(program);
    cr_assert_eq(run_count(&run, EVENT_RUN, 0), 1);
    run_close(&run);
}

/* --- phases in their order -------------------------------------------------------------------- */

static char order[64];
static uv_idle_t idle;
static uv_prepare_t prepare;
static uv_check_t check;
static uv_timer_t timer;
static uv_async_t async;

#define SAY_AND_CLOSE(name, type, letter)      \
    static void name(type *handle)             \
    {                                          \
        strcat(order, letter);                 \
        uv_close((uv_handle_t *)handle, NULL); \
    }
SAY_AND_CLOSE(say_timer, uv_timer_t, "T")
SAY_AND_CLOSE(say_idle, uv_idle_t, "I")
SAY_AND_CLOSE(say_prepare, uv_prepare_t, "P")
SAY_AND_CLOSE(say_check, uv_check_t, "C")
SAY_AND_CLOSE(say_async, uv_async_t, "A")

static int phases(void)
{
    order[0] = 0;
    uv_loop_init(&loop);
    uv_check_init(&loop, &check);
    uv_check_start(&check, say_check);
    uv_async_init(&loop, &async, say_async);
    uv_async_send(&async);
    uv_prepare_init(&loop, &prepare);
    uv_prepare_start(&prepare, say_prepare);
    uv_idle_init(&loop, &idle);
    uv_idle_start(&idle, say_idle);
    uv_timer_init(&loop, &timer);
    uv_timer_start(&timer, say_timer, 0, 0);
    return end_loop();
}

Test(seen, callbacks_of_all_phases_in_the_programs_own_order)
{
    static const enum callback wanted[] = {CALLBACK_TIMER, CALLBACK_IDLE, CALLBACK_PREPARE,
                                           CALLBACK_ASYNC, CALLBACK_CHECK};
    struct run run = run_whole(phases, NULL);

    cr_assert_eq(run.status, 0);
    cr_assert_str_eq(order, "TIPAC");
    for (size_t i = 0; i < 5; i++)
        cr_assert_eq(run_event(&run, EVENT_CALL, 0, i)->object, wanted[i]);
    cr_assert_eq(run_count(&run, EVENT_SEND, 0), 1);
    run_close(&run);
}

/* --- a second start keeps or replaces the callback, as libuv does ----------------------------- */

static int first_calls, second_calls;

static void first_idle(uv_idle_t *handle)
{
    first_calls++;
    uv_close((uv_handle_t *)handle, NULL);
}
static void second_idle(uv_idle_t *handle)
{
    second_calls++;
    uv_close((uv_handle_t *)handle, NULL);
}
static void first_timer(uv_timer_t *handle)
{
    first_calls++;
    uv_close((uv_handle_t *)handle, NULL);
}
static void second_timer(uv_timer_t *handle)
{
    second_calls++;
    uv_close((uv_handle_t *)handle, NULL);
}

static int start_idle_twice(void)
{
    uv_loop_init(&loop);
    uv_idle_init(&loop, &idle);
    uv_idle_start(&idle, first_idle);
    if (uv_idle_start(&idle, second_idle))
        return -1;
    return end_loop();
}

static int start_timer_twice(void)
{
    uv_loop_init(&loop);
    uv_timer_init(&loop, &timer);
    uv_timer_start(&timer, first_timer, 0, 0);
    uv_timer_start(&timer, second_timer, 0, 0);
    return end_loop();
}

Test(seen, an_active_idle_keeps_its_callback_and_a_timer_takes_the_new_one)
{
    struct run run;

    first_calls = second_calls = 0;
    run = run_whole(start_idle_twice, NULL);
    cr_assert_eq(run.status, 0);
    cr_assert_eq(first_calls, 1);
    cr_assert_eq(second_calls, 0);
    cr_assert_eq(run_count(&run, EVENT_START, 0), 1);
    run_close(&run);

    first_calls = second_calls = 0;
    run = run_whole(start_timer_twice, NULL);
    cr_assert_eq(first_calls, 0);
    cr_assert_eq(second_calls, 1);
    run_close(&run);
}

/* --- handle memory that is used again --------------------------------------------------------- */

static int rounds;

static void begin_round(void);

static void closed_begin_again(uv_handle_t *handle)
{
    memset(handle, 0xff, sizeof(uv_timer_t)); /* freed memory, as it were */
    if (++rounds < 5)
        begin_round();
}

static void close_round(uv_timer_t *handle)
{
    uv_close((uv_handle_t *)handle, closed_begin_again);
}

static void begin_round(void)
{
    uv_timer_init(&loop, &timer);
    uv_timer_start(&timer, close_round, 0, 0);
}

static int reuse(void)
{
    rounds = 0;
    uv_loop_init(&loop);
    begin_round();
    return end_loop();
}

Test(seen, memory_used_again_in_the_close_callback_is_a_new_handle_each_time)
{
    struct run run = run_whole(reuse, NULL);

    cr_assert_eq(run.status, 0);
    cr_assert_eq(rounds, 5);
    cr_assert_neq(run_typed(&run, ENTITY_TIMER, 4), 0);
    cr_assert_eq(run_count(&run, EVENT_CALL, run_typed(&run, ENTITY_TIMER, 4)), 2);
    run_close(&run);
}

/* --- the pool --------------------------------------------------------------------------------- */

static uv_work_t works[3];
static uv_fs_t stat_request;
static int worked, stat_result;

static void work(uv_work_t *req)
{
    (void)req;
    __atomic_add_fetch(&worked, 1, __ATOMIC_SEQ_CST);
}
static void after_work(uv_work_t *req, int status)
{
    (void)req, (void)status;
}
static void on_stat(uv_fs_t *req)
{
    stat_result = (int)req->result;
    uv_fs_req_cleanup(req);
}

static int pool(void)
{
    uv_fs_t own;

    worked = 0;
    uv_loop_init(&loop);
    uv_queue_work(&loop, &works[0], work, after_work);
    uv_queue_work(&loop, &works[1], work, NULL);
    uv_fs_stat(&loop, &stat_request, "/", on_stat);
    uv_fs_stat(NULL, &own, "/", NULL); /* synchronous */
    uv_fs_req_cleanup(&own);
    return end_loop();
}

Test(seen, pool_work_is_submitted_run_elsewhere_and_done)
{
    struct run run = run_whole(pool, NULL);
    uint32_t first = run_typed(&run, ENTITY_WORK, 0);
    uint32_t file = run_typed(&run, ENTITY_FS, 0);
    const struct event *begun = run_event(&run, EVENT_WORK, first, 0);

    cr_assert_eq(worked, 2);
    cr_assert_eq(stat_result, 0);
    cr_assert_leq(run_event(&run, EVENT_SUBMIT, first, 0)->time, begun->time);
    cr_assert_leq(run_event(&run, EVENT_WORK_END, first, 0)->time,
                  run_event(&run, EVENT_CALL, first, 0)->time);
    cr_assert_eq(run_count(&run, EVENT_WORK, first), 1);
    cr_assert_eq(run_count(&run, EVENT_WORK, run_typed(&run, ENTITY_WORK, 1)), 1);
    cr_assert_eq(run_count(&run, EVENT_CALL, file), 1);
    cr_assert_eq(run_event(&run, EVENT_BLOCK, 0, 0)->object, BLOCK_FS);
    run_close(&run);
}

/* --- streams, and requests on handles --------------------------------------------------------- */

static uv_pipe_t ends[2];
static uv_write_t write_request;
static char received[16];

static void give_buffer(uv_handle_t *handle, size_t size, uv_buf_t *buffer)
{
    (void)handle, (void)size;
    *buffer = uv_buf_init(received, sizeof received);
}
static void on_message(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
    (void)stream, (void)buffer;
    if (length < 0) {
        uv_close((uv_handle_t *)&ends[0], NULL);
        uv_close((uv_handle_t *)&ends[1], NULL);
    }
}
static void on_shut_down(uv_shutdown_t *req, int status)
{
    (void)status;
    free(req);
}
static void on_written(uv_write_t *req, int status)
{
    (void)status;
    uv_shutdown(calloc(1, sizeof(uv_shutdown_t)), req->handle, on_shut_down);
}

static int streams(void)
{
    uv_buf_t hello = uv_buf_init("hello", 5);
    uv_os_sock_t fds[2];

    uv_loop_init(&loop);
    uv_socketpair(SOCK_STREAM, 0, fds, UV_NONBLOCK_PIPE, UV_NONBLOCK_PIPE);
    for (int i = 0; i < 2; i++) {
        uv_pipe_init(&loop, &ends[i], 0);
        uv_pipe_open(&ends[i], fds[i]);
    }
    uv_read_start((uv_stream_t *)&ends[1], give_buffer, on_message);
    uv_write(&write_request, (uv_stream_t *)&ends[0], &hello, 1, on_written);
    return end_loop();
}

Test(seen, a_write_and_the_reads_of_the_other_side)
{
    struct run run = run_whole(streams, NULL);
    uint32_t request = run_typed(&run, ENTITY_WRITE, 0);
    uint32_t reader = run_typed(&run, ENTITY_PIPE, 1);

    cr_assert_eq(run.status, 0);
    cr_assert_eq(memcmp(received, "hello", 5), 0);
    cr_assert_eq(run_event(&run, EVENT_SUBMIT, request, 0)->arg, 5);
    cr_assert_eq(run_event(&run, EVENT_SUBMIT, request, 0)->object,
                 run_typed(&run, ENTITY_PIPE, 0));
    cr_assert_eq(run_event(&run, EVENT_CALL, request, 0)->arg, 0);
    cr_assert_eq(run_event(&run, EVENT_CALL, reader, 0)->arg, 5);
    cr_assert_eq(run_event(&run, EVENT_CALL, reader, 1)->arg, UV_EOF);
    run_close(&run);
}

/* --- plain blocking programs ------------------------------------------------------------------ */

static void blocked_child(void *arg)
{
    char byte;

    stage_name(NULL, "reader");
    if (read(*(int *)arg, &byte, 1) != 1)
        abort();
}

static int plain_c(void)
{
    uv_thread_t thread;
    int fds[2];

    if (pipe(fds))
        return -1;
    uv_thread_create(&thread, blocked_child, &fds[0]);
    uv_sleep(3);
    if (write(fds[1], "x", 1) != 1)
        return -1;
    uv_thread_join(&thread);
    close(fds[0]);
    close(fds[1]);
    printf("done\n");
    return 0;
}

Test(seen, blocking_calls_threads_and_output_of_a_program_without_a_loop)
{
    struct run run = run_whole(plain_c, NULL);
    uint32_t reader = run_named(&run, "reader");
    uint32_t first = run_named(&run, "main");
    size_t at = 0;
    char text[64] = "";

    cr_assert_eq(run_event(&run, EVENT_BLOCK, reader, 0)->object, BLOCK_READ);
    cr_assert_eq(run_event(&run, EVENT_BLOCK_END, reader, 0)->arg, 1);
    cr_assert_eq(run_event(&run, EVENT_BLOCK, first, 0)->object, BLOCK_SLEEP);
    cr_assert_eq(run_event(&run, EVENT_BLOCK, first, 0)->arg, 3000000);
    cr_assert_eq(trace_entity(run.trace, reader)->parent, first);
    while (trace_event(run.trace, at)->kind != EVENT_TEXT ||
           trace_event(run.trace, at)->object != TEXT_STDOUT)
        at++;
    trace_text(run.trace, at, text, sizeof text);
    cr_assert(strstr(text, "done"));
    run_close(&run);
}

/* --- two programs, one after the other -------------------------------------------------------- */

Test(seen, a_second_program_begins_a_new_record)
{
    struct run run = run_whole(one_timer, NULL);

    run_close(&run);
    run = run_whole(one_timer, NULL);
    cr_assert_eq(run_count(&run, EVENT_CALL, run_named(&run, "the timer")), 1);
    cr_assert_lt(trace_entities(run.trace), 10);
    run_close(&run);
}

/* --- ends of threads -------------------------------------------------------------------------- */

/* AddressSanitizer takes the frames that such a thread leaves for poisoned, ThreadSanitizer one
 * that is cancelled within pause() for one that holds no lock any more, whatever it takes. */
#if !defined __SANITIZE_ADDRESS__ && !defined __SANITIZE_THREAD__
static void *exits(void *arg)
{
    pthread_exit(arg);
}

static void *waits_for_its_end(void *arg)
{
    for (;;)
        pause();
    return arg;
}

static int two_ends(void)
{
    pthread_t first, second;

    if (pthread_create(&first, NULL, exits, NULL) ||
        pthread_create(&second, NULL, waits_for_its_end, NULL) || pthread_cancel(second))
        return -1;
    return pthread_join(first, NULL) || pthread_join(second, NULL);
}

Test(seen, threads_that_exit_or_are_cancelled_are_gone)
{
    struct run run = run_whole(two_ends, NULL);

    cr_assert_eq(run.status, 0);
    for (size_t i = 1; i < 3; i++)
        cr_assert_eq(run_count(&run, EVENT_GONE, run_typed(&run, ENTITY_THREAD, i)), 1);
    run_close(&run);
}
#endif
