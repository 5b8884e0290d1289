/* One function an item type, over the fault-noting readers of json.h: each reads straight
 * through what its type needs, and the first thing that is missing becomes the error. */
#include "engine/lesson/item.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/array.h"
#include "engine/lesson/item_priv.h"

static void read_choices(struct json *json, const struct cJSON *from, struct item *item)
{
    static const char *const keys[] = {"text", "why", "right", "misconception", NULL};
    static const char *const predict_keys[] = {
        "text", "why", "misconception", "from", "to", "equals", "is", NULL};
    const struct cJSON *value, *array = json_array(json, from, "choices", ITEM_CHOICES);

    if (!array)
        return;
    if (cJSON_GetArraySize(array) < 2)
        json_fault(json, array, "\"choices\" needs at least 2");
    item->choices = arena_zeroed(json->arena, ITEM_CHOICES, sizeof *item->choices);
    cJSON_ArrayForEach(value, array)
    {
        json_keys(json, value, item->type == ITEM_PREDICT ? predict_keys : keys);
        if (!json_ok(json))
            return;
        item->choices[item->choice_count++] = (struct choice){
            .text = json_text(json, value, "text"),
            .why = json_text(json, value, "why"),
            .right = json_flag(json, value, "right"),
            .misconception = json_id_if_any(json, value, "misconception", ""),
            .from = -INFINITY,
            .to = INFINITY,
            .line = json_line(value),
        };
    }
}

/* No two choices read the same, and as many are right as the type asks for. */
static void check_choices(struct json *json, const struct cJSON *from, const struct item *item)
{
    size_t right = 0;

    for (size_t i = 0; i < item->choice_count && json_ok(json); i++) {
        const struct choice *choice = &item->choices[i];
        right += choice->right;
        if (choice->right && choice->misconception)
            json_fault(json, from, "choice %zu is right and a misconception", i + 1);
        for (size_t j = 0; j < i; j++)
            if (strcmp(choice->text, item->choices[j].text) == 0)
                json_fault(json, from, "choices %zu and %zu are the same", j + 1, i + 1);
    }
    if (item->type == ITEM_CHOICE && right != 1)
        json_fault(json, from, "exactly one choice must be right, not %zu", right);
    if (item->type == ITEM_MULTI && right == 0)
        json_fault(json, from, "no choice is right");
}

static void read_number(struct json *json, const struct cJSON *from, struct item *item)
{
    item->answer = json_number(json, from, "answer");
    item->tolerance = json_number_or(json, from, "tolerance", 0);
    item->unit = json_text_if_any(json, from, "unit");
    if (item->tolerance < 0)
        json_fault(json, json_member(from, "tolerance"), "\"tolerance\" is negative");
}

static void read_by_type(struct json *json, const struct cJSON *from, struct item *item)
{
    switch (item->type) {
    case ITEM_CHOICE:
    case ITEM_MULTI:
        read_choices(json, from, item);
        check_choices(json, from, item);
        break;
    case ITEM_ORDER:
        item->entries = json_texts(json, from, "entries", 2, ITEM_CHOICES);
        break;
    case ITEM_NUMBER:
        read_number(json, from, item);
        break;
    case ITEM_TEXT:
        item->answers = json_texts(json, from, "answers", 1, 20);
        break;
    case ITEM_PREDICT:
        read_choices(json, from, item);
        check_choices(json, from, item);
        item_read_prediction(json, from, item);
        break;
    }
    if (!item->choices && !item->why)
        json_fault(json, from, "\"why\" is missing");
}

static const char *const type_names[] = {
    [ITEM_CHOICE] = "choice", [ITEM_MULTI] = "multi", [ITEM_ORDER] = "order",
    [ITEM_NUMBER] = "number", [ITEM_TEXT] = "text",   [ITEM_PREDICT] = "predict",
};

const char *item_type_name(enum item_type type)
{
    return type_names[type];
}

