/* The line of a value is kept in cJSON's `valueint`, a member that cJSON itself calls deprecated
 * and that nothing here reads as a number; so the tree needs no twin. */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/str.h"
#include "engine/lesson/course.h"
#include "engine/lesson/json.h"

enum { LONGEST_ID = 64, MOST_KEYS = 32 };

/* Depth first, as json_scan() counted. The depth is bounded by that scan. */
static const int *set_lines(struct cJSON *value, const int *line)
{
    value->valueint = *line++;
    for (struct cJSON *child = value->child; child; child = child->next)
        line = set_lines(child, line);
    return line;
}

int json_open(struct json *json, const char *file, const char *text, size_t length,
              struct arena *arena)
{
    int *lines;

    *json = (struct json){.file = file, .arena = arena};
    if (json_scan(file, text, length, &lines, &json->fault) < 0)
        return json->fault.code;
    json->root = cJSON_ParseWithLength(text, length);
    if (!json->root) {
        /* Nothing is left that cJSON refuses. */
        error_at(&json->fault, -ENOMEM, file, 0, "out of memory");
    } else {
        set_lines(json->root, lines);
        if (!cJSON_IsObject(json->root))
            json_fault(json, json->root, "expected an object: { … }");
    }
    free(lines);
    return json->fault.code;
}

int json_close(struct json *json, struct error *error)
{
    cJSON_Delete(json->root);
    json->root = NULL;
    /* What looked like a fault may only have been missing memory. */
    if (json->arena->failed) {
        json->fault.code = 0;
        error_at(&json->fault, -ENOMEM, json->file, 0, "out of memory");
    }
    if (json->fault.code)
        error_set(error, json->fault.code, "%s", json->fault.text);
    return json->fault.code;
}

int json_line(const struct cJSON *value)
{
    return value->valueint;
}

bool json_ok(const struct json *json)
{
    return !json->fault.code && !json->arena->failed;
}

void json_fault(struct json *json, const struct cJSON *at, const char *format, ...)
{
    char text[300];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    error_at(&json->fault, -EINVAL, json->file, at ? json_line(at) : 0, "%s", text);
}

static size_t count_of(const char *const *words)
{
    size_t n = 0;

    while (words[n])
        n++;
    return n;
}

static void unknown_key(struct json *json, const struct cJSON *at, const char *const *keys)
{
    const char *near = nearest_word(at->string, keys, count_of(keys));

    if (near)
        json_fault(json, at, "unknown key \"%.60s\"; did you mean \"%s\"?", at->string, near);
    else
        json_fault(json, at, "unknown key \"%.60s\"", at->string);
}

void json_keys(struct json *json, const struct cJSON *value, const char *const *keys)
{
    bool seen[MOST_KEYS] = {false};

    if (!cJSON_IsObject(value)) {
        json_fault(json, value, "expected an object: { … }");
        return;
    }
    for (const struct cJSON *at = value->child; at && json_ok(json); at = at->next) {
        size_t i = 0;
        while (keys[i] && strcmp(keys[i], at->string) != 0)
            i++;
        if (!keys[i])
            unknown_key(json, at, keys);
        else if (seen[i])
            json_fault(json, at, "\"%s\" is given twice", keys[i]);
        else
            seen[i] = true;
    }
}

