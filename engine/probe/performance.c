/* Two kinds of runs behind one name; each function picks one. */
#include "engine/probe/performance.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "engine/event/record.h"
#include "engine/probe/apart.h"

struct performance {
    struct program *here; /* one of the two, the other is NULL */
    struct apart *apart;
};

int performance_start(const struct performer *performer, const struct program_options *options,
                      struct performance **ret_performance)
{
    struct performance *performance = calloc(1, sizeof *performance);
    char *words[] = {(char *)performer->program, NULL};
    int error;

    if (!performance)
        return -ENOMEM;
    error = performer->main ? program_start(performer->main, options, &performance->here)
                            : apart_start(words, NULL, options, &performance->apart);
    if (error)
        free(performance);
    else
        *ret_performance = performance;
    return error;
}

bool performance_is_apart(const struct performance *performance)
{
    return performance->apart;
}

struct record *performance_record(struct performance *performance)
{
    return performance->here ? program_record(performance->here) : apart_record(performance->apart);
}

bool performance_ended(struct performance *performance)
{
    return performance->here ? program_ended(performance->here, NULL)
                             : apart_ended(performance->apart, NULL);
}

int performance_join(struct performance *performance, int *ret_signal)
{
    int status;

    *ret_signal = 0;
    if (performance->here)
        return program_join(performance->here);
    status = apart_join(performance->apart);
    if (WIFSIGNALED(status))
        *ret_signal = WTERMSIG(status);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 0;
}

void performance_stop(struct performance *performance)
{
    performance->here ? program_stop(performance->here) : apart_stop(performance->apart);
}

void performance_go(struct performance *performance)
{
    performance->here ? program_go(performance->here) : apart_go(performance->apart);
}

bool performance_stopped(struct performance *performance)
{
    return performance->here ? program_stopped(performance->here)
                             : apart_stopped(performance->apart);
}

bool performance_held(struct performance *performance)
{
    return performance->here ? program_held(performance->here) : apart_held(performance->apart);
}

void performance_step(struct performance *performance, enum event_level level)
{
    performance->here ? program_step(performance->here, level)
                      : apart_step(performance->apart, level);
}

void performance_step_turn(struct performance *performance)
{
    performance->here ? program_step_turn(performance->here)
                      : apart_step(performance->apart, STEP_TURN);
}

void performance_suspend(struct performance *performance, bool suspended)
{
    performance->here ? program_suspend(performance->here, suspended)
                      : apart_suspend(performance->apart, suspended);
}

void performance_slow(struct performance *performance, int percent)
{
    performance->here ? program_slow(performance->here, percent)
                      : apart_slow(performance->apart, percent);
}

int performance_percent(struct performance *performance)
{
    return performance->here ? program_percent(performance->here)
                             : apart_percent(performance->apart);
}

int64_t performance_waited_for_cpu(struct performance *performance)
{
    return performance->here ? program_waited_for_cpu(performance->here)
                             : apart_waited_for_cpu(performance->apart);
}

void performance_free(struct performance *performance)
{
    if (performance->here)
        program_free(performance->here);
    apart_free(performance->apart);
    free(performance);
}

bool performance_abandon(struct performance *performance)
{
    if (performance->apart)
        apart_end(performance->apart);
    else
        program_abandon(performance->here);
    return performance->here;
}
