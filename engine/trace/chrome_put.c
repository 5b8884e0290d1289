/* What goes into the file: JSON, slices on lanes, spans, arrows, counters. Each object is written
 * as it comes; nothing is kept but what is open. */
#include <inttypes.h>
#include <string.h>

#include "engine/base/str.h"
#include "engine/trace/chrome_priv.h"
#include "engine/trace/query.h"
#include "engine/trace/symbols.h"

/* --- JSON ------------------------------------------------------------------------------------- */

void chrome_put_string(struct chrome *chrome, const char *text)
{
    putc('"', chrome->out);
    for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
        if (*at == '"' || *at == '\\')
            fprintf(chrome->out, "\\%c", *at);
        else if (*at < 0x20)
            fprintf(chrome->out, "\\u%04x", *at);
        else
            putc(*at, chrome->out);
    }
    putc('"', chrome->out);
}

/* Begins an object with what all have; the caller adds members, then calls finish(). */
void chrome_begin(struct chrome *chrome, const char *phase, uint32_t tid)
{
    fprintf(chrome->out, "%s{\"ph\":\"%s\",\"pid\":%u,\"tid\":%u", chrome->first ? "\n" : ",\n",
            phase, chrome->pid, tid);
    chrome->first = false;
}

static void put_time(struct chrome *chrome)
{
    fprintf(chrome->out, ",\"ts\":%" PRIu64 ".%03u", chrome->now / 1000,
            (unsigned)(chrome->now % 1000));
}

static void put_name(struct chrome *chrome, const char *category, const char *name)
{
    fprintf(chrome->out, ",\"cat\":\"%s\",\"name\":", category);
    chrome_put_string(chrome, name);
}

static void finish(struct chrome *chrome)
{
    putc('}', chrome->out);
}

/* "play (chess.c:27)" as an argument, if it is known; and what came of an operation. */
static void put_arguments(struct chrome *chrome, const struct event *event)
{
    struct place place;
    struct str text = {0};

    symbols_wait(chrome->symbols, event->where, query_where_is_return(event), &place);
    if (event->where && strcmp(place.function, "?"))
        str_printf(&text, "%s", place.function);
    if (text.length && place.line)
        str_printf(&text, " (%s:%d)", place.file, place.line);
    fputs(",\"args\":{", chrome->out);
    if (event->kind == EVENT_DO)
        fprintf(chrome->out, "\"result\":%" PRId64 "%s", event_do_result(event),
                text.length ? "," : "");
    if (text.length) {
        fputs("\"where\":", chrome->out);
        chrome_put_string(chrome, str_text(&text));
    }
    putc('}', chrome->out);
    str_free(&text);
}

/* --- lanes ------------------------------------------------------------------------------------ */

static void slice(struct chrome *chrome, uint32_t tid, const char *category, const char *name,
                  const struct event *event)
{
    chrome_begin(chrome, "B", tid);
    put_time(chrome);
    put_name(chrome, category, name);
    put_arguments(chrome, event);
    finish(chrome);
}

static void slice_end(struct chrome *chrome, uint32_t tid)
{
    chrome_begin(chrome, "E", tid);
    put_time(chrome);
    finish(chrome);
}

/* The function that is called, if it is known; else what it is. */
static void name_call(struct chrome *chrome, const struct event *event, struct str *out)
{
    struct place place;

    symbols_wait(chrome->symbols, event->where, false, &place);
    if (event->where && strcmp(place.function, "?"))
        str_puts(out, place.function);
    else if (event->kind == EVENT_CALL)
        str_printf(out, "%s callback", callback_name(event->object));
    else
        query_name(chrome->trace, event->subject, out);
}

static void name_frame(struct chrome *chrome, const struct frame *frame, struct str *out)
{
    const struct event *event = trace_event(chrome->trace, frame->event);

    switch (frame->kind) {
    case FRAME_RUN:
        str_puts(out, "uv_run");
        break;
    case FRAME_POLL:
        str_puts(out, "poll");
        break;
    case FRAME_STEP:
        query_name(chrome->trace, frame->subject, out);
        break;
    case FRAME_BLOCK:
        str_printf(out, "blocked: %s", block_name(event->object));
        break;
    case FRAME_CALL:
    case FRAME_WORK:
        name_call(chrome, event, out);
        break;
    }
}

