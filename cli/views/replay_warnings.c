/* What is worth a look by itself, in the order in which it happened: what the diagnosis finds, and
 * tasks that were still waiting when the program ended. Found when it is first asked for, as it
 * takes passes over all events. */
#include <stdlib.h>
#include <uv.h>

#include "cli/views/replay_priv.h"
#include "engine/trace/diagnose.h"

/* Takes the text. */
static int add(struct replay_warnings *warnings, size_t event, bool is_task, struct str *text)
{
    char *taken = str_take(text);

    if (!taken || !array_grow(&warnings->items, &warnings->capacity, warnings->count)) {
        free(taken);
        return UV_ENOMEM;
    }
    warnings->items[warnings->count++] = (struct replay_warning){event, is_task, taken};
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
    if (finding->count > 1)
        str_printf(&text, " (%llu times)", (unsigned long long)finding->count);
    return add(warnings, finding->event, false, &text);
}

static int add_waiting(struct replay_warnings *warnings, const struct actors *actors)
{
    int result = 0;

    for (size_t i = 0; i < actors->count && result == 0; i++) {
        const struct actor *actor = &actors->items[i];
        if (actor->ended || actor->type != ENTITY_TASK || !actor->span_count)
            continue;
        struct str text = {0};
        str_printf(&text, "%s never ended: from here on it waits", actor->name);
        result = add(warnings, actor->spans[actor->span_count - 1].first, true, &text);
    }
    return result;
}

static int compare(const void *a, const void *b)
{
    const struct replay_warning *first = a, *second = b;

    return (first->event > second->event) - (first->event < second->event);
}

int replay_warnings_find(struct replay_warnings *warnings, const struct trace *trace,
                         const struct actors *actors)
{
    struct findings findings;
    int result;

    if (warnings->found)
        return 0;
    warnings->found = true;
    result = diagnose(trace, NULL, &findings);
    if (result < 0)
        return result;
    for (size_t i = 0; i < findings.count && result == 0; i++)
        result = add_finding(warnings, trace, &findings.items[i]);
    findings_free(&findings);
    if (result == 0)
        result = add_waiting(warnings, actors);
    if (warnings->count)
        qsort(warnings->items, warnings->count, sizeof *warnings->items, compare);
    return result;
}

void replay_warnings_free(struct replay_warnings *warnings)
{
    for (size_t i = 0; i < warnings->count; i++)
        free(warnings->items[i].text);
    free(warnings->items);
}
