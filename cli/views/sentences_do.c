/* What tasks do: a table of words for the operations of the task library, and what came of each. */
#include <inttypes.h>
#include <uv.h>

#include "cli/views/sentences_priv.h"

struct operation_words {
    const char *done, *failed; /* failed: NULL, the same */
    const char *to;            /* to what, if nobody has its name; NULL: to something */
};

static const struct operation_words operation_words[OPERATIONS] = {
    [DO_ACQUIRE] = {"takes ", "does not get "},
    [DO_RELEASE] = {"gives back ", NULL},
    [DO_PUT] = {"puts an item into ", "puts nothing into "},
    [DO_GET] = {"takes an item from ", "takes nothing from "},
    [DO_CLOSE] = {"closes ", NULL},
    [DO_SET] = {"sets ", NULL},
    [DO_CLEAR] = {"clears ", NULL},
    [DO_NOTIFY] = {"notifies ", NULL},
    [DO_WAIT] = {"need not wait any more for ", "gives up waiting for ", "tasks"},
    [DO_ENTER] = {"enters ", NULL},
    [DO_SHIELD] = {"enters ", NULL},
    [DO_DEFER] = {"leaves some cleanup to ", NULL},
    [DO_LEAVE] = {"leaves ", NULL},
    [DO_CANCEL] = {"cancels ", NULL},
    [DO_OPEN] = {"opens ", "could not open ", "a handle"},
    [DO_SPAWN] = {"starts a child in ", "starts no child in "},
    [DO_AWAIT] = {"has awaited ", NULL},
    [DO_DETACH] = {"lets go of ", NULL},
    [DO_READ] = {"has read from ", "has read nothing from "},
    [DO_WRITE] = {"has written to ", "could not write to "},
    [DO_FLUSH] = {"has flushed ", "could not flush "},
    [DO_ACCEPT] = {"has accepted from ", "has accepted nobody from "},
    [DO_SEND] = {"has sent by ", "could not send by "},
    [DO_RECEIVE] = {"has received from ", "has received nothing from "},
    [DO_NEXT] = {"has the next of ", "has no next of ", "an iterator"},
    [DO_GIVE] = {"has given an item of ", "has given no item of ", "a generator"},
    [DO_CONNECT] = {"has connected ", "could not connect ", "a stream"},
    [DO_LISTEN] = {"listens on ", "cannot listen on ", "a handle"},
    [DO_SHUTDOWN] = {"has shut down ", "could not shut down ", "a stream"},
    [DO_OFFLOAD] = {"has the result of ", "gets an error from ", "work"},
    [DO_POST] = {"posts to ", "could not post to ", "a mailbox"},
    [DO_START] = {"starts ", "could not start ", "a process"},
    [DO_KILL] = {"sends a signal to ", "could not send a signal to ", "a process"},
    [DO_RESOLVE] = {"has the answer to ", "has no answer to ", "a look-up"},
    [DO_SYNC] = {"has synced ", "could not sync ", "a file"},
    [DO_STAT] = {"has looked at ", "could not look at ", "a file"},
    [DO_RENAME] = {"has renamed ", "could not rename ", "a file"},
    [DO_UNLINK] = {"has removed ", "could not remove ", "a file"},
    [DO_MKDIR] = {"has made ", "could not make ", "a folder"},
    [DO_RMDIR] = {"has removed ", "could not remove ", "a folder"},
    [DO_LIST] = {"has listed ", "could not list ", "a folder"},
    [DO_LOCAL_SET] = {"keeps ", "could not keep ", "a value of its own"},
};

static const struct operation_words *words_of(unsigned operation)
{
    static const struct operation_words unknown = {"does something to ", NULL, NULL};

    if (operation >= OPERATIONS || !operation_words[operation].done)
        return &unknown;
    return &operation_words[operation];
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

/* Ms until a scope is cancelled. */
static void put_deadline(enum operation operation, int64_t ms, struct str *out)
{
    if (operation == DO_SHIELD)
        str_puts(out, ", shielded");
    if (ms >= 0)
        str_printf(out, ", for %" PRId64 " ms at most", ms);
}

/* A number that says something: what it counts. */
static void put_number(const struct entity *entity, enum operation operation, int64_t number,
                       struct str *out)
{
    enum entity_type type = entity ? entity->type : ENTITY_UNKNOWN;

    if (operation == DO_PUT || operation == DO_GET)
        str_printf(out, ": %" PRId64 " in it", number);
    else if (operation == DO_SET)
        str_printf(out, ": %" PRId64 " bytes may wait in it", number);
    else if (operation == DO_START)
        str_printf(out, ": number %" PRId64, number);
    else if (operation == DO_OPEN && type == ENTITY_FS)
        str_printf(out, ": descriptor %" PRId64, number);
    else if (operation == DO_KILL || operation == DO_OFFLOAD)
        str_printf(out, ": %" PRId64, number);
    else if (moves_bytes(operation, entity))
        str_printf(out, ": %" PRId64 " byte%s", number, number == 1 ? "" : "s");
    else if (type == ENTITY_SEMAPHORE)
        str_printf(out, ": %" PRId64 " free", number);
}

/* What came of it. */
static void put_outcome(const struct trace *trace, const struct event *event, struct str *out)
{
    const struct entity *entity = trace_entity(trace, event->object);
    bool handle = entity && entity_is_handle(entity->type);
    int64_t result = event_do_result(event);
    enum operation operation = event_do(event);

    if (operation == DO_CANCEL)
        put_told(result, out);
    else if ((operation == DO_ENTER || operation == DO_SHIELD) && result >= -1)
        put_deadline(operation, result, out);
    else if (result < 0)
        str_puts(out, " ("), sentence_code(result, out), str_putc(out, ')');
    else if (operation == DO_NOTIFY || (operation == DO_SET && !handle))
        put_woken(result, out);
    else if (operation == DO_SPAWN)
        sentence_object(trace, ": ", (uint32_t)result, "a task", out);
    else
        put_number(entity, operation, result, out);
}

/* Files and folders have no names here but those of the requests that are made for them. */
static void put_what(const struct trace *trace, const struct event *event, const char *otherwise,
                     struct str *out)
{
    const struct entity *entity = trace_entity(trace, event->object);
    enum operation operation = event_do(event);
    bool folder = operation == DO_MKDIR || operation == DO_RMDIR || operation == DO_LIST;
    bool file = entity && entity->type == ENTITY_FS;

    if (file)
        str_puts(out, folder ? "a folder (" : "a file (");
    sentence_object(trace, "", event->object, otherwise ? otherwise : "something", out);
    if (file)
        str_putc(out, ')');
}

void sentence_do(const struct trace *trace, const struct event *event, struct str *out)
{
    const struct operation_words *words = words_of(event_do(event));
    int64_t result = event_do_result(event);

    if (event_do(event) == DO_WAIT && !event->object && result >= 0) {
        str_printf(out, "sees that %" PRId64 " task%s ended", result,
                   result == 1 ? " has" : "s have");
        return;
    }
    if (event_do(event) == DO_SPAWN && !event->object) {
        str_puts(out, "could not start a task");
    } else {
        str_puts(out, result < 0 && words->failed ? words->failed : words->done);
        put_what(trace, event, words->to, out);
    }
    put_outcome(trace, event, out);
}