const struct cJSON *json_member(const struct cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

/* A member that must be there, or NULL and a fault. */
static const struct cJSON *wanted(struct json *json, const struct cJSON *object, const char *key)
{
    const struct cJSON *member = json_member(object, key);

    if (!member)
        json_fault(json, object, "\"%s\" is missing", key);
    return member;
}

const struct cJSON *json_array(struct json *json, const struct cJSON *object, const char *key,
                               size_t most)
{
    const struct cJSON *array = wanted(json, object, key);

    if (!array)
        return NULL;
    if (!cJSON_IsArray(array))
        json_fault(json, array, "\"%s\" must be a list: [ … ]", key);
    else if ((size_t)cJSON_GetArraySize(array) > most)
        json_fault(json, array, "\"%s\" has more than %zu entries", key, most);
    return json_ok(json) ? array : NULL;
}

static const char *copy_text(struct json *json, const char *text)
{
    struct str shown = {0};

    str_add_shown(&shown, text, strlen(text), true);
    const char *copy =
        shown.failed ? NULL : arena_copy(json->arena, str_text(&shown), shown.length);
    str_free(&shown);
    if (!copy)
        json->arena->failed = true;
    return copy ? copy : "";
}

static const char *text_of(struct json *json, const struct cJSON *value, const char *key)
{
    if (!cJSON_IsString(value))
        json_fault(json, value, "\"%s\" must be a text", key);
    else if (value->valuestring[strspn(value->valuestring, " \t\r\n")] == '\0')
        json_fault(json, value, "\"%s\" is empty", key);
    else
        return copy_text(json, value->valuestring);
    return "";
}

const char *json_text(struct json *json, const struct cJSON *object, const char *key)
{
    const struct cJSON *value = wanted(json, object, key);

    return value ? text_of(json, value, key) : "";
}

const char *json_text_if_any(struct json *json, const struct cJSON *object, const char *key)
{
    const struct cJSON *value = json_member(object, key);

    return value ? text_of(json, value, key) : NULL;
}

bool json_is_id(const char *text, const char *also)
{
    size_t length = strlen(text);

    if (length == 0 || length > LONGEST_ID || text[0] == '-')
        return false;
    for (const char *at = text; *at; at++)
        if (!(*at >= 'a' && *at <= 'z') && !(*at >= '0' && *at <= '9') && *at != '-' &&
            !strchr(also, *at))
            return false;
    return true;
}

const char *json_id_if_any(struct json *json, const struct cJSON *object, const char *key,
                           const char *also)
{
    const char *id = json_text_if_any(json, object, key);

    if (id && json_ok(json) && !json_is_id(id, also))
        json_fault(json, json_member(object, key),
                   "\"%s\" must be small letters, digits and hyphens, at most %d", key, LONGEST_ID);
    return id;
}

const char *json_id(struct json *json, const struct cJSON *object, const char *key,
                    const char *also)
{
    return wanted(json, object, key) ? json_id_if_any(json, object, key, also) : "";
}

double json_number_or(struct json *json, const struct cJSON *object, const char *key,
                      double otherwise)
{
    const struct cJSON *value = json_member(object, key);

    if (!value)
        return otherwise;
    if (!cJSON_IsNumber(value) || !isfinite(value->valuedouble)) {
        json_fault(json, value, "\"%s\" must be a number", key);
        return otherwise;
    }
    return value->valuedouble;
}

double json_number(struct json *json, const struct cJSON *object, const char *key)
{
    return wanted(json, object, key) ? json_number_or(json, object, key, 0) : 0;
}

int json_whole(struct json *json, const struct cJSON *object, const char *key, int least, int most)
{
    double number = json_number(json, object, key);

    if (json_ok(json) && (number < least || number > most || number != floor(number)))
        json_fault(json, json_member(object, key), "\"%s\" must be a whole number from %d to %d",
                   key, least, most);
    return json_ok(json) ? (int)number : least;
}

bool json_flag(struct json *json, const struct cJSON *object, const char *key)
{
    const struct cJSON *value = json_member(object, key);

    if (value && !cJSON_IsBool(value))
        json_fault(json, value, "\"%s\" must be true or false", key);
    return value && cJSON_IsTrue(value);
}

static void no_two_equal(struct json *json, const struct cJSON *array, const char *const *texts)
{
    const struct cJSON *value = array->child;

    for (size_t i = 0; texts[i]; i++, value = value->next)
        for (size_t j = 0; j < i; j++)
            if (strcmp(texts[i], texts[j]) == 0)
                json_fault(json, value, "\"%.60s\" stands there twice", texts[i]);
}

const char *const *json_texts(struct json *json, const struct cJSON *object, const char *key,
                              size_t least, size_t most)
{
    static const char *const none[] = {NULL};
    const struct cJSON *value, *array = json_array(json, object, key, most);
    size_t n = 0;

    if (!array)
        return none;
    const char **texts =
        arena_zeroed(json->arena, (size_t)cJSON_GetArraySize(array) + 1, sizeof *texts);
    if (!texts)
        return none;
    cJSON_ArrayForEach(value, array) texts[n++] = text_of(json, value, key);
    if (n < least)
        json_fault(json, array, "\"%s\" needs at least %zu", key, least);
    no_two_equal(json, array, texts);
    return texts;
}