/* The lane of the task, in which its own steps and blocking calls are shown too; 0: none. */
static uint32_t task_lane(const struct act *act, uint32_t index)
{
    if (act->frames[index].kind == FRAME_STEP)
        return act->frames[index].subject;
    if (act->frames[index].kind != FRAME_BLOCK || index == 0 ||
        act->frames[index - 1].kind != FRAME_STEP)
        return 0;
    return act->frames[index - 1].subject;
}

void chrome_close_frames(struct chrome *chrome, const struct act *act, uint32_t thread,
                         uint32_t kept)
{
    for (uint32_t i = act_told(act); i-- > kept;) {
        if (task_lane(act, i))
            slice_end(chrome, task_lane(act, i));
        slice_end(chrome, thread);
    }
}

void chrome_open_frame(struct chrome *chrome, const struct act *act, uint32_t index,
                       uint32_t thread)
{
    static const char *const categories[] = {"loop", "poll", "callback", "task", "pool", "blocked"};
    const struct frame *frame = &act->frames[index];
    const struct event *event = trace_event(chrome->trace, frame->event);
    struct str name = {0};

    name_frame(chrome, frame, &name);
    slice(chrome, thread, categories[frame->kind], str_text(&name), event);
    if (task_lane(act, index))
        slice(chrome, task_lane(act, index), categories[frame->kind], str_text(&name), event);
    str_free(&name);
}

/* --- spans and arrows ------------------------------------------------------------------------- */

struct open *chrome_open_of(struct chrome *chrome, uint32_t id)
{
    return id && id < chrome->count ? &chrome->open[id] : NULL;
}

static void span_mark(struct chrome *chrome, const char *phase, uint32_t tid, const char *category,
                      uint32_t number, const char *name)
{
    chrome_begin(chrome, phase, tid);
    put_time(chrome);
    put_name(chrome, category, name);
    fprintf(chrome->out, ",\"id\":\"%#x\"", number);
    finish(chrome);
}

static const char *category_of(const struct chrome *chrome, uint32_t id)
{
    const struct entity *entity = trace_entity(chrome->trace, id);

    if (!entity || entity->type == ENTITY_TASK)
        return "wait";
    return entity_is_request(entity->type) ? "request" : "handle";
}

/* "timer 3", or for what a task waits: "A: sleep". */
static void span_name(struct chrome *chrome, uint32_t id, struct str *out)
{
    const struct entity *entity = trace_entity(chrome->trace, id);

    query_name(chrome->trace, id, out);
    if (entity && entity->type == ENTITY_TASK)
        str_printf(out, ": %s", wait_name(chrome->open[id].wait));
}

void chrome_span_end(struct chrome *chrome, uint32_t id, uint32_t tid)
{
    struct open *open = chrome_open_of(chrome, id);
    struct str name = {0};

    if (!open || !open->span)
        return;
    span_name(chrome, id, &name);
    span_mark(chrome, "e", tid, category_of(chrome, id), open->span, str_text(&name));
    open->span = 0;
    str_free(&name);
}

void chrome_span_begin(struct chrome *chrome, uint32_t id, uint32_t tid)
{
    struct open *open = chrome_open_of(chrome, id);
    struct str name = {0};

    if (!open)
        return;
    chrome_span_end(chrome, id, tid);
    open->span = ++chrome->numbers;
    span_name(chrome, id, &name);
    span_mark(chrome, "b", tid, category_of(chrome, id), open->span, str_text(&name));
    str_free(&name);
}

/* From here to the next act of that entity; within a slice, or it has nothing to begin at. A
 * nanosecond earlier, because that slice may end at this very moment. */
