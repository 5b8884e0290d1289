/* Spans and arrows of a trace in Chrome's JSON: what goes on beside the slices, and what led to
 * what.
 */
#include <stdlib.h>

#include "engine/base/array.h"
#include "engine/base/str.h"
#include "engine/trace/chrome_priv.h"
#include "engine/trace/query.h"

/* --- spans ------------------------------------------------------------------------------------ */

struct open *chrome_open_of(struct chrome *chrome, uint32_t id)
{
    return id && id < chrome->count ? &chrome->open[id] : NULL;
}

/* Perfetto gives each number a row, titled with the first name that it had. Handles and tasks have
 * a row each, as the name is the same each time; requests of a type take turns in as many rows as
 * are under way at once. */
static uint32_t take_number(struct chrome *chrome, uint32_t id)
{
    const struct entity *entity = trace_entity(chrome->trace, id);
    struct spare *spare = entity ? &chrome->spare[entity->type] : NULL;

    return spare && spare->count ? spare->numbers[--spare->count] : ++chrome->numbers;
}

static void give_number(struct chrome *chrome, uint32_t id, uint32_t number)
{
    const struct entity *entity = trace_entity(chrome->trace, id);
    struct spare *spare;

    if (!entity || !entity_is_request(entity->type))
        return;
    spare = &chrome->spare[entity->type];
    if (array_grow(&spare->numbers, &spare->capacity, spare->count))
        spare->numbers[spare->count++] = number;
}

/* Of this process alone, or Perfetto puts it apart from the process's lanes. */
static void span_mark(struct chrome *chrome, const char *phase, uint32_t tid, const char *category,
                      uint32_t number, const char *name)
{
    chrome_begin(chrome, phase, tid);
    chrome_put_time(chrome);
    chrome_put_name(chrome, category, name);
    fprintf(chrome->out, ",\"id2\":{\"local\":\"%#x\"}", number);
    chrome_finish(chrome);
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
    give_number(chrome, id, open->span);
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
    open->span = take_number(chrome, id);
    span_name(chrome, id, &name);
    span_mark(chrome, "b", tid, category_of(chrome, id), open->span, str_text(&name));
    str_free(&name);
}

void chrome_spans_free(struct chrome *chrome)
{
    for (size_t i = 0; i < array_length(chrome->spare); i++)
        free(chrome->spare[i].numbers);
}

/* --- arrows ----------------------------------------------------------------------------------- */

/* From here to the next act of that entity; within a slice, or it has nothing to begin at. An arrow
 * is written with its end and sorted in by time: after the innermost slice began and before it
 * ends, so a nanosecond earlier; also before an instant, which readers would take for the slice. */
void chrome_arrow_from(struct chrome *chrome, uint32_t id, uint32_t tid)
{
    struct open *open = chrome_open_of(chrome, id), *lane = chrome_lane(chrome, tid);

    if (!open || !lane->slices)
        return;
    open->arrow = true;
    open->lane = tid;
    open->since = lane->marked || chrome->now == lane->edge ? lane->edge : chrome->now - 1;
}

static void put_arrow(struct chrome *chrome, const char *phase, uint32_t tid, uint64_t time)
{
    uint64_t now = chrome->now;

    chrome_begin(chrome, phase, tid);
    chrome->now = time;
    chrome_put_time(chrome);
    chrome->now = now;
    chrome_put_name(chrome, "cause", "cause");
    fprintf(chrome->out, ",\"id\":%u%s", chrome->numbers, *phase == 'f' ? ",\"bp\":\"e\"" : "");
    chrome_finish(chrome);
}

/* Arrows are only drawn between lanes, and only whole: readers sort events by time. */
void chrome_arrow_to(struct chrome *chrome, uint32_t id, uint32_t tid)
{
    struct open *open = chrome_open_of(chrome, id);

    if (!open || !open->arrow)
        return;
    open->arrow = false;
    if (open->lane == tid || !chrome_lane(chrome, tid)->slices)
        return;
    chrome->numbers++;
    put_arrow(chrome, "s", open->lane, open->since);
    put_arrow(chrome, "f", tid, chrome->now);
}
