/* What each kind of event says: a table of words for each enumeration that an event may carry, and
 * a switch over kinds. Values that a damaged record brings end in a sentence too. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <uv.h>

#include "cli/views/sentences_priv.h"

enum { NS_PER_MS = 1000000 };

void sentence_object(const struct trace *trace, const char *before, uint32_t id,
                     const char *otherwise, struct str *out)
{
    str_puts(out, before);
    if (trace_entity(trace, id))
        words_actor(trace, id, out);
    else
        str_puts(out, otherwise);
}

/* "ECANCELED". uv_err_name() would leak a name for each code that it does not know. */
void sentence_code(int64_t code, struct str *out)
{
    char name[64];

    str_puts(out, code >= INT32_MIN ? uv_err_name_r((int)code, name, sizeof name) : "an error");
}

void sentence_error(int64_t code, struct str *out)
{
    if (code >= 0)
        return;
    str_puts(out, " with ");
    sentence_code(code, out);
}

uint64_t sentence_since(const struct words_known *known, const struct event *event)
{
    return event->time > known->since ? event->time - known->since : 0;
}

/* --- the loop --------------------------------------------------------------------------------- */

static void put_ready(int64_t ready, struct str *out)
{
    if (ready > 0)
        str_printf(out, ": %" PRId64 " descriptor%s ready", ready, ready == 1 ? " is" : "s are");
    else if (ready < 0)
        str_puts(out, ": interrupted by "), sentence_code(ready, out);
}

static void put_poll(const struct trace *trace, size_t i, const struct words_known *known,
                     struct str *out)
{
    const struct event *event = trace_event(trace, i);
    const struct event *end = known->end != SIZE_MAX ? trace_event(trace, known->end) : NULL;
    uint64_t slept = end && end->time > event->time ? end->time - event->time : 0;

    if (event->kind == EVENT_POLL_END) {
        str_puts(out, known->has_since ? "slept " : "goes on");
        if (known->has_since)
            words_duration(sentence_since(known, event), out);
        put_ready(event->arg, out);
        return;
    }
    if (event->arg && (!end || slept >= NS_PER_MS)) {
        str_puts(out, "sleeps ");
        if (end)
            words_duration(slept, out), str_putc(out, ' ');
        str_puts(out, "(nothing to run)");
    } else {
        str_puts(out, "looks for events");
        if (slept >= NS_PER_MS) /* it would not have slept, but its thread had no processor */
            str_puts(out, ", back after "), words_duration(slept, out);
    }
    if (end)
        put_ready(end->arg, out);
}

static void put_run(const struct event *event, struct str *out)
{
    static const char *const modes[] = {"", " for one turn", " for one turn, without sleeping"};

    if (event->kind == EVENT_RUN)
        str_printf(out, "starts%s", event->arg >= 0 && event->arg < 3 ? modes[event->arg] : "");
    else
        str_puts(out, event->arg ? "returns, with work left" : "ends: nothing is left to wait for");
}

/* --- callbacks -------------------------------------------------------------------------------- */

static void put_cause(const struct event *event, const struct words_known *known, struct str *out)
{
    static const char *const causes[CALLBACKS] = {
        [CALLBACK_ASYNC] = "was sent for",
        [CALLBACK_CONNECTION] = "has a new connection",
        [CALLBACK_EXIT] = "has ended",
        [CALLBACK_FS_EVENT] = "saw a file change",
        [CALLBACK_FS_POLL] = "saw a file change",
        [CALLBACK_CLOSE] = "is closed",
        [CALLBACK_POLL] = "is ready",
        [CALLBACK_ALLOC] = "needs a buffer",
        [CALLBACK_WALK] = "is walked over",
    };

    if (event->object == CALLBACK_TIMER && known->has_since) {
        str_puts(out, "fires after ");
        words_duration(sentence_since(known, event), out);
    } else if (event->object == CALLBACK_TIMER) {
        str_puts(out, "fires");
    } else if (event->object == CALLBACK_READ || event->object == CALLBACK_RECV) {
        if (event->arg >= 0)
            str_printf(out, "has %" PRId64 " byte%s", event->arg, event->arg == 1 ? "" : "s");
        else
            str_puts(out, "ends"), sentence_error(event->arg, out);
    } else if (event->object == CALLBACK_SIGNAL) {
        str_printf(out, "caught signal %" PRId64, event->arg);
    } else if (event->object == CALLBACK_DONE) {
        str_puts(out, event->arg == -ECANCELED ? "is cancelled" : "is finished");
        if (event->arg != -ECANCELED)
            sentence_error(event->arg, out);
    } else if (event->object < CALLBACKS && causes[event->object]) {
        str_puts(out, causes[event->object]);
    } else {
        str_puts(out, "has its turn");
    }
}

static void put_call(const struct trace *trace, size_t i, const struct words_known *known,
                     struct str *out)
{
    const struct event *event = trace_event(trace, i);
    const struct event *end = known->end != SIZE_MAX ? trace_event(trace, known->end) : NULL;

    if (event->kind == EVENT_CALL_END) {
        str_puts(out, "callback ends");
        if (known->has_since)
            str_puts(out, " after "), words_duration(sentence_since(known, event), out);
        return;
    }
    put_cause(event, known, out);
    str_puts(out, end ? ": callback runs " : ": callback runs");
    if (end)
        words_duration(end->time > event->time ? end->time - event->time : 0, out);
}

/* --- the rest --------------------------------------------------------------------------------- */