void chrome_arrow_from(struct chrome *chrome, uint32_t id, uint32_t tid, const struct act *act)
{
    struct open *open = chrome_open_of(chrome, id);
    const struct frame *top = act_top(act);

    if (!open || !top)
        return;
    open->arrow = true;
    open->lane = tid;
    open->since = chrome->now;
    if (trace_event(chrome->trace, top->event)->time < chrome->now)
        open->since--;
}

static void put_arrow(struct chrome *chrome, const char *phase, uint32_t tid, uint64_t time)
{
    uint64_t now = chrome->now;

    chrome_begin(chrome, phase, tid);
    chrome->now = time;
    put_time(chrome);
    chrome->now = now;
    put_name(chrome, "cause", "cause");
    fprintf(chrome->out, ",\"id\":%u%s", chrome->numbers, *phase == 'f' ? ",\"bp\":\"e\"" : "");
    finish(chrome);
}

/* Arrows are only drawn between lanes, and only whole: readers sort events by time. */
void chrome_arrow_to(struct chrome *chrome, uint32_t id, uint32_t tid)
{
    struct open *open = chrome_open_of(chrome, id);

    if (!open || !open->arrow)
        return;
    open->arrow = false;
    if (open->lane == tid)
        return;
    chrome->numbers++;
    put_arrow(chrome, "s", open->lane, open->since);
    put_arrow(chrome, "f", tid, chrome->now);
}

/* --- counters and instants -------------------------------------------------------------------- */

void chrome_count_pool(struct chrome *chrome)
{
    chrome_begin(chrome, "C", 0);
    put_time(chrome);
    put_name(chrome, "pool", "thread pool");
    fprintf(chrome->out, ",\"args\":{\"queued\":%u,\"running\":%u}", chrome->queued,
            chrome->running);
    finish(chrome);
}

void chrome_count_writes(struct chrome *chrome, uint32_t handle, int64_t change)
{
    struct open *open = chrome_open_of(chrome, handle);
    struct str name = {0};

    if (!open)
        return;
    open->bytes = (int64_t)((uint64_t)open->bytes + (uint64_t)change);
    str_puts(&name, "write queue of ");
    query_name(chrome->trace, handle, &name);
    chrome_begin(chrome, "C", 0);
    put_time(chrome);
    put_name(chrome, "write", str_text(&name));
    fprintf(chrome->out, ",\"args\":{\"bytes\":%" PRId64 "}", open->bytes);
    finish(chrome);
    str_free(&name);
}

/* "put queue 1". */
static void name_operation(const struct chrome *chrome, const struct event *event, struct str *out)
{
    str_puts(out, operation_name(event_do(event)));
    if (!event->object)
        return;
    str_putc(out, ' ');
    query_name(chrome->trace, event->object, out);
}

void chrome_operation(struct chrome *chrome, const struct event *event, uint32_t tid)
{
    const struct entity *entity = trace_entity(chrome->trace, event->subject);
    struct str name = {0};

    name_operation(chrome, event, &name);
    chrome_begin(chrome, "i", entity && entity->type == ENTITY_TASK ? event->subject : tid);
    put_time(chrome);
    put_name(chrome, "operation", str_text(&name));
    put_arguments(chrome, event);
    fputs(",\"s\":\"t\"", chrome->out);
    finish(chrome);
    str_free(&name);
}

void chrome_instant(struct chrome *chrome, size_t i, uint32_t tid)
{
    static const char *const roles[] = {"name", "says", "stdout", "stderr"};
    const struct event *event = trace_event(chrome->trace, i);
    char text[4 * EVENT_TEXT_MAX + 1];
    uint32_t role = event->object;

    if (event->kind == EVENT_TEXT && (role == TEXT_NAME || role > TEXT_STDERR))
        return;
    if (event->kind == EVENT_TEXT)
        trace_text(chrome->trace, i, text, sizeof text);
    else
        snprintf(text, sizeof text, "%s", event_kind_name(event->kind));
    chrome_begin(chrome, "i", tid);
    put_time(chrome);
    put_name(chrome, event->kind == EVENT_TEXT ? roles[role] : "control", text);
    fputs(",\"s\":\"t\"", chrome->out);
    finish(chrome);
}
