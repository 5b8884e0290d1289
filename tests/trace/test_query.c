/* What readers ask of a trace. */
#include <errno.h>
#include <string.h>

#include "engine/base/array.h"
#include "engine/trace/query.h"
#include "tests/support/test.h"
#include "tests/trace/script.h"

static struct script s;

static void open_it(void)
{
    script_open(&s, 64);
}

static void close_it(void)
{
    script_close(&s);
}

static struct actors cast(void)
{
    struct actors actors;

    trace_finish(s.trace);
    cr_assert_eq(query_actors(s.trace, &actors), 0);
    return actors;
}

Test(actors, tasks_are_actors_and_the_thread_of_their_loop_is_not, .init = open_it,
     .fini = close_it)
{
    script_three_sleeps(&s);
    struct actors actors = cast();

    cr_assert_eq(actors.count, 3);
    for (int i = 0; i < 3; i++) {
        const struct actor *actor = &actors.items[i];

        cr_assert_eq(actor->name[0], 'A' + i);
        cr_assert(actor->ended);
        cr_assert_eq(actor->begin, 0);
        cr_assert_eq(actor->end, 100100000u * (unsigned)(i + 1));
        cr_assert_eq(query_time_in(actor, SPAN_WAITING), actor->end);
        for (size_t k = 1; k < actor->span_count; k++)
            cr_assert_eq(actor->spans[k].begin, actor->spans[k - 1].end);
    }
    cr_assert_eq(query_threads(&actors), 1);
    query_actors_free(&actors);
}

Test(actors, a_blocking_task_is_told_as_blocked, .init = open_it, .fini = close_it)
{
    script_blocked_loop(&s);
    struct actors actors = cast();

    cr_assert_eq(actors.count, 1);
    cr_assert_eq(query_time_in(&actors.items[0], SPAN_BLOCKED), 100100000);
    query_actors_free(&actors);
}

Test(actors, threads_are_actors, .init = open_it, .fini = close_it)
{
    uint32_t main_thread = script_new_thread(&s, 0, "main");
    uint32_t a = script_new_thread(&s, main_thread, "A");

    event_emit(EVENT_BLOCK, a, BLOCK_SLEEP, 1000000, NULL);
    script_thread(&s, main_thread);
    emit(EVENT_BLOCK, main_thread, BLOCK_JOIN, 0);
    script_thread(&s, a);
    script_at(&s, 10);
    emit(EVENT_BLOCK_END, a, 0, 0);
    emit(EVENT_GONE, a, 0, 0);
    script_thread(&s, main_thread);
    emit(EVENT_BLOCK_END, main_thread, 0, 0);
    struct actors actors = cast();

    cr_assert_eq(actors.count, 2);
    cr_assert_str_eq(actors.items[0].name, "main");
    cr_assert_eq(query_time_in(&actors.items[0], SPAN_BLOCKED), 10000000);
    cr_assert(query_actor(&actors, "A")->ended);
    cr_assert_eq(query_overlap(&actors, NULL, 0, SPAN_BLOCKED, 0, NULL), 2);
    cr_assert_eq(query_threads(&actors), 2);
    cr_assert_null(query_actor(&actors, "B"));
    query_actors_free(&actors);
}

Test(actors, a_program_of_one_thread_is_its_own_actor, .init = open_it, .fini = close_it)
{
    uint32_t main_thread = script_new_thread(&s, 0, NULL);
    uint32_t loop = event_emit_born(ENTITY_LOOP, 0, NULL);

    emit(EVENT_RUN, loop, 0, 0);
    emit(EVENT_POLL, loop, 0, 10);
    script_at(&s, 10);
    emit(EVENT_POLL_END, loop, 0, 0);
    emit(EVENT_RUN_END, loop, 0, 0);
    struct actors actors = cast();

    cr_assert_eq(actors.count, 1);
    cr_assert_eq(actors.items[0].id, main_thread);
    cr_assert_str_eq(actors.items[0].name, "thread 1");
    cr_assert_eq(query_time_in(&actors.items[0], SPAN_WAITING), 10000000);
    query_actors_free(&actors);
}

