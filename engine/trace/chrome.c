/* One pass over the events with a picture of who acts (acts.h): a frame that opens is a `B`, one
 * that closes an `E`, so lanes nest properly whatever was lost. Spans and arrows take numbers that
 * are never used again. What is still open at the end is closed there.
 *
 * After TRACING.md, "Chrome trace JSON, as Perfetto's importer reads it". */
#include "engine/trace/chrome.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/str.h"
#include "engine/trace/acts.h"
#include "engine/trace/inside.h"
#include "engine/trace/query.h"
#include "engine/trace/symbols.h"

/* What is open for an entity. */
struct open {
    uint32_t span;  /* number of its async span; 0: none */
    uint32_t arrow; /* number of the arrow that leads to its next act; 0: none */
    uint32_t lane;  /* tid that the arrow starts from */
    uint32_t handle;
    int64_t bytes; /* of a write: its own; of a handle: all that wait */
};

struct chrome {
    const struct trace *trace;
    struct symbols *symbols;
    FILE *out;
    struct acts acts;
    struct open *open; /* by entity id */
    uint32_t count;    /* of entities */
    uint32_t pid, numbers;
    uint64_t now;             /* ns; never goes back, since lanes must not */
    uint32_t queued, running; /* pool work */
    bool first;
};

/* --- JSON ------------------------------------------------------------------------------------- */

static void put_string(struct chrome *chrome, const char *text)
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
static void begin(struct chrome *chrome, const char *phase, uint32_t tid)
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
    put_string(chrome, name);
}

static void finish(struct chrome *chrome)
{
    putc('}', chrome->out);
}

/* "play (chess.c:27)" as an argument, if it is known. */
static void put_place(struct chrome *chrome, const struct event *event)
{
    struct place place;
    struct str text = {0};

    symbols_wait(chrome->symbols, event->where, query_where_is_return(event), &place);
    if (!event->where || !strcmp(place.function, "?"))
        return;
    str_printf(&text, "%s", place.function);
    if (place.line)
        str_printf(&text, " (%s:%d)", place.file, place.line);
    fputs(",\"args\":{\"where\":", chrome->out);
    put_string(chrome, str_text(&text));
    putc('}', chrome->out);
    str_free(&text);
}

/* --- lanes ------------------------------------------------------------------------------------ */

static void slice(struct chrome *chrome, uint32_t tid, const char *category, const char *name,
                  const struct event *event)
{
    begin(chrome, "B", tid);
    put_time(chrome);
    put_name(chrome, category, name);
    put_place(chrome, event);
    finish(chrome);
}

