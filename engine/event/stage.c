/* What a demo says to the learner, as TEXT events. */
#include "engine/event/stage.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "engine/event/record.h"

uint32_t (*stage_find)(const void *actor);

void stage_name(const void *actor, const char *name)
{
    uint32_t id = 0;

    if (!event_writer)
        return;
    if (!actor)
        id = event_writer->thread;
    else if (stage_find)
        id = stage_find(actor);
    if (id)
        event_emit_text(TEXT_NAME, id, name, strlen(name));
}

void stage_say(const char *format, ...)
{
    char text[EVENT_TEXT_MAX + 1];
    va_list args;
    int length;

    if (!event_writer)
        return;
    va_start(args, format);
    length = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (length > 0)
        event_emit_text(TEXT_SAY, event_writer->thread, text, strlen(text));
}
