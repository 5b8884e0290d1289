/* Programs in processes of their own: what the tracer sees of them, whatever becomes of them. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/event/record.h"
#include "engine/probe/perturb.h"
#include "engine/probe/tracee.h"
#include "engine/trace/symbols.h"
#include "engine/trace/trace.h"
#include "tests/support/test.h"

struct traced {
    struct tracee *tracee;
    struct trace *trace;
    int status;
};

static struct traced trace_mode(const char *mode, struct tracee_options options)
{
    char *words[] = {SUBJECT, (char *)mode, NULL};
    struct traced traced = {0};

    options.preload = PRELOAD;
    cr_assert_eq(tracee_start(words, &options, &traced.tracee), 0);
    while (!tracee_wait(traced.tracee, 1000, &traced.status))
        ;
    cr_assert_eq(trace_open(tracee_record(traced.tracee), &traced.trace), 0);
    cr_assert_geq(trace_finish(traced.trace), 0);
    cr_assert_eq(trace_damaged(traced.trace), 0);
    return traced;
}

static void traced_close(struct traced *traced)
{
    trace_close(traced->trace);
    tracee_free(traced->tracee);
}

static size_t count_kind(const struct traced *traced, enum event_kind kind, int64_t object)
{
    size_t count = 0;

    for (size_t i = 0; i < trace_count(traced->trace); i++) {
        const struct event *event = trace_event(traced->trace, i);

        count += event->kind == kind && (object < 0 || event->object == object);
    }
    return count;
}

static const struct tracee_options plain;

Test(tracee, is_seen_and_ends_as_it_does)
{
    struct traced traced = trace_mode("timer", plain);

    cr_assert(WIFEXITED(traced.status) && WEXITSTATUS(traced.status) == 0);
    cr_assert_eq(count_kind(&traced, EVENT_CALL, CALLBACK_TIMER), 1);
    cr_assert_eq(count_kind(&traced, EVENT_CALL, CALLBACK_CLOSE), 1);
    cr_assert_eq(count_kind(&traced, EVENT_RUN, -1), 1);
    traced_close(&traced);
    traced = trace_mode("status", plain);
    cr_assert(WIFEXITED(traced.status) && WEXITSTATUS(traced.status) == 42);
    traced_close(&traced);
}

Test(tracee, that_crashes_leaves_what_it_did_until_then)
{
    struct traced traced = trace_mode("crash", plain);

    cr_assert(WIFSIGNALED(traced.status) && WTERMSIG(traced.status) == SIGSEGV);
    cr_assert_eq(count_kind(&traced, EVENT_CALL, CALLBACK_TIMER), 1);
    cr_assert_eq(count_kind(&traced, EVENT_CALL_END, CALLBACK_TIMER), 0);
    traced_close(&traced);
}

Test(tracee, places_are_known_when_the_process_is_gone)
{
    struct traced traced = trace_mode("timer", plain);
    struct symbols *symbols;
    struct place place;
    size_t i = 0;

    cr_assert_eq(symbols_open_modules(&tracee_record(traced.tracee)->modules, &symbols), 0);
    while (trace_event(traced.trace, i)->kind != EVENT_CALL)
        i++;
    symbols_wait(symbols, trace_event(traced.trace, i)->where, false, &place);
    cr_assert_str_eq(place.function, "fire_and_close");
    cr_assert_str_eq(place.file, "subject.c");
    cr_assert_gt(place.line, 0);
    symbols_close(symbols);
    traced_close(&traced);
}

static size_t count_typed(const struct traced *traced, enum entity_type type)
{
    size_t count = 0;

    for (uint32_t id = 1; id < trace_entities(traced->trace); id++) {
        const struct entity *entity = trace_entity(traced->trace, id);

        count += entity && entity->type == type && entity->gone != ENTITY_NEVER;
    }
    return count;
}

Test(tracee, leaves_forked_children_alone_and_follows_an_exec)
{
    struct traced traced = trace_mode("fork", plain);

    cr_assert_eq(count_kind(&traced, EVENT_CALL, CALLBACK_TIMER), 1);
    traced_close(&traced);
    traced = trace_mode("exec", plain);
    cr_assert_eq(count_kind(&traced, EVENT_CALL, CALLBACK_TIMER), 1);
    cr_assert_eq(count_kind(&traced, EVENT_EXEC, -1), 1);
    cr_assert_eq(count_typed(&traced, ENTITY_THREAD), 2); /* the first of each program is gone */
    traced_close(&traced);
}