/* The keys that an item of each type may have. */
static const char *const *keys_of(enum item_type type)
{
#define COMMON "id", "type", "topics", "ask", "why", "see"
    static const char *const choice[] = {COMMON, "choices", NULL};
    static const char *const order[] = {COMMON, "entries", NULL};
    static const char *const number[] = {COMMON, "answer", "tolerance", "unit", NULL};
    static const char *const text[] = {COMMON, "answers", NULL};
    static const char *const predict[] = {COMMON,    "choices", "demo", "measure",
                                          "promise", "bend",    NULL};
#undef COMMON
    static const char *const *const keys[] = {
        [ITEM_CHOICE] = choice, [ITEM_MULTI] = choice, [ITEM_ORDER] = order,
        [ITEM_NUMBER] = number, [ITEM_TEXT] = text,    [ITEM_PREDICT] = predict,
    };
    return keys[type];
}

static enum item_type read_type(struct json *json, const struct cJSON *from)
{
    const char *name = json_text(json, from, "type");

    if (!json_ok(json))
        return ITEM_CHOICE;
    for (size_t i = 0; i < array_length(type_names); i++)
        if (strcmp(name, type_names[i]) == 0)
            return (enum item_type)i;
    json_fault(json, json_member(from, "type"), "unknown type \"%.60s\"", name);
    return ITEM_CHOICE;
}

static void read_item(struct json *json, const struct cJSON *from, struct item *item)
{
    static const char *const no_topics[] = {NULL};

    if (!cJSON_IsObject(from))
        json_fault(json, from, "an item must be an object: { … }");
    *item = (struct item){.line = json_line(from), .type = read_type(json, from), .promise = -1};
    json_keys(json, from, keys_of(item->type));
    item->id = json_id(json, from, "id", "");
    item->topics =
        json_member(from, "topics") ? json_texts(json, from, "topics", 0, 16) : no_topics;
    item->ask = json_text(json, from, "ask");
    item->why = json_text_if_any(json, from, "why");
    item->see = json_id_if_any(json, from, "see", ":");
    if (json_ok(json))
        read_by_type(json, from, item);
}

static void read_items(struct json *json, struct quiz *quiz)
{
    static const char *const keys[] = {"items", NULL};
    const struct cJSON *value, *array;

    json_keys(json, json->root, keys);
    array = json_array(json, json->root, "items", 1000);
    if (!array)
        return;
    quiz->items = arena_zeroed(json->arena, (size_t)cJSON_GetArraySize(array), sizeof *quiz->items);
    cJSON_ArrayForEach(value, array)
    {
        struct item item;
        read_item(json, value, &item);
        if (!json_ok(json))
            return;
        const struct item *same = quiz_find(quiz, item.id);
        if (same)
            json_fault(json, json_member(value, "id"), "the id \"%s\" is already used in line %d",
                       item.id, same->line);
        quiz->items[quiz->item_count++] = item;
    }
}

int quiz_parse(const char *file, const char *text, size_t length, struct quiz *ret_quiz,
               struct error *error)
{
    struct arena *arena = calloc(1, sizeof *arena);
    struct quiz quiz = {.memory = arena};
    struct json json;

    if (!arena)
        return error_at(error, -ENOMEM, file, 0, "out of memory");
    if (json_open(&json, file, text, length, arena) == 0)
        read_items(&json, &quiz);
    int code = json_close(&json, error);
    if (code)
        quiz_free(&quiz);
    else
        *ret_quiz = quiz;
    return code;
}

void quiz_free(struct quiz *quiz)
{
    if (quiz->memory) {
        arena_free(quiz->memory);
        free(quiz->memory);
    }
    *quiz = (struct quiz){0};
}

const struct item *quiz_find(const struct quiz *quiz, const char *id)
{
    for (size_t i = 0; i < quiz->item_count; i++)
        if (strcmp(quiz->items[i].id, id) == 0)
            return &quiz->items[i];
    return NULL;
}