Test(actors, a_named_request_shows_its_time_in_the_pool, .init = open_it, .fini = close_it)
{
    uint32_t main_thread = script_new_thread(&s, 0, NULL);
    uint32_t work = event_emit_born(ENTITY_WORK, 0, NULL), pool;

    emit(EVENT_SUBMIT, work, 0, 0);
    emit_name(work, "search");
    script_at(&s, 1);
    pool = script_new_thread(&s, main_thread, NULL);
    emit(EVENT_WORK, work, 0, 0);
    script_at(&s, 6);
    emit(EVENT_WORK_END, work, 0, 0);
    script_thread(&s, main_thread);
    script_at(&s, 7);
    emit(EVENT_CALL, work, CALLBACK_DONE, -ECANCELED);
    script_at(&s, 9);
    emit(EVENT_CALL_END, work, CALLBACK_DONE, 0);
    struct actors actors = cast();

    cr_assert_eq(actors.count, 1, "neither thread did anything of its own");
    cr_assert_eq(query_time_in(&actors.items[0], SPAN_WAITING), 1000000);
    cr_assert_eq(query_time_in(&actors.items[0], SPAN_POOL), 5000000);
    cr_assert_eq(query_time_in(&actors.items[0], SPAN_READY), 1000000);
    cr_assert_eq(query_time_in(&actors.items[0], SPAN_RUNNING), 2000000);
    cr_assert_eq(actors.items[0].result, -ECANCELED);
    cr_assert_eq(actors.items[0].spans[1].thread, pool);
    query_actors_free(&actors);
}

Test(actors, a_task_in_the_pool_and_a_nameless_request_on_its_thread, .init = open_it,
     .fini = close_it)
{
    uint32_t main_thread = script_new_thread(&s, 0, NULL);
    uint32_t task = event_emit_born(ENTITY_TASK, 0, NULL), mine, other;

    other = event_emit_born(ENTITY_WORK, 0, NULL);
    emit(EVENT_SUBMIT, other, 0, 0);
    emit(EVENT_RESUME, task, 0, 0);
    mine = event_emit_born(ENTITY_WORK, 0, NULL);
    emit(EVENT_SUBMIT, mine, 0, 0);
    event_emit(EVENT_SUSPEND, task, mine, event_wait_arg(WAIT_WORK, 0), NULL);
    script_new_thread(&s, main_thread, NULL);
    emit(EVENT_WORK, mine, 0, 0);
    script_at(&s, 4);
    emit(EVENT_WORK_END, mine, 0, 0);
    script_new_thread(&s, main_thread, "pool");
    emit(EVENT_WORK, other, 0, 0);
    script_at(&s, 6);
    emit(EVENT_WORK_END, other, 0, 0);
    struct actors actors = cast();

    cr_assert_eq(actors.count, 2);
    cr_assert_eq(query_time_in(query_actor(&actors, "task 1"), SPAN_POOL), 4000000);
    cr_assert_not_null(query_actor(&actors, "pool"));
    query_actors_free(&actors);
}

Test(actors, a_named_timer_waits_until_it_fires, .init = open_it, .fini = close_it)
{
    script_new_thread(&s, 0, NULL);
    uint32_t loop = event_emit_born(ENTITY_LOOP, 0, NULL), timer;

    timer = event_emit_born(ENTITY_TIMER, loop, NULL);
    emit_name(timer, "tick");
    script_at(&s, 1);
    emit(EVENT_START, timer, 0, 10);
    for (int t = 11; t <= 21; t += 10) { /* it repeats */
        script_at(&s, t);
        emit(EVENT_CALL, timer, CALLBACK_TIMER, 0);
        emit(EVENT_CALL_END, timer, CALLBACK_TIMER, 0);
    }
    script_at(&s, 50);
    emit(EVENT_CLOSE, timer, 0, 0);
    emit(EVENT_CALL, timer, CALLBACK_CLOSE, 0);
    struct actors actors = cast();

    cr_assert_eq(actors.count, 1);
    cr_assert_eq(query_time_in(&actors.items[0], SPAN_WAITING), 20000000);
    cr_assert_eq(actors.items[0].begin, 1000000);
    cr_assert_eq(actors.items[0].end, 21000000);
    cr_assert(actors.items[0].ended);
    query_actors_free(&actors);
}

