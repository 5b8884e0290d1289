/* One call of diagnose(), and the first finding that is asked about: findings stand by check, the
 * worst first. And a pass of its own over the writes that are pending. */
#include "engine/exercise/warnings.h"

#include <stdlib.h>
#include <string.h>

#include "engine/trace/diagnose.h"
#include "engine/trace/query.h"

bool warning_is_known(const char *name)
{
    enum check check;

    return check_by_name(name, &check);
}

static bool is_asked(const char *const *names, enum check check)
{
    for (size_t i = 0; names && names[i]; i++)
        if (!strcmp(names[i], check_name(check)))
            return true;
    return !names;
}

bool warnings_find(const struct trace *trace, const char *const *names, struct str *out,
                   size_t *ret_event)
{
    struct findings findings = {0};
    bool found = false;

    if (diagnose(trace, NULL, &findings))
        return false;
    for (size_t i = 0; i < findings.count && !found; i++) {
        found = is_asked(names, findings.items[i].check);
        if (found) {
            finding_say(trace, &findings.items[i], out);
            *ret_event = findings.items[i].event;
        }
    }
    findings_free(&findings);
    return found;
}

/* --- pending writes --------------------------------------------------------------------------- */

/* Of a handle: bytes whose callbacks are still to come. Of a write: its own, and to which handle.
 */
struct pending {
    int64_t bytes;
    uint32_t handle;
};

static bool is_write(const struct trace *trace, const struct event *event)
{
    const struct entity *entity = trace_entity(trace, event->subject);

    return entity && (entity->type == ENTITY_WRITE || entity->type == ENTITY_UDP_SEND);
}

/* Returns how many there are now on its handle. */
static int64_t on_submit(struct pending *pending, const struct event *event)
{
    if (event->arg <= 0 || event->arg > INT32_MAX)
        return 0;
    pending[event->subject] = (struct pending){event->arg, event->object};
    return pending[event->object].bytes += event->arg;
}

static void on_done(struct pending *pending, const struct event *event)
{
    struct pending *write = &pending[event->subject];

    if (write->handle)
        pending[write->handle].bytes -= write->bytes;
    write->handle = 0;
}

/* Other than the diagnosis's check of write queues, it counts until the callback whatever the
 * kernel took at once: a program that does not wait for it is told so wherever it runs. */
void warnings_queue(const struct trace *trace, uint64_t *ret_bytes, size_t *ret_event,
                    struct str *ret_name)
{
    uint32_t entities = trace_entities(trace), worst = 0;
    struct pending *pending = calloc((size_t)entities + 1, sizeof *pending);

    *ret_bytes = 0;
    *ret_event = SIZE_MAX;
    for (size_t i = 0; pending && i < trace_count(trace); i++) {
        const struct event *event = trace_event(trace, i);
        int64_t bytes = 0;

        if (!is_write(trace, event))
            continue;
        if (event->kind == EVENT_SUBMIT && event->object && event->object < entities)
            bytes = on_submit(pending, event);
        else if (event->kind == EVENT_GONE ||
                 (event->kind == EVENT_CALL && event->object == CALLBACK_DONE))
            on_done(pending, event);
        if (bytes > (int64_t)*ret_bytes) {
            *ret_bytes = (uint64_t)bytes;
            *ret_event = i;
            worst = event->object;
        }
    }
    if (worst)
        query_name(trace, worst, ret_name);
    free(pending);
}
