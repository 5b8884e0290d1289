/* What goes into the file: JSON, slices on lanes, counters, instants; chrome_spans.c has spans and
 * arrows. Each object is written as it comes; nothing is kept but what is open. */
#include <inttypes.h>
#include <string.h>

#include "engine/base/str.h"
#include "engine/base/utf8.h"
#include "engine/trace/chrome_priv.h"
#include "engine/trace/query.h"
#include "engine/trace/symbols.h"

/* --- JSON ------------------------------------------------------------------------------------- */

static void put_escaped(struct chrome *chrome, const char *text)
{
    for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
        if (*at == '"' || *at == '\\')
            fprintf(chrome->out, "\\%c", *at);
        else if (*at == '\n' || *at == '\t')
            fprintf(chrome->out, "\\%c", *at == '\n' ? 'n' : 't');
        else if (*at < 0x20)
            fprintf(chrome->out, "\\u%04x", *at);
        else
            putc(*at, chrome->out);
    }
}

/* JSON is UTF-8: names of programs and files may be other bytes, which are shown as \xNN. */
void chrome_put_string(struct chrome *chrome, const char *text)
{
    size_t length = strlen(text);
    struct str shown = {0};

    if (utf8_valid_prefix(text, length) < length)
        str_add_shown(&shown, text, length, true);
    putc('"', chrome->out);
    put_escaped(chrome, shown.length ? str_text(&shown) : text);
    putc('"', chrome->out);
    str_free(&shown);
}

/* Begins an object with what all have; the caller adds members, then calls chrome_finish(). */
void chrome_begin(struct chrome *chrome, const char *phase, uint32_t tid)
{
    fprintf(chrome->out, "%s{\"ph\":\"%s\",\"pid\":%u,\"tid\":%u", chrome->first ? "\n" : ",\n",
            phase, chrome->pid, tid);
    chrome->first = false;
}

void chrome_put_time(struct chrome *chrome)
{
    fprintf(chrome->out, ",\"ts\":%" PRIu64 ".%03u", chrome->now / 1000,
            (unsigned)(chrome->now % 1000));
}

void chrome_put_name(struct chrome *chrome, const char *category, const char *name)
{
    fprintf(chrome->out, ",\"cat\":\"%s\",\"name\":", category);
    chrome_put_string(chrome, name);
}

void chrome_finish(struct chrome *chrome)
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

struct open *chrome_lane(struct chrome *chrome, uint32_t tid)
{
    return &chrome->open[tid < chrome->count ? tid : 0];
}

/* What follows on a lane at the same moment is put a nanosecond later: between any two of its
 * slices' ends there is a time, for an arrow that comes from there. */
static struct open *next_on_lane(struct chrome *chrome, uint32_t tid)
{
    struct open *lane = chrome_lane(chrome, tid);

    if (chrome->now <= lane->edge)
        chrome->now = lane->edge + 1;
    return lane;
}

static void slice(struct chrome *chrome, uint32_t tid, const char *category, const char *name,
                  const struct event *event)
{
    struct open *lane = next_on_lane(chrome, tid);

    lane->edge = chrome->now;
    lane->marked = false;
    lane->slices++;
    chrome_begin(chrome, "B", tid);
    chrome_put_time(chrome);
    chrome_put_name(chrome, category, name);
    put_arguments(chrome, event);
    chrome_finish(chrome);
}

static void slice_end(struct chrome *chrome, uint32_t tid)
{
    struct open *lane = next_on_lane(chrome, tid);

    if (!lane->slices)
        return;
    lane->edge = chrome->now;
    lane->marked = false;
    lane->slices--;
    chrome_begin(chrome, "E", tid);
    chrome_put_time(chrome);
    chrome_finish(chrome);
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

/* --- counters and instants -------------------------------------------------------------------- */

void chrome_count_pool(struct chrome *chrome)
{
    chrome_begin(chrome, "C", 0);
    chrome_put_time(chrome);
    chrome_put_name(chrome, "pool", "thread pool");
    fprintf(chrome->out, ",\"args\":{\"queued\":%u,\"running\":%u}", chrome->queued,
            chrome->running);
    chrome_finish(chrome);
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
    chrome_put_time(chrome);
    chrome_put_name(chrome, "write", str_text(&name));
    fprintf(chrome->out, ",\"args\":{\"bytes\":%" PRId64 "}", open->bytes);
    chrome_finish(chrome);
    str_free(&name);
}

static void begin_instant(struct chrome *chrome, uint32_t tid)
{
    next_on_lane(chrome, tid)->marked = true;
    chrome_begin(chrome, "i", tid);
    chrome_put_time(chrome);
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
    begin_instant(chrome, entity && entity->type == ENTITY_TASK ? event->subject : tid);
    chrome_put_name(chrome, "operation", str_text(&name));
    put_arguments(chrome, event);
    fputs(",\"s\":\"t\"", chrome->out);
    chrome_finish(chrome);
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
    begin_instant(chrome, tid);
    chrome_put_name(chrome, event->kind == EVENT_TEXT ? roles[role] : "control", text);
    fputs(",\"s\":\"t\"", chrome->out);
    chrome_finish(chrome);
}
