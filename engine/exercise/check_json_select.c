/* Selectors of check.json, and words that stand for numbers. */
#include <string.h>

#include "engine/base/arena.h"
#include "engine/event/event.h"
#include "engine/exercise/exercise_priv.h"
#include "engine/trace/query.h"

int check_json_word(struct json *json, const struct cJSON *from, const char *key,
                    const char *(*name)(unsigned value), unsigned count)
{
    const char *text = json_text_if_any(json, from, key);

    if (!text)
        return -1;
    for (unsigned i = 0; i < count; i++)
        if (!strcmp(name(i), text))
            return (int)i;
    json_fault(json, json_member(from, key), "\"%s\" is no %s", text, key);
    return -1;
}

static const char *phase_word(unsigned value)
{
    return phase_name((enum phase)value);
}

static void read_selector(struct json *json, const struct cJSON *from, struct selector *selector)
{
    static const char *const keys[] = {"kind",  "entity", "callback", "block", "wait", "operation",
                                       "phase", "text",   "inside",   "nth",   NULL};

    json_keys(json, from, keys);
    if (!json_ok(json))
        return;
    *selector = (struct selector){
        .kind = check_json_word(json, from, "kind", event_kind_name, EVENT_KINDS),
        .entity = check_json_word(json, from, "entity", entity_type_name, ENTITY_TYPES),
        .callback = check_json_word(json, from, "callback", callback_name, CALLBACKS),
        .block = check_json_word(json, from, "block", block_name, BLOCKS),
        .wait = check_json_word(json, from, "wait", wait_name, WAITS),
        .operation = check_json_word(json, from, "operation", operation_name, OPERATIONS),
        .phase = check_json_word(json, from, "phase", phase_word, PHASES),
        .text = json_text_if_any(json, from, "text"),
        .inside = json_member(from, "inside") ? json_flag(json, from, "inside") : -1,
        .nth = json_member(from, "nth") ? json_whole(json, from, "nth", 1, 1000000) : 1,
    };
    if (selector->kind < 0 && selector->entity < 0 && selector->block < 0 &&
        selector->callback < 0 && selector->wait < 0 && selector->operation < 0)
        json_fault(json, from,
                   "it says of nothing what it is: kind, entity, callback, block, wait, operation");
}

void check_json_steps(struct json *json, const struct cJSON *from, struct check *check)
{
    const struct cJSON *steps = json_array(json, from, "steps", EXERCISE_STEPS), *step;

    if (!steps)
        return;
    check->steps = arena_zeroed(json->arena, EXERCISE_STEPS, sizeof *check->steps);
    if (!check->steps)
        return;
    cJSON_ArrayForEach(step, steps) read_selector(json, step, &check->steps[check->step_count++]);
    if (json_ok(json) && check->step_count < 2)
        json_fault(json, steps, "an order has at least two steps");
}

void check_json_members(struct json *json, const struct cJSON *from, struct check *check,
                        const char *first, const char *second)
{
    const char *names[] = {first, second};

    check->steps = arena_zeroed(json->arena, 2, sizeof *check->steps);
    for (int i = 0; i < 2 && names[i] && check->steps; i++) {
        const struct cJSON *member = json_member(from, names[i]);
        if (member)
            read_selector(json, member, &check->steps[check->step_count++]);
        else if (!second || check->step_count)
            json_fault(json, from, "\"%s\" is missing", names[i]);
    }
}