/* --- overlap ---------------------------------------------------------------------------------- */

Test(overlap, counts_actors_in_a_state_at_one_instant, .init = open_it, .fini = close_it)
{
    static const char *const names[] = {"A", "C"};
    size_t event = 0;

    script_three_sleeps(&s);
    struct actors actors = cast();

    cr_assert_eq(query_overlap(&actors, NULL, 0, SPAN_WAITING, 0, &event), 3);
    cr_assert_eq(trace_event(s.trace, event)->kind, EVENT_SUSPEND);
    cr_assert_eq(trace_event(s.trace, event)->subject, actors.items[2].id);
    cr_assert_eq(query_overlap(&actors, names, 2, SPAN_WAITING, 0, NULL), 2);
    cr_assert_eq(query_overlap(&actors, NULL, 0, SPAN_RUNNING, 0, NULL), 1);
    cr_assert_eq(query_overlap(&actors, NULL, 0, SPAN_WAITING, 150000000, NULL), 2);
    query_actors_free(&actors);
}

/* --- loops, phases, turns --------------------------------------------------------------------- */

Test(loops, share_busy_and_asleep, .init = open_it, .fini = close_it)
{
    struct loop_share share;

    script_three_sleeps(&s);
    trace_finish(s.trace);
    cr_assert_eq(query_loops(s.trace, &share, 1), 1);
    cr_assert_eq(share.asleep, 300300000);
    cr_assert_eq(share.busy, 100000);
    cr_assert_eq(share.total, 300400000);
    cr_assert_eq(share.turns, 3);
    cr_assert_eq(share.longest_busy, 100000);
    cr_assert_eq(trace_event(s.trace, share.longest_event)->kind, EVENT_POLL_END);
}

Test(loops, a_loop_that_still_runs_counts_up_to_the_end, .init = open_it, .fini = close_it)
{
    struct loop_share share;
    uint32_t thread = script_new_thread(&s, 0, NULL);
    uint32_t loop = event_emit_born(ENTITY_LOOP, 0, NULL);

    emit(EVENT_RUN, loop, 0, 0);
    script_at(&s, 30);
    emit(EVENT_BLOCK, thread, 0, 0);
    trace_finish(s.trace);
    cr_assert_eq(query_loops(s.trace, &share, 1), 1);
    cr_assert_eq(share.busy, 30000000);
    cr_assert_eq(query_loops(s.trace, &share, 0), 0);
}

static void callback(uint32_t id, enum callback which, int64_t status)
{
    emit(EVENT_CALL, id, which, status);
    emit(EVENT_CALL_END, id, which, 0);
}

Test(phases, follow_from_the_callbacks, .init = open_it, .fini = close_it)
{
    static const struct {
        enum phase phase;
        size_t events;
    } expected[] = {
        {PHASE_NONE, 3},    {PHASE_TIMERS, 1},  {PHASE_IDLE, 2},
        {PHASE_PREPARE, 2}, {PHASE_POLL, 4},    {PHASE_CHECK, 2},
        {PHASE_CLOSING, 4}, {PHASE_PENDING, 2}, {PHASE_POLL, 3},
    };
    size_t at = 0;

    script_new_thread(&s, 0, NULL);
    uint32_t loop = event_emit_born(ENTITY_LOOP, 0, NULL);
    uint32_t write = event_emit_born(ENTITY_WRITE, loop, NULL);

    emit(EVENT_RUN, loop, 0, 0);
    callback(loop, CALLBACK_IDLE, 0);
    callback(loop, CALLBACK_PREPARE, 0);
    emit(EVENT_POLL, loop, 0, 0);
    emit(EVENT_POLL_END, loop, 0, 1);
    callback(loop, CALLBACK_READ, 5);
    callback(loop, CALLBACK_CHECK, 0);
    callback(write, CALLBACK_DONE, -ECANCELED);
    callback(loop, CALLBACK_CLOSE, 0);
    callback(write, CALLBACK_DONE, 0);
    emit(EVENT_POLL, loop, 0, 0);
    emit(EVENT_POLL_END, loop, 0, 0);
    emit(EVENT_RUN_END, loop, 0, 0);
    trace_finish(s.trace);
    for (size_t i = 0; i < array_length(expected); i++)
        for (size_t k = 0; k < expected[i].events; k++, at++)
            cr_assert_eq(query_phase(s.trace, at), expected[i].phase, "event %zu", at);
    cr_assert_eq(at, trace_count(s.trace));
}

