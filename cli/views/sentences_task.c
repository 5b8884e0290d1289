/* What tasks do and wait for, and what blocking calls come back with. */
#include <inttypes.h>
#include <uv.h>

#include "cli/views/sentences_priv.h"

enum { NS_PER_MS = 1000000, WORTH_SAYING_NS = 100000 };

/* --- tasks ------------------------------------------------------------------------------------ */

void sentence_wait(const struct trace *trace, const struct event *event, struct str *out)
{
    static const char *const plain[WAITS] = {
        [WAIT_READY] = "yields: others go first",
        [WAIT_GROUP] = "waits for several tasks",
        [WAIT_LOCK] = "waits for a lock",
        [WAIT_SEMAPHORE] = "waits for a semaphore",
        [WAIT_CONDITION] = "waits for a condition",
        [WAIT_EVENT] = "waits for an event",
        [WAIT_BARRIER] = "waits at a barrier",
        [WAIT_QUEUE] = "waits on a queue",
        [WAIT_CONNECT] = "waits to be connected",
        [WAIT_ACCEPT] = "waits for someone to connect",
        [WAIT_WORK] = "waits for work in the pool",
        [WAIT_FS] = "waits for a file",
        [WAIT_DNS] = "waits for a name look-up",
        [WAIT_SIGNAL] = "waits for a signal",
        [WAIT_PROCESS] = "waits for a process to end",
    };
    enum wait wait = event_wait(event);

    if (wait == WAIT_SLEEP)
        str_printf(out, "sleeps %" PRId64 " ms", event_wait_detail(event));
    else if (wait == WAIT_TASK)
        sentence_object(trace, "waits for ", event->object, "another task", out);
    else if (wait == WAIT_READ)
        sentence_object(trace, "waits for bytes from ", event->object, "a stream", out);
    else if (wait == WAIT_WRITE)
        sentence_object(trace, "waits until its bytes are written to ", event->object, "a stream",
                        out);
    else if (wait == WAIT_CLOSE)
        sentence_object(trace, "waits for the end of ", event->object, "a handle", out);
    else
        str_puts(out, (unsigned)wait < WAITS && plain[wait] ? plain[wait] : "waits");
}

void sentence_end(const struct event *event, const struct words_known *known, struct str *out)
{
    if (event->arg == -ECANCELED) {
        str_puts(out, "cancelled");
    } else {
        str_puts(out, event->arg < 0 ? "ends" : "done");
        sentence_error(event->arg, out);
    }
    if (!known->has_since)
        return;
    str_puts(out, " after ");
    words_duration(sentence_since(known, event), out);
    if (known->before >= NS_PER_MS) {
        str_puts(out, ", ");
        words_duration(known->before, out);
        str_puts(out, " of it before it started");
    }
}

void sentence_step(const struct trace *trace, const struct words_known *known, struct str *out)
{
    const struct event *end = known->end != SIZE_MAX ? trace_event(trace, known->end) : NULL;
    struct words_known of_end = *known;

    of_end.end = SIZE_MAX;
    if (!end) {
        str_puts(out, known->first ? "starts" : "goes on");
        return;
    }
    if (known->first && end->kind == EVENT_SUSPEND && event_wait(end) == WAIT_SLEEP) {
        str_printf(out, "starts: wake me in %" PRId64 " ms", event_wait_detail(end));
        return;
    }
    if (known->first)
        str_puts(out, "starts: ");
    if (end->kind == EVENT_SUSPEND)
        sentence_wait(trace, end, out);
    else
        sentence_end(end, &of_end, out);
}

/* --- what they do ----------------------------------------------------------------------------- */

struct operation_words {
    const char *done, *failed; /* failed: NULL, the same */
};

static const struct operation_words *operation_words(unsigned operation)
{
    static const struct operation_words words[OPERATIONS] = {
        [DO_ACQUIRE] = {"takes ", "does not get "},
        [DO_RELEASE] = {"gives back ", NULL},
        [DO_PUT] = {"puts an item into ", "puts nothing into "},
        [DO_GET] = {"takes an item from ", "takes nothing from "},
        [DO_CLOSE] = {"closes ", NULL},
        [DO_SET] = {"sets ", NULL},
        [DO_CLEAR] = {"clears ", NULL},
        [DO_NOTIFY] = {"notifies ", NULL},
        [DO_WAIT] = {"need not wait any more for ", "gives up waiting for "},
        [DO_ENTER] = {"enters ", NULL},
        [DO_SHIELD] = {"enters ", NULL},
        [DO_DEFER] = {"leaves some cleanup to ", NULL},
        [DO_LEAVE] = {"leaves ", NULL},
        [DO_CANCEL] = {"cancels ", NULL},
        [DO_OPEN] = {"opens ", NULL},
        [DO_SPAWN] = {"starts a child in ", "starts no child in "},
        [DO_AWAIT] = {"has awaited ", NULL},
        [DO_DETACH] = {"lets go of ", NULL},
        [DO_READ] = {"has read from ", "has read nothing from "},
        [DO_WRITE] = {"has written to ", "could not write to "},
        [DO_FLUSH] = {"has flushed ", "could not flush "},
        [DO_ACCEPT] = {"has accepted from ", "has accepted nobody from "},
        [DO_SEND] = {"has sent by ", "could not send by "},
        [DO_RECEIVE] = {"has received from ", "has received nothing from "},
        [DO_NEXT] = {"has the next of ", "has no next of "},
    };
    static const struct operation_words unknown = {"does something to ", NULL};

    return operation < OPERATIONS ? &words[operation] : &unknown;
}

static void put_woken(int64_t woken, struct str *out)
{
    if (woken)
        str_printf(out, ": %" PRId64 " go%s on", woken, woken == 1 ? "es" : "");
    else
        str_puts(out, ": nobody waits");
}

