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
#include "engine/trace/chrome_priv.h"
#include "engine/trace/inside.h"
#include "engine/trace/query.h"
#include "engine/trace/symbols.h"

/* --- events ----------------------------------------------------------------------------------- */

static bool is_pool_work(const struct chrome *chrome, uint32_t id)
{
    const struct entity *entity = trace_entity(chrome->trace, id);

    return entity && entity->type >= ENTITY_WORK && entity->type <= ENTITY_RANDOM;
}

/* A request moves on: each is counted where it is, whatever of its way was not seen. */
static void move_in_pool(struct chrome *chrome, uint32_t id, enum in_pool to)
{
    struct open *open = chrome_open_of(chrome, id);

    if (!open || open->pool == to)
        return;
    chrome->queued -= open->pool == POOL_QUEUED;
    chrome->running -= open->pool == POOL_RUNNING;
    open->pool = (uint8_t)to;
    chrome->queued += to == POOL_QUEUED;
    chrome->running += to == POOL_RUNNING;
    chrome_count_pool(chrome);
}

static void on_submit(struct chrome *chrome, const struct event *event, uint32_t tid)
{
    struct open *open = chrome_open_of(chrome, event->subject);

    chrome_span_begin(chrome, event->subject, tid);
    if (is_pool_work(chrome, event->subject)) {
        chrome_arrow_from(chrome, event->subject, tid);
        move_in_pool(chrome, event->subject, POOL_QUEUED);
    } else if (open && event->object && event->arg > 0) {
        open->handle = event->object;
        open->bytes = event->arg;
        chrome_count_writes(chrome, event->object, event->arg);
    }
}

static void on_work(struct chrome *chrome, const struct event *event, uint32_t tid)
{
    bool begins = event->kind == EVENT_WORK;

    if (begins)
        chrome_arrow_to(chrome, event->subject, tid);
    else
        chrome_arrow_from(chrome, event->subject, tid);
    move_in_pool(chrome, event->subject, begins ? POOL_RUNNING : POOL_NOT);
}

static void on_start(struct chrome *chrome, const struct event *event, uint32_t tid)
{
    struct open *open = chrome_open_of(chrome, event->subject);

    chrome_span_begin(chrome, event->subject, tid);
    if (open)
        open->repeats = event->object != 0;
}

static void on_call(struct chrome *chrome, const struct event *event, uint32_t tid)
{
    struct open *open = chrome_open_of(chrome, event->subject);

    chrome_arrow_to(chrome, event->subject, tid);
    if (event->object == CALLBACK_DONE ||
        (event->object == CALLBACK_TIMER && open && !open->repeats))
        chrome_span_end(chrome, event->subject, tid);
    if (event->object == CALLBACK_DONE)
        move_in_pool(chrome, event->subject, POOL_NOT);
    if (open && event->object == CALLBACK_DONE && open->handle) {
        chrome_count_writes(chrome, open->handle, -open->bytes);
        open->handle = 0;
    }
}

static void on_suspend(struct chrome *chrome, const struct event *event)
{
    struct open *open = chrome_open_of(chrome, event->subject);

    chrome_span_end(chrome, event->subject, event->subject);
    if (open)
        open->wait = (uint32_t)event_wait(event);
    chrome_span_begin(chrome, event->subject, event->subject);
}

