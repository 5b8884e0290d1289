/* What tasks wait for and how they end, and what blocking calls come back with. */
#include <inttypes.h>
#include <uv.h>

#include "cli/views/sentences_priv.h"

enum { NS_PER_MS = 1000000, WORTH_SAYING_NS = 100000 };

/* --- tasks ------------------------------------------------------------------------------------ */

/* A lock is waited for behind the task that has it; so is the turn at a stream or a limiter. */
static void put_lock(const struct trace *trace, const struct event *event, struct str *out)
{
    int64_t id = event_wait_detail(event);
    const struct entity *what =
        id > 0 && id <= UINT32_MAX ? trace_entity(trace, (uint32_t)id) : NULL;
    bool lock = !what || what->type == ENTITY_LOCK;

    sentence_object(trace, lock ? "waits for " : "waits for its turn at ", what ? (uint32_t)id : 0,
                    "a lock", out);
    if (trace_entity(trace, event->object))
        sentence_object(trace, lock ? ", which " : ", behind ", event->object, "", out);
    if (lock && trace_entity(trace, event->object))
        str_puts(out, " has");
}

void sentence_wait(const struct trace *trace, const struct event *event, struct str *out)
{
    static const struct {
        const char *before, *otherwise; /* the name of what it waits for, if it is known */
    } for_it[WAITS] = {
        [WAIT_TASK] = {"waits for ", "another task"},
        [WAIT_GROUP] = {"waits for ", "several tasks"},
        [WAIT_SEMAPHORE] = {"waits for ", "a semaphore"},
        [WAIT_CONDITION] = {"waits for ", "a condition"},
        [WAIT_EVENT] = {"waits for ", "an event"},
        [WAIT_BARRIER] = {"waits at ", "a barrier"},
        [WAIT_QUEUE] = {"waits on ", "a queue"},
        [WAIT_GENERATOR] = {"waits at ", "a generator"},
        [WAIT_READ] = {"waits for bytes from ", "a stream"},
        [WAIT_WRITE] = {"waits until its bytes are written to ", "a stream"},
        [WAIT_CLOSE] = {"waits for the end of ", "a handle"},
    };
    static const char *const plain[WAITS] = {
        [WAIT_READY] = "yields: others go first",
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
    else if (wait == WAIT_LOCK)
        put_lock(trace, event, out);
    else if ((unsigned)wait < WAITS && for_it[wait].before)
        sentence_object(trace, for_it[wait].before, event->object, for_it[wait].otherwise, out);
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