/* Each way to end says once that the thread which ended is gone; a child in its parent's memory
 * says nothing of its own. */
Test(tracee, that_ends_by_itself_is_gone_once)
{
    static const char *const modes[] = {"status", "_exit",   "_Exit", "quick",
                                        "late",   "handler", "vfork"};

    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        struct traced traced = trace_mode(modes[i], plain);
        struct record *record = tracee_record(traced.tracee);
        size_t count = trace_count(traced.trace);

        cr_assert(WIFEXITED(traced.status) && WEXITSTATUS(traced.status) == 42, "%s", modes[i]);
        cr_assert_eq(count_typed(&traced, ENTITY_THREAD), 1, "%s", modes[i]);
        cr_assert_eq(count_kind(&traced, EVENT_GONE, -1), 1, "%s", modes[i]);
        cr_assert_eq(trace_event(traced.trace, count - 1)->kind, EVENT_GONE, "%s", modes[i]);
        cr_assert_gt(atomic_load(&record->processor), 0, "%s", modes[i]);
        cr_assert(strcmp(modes[i], "vfork") || count_kind(&traced, EVENT_BLOCK, -1), "it went on");
        traced_close(&traced);
    }
}

Test(tracee, leaves_the_pool_of_a_forked_child_alone)
{
    struct traced traced = trace_mode("forkpool", plain);

    cr_assert_eq(count_kind(&traced, EVENT_SUBMIT, -1), 20);
    cr_assert_eq(count_kind(&traced, EVENT_CALL, CALLBACK_DONE), 20);
    cr_assert_eq(count_kind(&traced, EVENT_WORK, -1), count_kind(&traced, EVENT_WORK_END, -1));
    traced_close(&traced);
}

Test(tracee, that_uses_memory_again_makes_a_new_handle_each_time)
{
    struct traced traced = trace_mode("reuse", plain);

    cr_assert_eq(count_typed(&traced, ENTITY_TIMER), 5);
    cr_assert_eq(count_kind(&traced, EVENT_CALL, CALLBACK_CLOSE), 5);
    traced_close(&traced);
}

Test(tracee, that_replaces_callbacks_is_seen_to_call_the_right_ones)
{
    struct traced traced = trace_mode("replaced", plain);

    cr_assert_eq(count_kind(&traced, EVENT_CALL, CALLBACK_TIMER), 2);
    cr_assert_eq(count_kind(&traced, EVENT_CALL, CALLBACK_IDLE), 1);
    traced_close(&traced);
}

Test(tracee, that_ends_libuv_itself_is_seen_to_the_end)
{
    struct traced traced = trace_mode("shutdown", plain);

    cr_assert_eq(count_typed(&traced, ENTITY_LOOP), 1);
    cr_assert_eq(count_kind(&traced, EVENT_BLOCK, BLOCK_JOIN), 1);
    traced_close(&traced);
}

Test(tracee, with_many_loops_on_many_threads_is_seen_whole)
{
    struct traced traced = trace_mode("loops", plain);

    cr_assert_eq(count_kind(&traced, EVENT_CALL, CALLBACK_TIMER), 300);
    cr_assert_eq(count_kind(&traced, EVENT_RUN, -1), 7);
    traced_close(&traced);
}

Test(tracee, that_sends_from_signal_handlers_loses_nothing)
{
    struct traced traced = trace_mode("signals", plain);

    cr_assert_eq(count_kind(&traced, EVENT_SEND, -1), 200);
    cr_assert_eq(trace_dropped(traced.trace), 0);
    traced_close(&traced);
}