/* What an event means beside the frames that it opens, while it is inside them. */
static void relate(struct chrome *chrome, const struct event *event, size_t i, uint32_t tid)
{
    switch ((enum event_kind)event->kind) {
    case EVENT_START:
        on_start(chrome, event, tid);
        break;
    case EVENT_STOP:
    case EVENT_CLOSE:
    case EVENT_GONE:
        chrome_span_end(chrome, event->subject, tid);
        break;
    case EVENT_SUBMIT:
        on_submit(chrome, event, tid);
        break;
    case EVENT_WORK:
    case EVENT_WORK_END:
        on_work(chrome, event, tid);
        break;
    case EVENT_KERNEL:
        move_in_pool(chrome, event->subject, POOL_NOT);
        break;
    case EVENT_CALL:
        on_call(chrome, event, tid);
        break;
    case EVENT_SEND:
    case EVENT_WAKE:
        chrome_arrow_from(chrome, event->subject, tid);
        break;
    case EVENT_RESUME:
        chrome_span_end(chrome, event->subject, event->subject);
        chrome_arrow_to(chrome, event->subject, event->subject);
        break;
    case EVENT_SUSPEND:
        on_suspend(chrome, event);
        break;
    case EVENT_DO:
        chrome_operation(chrome, event, tid);
        break;
    case EVENT_TEXT:
    case EVENT_STOPPED:
    case EVENT_GO:
        chrome_instant(chrome, i, tid);
        break;
    default:
        break;
    }
}

static bool ends_frame(unsigned kind)
{
    return kind == EVENT_WORK_END || kind == EVENT_CALL_END;
}

/* All that is open of ids below `limit`. */
static void close_all(struct chrome *chrome, int64_t limit)
{
    for (uint32_t lane = 0; lane < chrome->acts.count; lane++)
        chrome_close_frames(chrome, &chrome->acts.lanes[lane],
                            trace_lane_thread(chrome->trace, lane), 0);
    for (uint32_t id = 1; id < chrome->count && id < limit; id++)
        chrome_span_end(chrome, id, chrome->pid);
}

static int write_event(struct chrome *chrome, size_t i)
{
    const struct event *event = trace_event(chrome->trace, i);
    uint32_t lane = trace_lane(chrome->trace, i), tid = trace_thread(chrome->trace, i);
    struct act before = {0}, *act;

    if (event->time > chrome->now)
        chrome->now = event->time;
    if (event->kind == EVENT_EXEC)
        close_all(chrome, event->arg);
    if (lane < chrome->acts.count)
        before = chrome->acts.lanes[lane];
    if (acts_follow(&chrome->acts, lane_at(chrome->trace, i), event_at(chrome->trace, i), i))
        return -ENOMEM;
    act = &chrome->acts.lanes[lane];
    if (ends_frame(event->kind))
        relate(chrome, event, i, tid);
    chrome_close_frames(chrome, &before, tid, act->kept);
    for (uint32_t k = act->kept; k < act_told(act); k++)
        chrome_open_frame(chrome, act, k, tid);
    if (!ends_frame(event->kind))
        relate(chrome, event, i, tid);
    return 0;
}

/* --- the whole -------------------------------------------------------------------------------- */

static void meta(struct chrome *chrome, const char *what, uint32_t tid, const char *name)
{
    chrome_begin(chrome, "M", tid);
    fprintf(chrome->out, ",\"name\":\"%s\",\"args\":{\"name\":", what);
    chrome_put_string(chrome, name);
    fputs("}}", chrome->out);
}

static void meta_index(struct chrome *chrome, uint32_t tid, uint32_t index)
{
    chrome_begin(chrome, "M", tid);
    fprintf(chrome->out, ",\"name\":\"thread_sort_index\",\"args\":{\"sort_index\":%u}}", index);
}

/* Threads first, then tasks by birth. */
static void name_lanes(struct chrome *chrome, const char *program)
{
    if (*program)
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
    fputs("{\"traceEvents\":[", out);
    name_lanes(&chrome, program);
    for (size_t i = 0; i < trace_count(trace) && r == 0 && !ferror(out); i++)
        r = write_event(&chrome, i);
    close_all(&chrome, INT64_MAX);
    fputs("\n]}\n", out);
    if (r == 0 && (fflush(out) || ferror(out)))
        r = errno ? -errno : -EIO;
    acts_free(&chrome.acts);
    chrome_spans_free(&chrome);
    free(chrome.open);
    return r ? error_set(error, r, "cannot write the trace: %s", strerror(-r)) : 0;
}
