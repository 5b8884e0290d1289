/* How a run begins: the act that was named is found, and started in this process or in one of its
 * own.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/paths.h"
#include "cli/views/stage_priv.h"
#include "engine/event/record.h"
#include "engine/probe/performance.h"
#include "engine/task/recorded.h"
#include "engine/task/task.h"
#include "engine/trace/symbols.h"

bool stage_lookup(int number, const char *name, const struct demo **ret_demo,
                  const struct act **ret_act)
{
    const struct chapter *chapter = chapter_by_number(number);
    size_t length = strcspn(name, ":");
    char demo[64];

    if (!chapter || length >= sizeof demo)
        return false;
    memcpy(demo, name, length);
    demo[length] = '\0';
    *ret_demo = chapter_demo(chapter, demo);
    *ret_act = *ret_demo && name[length] ? demo_act(*ret_demo, name + length + 1) : NULL;
    return *ret_demo && (*ret_act || !name[length]);
}

static void wake(void *to)
{
    term_wake(to);
}

/* Who steps wants to see at once where: the tables of symbols are loaded before the first step. */
static void load_symbols(struct stage *stage)
{
    struct place place;

    if (stage->symbols && stage->act->main)
        symbols_wait(stage->symbols, (uint64_t)(uintptr_t)stage->act->main, false, &place);
}

static int start_act(struct stage *stage, const struct program_options *how)
{
    struct str program = {0};
    struct performer performer = {.main = stage->act->main};
    int result;

    if (!performer.main)
        path_part(stage->act->program, &program);
    performer.program = str_text(&program);
    result = performance_start(&performer, how, &stage->run);
    str_free(&program);
    return result;
}

/* Places of a program of its own are those of its modules. */
static void open_symbols(struct stage *stage)
{
    struct record *record = performance_record(stage->run);

    if (!performance_is_apart(stage->run))
        return;
    stage->symbols = NULL;
    symbols_open_modules(&record->modules, &stage->symbols);
}

int stage_start(struct stage *stage, const struct stage_options *options)
{
    bool interactive = term_interactive(stage->app->term);
    struct program_options how = {.cap = options->cap,
                                  .instant = options->instant,
                                  .stopped = options->stopped && interactive,
                                  .pause_at = interactive ? options->pause_at * 1000000 : 0,
                                  .perturb = options->perturb,
                                  .ended = wake,
                                  .to = stage->app->term};
    int result;

    /* From libuv 1.45 to 1.48 some file operations go through io_uring, which later versions leave
     * off. Lessons speak of the thread pool. */
    setenv("UV_USE_IO_URING", "0", 0);
    stage->symbols = app_symbols(stage->app);
    if (how.stopped)
        load_symbols(stage);
    task_set_tracer(task_recorder());
    result = start_act(stage, &how);
    if (result < 0)
        return result;
    open_symbols(stage);
    if (options->percent)
        performance_slow(stage->run, options->percent);
    return trace_open(performance_record(stage->run), &stage->trace);
}