Test(tracee, larger_than_its_record_is_cut_and_counted)
{
    struct traced traced = trace_mode("flood", (struct tracee_options){.cap = 256 * 1024});

    cr_assert(WIFEXITED(traced.status) && WEXITSTATUS(traced.status) == 0);
    cr_assert_gt(trace_dropped(traced.trace), 0);
    cr_assert_geq(trace_dropped(traced.trace) + trace_count(traced.trace), 240000);
    traced_close(&traced);
}

Test(tracee, that_cannot_start_says_why)
{
    char *missing[] = {"/no/such/program", NULL}, *data[] = {"/etc/passwd", NULL};
    struct tracee_options options = {.preload = PRELOAD};
    struct tracee *tracee;

    cr_assert_eq(tracee_start(missing, &options, &tracee), -ENOENT);
    cr_assert_eq(tracee_start(data, &options, &tracee), -EACCES);
}

Test(tracee, stops_with_its_clock)
{
    char *words[] = {SUBJECT, "timer", NULL};
    struct tracee_options options = {
        .preload = PRELOAD, .control = true, .step = true, .level = LEVEL_LOOP};
    struct tracee *tracee;
    siginfo_t stopped;
    int64_t stood;
    int status, steps = 0;

    cr_assert_eq(tracee_start(words, &options, &tracee), 0);
    while (!tracee_wait(tracee, 1, &status)) {
        if (!tracee_stands(tracee))
            continue;
        tracee_halt(tracee); /* waitid() returns when its last thread has stopped */
        cr_assert_eq(waitid(P_PID, (id_t)tracee_pid(tracee), &stopped, WSTOPPED), 0);
        cr_assert_eq(stopped.si_status, SIGSTOP);
        stood = tracee_time(tracee);
        cr_assert_eq(tracee_time(tracee), stood);
        steps++;
        tracee_step(tracee, LEVEL_LOOP);
    }
    cr_assert(WIFEXITED(status));
    cr_assert_geq(steps, 6); /* run, poll and its end, callback and its end, run's end */
    tracee_free(tracee);
}

Test(tracee, skips_its_waits_when_instant)
{
    struct tracee_options options = {.control = true, .instant = true};
    struct traced traced = trace_mode("timer", options);

    cr_assert(WIFEXITED(traced.status) && WEXITSTATUS(traced.status) == 0);
    traced_close(&traced);
}

Test(perturb, cuts_no_messages_and_nothing_that_blocks)
{
    static const struct {
        int type;
        bool may_split, may_shorten;
    } rows[] = {{SOCK_STREAM | SOCK_NONBLOCK, true, true},
                {SOCK_STREAM, true, false},
                {SOCK_SEQPACKET | SOCK_NONBLOCK, false, false},
                {SOCK_DGRAM | SOCK_NONBLOCK, false, false}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int pair[2];

        cr_assert_eq(socketpair(AF_UNIX, rows[i].type, 0, pair), 0);
        cr_assert_eq(perturb_may_split(pair[0]), rows[i].may_split, "%d", (int)i);
        cr_assert_eq(perturb_may_shorten(pair[0], 1 << 16), rows[i].may_shorten, "%d", (int)i);
        close(pair[0]);
        close(pair[1]);
    }
}

Test(tracee, does_the_same_when_it_is_disturbed)
{
    static const char *const modes[] = {"pool", "streams", "loops", "replaced", "child"};
    char seed[16];

    for (int i = 0; i < 20; i++) {
        struct traced traced;

        snprintf(seed, sizeof seed, "%d", i);
        traced = trace_mode(modes[i % 5], (struct tracee_options){.perturb = seed});
        cr_assert(WIFEXITED(traced.status) && WEXITSTATUS(traced.status) == 0, "%s, seed %d",
                  modes[i % 5], i);
        traced_close(&traced);
    }
}