static void slice_end(struct chrome *chrome, uint32_t tid)
{
    begin(chrome, "E", tid);
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

static void close_frames(struct chrome *chrome, const struct act *act, uint32_t thread,
                         uint32_t kept)
{
    for (uint32_t i = act_told(act); i-- > kept;) {
        if (task_lane(act, i))
            slice_end(chrome, task_lane(act, i));
        slice_end(chrome, thread);
    }
}

static void open_frame(struct chrome *chrome, const struct act *act, uint32_t index,
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

static struct open *open_of(struct chrome *chrome, uint32_t id)
{
    return id && id < chrome->count ? &chrome->open[id] : NULL;
}

static void span_mark(struct chrome *chrome, const char *phase, uint32_t tid, const char *category,
                      uint32_t number, const char *name)
{
    begin(chrome, phase, tid);
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
    return entity->type >= ENTITY_WORK ? "request" : "handle";
}

static void span_name(struct chrome *chrome, uint32_t id, struct str *out)
{
    query_name(chrome->trace, id, out);
}

static void span_end(struct chrome *chrome, uint32_t id, uint32_t tid)
{
    struct open *open = open_of(chrome, id);
    struct str name = {0};

    if (!open || !open->span)
        return;
    span_name(chrome, id, &name);
    span_mark(chrome, "e", tid, category_of(chrome, id), open->span, str_text(&name));
    open->span = 0;
    str_free(&name);
}

static void span_begin(struct chrome *chrome, uint32_t id, uint32_t tid)
{
    struct open *open = open_of(chrome, id);
    struct str name = {0};

    if (!open)
        return;
    span_end(chrome, id, tid);
    open->span = ++chrome->numbers;
    span_name(chrome, id, &name);
    span_mark(chrome, "b", tid, category_of(chrome, id), open->span, str_text(&name));
    str_free(&name);
}

/* From here to the next act of that entity; within a slice, or it has nothing to begin at. */
static void arrow_from(struct chrome *chrome, uint32_t id, uint32_t tid, const struct act *act)
{
    struct open *open = open_of(chrome, id);

    if (!open || !act->depth)
        return;
    open->arrow = ++chrome->numbers;
    open->lane = tid;
    begin(chrome, "s", tid);
    put_time(chrome);
    put_name(chrome, "cause", "cause");
    fprintf(chrome->out, ",\"id\":%u", open->arrow);
    finish(chrome);
}

/* Arrows are only drawn between lanes. */
static void arrow_to(struct chrome *chrome, uint32_t id, uint32_t tid)
{
    struct open *open = open_of(chrome, id);

    if (!open || !open->arrow)
        return;
    if (open->lane != tid) {
        begin(chrome, "f", tid);
        put_time(chrome);
        put_name(chrome, "cause", "cause");
        fprintf(chrome->out, ",\"id\":%u,\"bp\":\"e\"", open->arrow);
        finish(chrome);
    }
    open->arrow = 0;
}

/* --- counters and instants -------------------------------------------------------------------- */

static void count_pool(struct chrome *chrome)
{
    begin(chrome, "C", 0);
    put_time(chrome);
    put_name(chrome, "pool", "thread pool");
    fprintf(chrome->out, ",\"args\":{\"queued\":%u,\"running\":%u}", chrome->queued,
            chrome->running);
    finish(chrome);
}

static void count_writes(struct chrome *chrome, uint32_t handle, int64_t change)
{
    struct open *open = open_of(chrome, handle);
    struct str name = {0};

    if (!open)
        return;
    open->bytes = (int64_t)((uint64_t)open->bytes + (uint64_t)change);
    str_puts(&name, "write queue of ");
    query_name(chrome->trace, handle, &name);
    begin(chrome, "C", 0);
    put_time(chrome);
    put_name(chrome, "write", str_text(&name));
    fprintf(chrome->out, ",\"args\":{\"bytes\":%" PRId64 "}", open->bytes);
    finish(chrome);
    str_free(&name);
}

static void instant(struct chrome *chrome, size_t i, uint32_t tid)
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
    begin(chrome, "i", tid);
    put_time(chrome);
    put_name(chrome, event->kind == EVENT_TEXT ? roles[role] : "control", text);
    fputs(",\"s\":\"t\"", chrome->out);
    finish(chrome);
}

/* --- events ----------------------------------------------------------------------------------- */

static bool is_pool_work(const struct chrome *chrome, uint32_t id)
{
    const struct entity *entity = trace_entity(chrome->trace, id);

    return entity && entity->type == ENTITY_WORK;
}

static void on_submit(struct chrome *chrome, const struct event *event, uint32_t tid,
                      const struct act *act)
{
    struct open *open = open_of(chrome, event->subject);

    span_begin(chrome, event->subject, tid);
    if (is_pool_work(chrome, event->subject)) {
        arrow_from(chrome, event->subject, tid, act);
        chrome->queued++;
        count_pool(chrome);
    } else if (open && event->object && event->arg > 0) {
        open->handle = event->object;
        open->bytes = event->arg;
        count_writes(chrome, event->object, event->arg);
    }
}

static void on_work(struct chrome *chrome, const struct event *event, uint32_t tid,
                    const struct act *act)
{
    if (event->kind == EVENT_WORK) {
        chrome->queued -= chrome->queued > 0;
        chrome->running++;
        arrow_to(chrome, event->subject, tid);
    } else {
        chrome->running -= chrome->running > 0;
        arrow_from(chrome, event->subject, tid, act);
    }
    count_pool(chrome);
}

static void on_call(struct chrome *chrome, const struct event *event, uint32_t tid)
{
    struct open *open = open_of(chrome, event->subject);

    arrow_to(chrome, event->subject, tid);
    if (event->object == CALLBACK_DONE || event->object == CALLBACK_TIMER)
        span_end(chrome, event->subject, tid);
    if (open && event->object == CALLBACK_DONE && open->handle) {
        count_writes(chrome, open->handle, -open->bytes);
        open->handle = 0;
    }
}

/* What an event means beside the frames that it opens, while it is inside them. */
static void relate(struct chrome *chrome, const struct event *event, size_t i, uint32_t tid,
                   const struct act *act)
{
    switch ((enum event_kind)event->kind) {
    case EVENT_START:
        span_begin(chrome, event->subject, tid);
        break;
    case EVENT_STOP:
    case EVENT_CLOSE:
    case EVENT_GONE:
        span_end(chrome, event->subject, tid);
        break;
    case EVENT_SUBMIT:
        on_submit(chrome, event, tid, act);
        break;
    case EVENT_WORK:
    case EVENT_WORK_END:
        on_work(chrome, event, tid, act);
        break;
    case EVENT_CALL:
        on_call(chrome, event, tid);
        break;
    case EVENT_SEND:
    case EVENT_WAKE:
        arrow_from(chrome, event->subject, tid, act);
        break;
    case EVENT_RESUME:
        span_end(chrome, event->subject, event->subject);
        arrow_to(chrome, event->subject, event->subject);
        break;
    case EVENT_SUSPEND:
        span_begin(chrome, event->subject, event->subject);
        break;
    case EVENT_TEXT:
    case EVENT_STOPPED:
    case EVENT_GO:
        instant(chrome, i, tid);
        break;
    default:
        break;
    }
}

static bool ends_frame(unsigned kind)
{
    return kind == EVENT_WORK_END || kind == EVENT_CALL_END;
}

static int write_event(struct chrome *chrome, size_t i)
{
    const struct event *event = trace_event(chrome->trace, i);
    uint32_t lane = trace_lane(chrome->trace, i), tid = trace_thread(chrome->trace, i);
    struct act before = {0}, *act;

    if (lane < chrome->acts.count)
        before = chrome->acts.lanes[lane];
    if (acts_follow(&chrome->acts, chrome->trace, i))
        return -ENOMEM;
    act = &chrome->acts.lanes[lane];
    if (event->time > chrome->now)
        chrome->now = event->time;
    if (ends_frame(event->kind))
        relate(chrome, event, i, tid, &before);
    close_frames(chrome, &before, tid, act->kept);
    for (uint32_t k = act->kept; k < act_told(act); k++)
        open_frame(chrome, act, k, tid);
    if (!ends_frame(event->kind))
        relate(chrome, event, i, tid, act);
    return 0;
}

/* --- the whole -------------------------------------------------------------------------------- */

static void meta(struct chrome *chrome, const char *what, uint32_t tid, const char *name)
{
    begin(chrome, "M", tid);
    fprintf(chrome->out, ",\"name\":\"%s\",\"args\":{\"name\":", what);
    put_string(chrome, name);
    fputs("}}", chrome->out);
}

static void meta_index(struct chrome *chrome, uint32_t tid, uint32_t index)
{
    begin(chrome, "M", tid);
    fprintf(chrome->out, ",\"name\":\"thread_sort_index\",\"args\":{\"sort_index\":%u}}", index);
}

/* Threads first, then tasks by birth. */
static void name_lanes(struct chrome *chrome, const char *program)
{
    meta(chrome, "process_name", 0, program);
    for (uint32_t id = 1; id < chrome->count; id++) {
        const struct entity *entity = trace_entity(chrome->trace, id);
        struct str name = {0};

        if (!entity || (entity->type != ENTITY_THREAD && entity->type != ENTITY_TASK))
            continue;
        query_name(chrome->trace, id, &name);
        meta(chrome, "thread_name", id, str_text(&name));
        meta_index(chrome, id, entity->type == ENTITY_THREAD ? id : chrome->count + id);
        str_free(&name);
    }
}

static void close_all(struct chrome *chrome)
{
    for (uint32_t lane = 0; lane < chrome->acts.count; lane++)
        close_frames(chrome, &chrome->acts.lanes[lane], trace_lane_thread(chrome->trace, lane), 0);
    for (uint32_t id = 1; id < chrome->count; id++)
        span_end(chrome, id, chrome->pid);
}

int chrome_write(const struct trace *trace, struct symbols *symbols, const char *program, FILE *out,
                 struct error *error)
{
    struct chrome chrome = {.trace = trace, .symbols = symbols, .out = out, .first = true};
    int r = 0;

    chrome.pid = trace->record->pid ? trace->record->pid & INT32_MAX : 1;
    chrome.count = trace_entities(trace);
    chrome.open = calloc((size_t)chrome.count + 1, sizeof *chrome.open);
    if (!chrome.open)
        return error_set(error, -ENOMEM, "no memory to write the trace");
    fputs("{\"displayTimeUnit\":\"ms\",\"traceEvents\":[", out);
    name_lanes(&chrome, program);
    for (size_t i = 0; i < trace_count(trace) && r == 0 && !ferror(out); i++)
        r = write_event(&chrome, i);
    close_all(&chrome);
    fputs("\n]}\n", out);
    if (r == 0 && (fflush(out) || ferror(out)))
        r = errno ? -errno : -EIO;
    acts_free(&chrome.acts);
    free(chrome.open);
    return r ? error_set(error, r, "cannot write the trace: %s", strerror(-r)) : 0;
}
