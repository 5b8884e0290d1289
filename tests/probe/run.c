#include "tests/probe/run.h"

#include <string.h>

#include "tests/support/test.h"

struct run run_finish(struct program *program)
{
    struct run run = {.program = program, .status = program_join(program)};

    cr_assert_eq(trace_open(program_record(program), &run.trace), 0);
    cr_assert_geq(trace_finish(run.trace), 0);
    cr_assert_eq(trace_dropped(run.trace), 0);
    cr_assert_eq(trace_damaged(run.trace), 0);
    return run;
}

struct run run_whole(int (*main)(void), const struct program_options *options)
{
    struct program *program;

    cr_assert_eq(program_start(main, options, &program), 0);
    return run_finish(program);
}

void run_close(struct run *run)
{
    trace_close(run->trace);
    program_free(run->program);
}

static bool fits(const struct event *event, enum event_kind kind, uint32_t subject)
{
    return event->kind == kind && (!subject || event->subject == subject);
}

size_t run_count(const struct run *run, enum event_kind kind, uint32_t subject)
{
    size_t count = 0;

    for (size_t i = 0; i < trace_count(run->trace); i++)
        count += fits(trace_event(run->trace, i), kind, subject);
    return count;
}

const struct event *run_event(const struct run *run, enum event_kind kind, uint32_t subject,
                              size_t nth)
{
    for (size_t i = 0; i < trace_count(run->trace); i++)
        if (fits(trace_event(run->trace, i), kind, subject) && nth-- == 0)
            return trace_event(run->trace, i);
    cr_assert_fail("no such event: %s of %u", event_kind_name(kind), subject);
    return NULL;
}

uint32_t run_named(const struct run *run, const char *name)
{
    for (uint32_t id = 1; id < trace_entities(run->trace); id++) {
        const struct entity *entity = trace_entity(run->trace, id);

        if (entity && !strcmp(entity->name, name))
            return id;
    }
    cr_assert_fail("nobody is named %s", name);
    return 0;
}

uint32_t run_typed(const struct run *run, enum entity_type type, size_t nth)
{
    for (uint32_t id = 1; id < trace_entities(run->trace); id++) {
        const struct entity *entity = trace_entity(run->trace, id);

        if (entity && entity->type == type && nth-- == 0)
            return id;
    }
    cr_assert_fail("no %s", entity_type_name(type));
    return 0;
}

double run_ms(const struct event *event)
{
    return (double)event->time / 1e6;
}
