/* What is worth a look by itself, in the order in which it happened: what the diagnosis finds, and
 * tasks that were still waiting when the program ended. It takes a pass over all events, so it is
 * found on a thread of its own, from the first picture on; nobody changes a finished trace. */
#include <stdlib.h>
#include <uv.h>

#include "cli/views/replay_priv.h"
#include "engine/trace/diagnose.h"

/* Takes the text. */
static int add(struct replay_warnings *warnings, size_t event, struct str *text)
{
    char *taken = str_take(text);

    if (!taken || !array_grow(&warnings->items, &warnings->capacity, warnings->count)) {
        free(taken);
        return UV_ENOMEM;
    }
    warnings->items[warnings->count++] = (struct replay_warning){event, taken};
    return 0;
}

static int add_finding(struct replay_warnings *warnings, const struct trace *trace,
                       const struct finding *finding)
{
    struct str text = {0};

    if (finding->event >= trace_count(trace))
        return 0; /* it happened nowhere that could be shown */
    str_printf(&text, "%s: ", check_name(finding->check));
    finding_say(trace, finding, &text);
    return add(warnings, finding->event, &text);
}

bool replay_never_ended(const struct actor *actor, size_t *ret_event, struct str *out)
{
    if (actor->ended || actor->type != ENTITY_TASK || !actor->span_count)
        return false;
    *ret_event = actor->steps[actor->span_count - 1] / 8;
    str_printf(out, "%s never ended: from here on it waits", actor->name);
    return true;
}

static int add_waiting(struct replay_warnings *warnings, const struct actors *actors)
{
    int result = 0;

    for (size_t i = 0; i < actors->count && result == 0; i++) {
        struct str text = {0};
        size_t event;
        if (replay_never_ended(&actors->items[i], &event, &text))
            result = add(warnings, event, &text);
    }
    return result;
}

static int compare(const void *a, const void *b)
{
    const struct replay_warning *first = a, *second = b;

    return (first->event > second->event) - (first->event < second->event);
}

static int find(struct replay_warnings *warnings)
{
    struct findings findings;
    int result = diagnose(warnings->trace, NULL, &findings);

    if (result < 0)
        return result;
    for (size_t i = 0; i < findings.count && result == 0; i++)
        result = add_finding(warnings, warnings->trace, &findings.items[i]);
    findings_free(&findings);
    if (result == 0)
        result = add_waiting(warnings, warnings->actors);
    if (warnings->count)
        qsort(warnings->items, warnings->count, sizeof *warnings->items, compare);
    return result;
}

/* --- on a thread of its own ------------------------------------------------------------------- */

static void find_on_thread(void *to)
{
    struct replay_warnings *warnings = to;

    find(warnings);
    atomic_store(&warnings->found, true);
}

void replay_warnings_begin(struct replay_warnings *warnings, const struct trace *trace,
                           const struct actors *actors)
{
    if (warnings->begun)
        return;
    warnings->begun = true;
    warnings->trace = trace;
    warnings->actors = actors;
    beside_begin(&warnings->beside, find_on_thread, warnings);
}

void replay_warnings_free(struct replay_warnings *warnings)
{
    beside_end(&warnings->beside);
    for (size_t i = 0; i < warnings->count; i++)
        free(warnings->items[i].text);
    free(warnings->items);
}
