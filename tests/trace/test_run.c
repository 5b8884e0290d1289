/* Real runs of the lessons' demos, recorded by the probe, merged while they run, and told. What is
 * asserted is what the lessons promise; SHOW=1 in the environment prints what a learner would see.
 * Named handles and waits are judged by ratios within the run, never by the machine's speed. */
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "chapters/chapter.h"
#include "cli/views/lanes.h"
#include "cli/views/live.h"
#include "engine/event/record.h"
#include "engine/probe/program.h"
#include "engine/task/task.h"
#include "engine/trace/query.h"
#include "engine/trace/symbols.h"
#include "tests/support/test.h"

static struct program *program;
static struct trace *trace;
static struct symbols *symbols;
static struct actors actors;
static struct str told;
static sem_t ended;

static void emit(unsigned kind, uint32_t subject, uint32_t object, int64_t arg, const void *where)
{
    event_emit((enum event_kind)kind, subject, object, arg, where);
}

static uint32_t born(unsigned type, uint32_t parent, const void *where)
{
    return event_emit_born((enum entity_type)type, parent, where);
}

static void name(uint32_t subject, const char *text)
{
    event_emit_text(TEXT_NAME, subject, text, strlen(text));
}

static void on_end(void *to)
{
    sem_post(to);
}

/* Has the program ended within the next two milliseconds? */
static bool has_ended(void)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 2000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    return sem_timedwait(&ended, &until) == 0;
}

static void run(int chapter, const char *demo, const char *act_name)
{
    static const struct task_tracer tracer = {.born = born, .emit = emit, .name = name};
    static struct look look = {.unicode = true, .width = 100, .height = 24};
    const struct act *act = demo_act(chapter_demo(chapter_by_number(chapter), demo), act_name);
    int level = getenv("SHOW") ? atoi(getenv("SHOW")) : LEVEL_TASKS;
    struct program_options options = {.ended = on_end, .to = &ended};
    struct live *live;

    task_set_tracer(&tracer);
    cr_assert_not_null(act);
    sem_init(&ended, 0, 0);
    cr_assert_eq(symbols_open(&symbols), 0);
    cr_assert_eq(program_start(act->main, &options, &program), 0);
    cr_assert_eq(trace_open(program_record(program), &trace), 0);
    live = live_open(trace, symbols, &look);
    while (!has_ended()) {
        cr_assert_geq(trace_update(trace, control_real_now()), 0);
        live_update(live, (enum event_level)level, &told);
    }
    cr_assert_eq(program_join(program), 0);
    trace_finish(trace);
    live_update(live, (enum event_level)level, &told);
    cr_assert_eq(query_actors(trace, &actors), 0);
    cr_assert_eq(trace_damaged(trace), 0);
    cr_assert_eq(trace_dropped(trace), 0);
    lanes_view(trace, &actors, &look, act->title, &told);
    if (getenv("SHOW"))
        fputs(str_text(&told), stderr);
    live_close(live);
}

static void close_it(void)
{
    query_actors_free(&actors);
    trace_close(trace);
    program_free(program);
    symbols_close(symbols);
    str_free(&told);
}

static const char *const boards[] = {"A", "B", "C", "D", "E", "F", "G", "H"};

Test(run, eight_games_on_one_loop_wait_together, .fini = close_it)
{
    struct loop_share share;

    run(3, "chess", "one-loop");
    cr_assert_eq(query_overlap(&actors, boards, 8, SPAN_WAITING, 1000000, NULL), 8);
    cr_assert_eq(query_overlap(&actors, NULL, 0, SPAN_RUNNING, 0, NULL), 1);
    cr_assert_eq(query_threads(&actors), 1);
    cr_assert_eq(query_loops(trace, &share, 1), 1);
    cr_assert_gt(share.turns, 0);
    cr_assert_not_null(strstr(str_text(&told), "starts: wake me in 60 ms"));
    cr_assert_not_null(strstr(str_text(&told), "play (chess.c:"));
}

Test(run, eight_games_one_after_another, .fini = close_it)
{
    run(3, "chess", "one-by-one");
    cr_assert_eq(query_overlap(&actors, boards, 8, SPAN_WAITING, 1000000, NULL), 1);
}

Test(run, eight_games_on_threads, .fini = close_it)
{
    run(3, "chess", "eight-threads");
    /* a busy machine may end the shortest game before it begins the last */
    cr_assert_gt(query_overlap(&actors, boards, 8, SPAN_BLOCKED, 1000000, NULL), 1);
    cr_assert_geq(query_threads(&actors), 8);
}

Test(run, spinners_on_one_loop_take_turns, .fini = close_it)
{
    static const char *const pair[] = {"A", "B"};

    run(3, "spinners", "one-loop");
    cr_assert_eq(query_overlap(&actors, pair, 2, SPAN_RUNNING, 0, NULL), 1);
}

Test(run, a_search_beside_the_loop_is_in_the_pool, .fini = close_it)
{
    run(3, "mixed", "beside-the-loop");
    cr_assert_gt(query_time_in(query_actor(&actors, "search"), SPAN_POOL), 0);
}

Test(run, five_fetches_together, .fini = close_it)
{
    run(2, "five-fetches", "together");
    cr_assert_gt(actors.count, 0);
}