/* Bytes through a handle. An async has none: what comes by it is an item of a mailbox. */
static bool moves_bytes(enum operation operation, const struct entity *entity)
{
    return operation == DO_READ || operation == DO_WRITE || operation == DO_SEND ||
           (operation == DO_RECEIVE && entity && entity->type != ENTITY_ASYNC);
}

static void put_told(int64_t told, struct str *out)
{
    if (told == UV_EALREADY)
        str_puts(out, " once more");
    else if (told == UV_ESRCH)
        str_puts(out, ", which has ended");
    else if (told == UV_ETIMEDOUT)
        str_puts(out, ": its time is up");
}

/* What came of it. */
static void put_outcome(const struct trace *trace, const struct event *event, struct str *out)
{
    const struct entity *entity = trace_entity(trace, event->object);
    int64_t result = event_do_result(event);
    enum operation operation = event_do(event);

    if (operation == DO_CANCEL) {
        put_told(result, out);
        return;
    }
    if (operation == DO_SHIELD)
        str_puts(out, ", shielded");
    if ((operation == DO_ENTER || operation == DO_SHIELD) && result == -1)
        return;
    if (result < 0)
        str_puts(out, " ("), sentence_code(result, out), str_putc(out, ')');
    else if (operation == DO_SET || operation == DO_NOTIFY)
        put_woken(result, out);
    else if (operation == DO_PUT || operation == DO_GET)
        str_printf(out, ": %" PRId64 " in it", result);
    else if (operation == DO_ENTER || operation == DO_SHIELD)
        str_printf(out, ", for %" PRId64 " ms at most", result);
    else if (operation == DO_SPAWN)
        sentence_object(trace, ": ", (uint32_t)result, "a task", out);
    else if (moves_bytes(operation, entity))
        str_printf(out, ": %" PRId64 " byte%s", result, result == 1 ? "" : "s");
    else if (entity && entity->type == ENTITY_SEMAPHORE)
        str_printf(out, ": %" PRId64 " free", result);
}

void sentence_do(const struct trace *trace, const struct event *event, struct str *out)
{
    const struct operation_words *words = operation_words(event_do(event));
    int64_t result = event_do_result(event);

    if (event_do(event) == DO_WAIT && !event->object && result >= 0) {
        str_printf(out, "sees that %" PRId64 " task%s ended", result,
                   result == 1 ? " has" : "s have");
        return;
    }
    sentence_object(trace, result < 0 && words->failed ? words->failed : words->done, event->object,
                    event_do(event) == DO_WAIT ? "tasks" : "something", out);
    put_outcome(trace, event, out);
}

/* --- blocking --------------------------------------------------------------------------------- */

static const char *blocking_words(unsigned block)
{
    static const char *const words[BLOCKS] = {
        [BLOCK_SLEEP] = "sleep",
        [BLOCK_READ] = "read",
        [BLOCK_WRITE] = "write",
        [BLOCK_RECV] = "recv",
        [BLOCK_SEND] = "send",
        [BLOCK_ACCEPT] = "accept",
        [BLOCK_CONNECT] = "connect",
        [BLOCK_POLL] = "poll",
        [BLOCK_FSYNC] = "fsync",
        [BLOCK_FS] = "file operation",
        [BLOCK_DNS] = "name look-up",
        [BLOCK_LOCK] = "wait for a lock",
        [BLOCK_CONDITION] = "wait for a condition",
        [BLOCK_JOIN] = "wait for a thread",
        [BLOCK_WAITPID] = "wait for a process to end",
        [BLOCK_SIGNAL] = "wait for a signal",
    };

    return block < BLOCKS && words[block] ? words[block] : "system call";
}

/* " (12 bytes)", " (EAGAIN)": what the call came back with. */
static void put_result(unsigned block, int64_t result, struct str *out)
{
    bool moves =
        block == BLOCK_READ || block == BLOCK_RECV || block == BLOCK_WRITE || block == BLOCK_SEND;

    if (result < 0) {
        str_puts(out, result == UV_EAGAIN ? " (not yet: " : " (");
        sentence_code(result, out);
        str_putc(out, ')');
    } else if (moves && result == 0)
        str_puts(out, block == BLOCK_READ || block == BLOCK_RECV ? " (the end)" : " (nothing)");
    else if (moves)
        str_printf(out, " (%" PRId64 " byte%s)", result, result == 1 ? "" : "s");
    else if (block == BLOCK_POLL)
        str_printf(out, " (%" PRId64 " ready)", result);
}

void sentence_block(const struct trace *trace, size_t i, const struct words_known *known,
                    struct str *out)
{
    const struct event *event = trace_event(trace, i);
    const struct event *end = known->end != SIZE_MAX ? trace_event(trace, known->end) : event;
    const char *what = blocking_words(event->object);
    uint64_t length = end->time > event->time ? end->time - event->time : 0;

    if (event->kind == EVENT_BLOCK && end == event) {
        str_printf(out, "blocks its thread: %s", what);
        if (event->object == BLOCK_SLEEP && event->arg >= 0)
            str_printf(out, " of %.0f ms", (double)event->arg / NS_PER_MS);
        return;
    }
    if (event->kind == EVENT_BLOCK_END && known->has_since)
        length = sentence_since(known, event);
    if (length >= NS_PER_MS) {
        str_puts(out, event->kind == EVENT_BLOCK ? "blocked " : "was blocked ");
        words_duration(length, out);
        str_printf(out, ": %s", what);
    } else if (length >= WORTH_SAYING_NS) {
        str_printf(out, "%s, in ", what);
        words_duration(length, out);
    } else {
        str_printf(out, "%s, at once", what);
    }
    put_result(event->object, end->arg, out);
}
