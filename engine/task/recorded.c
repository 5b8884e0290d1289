/* The tracer that writes to the record. In a file of its own, so that a program without a record
 * links nothing of engine/event; the preloaded probe has it too. */
#include "engine/task/recorded.h"

#include <string.h>

#include "engine/event/record.h"
#include "engine/event/stage.h"
#include "engine/task/task.h"

static uint32_t born(unsigned type, uint32_t parent, const void *where)
{
    return event_emit_born((enum entity_type)type, parent, where);
}

static void emit(unsigned kind, uint32_t subject, uint32_t object, int64_t arg, const void *where)
{
    event_emit((enum event_kind)kind, subject, object, arg, where);
}

static void name(uint32_t subject, const char *text)
{
    event_emit_text(TEXT_NAME, subject, text, strlen(text));
}

static uint32_t find(const void *actor)
{
    if (!actor)
        return event_writer ? event_writer->thread : 0;
    return stage_find ? stage_find(actor) : 0;
}

const struct task_tracer *task_recorder(void)
{
    static const struct task_tracer tracer = {born, emit, name, find};

    return &tracer;
}