static void put_text(const struct trace *trace, size_t i, struct str *out)
{
    const struct event *event = trace_event(trace, i);
    char text[4 * EVENT_TEXT_MAX + 1];
    size_t length = trace_text(trace, i, text, sizeof text);

    while (length && (text[length - 1] == '\n' || text[length - 1] == ' '))
        length--;
    if (event->object == TEXT_NAME)
        str_puts(out, "is named ");
    else if (event->object == TEXT_STDOUT)
        str_puts(out, "prints: ");
    else if (event->object == TEXT_STDERR)
        str_puts(out, "prints (stderr): ");
    else
        str_puts(out, "says: ");
    for (size_t at = 0; at < length; at++)
        str_putc(out, text[at] == '\n' || text[at] == '\t' ? ' ' : text[at]);
}

static void put_start(const struct trace *trace, const struct event *event, struct str *out)
{
    const struct entity *entity = trace_entity(trace, event->subject);

    if (entity && entity->type == ENTITY_TIMER) {
        str_printf(out, "starts: wake me in %" PRId64 " ms", event->arg);
        if (event->object)
            str_printf(out, ", then every %" PRIu32 " ms", event->object);
    } else
        str_puts(out, "starts");
}

static void put_submit(const struct trace *trace, const struct event *event, struct str *out)
{
    const struct entity *entity = trace_entity(trace, event->subject);

    if (entity && entity->type == ENTITY_WRITE)
        str_printf(out, "hands over %" PRId64 " bytes", event->arg);
    else if (entity && entity->type >= ENTITY_WORK && entity->type <= ENTITY_RANDOM &&
             !entity->by_kernel)
        str_puts(out, "goes to the thread pool");
    else
        str_puts(out, "begins");
}

static void put_gone(const struct trace *trace, const struct event *event,
                     const struct words_known *known, struct str *out)
{
    const struct entity *entity = trace_entity(trace, event->subject);

    if (!entity || entity->type != ENTITY_THREAD) {
        str_puts(out, "is gone");
        return;
    }
    str_puts(out, "done");
    if (known->has_since)
        str_puts(out, " after "), words_duration(sentence_since(known, event), out);
}

static void put_born(const struct trace *trace, const struct event *event, struct str *out)
{
    const struct entity *entity = trace_entity(trace, event->subject);
    bool thread = entity && entity->type == ENTITY_THREAD;

    str_puts(out, thread ? "starts" : "is made");
    if (!entity || thread || !entity->name[0])
        return;
    const char *type = entity_type_name(entity->type);
    str_printf(out, " (a%s %s)", strchr("aeio", type[0]) ? "n" : "", type);
}

static void put_work(const struct event *event, const struct words_known *known, struct str *out)
{
    str_puts(out, event->kind == EVENT_WORK ? "runs in the pool" : "is done in the pool");
    if (event->kind == EVENT_WORK_END && known->has_since)
        str_puts(out, " after "), words_duration(sentence_since(known, event), out);
}

static void put_go(const struct event *event, struct str *out)
{
    str_puts(out, "lets the program go on after ");
    words_duration(event->arg > 0 ? (uint64_t)event->arg : 0, out);
}

static const char *simple_words(unsigned kind)
{
    static const char *const words[EVENT_KINDS] = {
        [EVENT_STOP] = "stops",
        [EVENT_CLOSE] = "is being closed",
        [EVENT_REF] = "keeps the loop alive again",
        [EVENT_UNREF] = "no longer keeps the loop alive",
        [EVENT_SEND] = "is sent for",
        [EVENT_CANCEL] = "is asked to stop",
        [EVENT_TASK_CANCEL] = "is asked to stop",
        [EVENT_STOPPED] = "stops the program",
        [EVENT_KERNEL] = "is the kernel's to do (io_uring), not the pool's",
        [EVENT_EXEC] = "takes the place of the program before it (exec)",
    };

    return kind < EVENT_KINDS && words[kind] ? words[kind] : event_kind_name(kind);
}

void words_what(const struct trace *trace, size_t i, const struct words_known *known,
                struct str *out)
{
    const struct event *event = trace_event(trace, i);

    switch ((enum event_kind)event->kind) {
    case EVENT_TEXT:
        put_text(trace, i, out);
        break;
    case EVENT_BORN:
        put_born(trace, event, out);
        break;
    case EVENT_GONE:
        put_gone(trace, event, known, out);
        break;
    case EVENT_RUN:
    case EVENT_RUN_END:
        put_run(event, out);
        break;
    case EVENT_POLL:
    case EVENT_POLL_END:
        put_poll(trace, i, known, out);
        break;
    case EVENT_CALL:
    case EVENT_CALL_END:
        put_call(trace, i, known, out);
        break;
    case EVENT_START:
        put_start(trace, event, out);
        break;
    case EVENT_SUBMIT:
        put_submit(trace, event, out);
        break;
    case EVENT_WORK:
    case EVENT_WORK_END:
        put_work(event, known, out);
        break;
    case EVENT_RESUME:
        sentence_step(trace, known, out);
        break;
    case EVENT_SUSPEND:
        sentence_wait(trace, event, out);
        break;
    case EVENT_WAKE:
        sentence_object(trace, "is woken by ", event->object, "the loop", out);
        break;
    case EVENT_END:
        sentence_end(event, known, out);
        break;
    case EVENT_DO:
        sentence_do(trace, event, out);
        break;
    case EVENT_BLOCK:
    case EVENT_BLOCK_END:
        sentence_block(trace, i, known, out);
        break;
    case EVENT_GO:
        put_go(event, out);
        break;
    default:
        str_puts(out, simple_words(event->kind));
        break;
    }
}
