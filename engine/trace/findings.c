/* Findings in sentences: what happened, and what it means for the program. */
#include <inttypes.h>

#include "engine/trace/diagnose.h"
#include "engine/trace/query.h"

enum { NS_PER_MS = 1000000 };

static void put_ms(struct str *out, uint64_t ns)
{
    str_printf(out, "%.1f ms", (double)ns / NS_PER_MS);
}

static void put_size(struct str *out, uint64_t bytes)
{
    if (bytes >= 1024 * 1024)
        str_printf(out, "%.1f MiB", (double)bytes / (1024 * 1024));
    else
        str_printf(out, "%" PRIu64 " bytes", bytes);
}

static void say_blocked(const struct trace *trace, const struct finding *finding, struct str *out)
{
    const struct entity *entity = trace_entity(trace, finding->entity);
    bool task = entity && entity->type == ENTITY_TASK;

    str_printf(out, "One %s of ", task ? "step" : "callback");
    query_name(trace, finding->entity, out);
    str_puts(out, " kept the loop for ");
    put_ms(out, finding->value);
    str_puts(out, ": nothing else could run");
}

static void say_late(const struct trace *trace, const struct finding *finding, struct str *out)
{
    if (finding->check == CHECK_STALE_CLOCK) {
        query_name(trace, finding->entity, out);
        str_puts(out, " fired ");
        put_ms(out, finding->value);
        str_puts(out, " too early: it was started by a clock that had not been updated "
                      "(uv_update_time)");
    } else {
        str_puts(out, "The loop slept ");
        put_ms(out, finding->value);
        str_puts(out, " longer than ");
        query_name(trace, finding->entity, out);
        str_puts(out, " allowed: something ran between the last update of its clock "
                      "and its sleep");
    }
}

static void say_left(const struct trace *trace, const struct finding *finding, struct str *out)
{
    query_name(trace, finding->entity, out);
    if (finding->check == CHECK_NOT_CLOSED)
        str_puts(out, finding->count >= 100 ? " and others made here were never closed"
                                            : " was never closed, so its loop could not be closed");
    else
        str_puts(out, finding->value == WORK_STUCK
                          ? " still kept the loop alive at the end: uv_run() cannot return unless "
                            "something is sent to it"
                          : " still kept the loop alive when uv_run() returned, as uv_stop() had "
                            "been called");
}

static void say_wrong_thread(const struct trace *trace, const struct finding *finding,
                             struct str *out)
{
    const struct entity *entity = trace_entity(trace, finding->entity);

    str_puts(out, "libuv was called for ");
    query_name(trace, finding->entity, out);
    str_printf(out, " while another thread ran %s: only uv_async_send() may be",
               entity && entity->type == ENTITY_LOOP ? "it" : "its loop");
}

void finding_say(const struct trace *trace, const struct finding *finding, struct str *out)
{
    switch (finding->check) {
    case CHECK_BLOCKED_LOOP:
        say_blocked(trace, finding, out);
        break;
    case CHECK_SLOW_TURN:
        str_puts(out, "One turn of the loop took ");
        put_ms(out, finding->value);
        str_puts(out, ", many callbacks together: nothing new could come in");
        break;
    case CHECK_STALE_CLOCK:
    case CHECK_OVERSLEEP:
        say_late(trace, finding, out);
        break;
    case CHECK_STARVED_PHASE:
        str_printf(out,
                   "%" PRIu64 " callbacks of the %s phase ran before the loop looked for events",
                   finding->value, phase_name(query_phase(trace, finding->event)));
        break;
    case CHECK_CLOSED_TWICE:
        str_puts(out, "uv_close() was called a second time for ");
        query_name(trace, finding->entity, out);
        break;
    case CHECK_WRITE_QUEUE:
        put_size(out, finding->value);
        str_puts(out, " waited to be written to ");
        query_name(trace, finding->entity, out);
        str_puts(out, ": it is filled faster than the other side reads");
        break;
    case CHECK_POOL_SATURATED:
        query_name(trace, finding->entity, out);
        str_puts(out, " waited ");
        put_ms(out, finding->value);
        str_puts(out, " for a free thread of the pool");
        break;
    case CHECK_SYNC_FS:
        str_puts(out, "Files or names were waited for on the loop's own thread, ");
        put_ms(out, finding->value);
        str_puts(out, " in one turn: a call without a callback comes back when it is done");
        break;
    case CHECK_WRONG_THREAD:
        say_wrong_thread(trace, finding, out);
        break;
    case CHECK_BUSY_IDLE:
        str_printf(out,
                   "The loop turned %" PRIu64 " times without a pause, for next to nothing: "
                   "an idle handle keeps it from sleeping",
                   finding->value);
        break;
    case CHECK_NOT_CLOSED:
    case CHECK_WORK_LEFT:
        say_left(trace, finding, out);
        break;
    case CHECKS:
        break;
    }
    if (finding->count > 1)
        str_printf(out, " (%" PRIu64 " times)", finding->count);
    str_putc(out, '.');
}
