/* What of a traced process could be seen at all, in a paragraph or two below its summary: silence
 * would be taken for a program that did nothing. */
#include <sys/wait.h>

#include "cli/commands/trace_job.h"
#include "cli/views/summary.h"
#include "engine/event/record.h"
#include "engine/probe/tracee.h"

static const char not_loaded[] =
    "The program did not load the probe: it is linked statically, runs with the rights of another "
    "user, was built with a sanitizer, whose library has to come first, or lacks a library of its "
    "own. Nothing of it can be seen.";

static const char no_libuv[] =
    "No libuv was seen: the program itself uses none. Only its polls and blocking calls are "
    "recorded. Programs that it starts are left alone: trace the one that you mean.";

static const char out_of_sight[] =
    "The process was not seen to its end. Most likely it executed another program, which did not "
    "load the probe: env -i takes it away, and a program that is linked statically cannot load it. "
    "Nothing is seen of that one: trace it by itself.";

static bool has_first_thread_left(const struct trace *trace)
{
    for (uint32_t id = 1; id < trace_entities(trace); id++) {
        const struct entity *entity = trace_entity(trace, id);

        if (entity && entity->type == ENTITY_THREAD && !entity->parent &&
            entity->gone == ENTITY_NEVER)
            return true;
    }
    return false;
}

/* It ended by itself, and the probe, which is told of that, was not there any more. */
static bool went_out_of_sight(const struct trace_job *job)
{
    return WIFEXITED(job->wait_status) && !atomic_load(&tracee_record(job->tracee)->processor) &&
           has_first_thread_left(job->trace);
}

void trace_seen_say(const struct trace_job *job, struct str *out)
{
    const char *text = NULL;

    if (!atomic_load(&tracee_record(job->tracee)->pid))
        text = not_loaded;
    else if (!trace_libuv_say(job, out))
        text = no_libuv;
    if (text != not_loaded && went_out_of_sight(job))
        text = out_of_sight;
    if (text)
        summary_paragraph(&job->look, text, out);
}