Test(turns, are_counted_by_their_polls, .init = open_it, .fini = close_it)
{
    script_three_sleeps(&s);
    trace_finish(s.trace);
    cr_assert_eq(query_turn(s.trace, 0), 0, "outside uv_run");
    for (size_t i = 0, polls = 0; i < trace_count(s.trace); i++) {
        if (trace_event(s.trace, i)->kind != EVENT_POLL)
            continue;
        cr_assert_eq(query_turn(s.trace, i), ++polls);
        cr_assert_eq(query_turn(s.trace, i + 2), polls + 1, "a timer belongs to the next turn");
    }
}

Test(turns, a_poll_that_is_repeated_at_once_is_the_same, .init = open_it, .fini = close_it)
{
    static const int64_t ends[] = {-EINTR, 1024, 0, 0};
    static const uint64_t turns[] = {1, 1, 1, 2};
    size_t k = 0;

    script_new_thread(&s, 0, NULL);
    uint32_t loop = event_emit_born(ENTITY_LOOP, 0, NULL);
    emit(EVENT_RUN, loop, 0, 0);
    for (int i = 0; i < 4; i++) {
        emit(EVENT_POLL, loop, 0, 5);
        emit(EVENT_POLL_END, loop, 0, ends[i]);
    }
    emit(EVENT_RUN_END, loop, 0, 0);
    emit(EVENT_RUN, loop, 0, 0); /* a second run counts on */
    emit(EVENT_POLL, loop, 0, 5);
    trace_finish(s.trace);
    for (size_t i = 0; i < trace_count(s.trace); i++)
        if (trace_event(s.trace, i)->kind == EVENT_POLL && k < 4)
            cr_assert_eq(query_turn(s.trace, i), turns[k++]);
    cr_assert_eq(query_turn(s.trace, trace_count(s.trace) - 1), 3);
}

/* A timer's callback that has ended, and a task's step. */
static uint32_t what_ends(void)
{
    uint32_t timer = event_emit_born(ENTITY_TIMER, 0, NULL);
    uint32_t task = event_emit_born(ENTITY_TASK, 0, NULL);

    emit(EVENT_CALL, timer, CALLBACK_TIMER, 0);
    emit(EVENT_CALL_END, timer, CALLBACK_TIMER, 0);
    emit(EVENT_RESUME, task, 0, 0);
    emit(EVENT_SUSPEND, task, 0, event_wait_arg(WAIT_SLEEP, 1));
    return task;
}

Test(under_way, is_nothing_where_all_has_ended, .init = open_it, .fini = close_it)
{
    size_t events[4];

    script_new_thread(&s, 0, "main");
    what_ends();
    trace_finish(s.trace);
    cr_assert_eq(query_under_way(s.trace, events, 4), 0);
}

Test(under_way, is_the_innermost_of_each_lane, .init = open_it, .fini = close_it)
{
    uint32_t idle, task, check;
    size_t events[4];

    script_new_thread(&s, 0, "main");
    task = what_ends();
    idle = event_emit_born(ENTITY_IDLE, 0, NULL);
    emit(EVENT_CALL, idle, CALLBACK_IDLE, 0);
    emit(EVENT_RESUME, task, 0, 0);
    script_new_thread(&s, 0, "other");
    check = event_emit_born(ENTITY_CHECK, 0, NULL);
    script_at(&s, 1);
    emit(EVENT_CALL, check, CALLBACK_CHECK, 0);
    trace_finish(s.trace);
    cr_assert_eq(query_under_way(s.trace, events, 4), 2);
    cr_assert_eq(trace_event(s.trace, events[0])->subject, check);
    cr_assert_eq(trace_event(s.trace, events[1])->subject, task);
    cr_assert_eq(query_under_way(s.trace, events, 1), 1);
}
